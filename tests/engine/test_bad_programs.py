"""A bad program fails the preview, with sentences that help, and before any request."""

from __future__ import annotations

import os
import re
from collections.abc import Callable

import pytest

from tests.emulator.process import Emulator
from tests.engine.bad_programs import HEAD, MISTAKES, REFUSED_IN_THE_PROGRAM
from tests.engine.stack import Outcome, Stack

# Each failed preview takes seconds, which are the engine's: `make test` runs every twelfth, the
# full matrix every third. tests/unit/test_bad_programs.py asks for all of them without it.
FULL = os.environ.get("FULL_MATRIX") == "1"
CHUNKS = 12
NAMES = sorted(MISTAKES)


@pytest.fixture
def bad_stack(emulator: Emulator, make_stack: Callable[[str], Stack]) -> Callable[[str], Outcome]:
    ids = {name: value for name, value in emulator.fixtures.items() if isinstance(value, str)}
    head = HEAD.format(ids={**ids, "task_id": "T25saW5lVGFzazo3OmFhYWFh"})
    stack = make_stack("")
    emulator.clear_requests()

    def preview(line: str) -> Outcome:
        stack.write(f"{head}{line}\n")
        return stack.preview(check=False)

    return preview


def sent(emulator: Emulator) -> set[str]:
    """The methods of what was asked: names of the resources that are right may be looked up."""
    return {request["method"] for request in emulator.requests()}


@pytest.mark.parametrize("chunk", range(0, CHUNKS, 3) if FULL else [3])
def test_bad_program_fails_the_preview_with_its_sentences(
    chunk: int, bad_stack: Callable[[str], Outcome], emulator: Emulator
) -> None:
    for name in NAMES[chunk::CHUNKS]:
        line, sentences = MISTAKES[name]
        failed = bad_stack(line)
        assert failed.code != 0, name
        shown = failed.output.partition("Diagnostics:")[2]
        said = re.findall(r"has a problem: (.*)", shown)
        assert tuple(said) == sentences, name
        assert "Traceback" not in shown, name
    assert sent(emulator) <= {"GET"}


def test_bad_programs_are_many_and_of_every_kind() -> None:
    assert len(MISTAKES) + len(REFUSED_IN_THE_PROGRAM) >= 60


@pytest.mark.parametrize("name", sorted(REFUSED_IN_THE_PROGRAM))
def test_bad_program_refused_where_it_is_constructed_says_why(
    name: str, bad_stack: Callable[[str], Outcome], emulator: Emulator
) -> None:
    line, said = REFUSED_IN_THE_PROGRAM[name]
    failed = bad_stack(line)
    assert failed.code != 0
    assert said in failed.output
    # A misspelt keyword is Python's own error.
    assert ("Traceback" in failed.output) is ("keyword" in said)
    assert sent(emulator) <= {"GET"}


def test_bad_program_with_several_mistakes_is_told_them_all(
    bad_stack: Callable[[str], Outcome], emulator: Emulator
) -> None:
    failed = bad_stack(
        "task(sampling_rate=15, is_continuous='yes', query_filter=3, project=ID['dataset_id'],"
        " evaluators=[{'evaluator': 'a', 'columnMappings': {}}, {'query_filter': 'x'}])"
    )
    assert failed.code != 0
    for field in (
        "sampling_rate: ",
        "is_continuous: ",
        "query_filter: ",
        "project: ",
        "evaluators[0].columnMappings: ",
        "evaluators[1].evaluator: ",
    ):
        assert f"has a problem: {field}" in failed.output
    assert emulator.requests() == []
