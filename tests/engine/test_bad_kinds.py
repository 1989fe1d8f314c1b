"""A wrong declaration of what tasks need fails the preview, with the sentences of its kind."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from typing import Any

import pytest

from arize_tasks.schema.kinds import kinds
from tests.emulator.process import Emulator
from tests.engine.stack import Stack
from tests.unit.test_kinds_wrong import WRONG

# Each failed preview takes seconds, which are the engine's: `make test` runs every twelfth, the
# full matrix every third. tests/unit/test_kinds_wrong.py asks for all of them without it.
FULL = os.environ.get("FULL_MATRIX") == "1"
CHUNKS = 12
# Pulumi has dropped the None by the time that the provider sees it.
ON_THE_ENGINE = {
    "examples[0]: must not hold None, since Pulumi drops it; to send a null": (
        "examples: row 1 has no value"
    )
}
PROGRAM = """
import json, arize_tasks
arize_tasks.{face}("x", **json.loads({arguments!r}))
"""


def face_of(noun: str, arguments: dict[str, Any]) -> str:
    """The class by which a program declares it."""
    kind = next(kind for kind in kinds() if kind.noun == noun)
    fitting = [face for face, types in kind.classes.items() if arguments.get("type") in types]
    return (fitting or list(kind.classes))[0]


@pytest.mark.parametrize("chunk", range(2, CHUNKS, 3) if FULL else [5])
def test_wrong_declaration_fails_the_preview_with_its_sentences(
    chunk: int, emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack("")
    emulator.clear_requests()
    for noun, arguments, sentences in WRONG[chunk::CHUNKS]:
        face = face_of(noun, arguments)
        given = {name: value for name, value in arguments.items() if name != "type"}
        stack.write(PROGRAM.format(face=face, arguments=json.dumps(given)))
        failed = stack.preview(check=False)
        assert failed.code != 0, (noun, arguments)
        shown = failed.output.partition("Diagnostics:")[2]
        if "TypeError" in shown:  # Python's own, of what its signature refuses
            assert re.search("unexpected keyword argument|missing 1 required keyword", shown)
            assert re.search(r"\w+: (there is no such argument|is missing)", "\n".join(sentences))
            continue
        said = re.findall(r"has a problem: (.*)", shown)
        assert len(said) == len(sentences), shown
        for one, sentence in zip(said, sentences, strict=True):
            assert one.startswith(ON_THE_ENGINE.get(sentence, sentence)), shown
        assert "Traceback" not in shown
    assert {request["method"] for request in emulator.requests()} <= {"GET"}
