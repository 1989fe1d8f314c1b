"""Bodies of evaluators, projects and AI integrations for requests that go past any client."""

from __future__ import annotations

from typing import Any

from tests.emulator.process import Emulator

Json = dict[str, Any]
MISSING = "TW9kZWw6OTk5OTk6YWFhYQ"  # Model:99999:aaaa, without padding
LISTS = ("evaluators", "projects", "ai-integrations")


def judge(emulator: Emulator, **fields: Any) -> Json:
    """A judge's version; `fields` go into its configuration, one given as `...` is left out."""
    config = {
        "name": "correctness",
        "template": "Is {output} right for {input}?",
        "include_explanations": True,
        "use_function_calling": False,
        "classification_choices": {"right": 1, "wrong": 0},
        "llm_config": llm(emulator),
        **fields,
    }
    return {"commit_message": "first", "template_config": _given(config)}


def llm(emulator: Emulator, **fields: Any) -> Json:
    return _given(
        {
            "ai_integration_id": emulator.fixtures["ai_integration_id"],
            "model_name": "gpt-4o",
            "invocation_parameters": {},
            "provider_parameters": {},
            **fields,
        }
    )


def managed(**fields: Any) -> Json:
    """A version of a code evaluator that is built in; likewise."""
    config = {
        "type": "MANAGED",
        "name": "is_json",
        "managed_evaluator": "JSON_PARSEABLE",
        "variables": ["output"],
        **fields,
    }
    return {"commit_message": "first", "code_config": _given(config)}


def custom(**fields: Any) -> Json:
    """A version of a code evaluator that is the client's own; likewise."""
    config = {
        "type": "CUSTOM",
        "name": "short",
        "code": "class Short(CodeEvaluator): ...",
        "variables": ["output"],
        **fields,
    }
    return {"commit_message": "first", "code_config": _given(config)}


def evaluator(emulator: Emulator, **fields: Any) -> Json:
    body = {
        "space_id": emulator.fixtures["space_id"],
        "name": "new",
        "type": "TEMPLATE",
        "version": judge(emulator),
        **fields,
    }
    return _given(body)


def made(emulator: Emulator, collection: str, body: Json) -> Json:
    """What a POST to a collection has made."""
    answer = emulator.call("POST", f"/v2/{collection}", body)
    assert answer.status_code == 201, answer.text
    created: Json = answer.json()
    return created


def refused(emulator: Emulator, method: str, path: str, body: Any, status: int) -> str:
    """The detail of a refusal with this status; checks that the problem is whole."""
    answer = emulator.call(method, path, body)
    assert answer.headers.get("content-type") == "application/problem+json", answer.text
    problem = answer.json()
    assert sorted(problem) == ["detail", "instance", "status", "title", "type"]
    assert (problem["status"], answer.status_code) == (status, status), problem
    return str(problem["detail"])


def world(emulator: Emulator) -> list[Json]:
    """All that the endpoints under test could change."""
    lists = [emulator.call("GET", f"/v2/{path}").json() for path in LISTS]
    path = f"/v2/evaluators/{emulator.fixtures['evaluator_id']}/versions"
    return [*lists, emulator.call("GET", path).json()]


def assert_refused(
    emulator: Emulator, method: str, path: str, body: Any, status: int, words: str = ""
) -> None:
    before = world(emulator)
    assert words in refused(emulator, method, path, body, status)
    assert world(emulator) == before


def names(emulator: Emulator, path: str) -> list[str]:
    """The names in a list, in order."""
    plural = path.partition("?")[0].replace("-", "_")
    return [one["name"] for one in emulator.call("GET", f"/v2/{path}").json()[plural]]


def _given(fields: Json) -> Json:
    return {name: value for name, value in fields.items() if value is not ...}
