"""Prompts for tests, made past any client."""

from __future__ import annotations

from typing import Any

from tests.emulator.process import Emulator

Json = dict[str, Any]


def version(**fields: Any) -> Json:
    """The body of a version; a field given as `...` is left out."""
    body = {
        "commit_message": "first",
        "provider": "OPEN_AI",
        "messages": [{"role": "USER", "content": "Hello, {name}!"}],
        **fields,
    }
    return {key: value for key, value in body.items() if value is not ...}


def prompt(emulator: Emulator, **fields: Any) -> Json:
    """The body of a prompt, likewise."""
    body = {
        "space_id": emulator.fixtures["space_id"],
        "name": "greeting",
        "version": version(),
        **fields,
    }
    return {key: value for key, value in body.items() if value is not ...}


def create(emulator: Emulator, **fields: Any) -> Json:
    answer = emulator.call("POST", "/v2/prompts", prompt(emulator, **fields))
    assert answer.status_code == 201, answer.text
    created: Json = answer.json()
    return created


def append(emulator: Emulator, prompt_id: str, **fields: Any) -> Json:
    answer = emulator.call("POST", f"/v2/prompts/{prompt_id}/versions", version(**fields))
    assert answer.status_code == 201, answer.text
    created: Json = answer.json()
    return created


def labels(emulator: Emulator, version_id: str) -> list[str]:
    answer = emulator.call("GET", f"/v2/prompt-versions/{version_id}")
    assert answer.status_code == 200, answer.text
    found: list[str] = answer.json()["labels"]
    return found
