"""What the API refuses of prompts, their versions and labels; nothing changes by it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.process import Emulator
from tests.emulator.prompts import append, create, prompt, version
from tests.emulator.refusals import MISSING, filled, fixture, rows
from tests.emulator.test_refusals_other import refused

Json = dict[str, Any]
HELLO = {"role": "USER", "content": "x"}


def call_of(**fields: Any) -> Json:
    call = {"type": "FUNCTION", "function": {"name": "f", "arguments": "{}"}, **fields}
    return {"messages": [{"role": "ASSISTANT", "tool_calls": [call]}]}


PROMPTS: list[tuple[str, Json, int]] = [
    ("no name", {"name": ...}, 422),
    ("null name", {"name": None}, 422),
    ("empty name", {"name": ""}, 422),
    ("blank name", {"name": " "}, 422),
    ("no space", {"space_id": ...}, 422),
    ("name as space", {"space_id": "my-space"}, 422),
    ("missing space", {"space_id": MISSING}, 422),
    ("dataset as space", {"space_id": fixture("dataset_id")}, 422),
    ("null description", {"description": None}, 422),
    ("no version", {"version": ...}, 422),
    ("null version", {"version": None}, 422),
    ("unknown field", {"tags": []}, 422),
    ("server-set field", {"id": MISSING}, 422),
    ("unfit version", {"version": version(messages=[])}, 422),
]


@pytest.mark.parametrize(("fields", "status"), rows(PROMPTS))
def test_create_unfit_is_refused(emulator: Emulator, fields: Json, status: int) -> None:
    body = filled(emulator, prompt(emulator, **fields))
    assert refused(emulator, "POST", "/v2/prompts", body) == status
    assert emulator.call("GET", "/v2/prompts").json()["prompts"] == []


VERSIONS: list[tuple[str, Json]] = [
    ("no commit message", {"commit_message": ...}),
    ("null commit message", {"commit_message": None}),
    ("empty commit message", {"commit_message": ""}),
    ("no provider", {"provider": ...}),
    ("lower-case provider", {"provider": "open_ai"}),
    ("provider of integrations only", {"provider": "GEMINI"}),
    ("null model", {"model": None}),
    ("no messages", {"messages": ...}),
    ("empty messages", {"messages": []}),
    ("message without role", {"messages": [{"content": "x"}]}),
    ("unknown role", {"messages": [{"role": "DEVELOPER", "content": "x"}]}),
    ("unknown field in a message", {"messages": [{**HELLO, "name": "x"}]}),
    ("null tool_call_id", {"messages": [{**HELLO, "tool_call_id": None}]}),
    ("null tool_calls", {"messages": [{**HELLO, "tool_calls": None}]}),
    ("tool call without type", call_of(type=None)),
    ("tool call of another type", call_of(type="CODE")),
    ("tool call without arguments", call_of(function={"name": "f"})),
    ("null format", {"input_variable_format": None}),
    ("unknown format", {"input_variable_format": "JINJA"}),
    ("null invocation_params", {"invocation_params": None}),
    ("unknown invocation parameter", {"invocation_params": {"temp": 1}}),
    ("text as temperature", {"invocation_params": {"temperature": "hot"}}),
    ("penalty out of bounds", {"invocation_params": {"presence_penalty": 3}}),
    ("parameters as tasks call them", {"invocation_parameters": {}}),
    ("provider parameters as tasks call them", {"provider_parameters": {}}),
    ("null provider_params", {"provider_params": None}),
    ("unknown provider parameter", {"provider_params": {"seed": 1}}),
    ("unknown azure parameter", {"provider_params": {"azure_params": {"name": "x"}}}),
    ("text as flags", {"provider_params": {"anthropic_headers": {"anthropic_beta": "x"}}}),
    ("text as boolean", {"provider_params": {"bedrock_options": {"use_converse_endpoint": "y"}}}),
    ("labels", {"labels": []}),
    ("server-set field", {"commit_hash": "x"}),
    ("unknown field", {"description": "x"}),
]


@pytest.mark.parametrize("fields", [pytest.param(fields, id=what) for what, fields in VERSIONS])
def test_create_version_unfit_is_refused(emulator: Emulator, fields: Json) -> None:
    made = create(emulator)
    path = f"/v2/prompts/{made['id']}"
    assert refused(emulator, "POST", f"{path}/versions", version(**fields)) == 422
    assert emulator.call("GET", path).json() == made


@pytest.mark.parametrize(
    "fields",
    [
        {"messages": [{"role": "ASSISTANT"}]},
        {"messages": [{"role": "ASSISTANT", "content": None, "tool_calls": []}]},
        {"invocation_params": {}, "provider_params": {}, "model": ""},
        {"provider_params": {"anthropic_headers": {"anthropic_beta": None}}},
        {"input_variable_format": "NONE"},
        {"provider": "CUSTOM"},
    ],
)
def test_create_version_at_the_edge_is_echoed(emulator: Emulator, fields: Json) -> None:
    made = append(emulator, create(emulator)["id"], **fields)
    assert {key: made[key] for key in fields} == fields
    assert emulator.call("GET", f"/v2/prompt-versions/{made['id']}").json() == made


def test_create_without_anything_optional_answers_defaults(emulator: Emulator) -> None:
    made = create(emulator)
    assert made["description"] is None
    found = made["version"]
    assert (found["input_variable_format"], found["model"]) == ("F_STRING", "")
    assert {"invocation_params", "provider_params"}.isdisjoint(found)


@pytest.mark.parametrize(
    "body", [{}, {"name": "x"}, {"description": "x", "name": "greeting"}, {"description": 1}]
)
def test_update_unfit_is_refused(emulator: Emulator, body: Json) -> None:
    made = create(emulator)
    path = f"/v2/prompts/{made['id']}"
    assert refused(emulator, "PATCH", path, body) == 422
    assert emulator.call("GET", path).json() == made


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"labels": None},
        {"labels": "production"},
        {"labels": [""]},
        {"labels": [1]},
        {"labels": ["a", "a"]},
        {"labels": ["a"], "version": 1},
    ],
)
def test_set_labels_unfit_is_refused(emulator: Emulator, body: Json) -> None:
    first = create(emulator)["version"]
    path = f"/v2/prompt-versions/{first['id']}"
    assert emulator.call("PUT", f"{path}/labels", {"labels": ["kept"]}).status_code == 200
    assert refused(emulator, "PUT", f"{path}/labels", body) == 422
    assert emulator.call("GET", path).json()["labels"] == ["kept"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v2/prompts/{}", None),
        ("PATCH", "/v2/prompts/{}", {"description": "x"}),
        ("DELETE", "/v2/prompts/{}", None),
        ("GET", "/v2/prompts/{}/versions", None),
        ("POST", "/v2/prompts/{}/versions", version()),
        ("GET", "/v2/prompts/{}/labels/production", None),
        ("GET", "/v2/prompt-versions/{}", None),
        ("PUT", "/v2/prompt-versions/{}/labels", {"labels": []}),
        ("DELETE", "/v2/prompt-versions/{}/labels/production", None),
    ],
)
def test_call_of_what_is_not_there_is_refused(
    emulator: Emulator, method: str, path: str, body: Any
) -> None:
    assert refused(emulator, method, path.format(MISSING), body) == 404
    assert refused(emulator, method, path.format("greeting"), body) == 400
    dataset = emulator.fixtures["dataset_id"]
    assert refused(emulator, method, path.format(dataset), body) == 404
    made = create(emulator)
    id_ = made["version"]["id"] if "versions/" in path else made["id"]
    emulator.hide(made["id"])
    assert refused(emulator, method, path.format(id_), body) == 404


def test_get_with_an_unfit_version_is_refused(emulator: Emulator) -> None:
    path = f"/v2/prompts/{create(emulator)['id']}"
    assert refused(emulator, "GET", f"{path}?version_id=first") == 400
    assert refused(emulator, "GET", f"{path}?version_id={MISSING}") == 404
    assert refused(emulator, "GET", f"{path}?label=") == 404


def test_name_of_what_is_hidden_is_taken(emulator: Emulator) -> None:
    emulator.hide(create(emulator)["id"])
    assert refused(emulator, "POST", "/v2/prompts", prompt(emulator)) == 409
