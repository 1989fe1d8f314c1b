"""What the tests of single functions of the TypeScript client have in common."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.clients.runner import ALPHA, NOW, TypeScript
from tests.emulator.process import Emulator

each_version = pytest.mark.parametrize("version", [NOW, ALPHA], ids=lambda version: version.number)
by_id_and_name = pytest.mark.parametrize("by_name", [False, True], ids=["id", "name"])


def js(**fields: Any) -> str:
    """An argument of a call."""
    return json.dumps(fields)


def walk(typescript: TypeScript, function: str, **arguments: Any) -> list[dict[str, Any]]:
    """All that a function of the client lists, page by page."""
    found: list[dict[str, Any]] = []
    while True:
        page = typescript.call(f"{function}({js(**arguments)})")
        found += page["data"]
        assert page["pagination"]["hasMore"] is ("nextCursor" in page["pagination"])
        if not page["pagination"]["hasMore"]:
            return found
        arguments["cursor"] = page["pagination"]["nextCursor"]


def exported(typescript: TypeScript, pattern: str) -> set[str]:
    """The client's functions whose names a JavaScript pattern matches."""
    code = (
        'import * as ax from "@arizeai/ax-client";\n'
        f"const names = Object.keys(ax).filter((name) => /{pattern}/.test(name));"
    )
    return set(typescript.run(code).values["names"])


def named(word: str, one: dict[str, Any], by_name: bool) -> dict[str, str]:
    """How the client is told of a resource; `word` is what it calls one of that kind."""
    return {word: one["name"], "space": "my-space"} if by_name else {word: one["id"]}


def read(emulator: Emulator, path: str) -> dict[str, Any]:
    """What the emulator has at a path below /v2/, past any client."""
    answer = emulator.call("GET", f"/v2/{path}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def is_gone(emulator: Emulator, path: str) -> bool:
    """Whether there is nothing at a path below /v2/."""
    return emulator.call("GET", f"/v2/{path}").status_code == 404
