"""What can be wrong with a declaration of what tasks need, and what is said of it."""

from __future__ import annotations

from typing import Any

import pytest

from arize_tasks.schema.kinds import kinds
from arize_tasks.schema.unknown import UNKNOWN

KINDS = {kind.noun: kind for kind in kinds()}
JUDGE: dict[str, Any] = {
    "type": "TEMPLATE",
    "template": "Is {output} ok?",
    "ai_integration": "a",
    "model_name": "m",
}
CODE: dict[str, Any] = {"type": "CODE", "variables": ["a"], "code": "x"}
WRONG: list[tuple[str, dict[str, Any], list[str]]] = [
    (
        "evaluator",
        {**JUDGE, "template": ""},
        ["template: must be a non-empty string: the judge's prompt, with its {va"],
    ),
    (
        "evaluator",
        {k: v for k, v in JUDGE.items() if k not in ["template"]},
        ["template: is missing; it must be a non-empty string: the judge's promp"],
    ),
    (
        "evaluator",
        {k: v for k, v in JUDGE.items() if k not in ["ai_integration"]},
        ["ai_integration: is missing; give the name or ID of an AI integration"],
    ),
    (
        "evaluator",
        {k: v for k, v in JUDGE.items() if k not in ["model_name"]},
        ["model_name: is missing; it must be a model's name (a string)"],
    ),
    (
        "evaluator",
        {**JUDGE, "template": "Is {{output}} ok?"},
        ["template: {{…}} is no variable of an evaluator; write {…}"],
    ),
    (
        "evaluator",
        {**JUDGE, "template": "Is {output.value} ok?"},
        ["template: a variable's name must have no dot; call it {input}, and let"],
    ),
    (
        "evaluator",
        {**JUDGE, "column": "a/b"},
        ["column: must be a string of letters, digits, spaces, underscores, hyph"],
    ),
    (
        "evaluator",
        {**JUDGE, "direction": "up"},
        ["direction: must be one of maximize, minimize, none"],
    ),
    (
        "evaluator",
        {**JUDGE, "data_granularity": "spans"},
        ["data_granularity: must be one of span, trace, session; did you mean sp"],
    ),
    (
        "evaluator",
        {**JUDGE, "classification_choices": ["a"]},
        ["classification_choices: must be a dict of label → score (a number)"],
    ),
    (
        "evaluator",
        {**JUDGE, "classification_choices": {"a": "1"}},
        ["classification_choices: each value must be a number: the score of the "],
    ),
    (
        "evaluator",
        {**JUDGE, "include_explanations": "yes"},
        ["include_explanations: must be true or false"],
    ),
    (
        "evaluator",
        {**JUDGE, "invocation_parameters": {"temprature": 1}},
        ["invocation_parameters.temprature: there is no such argument; did you m"],
    ),
    (
        "evaluator",
        {**JUDGE, "code": "x"},
        ["code: there is no such argument; the arguments are name, space, descri"],
    ),
    (
        "evaluator",
        {**JUDGE, "variables": ["x"]},
        ["variables: there is no such argument; the arguments are name, space, d"],
    ),
    (
        "evaluator",
        {**JUDGE, "ai_integration": "RXZhbHVhdG9yOjE6OWVlODg0"},
        ["ai_integration: must be the name or ID of an AI integration, and it is"],
    ),
    (
        "evaluator",
        {**JUDGE, "commit_message": "x" * 1001},
        ["commit_message: must be a string of 1 to 1,000 characters"],
    ),
    (
        "evaluator",
        {**CODE, "managed_evaluator": "exact_match"},
        ["code and managed_evaluator exclude each other; give one of them"],
    ),
    (
        "evaluator",
        {k: v for k, v in CODE.items() if k not in ["code"]},
        ["code: is missing; give code or managed_evaluator"],
    ),
    (
        "evaluator",
        {k: v for k, v in CODE.items() if k not in ["variables"]},
        ["variables: is missing; it must be a list of variables' names (strings)"],
    ),
    (
        "evaluator",
        {"type": "CODE", "managed_evaluator": "regex", "variables": []},
        ["managed_evaluator: must be one of matches_regex, json_parseable, conta"],
    ),
    (
        "evaluator",
        {
            "type": "CODE",
            "managed_evaluator": "exact_match",
            "variables": [],
            "imports": "import re",
        },
        ["imports: belongs to code; remove it, or give code instead of managed_e"],
    ),
    (
        "evaluator",
        {**CODE, "static_params": [{"name": "a", "type": "string", "default_value": ["x"]}]},
        ["static_params[0].default_value: must be a list for string_array, and a"],
    ),
    (
        "evaluator",
        {**CODE, "template": "x"},
        ["template: there is no such argument; the arguments are name, space, de"],
    ),
    (
        "AI integration",
        {},
        ["provider: is missing; it must be one of open_ai, azure_open_ai, aws_be"],
    ),
    (
        "AI integration",
        {"provider": "openai"},
        ["provider: must be one of open_ai, azure_open_ai, aws_bedrock, vertex_a"],
    ),
    (
        "AI integration",
        {"provider": "open_ai", "api_key": ""},
        ["api_key: must be a non-empty string"],
    ),
    (
        "AI integration",
        {"provider": "open_ai", "headers": {"a": 1}},
        ["headers: each value must be a string"],
    ),
    (
        "AI integration",
        {"provider": "open_ai", "headers": {"a": "x" * 9000}},
        ["headers: must be at most 8,175 bytes as JSON"],
    ),
    (
        "AI integration",
        {"provider": "open_ai", "space": "x"},
        ["space: there is no such argument; the arguments are name, provider, ap"],
    ),
    (
        "AI integration",
        {"provider": "open_ai", "scopings": [{"space": "x"}]},
        ["scopings[0].space: there is no such argument; did you mean space_id?"],
    ),
    (
        "AI integration",
        {"provider": "open_ai", "model_names": "gpt"},
        ["model_names: must be a list of models' names (strings); put a single o"],
    ),
    (
        "AI integration",
        {"provider": "open_ai", "model_names": ["gpt", "gpt"]},
        ["model_names: duplicate item; list each once"],
    ),
    ("project", {"name": ""}, ["name: must be a non-empty string"]),
    (
        "project",
        {"description": "x"},
        ["description: there is no such argument; the arguments are name, space,"],
    ),
    (
        "prompt",
        {"provider": "open_ai"},
        ["messages: is missing; it must be a list of at least one message, each "],
    ),
    (
        "prompt",
        {"messages": [], "provider": "open_ai"},
        ["messages: must be a list of at least one message, each a dict with rol"],
    ),
    (
        "prompt",
        {"messages": [{"role": "bot", "content": "x"}], "provider": "gemini"},
        [
            "messages[0].role: must be one of user, assistant, system, tool",
            "provider: must be one of open_ai, azure_open_ai, aws_bedrock, vertex_a",
        ],
    ),
    (
        "prompt",
        {"messages": "x", "provider": "open_ai"},
        ["messages: must be a list of at least one message, each a dict with rol"],
    ),
    (
        "prompt",
        {"messages": [{"role": "user", "content": "x"}], "provider": "open_ai", "model_name": "x"},
        ["model_name: there is no such argument; did you mean model?"],
    ),
    (
        "prompt label",
        {"prompt": "a", "label": ""},
        [
            "label: must be a non-empty string, such as production",
            "version_id: is missing; it must be the ID of a version of the prompt",
        ],
    ),
    (
        "prompt label",
        {"prompt": "a", "label": "b", "version_id": "v1"},
        ["version_id: must be the ID of a prompt version (base64 text, as Arize "],
    ),
    (
        "prompt label",
        {"prompt": "a", "label": "b", "version_id": "RXZhbHVhdG9yOjE6OWVlODg0", "name": "x"},
        [
            "name: there is no such argument; the arguments are space, prompt, labe",
            "version_id: must be the ID of a prompt version, and it is the ID of an",
        ],
    ),
    (
        "dataset",
        {"examples": [], "key": "a"},
        ["examples: must be a list of at least one example, each a dict"],
    ),
    (
        "dataset",
        {"examples": {"a": 1}},
        ["examples: must be a list of at least one example, each a dict; put a s"],
    ),
    (
        "dataset",
        {"examples": ["a"]},
        ["examples[0]: must be an object: a dict, or the JSON text of one; this "],
    ),
    (
        "dataset",
        {"examples": [{"a": 1}], "source": "x.csv"},
        ["examples and source exclude each other; give one of them"],
    ),
    (
        "dataset",
        {"adopt": "x", "key": "a"},
        ["key: belongs to rows; give examples or source as well, or remove it"],
    ),
    (
        "dataset",
        {"examples": [{"a": None}]},
        ["examples[0]: must not hold None, since Pulumi drops it; to send a null"],
    ),
]

