"""Every field of what tasks need, unknown until the update, and secret: many cells in one stack."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.emulator.process import Emulator
from tests.engine.policy_cells import PROGRAM as LATER
from tests.engine.stack import Stack
from tests.engine.test_secrets import assert_in_no_byte
from tests.kinds.lives import LIVES

MakeStack = Callable[[str], Stack]

# The same program as for policies: `$later` is known after the update, `$secret` is a secret.
PROGRAM = LATER[: LATER.index("# Not declared")]
MARK = "SECRET-WORD"
# Fields whose texts are anybody's own, so that one can be told from all others.
FREE = {
    *("description", "commit_message", "template", "code", "imports", "query_filter"),
    *("base_url", "model_name", "model", "model_names", "headers", "api_key", "messages"),
}
ROLES = ("user",)


def marked(value: Any) -> Any:
    """Put the mark into each text."""
    if isinstance(value, dict):
        return {key: item if item in ROLES else marked(item) for key, item in value.items()}
    if isinstance(value, list):
        return [marked(item) for item in value]
    if not isinstance(value, str):
        return value
    # A filter ends in a quoted word, and must be one that can be read.
    return f"{value[:-1]} {MARK}'" if value.endswith("'") else f"{value} {MARK}"


def cells(emulator: Emulator, special: str) -> dict[str, dict[str, Any]]:
    """A resource for each field, which is given in a special way."""
    found = {}
    for face, life in LIVES.items():
        for name, field in {**life.fields, "name": None}.items():
            rest = {k: v for k, v in life.base.items() if not field or k not in field.without}
            value = field.before if field else f"{face} {special}"
            if special == "secret" and (field is None or name in FREE):
                value = marked(value)
            given = {**rest, **(field.beside if field else {}), name: {f"${special}": value}}
            given.pop("type", None)
            found[f"{face}-{name}-{special}"] = {"face": face, "arguments": given}
    text = json.dumps(found).replace(
        '"ORGANIZATION"', json.dumps(emulator.fixtures["organization_id"])
    )
    filled: dict[str, dict[str, Any]] = json.loads(
        text.replace('"SPACE"', json.dumps(emulator.fixtures["space_id"]))
    )
    return filled


def deployed(stack: Stack, emulator: Emulator, special: str) -> str:
    """Deploy the cells; nothing changes afterwards."""
    declared = cells(emulator, special)
    (stack.project / "cells.json").write_text(json.dumps(declared))
    planned = stack.preview("--diff")
    ours = {name: step for name, step in planned.steps.items() if name in declared}
    assert ours == dict.fromkeys(declared, "create")
    made = stack.up()
    assert stack.state().keys() >= declared.keys()
    again = stack.preview("--diff")
    assert again.steps == {}
    refreshed = stack.refresh()
    assert refreshed.steps == {}
    outcomes = (planned, made, again, refreshed)
    return "".join(one.output + json.dumps(one.events) for one in outcomes)


def test_every_field_can_be_unknown_until_the_update(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    deployed(make_stack(PROGRAM), emulator, "later")


def test_every_field_can_be_a_secret_that_is_in_no_byte(
    emulator: Emulator, make_stack: MakeStack
) -> None:
    stack = make_stack(PROGRAM)
    printed = deployed(stack, emulator, "secret")
    assert_in_no_byte(stack, printed, MARK)
    sent = json.dumps([entry["body"] for entry in emulator.requests()])
    assert MARK in sent
