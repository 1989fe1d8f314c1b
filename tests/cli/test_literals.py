"""Source of plain data: evaluated, it means the same, whatever a formatter makes of it."""

from __future__ import annotations

import ast
import json
import random
import subprocess
import sys
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arize_tasks.cli.importing.identifiers import Identifiers
from arize_tasks.cli.importing.literals import SHORT, Constant, assignment, call, literal
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
@given(DATA | TEXTS)
def test_source_gives_the_same_data_and_can_be_seen_and_written(value: Any) -> None:
    source = literal(value)
    assert ast.literal_eval(source) == value
    assert source.replace("\n", "").isprintable()
    source.encode()


def test_collection_that_is_short_has_one_line_and_any_other_a_line_for_each_item() -> None:
    short = ["a" * 30, {"b": 1}]
    assert literal(short) == f'["{"a" * 30}", {{"b": 1}}]'
    assert literal([]) == "[]"
    long = [*short, "c" * SHORT]
    assert literal(long).splitlines() == [
        "[",
        f'    "{"a" * 30}",',
        '    {"b": 1},',
        f'    "{"c" * SHORT}",',
        "]",
    ]


def test_long_text_of_several_lines_has_a_literal_for_each() -> None:
    long = "c" * SHORT
    assert literal({"t": f"one\n\n{long}"}).splitlines() == [
        "{",
        '    "t": (',
        '        "one\\n"',
        '        "\\n"',
        f'        "{long}"',
        "    ),",
        "}",
    ]
    assert literal("one\n\ntwo") == '"one\\n\\ntwo"'


def test_constant_is_written_as_its_name_wherever_it_is() -> None:
    constant = Constant("my-space", "SPACE")
    assert constant == "my-space"
    assert literal({"a": [constant, "my-space"]}) == '{"a": [SPACE, "my-space"]}'


def test_json_text_is_written_as_the_value_that_it_says() -> None:
    text = JsonText('{"seed":   null, "on": true}')
    assert literal(text) == 'json.dumps({"seed": None, "on": True})'
    source = literal(JsonText(json.dumps({"a" * 30: None, "b" * 30: "c" * 90})))
    assert json.loads(eval(source, {"json": json})) == {"a" * 30: None, "b" * 30: "c" * 90}


def test_formatter_changes_no_meaning() -> None:
    # Fixed, so that a finding can be seen again.
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
    ruff = [sys.executable, "-m", "ruff", "format", "--isolated", "-"]
    formatted = subprocess.run(ruff, input=program.encode(), capture_output=True, check=True).stdout
    assert ast.dump(ast.parse(formatted)) == ast.dump(ast.parse(program))


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