METADATA_KIND = "provider_metadata.kind: must be aws (for aws_bedrock) or gcp (for vertex_ai)"


@pytest.mark.parametrize(
    ("metadata", "sentences"),
    [
        ({"kind": "aws", "role_arn": "arn:a"}, []),
        ({"kind": "AWS", "role_arn": "arn:a"}, []),
        ('{"kind": "GCP"}', []),
        ({"kind": UNKNOWN}, []),
        (UNKNOWN, []),
        ({"kind": "azure"}, [METADATA_KIND]),
        ({"kind": 1}, [METADATA_KIND]),
        ({"role_arn": "arn:a"}, [METADATA_KIND]),
        ('{"kind": "aws"}', [METADATA_KIND]),  # JSON text is sent as it is
    ],
)
def test_metadata_is_of_a_kind_that_the_service_takes_and_in_its_case(
    metadata: Any, sentences: list[str]
) -> None:
    kind = KINDS["AI integration"]
    declared = {"name": "a", "provider": "aws_bedrock", "provider_metadata": metadata}
    assert kind.examine(declared)[1] == sentences
    if metadata == {"kind": "aws", "role_arn": "arn:a"}:
        sent = kind.parse(declared).body()["provider_metadata"]
        assert sent == {"kind": "AWS", "role_arn": "arn:a"}


@pytest.mark.parametrize(("noun", "values", "sentences"), WRONG)
def test_mistake_is_said_with_its_place(
    noun: str, values: dict[str, Any], sentences: list[str]
) -> None:
    said = KINDS[noun].examine(values)[1]
    assert [text[:70] for text in said] == sentences  # as far as a line goes
