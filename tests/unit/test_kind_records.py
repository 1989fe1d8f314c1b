"""Kinds found by what others call them, and versions as the service shows them."""

from __future__ import annotations

from typing import Any

import pytest

from arize_tasks.evaluator.spec import EVALUATOR
from arize_tasks.schema.collections import COLLECTIONS
from arize_tasks.schema.declaration import not_declared, secrets_of, typed_declaration
from arize_tasks.schema.kind import TOKENS
from arize_tasks.schema.kinds import kind_called, kind_of, kinds
from arize_tasks.schema.state import matches, observed, state_of
from tests.unit.spec_samples import EVALUATOR as EVALUATOR_ID
from tests.unit.spec_samples import INTEGRATION, VERSION, look_up

CONFIG: dict[str, Any] = {
    "name": "correctness",
    "template": "Is {output} right?",
    "classification_choices": {"yes": 1, "no": 0},
    "direction": "MAXIMIZE",
    "data_granularity": "SPAN",
    "include_explanations": True,
    "use_function_calling": False,
    "use_structured_output": True,
    "llm_config": {
        "ai_integration_id": INTEGRATION,
        "model_name": "gpt-4o",
        "invocation_parameters": {},
        "provider_parameters": {},
    },
}
RECORD: dict[str, Any] = {
    "id": EVALUATOR_ID,
    "name": "correctness",
    "type": "TEMPLATE",
    "space_id": "U3BhY2U6MTphYmNk",
    "version": {"id": VERSION, "commit_message": "First", "template_config": CONFIG},
}
PROGRAM: dict[str, Any] = {
    "name": "correctness",
    "type": "template",
    "column": "correctness",
    "template": "Is {output} right?",
    "classification_choices": {"yes": 1, "no": 0},
    "ai_integration": "my-openai-integration",
    "model_name": "gpt-4o",
}


def with_config(**changes: Any) -> dict[str, Any]:
    """Give the record whose latest version has other values."""
    version = {**RECORD["version"], "template_config": {**CONFIG, **changes}}
    return {**RECORD, "version": version}


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.noun)
def test_kind_is_found_by_each_of_its_tokens_and_by_its_noun(kind: Any) -> None:
    assert [kind_of(token) for token in kind.tokens] == [kind] * len(kind.classes)
    found = kind_called(kind.noun)
    assert found is (kind if kind.collection else None)


@pytest.mark.parametrize(
    "token", ["pulumi:pulumi:Stack", f"{TOKENS}Unknown", "aws:s3/bucket:Bucket"]
)
def test_token_of_another_provider_is_of_no_kind(token: str) -> None:
    assert kind_of(token) is None


def test_list_of_a_collection_is_under_the_last_part_of_its_path() -> None:
    found = COLLECTIONS["ai_integration"]
    assert (found.path, found.key) == ("/v2/ai-integrations", "ai_integrations")


def test_latest_version_is_as_declared_where_the_service_has_the_same() -> None:
    spec = EVALUATOR.parse(PROGRAM).resolve(look_up)
    assert matches(EVALUATOR, spec, RECORD)
    assert not matches(EVALUATOR, spec, with_config(template="Is {output} wrong?"))
    # One request says all of a version, so what is not declared there is drift as well.
    assert not matches(EVALUATOR, spec, with_config(classification_choices={"yes": 1}))


def test_refresh_shows_what_somebody_put_into_a_version() -> None:
    state = state_of(EVALUATOR, EVALUATOR.parse(PROGRAM).resolve(look_up), RECORD)
    fresh = observed(EVALUATOR, state, with_config(direction="MINIMIZE"))
    changed = {name for name in {*state, *fresh} if state.get(name) != fresh.get(name)}
    assert changed == {"direction"}


def test_declaration_of_a_version_says_no_defaults_and_no_message() -> None:
    names = {INTEGRATION: "my-integration"}
    found = typed_declaration(EVALUATOR, RECORD, lambda kind, id_: names.get(id_))
    assert found["ai_integration"] == "my-integration"
    assert found["template"] == "Is {output} right?"
    assert {"commit_message", "direction", "include_explanations"} & found.keys() == set()
    assert not_declared(EVALUATOR, RECORD, found) == []
    assert secrets_of(EVALUATOR, RECORD) == []
