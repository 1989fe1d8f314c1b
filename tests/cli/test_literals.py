"""Source of plain data: it means the same, and the formatter has nothing to change."""

from __future__ import annotations

import ast
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arize_tasks.cli.importing.identifiers import Identifiers
from arize_tasks.cli.importing.literals import COLUMNS, Constant, assignment, call, literal
from arize_tasks.schema.free_form import JsonText

TEXTS = st.text(st.characters(exclude_categories=())) | st.text("ab \"'\\\n{}é日", max_size=300)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner | TEXTS, max_size=5) | st.dictionaries(TEXTS, inner | TEXTS),
    max_leaves=20,
)


# A busy machine is no failure.
at_leisure = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@at_leisure
@given(DATA | TEXTS, st.integers(0, 80))
def test_source_gives_the_same_data(value: Any, column: int) -> None:
    assert ast.literal_eval(literal(value, column=column)) == value


@at_leisure
@given(st.text("abcd \"'\\\n\t{}", max_size=600), st.integers(0, 60))
def test_text_stays_within_the_columns(text: str, indent: int) -> None:
    lines = literal(text, column=indent, indent=indent).splitlines()
    assert max(map(len, lines)) <= COLUMNS


def test_constant_is_written_as_its_name_wherever_it_is() -> None:
    constant = Constant("my-space", "SPACE")
    assert constant == "my-space"
    assert literal({"a": [constant, "my-space"]}, column=0) == '{"a": [SPACE, "my-space"]}'


def test_json_text_is_written_as_the_value_that_it_says() -> None:
    text = JsonText('{"seed":   null, "on": true}')
    assert literal(text, column=0) == 'json.dumps({"seed": None, "on": True})'
    source = literal(JsonText(json.dumps({"a" * 30: None, "b" * 30: "c" * 90})), column=0)
    assert json.loads(eval(source, {"json": json})) == {"a" * 30: None, "b" * 30: "c" * 90}


def test_formatter_leaves_it_unchanged(tmp_path: Path) -> None:
    # Fixed, so that a finding can be seen again; every width around the limit is in it.
    chance = random.Random(6)
    texts = ["x" * n for n in range(60, 110)]
    texts += ["\"x'y" * (n // 4) for n in range(60, 110)]
    texts += ["".join(chance.choices("ab \"'\\\n\té日🎉{}", k=n)) for n in range(1, 400, 2)]
    blocks = ["import json\n\nf = print\n"]
    for position, text in enumerate(texts):
        nested = {"key": text, "more": [text, {"a": 1, text[:20]: -1.5}], "none": [], "no": {}}
        blocks.append(assignment(f"T{position}", text))
        blocks.append(
            call(f"v{position}", "f", text[:20], {"x": text, "y": nested, "z": [nested], "end": 1})
        )
        blocks.append(assignment(f"J{position}", JsonText(json.dumps({"k": None, "t": text}))))
    program = "\n".join(blocks)
    compile(program, "program", "exec")
    path = tmp_path / "program.py"
    path.write_text(program, encoding="utf-8")
    ruff = [sys.executable, "-m", "ruff", "format", "--isolated"]
    done = subprocess.run(
        [*ruff, "--line-length", str(COLUMNS), "--diff", str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("", 0)


def test_identifiers_are_valid_and_given_once() -> None:
    identifiers = Identifiers("json")
    texts = [
        "class",
        "match",
        "list",
        "l",
        "3 % of",
        "日本",
        "json",
        "a b",
        "A-B!",
        "a b 2",
        "é" * 99,
    ]
    given_ = [identifiers.variable(text, otherwise="task") for text in texts]
    assert given_ == [
        "class_task",
        "task_match",
        "list_task",
        "l_task",
        "task_3_of",
        "task",
        "json_2",
        "a_b",
        "a_b_2",
        "a_b_2_2",
        "e" * 50,
    ]
    assert all(name.isidentifier() for name in given_)


def test_constants_begin_with_their_kind() -> None:
    identifiers = Identifiers()
    assert identifiers.constant("my-project", kind="project") == "PROJECT_MY_PROJECT"
    assert identifiers.constant("日本", kind="ai_integration") == "AI_INTEGRATION"
    assert identifiers.constant("", kind="ai_integration") == "AI_INTEGRATION_2"
