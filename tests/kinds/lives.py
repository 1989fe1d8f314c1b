"""What each kind that lives in a collection can be given, field by field: real values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pulumi.dynamic import ResourceProvider

from arize_tasks.ai_integration.provider import AiIntegrationProvider
from arize_tasks.evaluator.provider import EvaluatorProvider
from arize_tasks.project.provider import ProjectProvider
from arize_tasks.prompt.provider import PromptProvider

Values = dict[str, Any]
PATCHED, VERSION, RELEASED, REFUSED, NEW = "PATCH", "POST", "nothing", "refused", "new"


@dataclass(frozen=True)
class Field:
    """One field, given in two ways.

    Attributes:
        before: A value.
        after: Another one.
        changed: What the change does: the method of the request, or one of the words above.
        removed: The same for taking it out of the program; None where it is needed.
        beside: What else must be declared with it.
        without: What must not be declared with it.
    """

    before: Any
    after: Any
    changed: str = VERSION
    removed: str | None = VERSION
    beside: Values = field(default_factory=dict)
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Life:
    """One class of a kind.

    Attributes:
        provider: Makes its provider.
        path: Of its collection.
        base: The smallest declaration.
        fields: Of all that a program can give beside `name`, `space` and `adopt`.
    """

    provider: type[ResourceProvider]
    path: str
    base: Values
    fields: dict[str, Field]


_CUSTOM = {"code": "class A(CodeEvaluator):\n    def evaluate(self, output): ..."}
_OF_VERSIONS = {
    "description": Field("what it is for", "what else", PATCHED, PATCHED),
    "commit_message": Field("first", "second", RELEASED, RELEASED),
}
_OF_EVALUATORS = {
    **_OF_VERSIONS,
    "column": Field("tone", "tone 2", VERSION, RELEASED),
    "data_granularity": Field("trace", "session"),
}
MESSAGES = [{"role": "user", "content": "Answer {question}"}]

LIVES: dict[str, Life] = {
    "TemplateEvaluator": Life(
        EvaluatorProvider,
        "/v2/evaluators",
        {
            "type": "TEMPLATE",
            "template": "Is {output} right?",
            "ai_integration": "my-openai-integration",
            "model_name": "gpt-4o",
        },
        {
            **_OF_EVALUATORS,
            "template": Field("Is {output} right?\n", "Is {output} wrong? \u2713", removed=None),
            "ai_integration": Field("my-openai-integration", "my-broken-integration", removed=None),
            "model_name": Field("gpt-4o", "gpt-4o-mini", removed=None),
            "classification_choices": Field({"yes": 1, "no": 0}, {"yes": 1, "no": 0.5}),
            "direction": Field("minimize", "none"),
            "include_explanations": Field(False, True, removed=VERSION),
            "use_function_calling": Field(True, False, removed=VERSION),
            "use_structured_output": Field(False, True, removed=VERSION),
            "invocation_parameters": Field({"temperature": 0.1}, {"temperature": 0.1, "top_p": 1}),
            "provider_parameters": Field({"region": "eu"}, {"region": "us"}),
        },
    ),
    "CodeEvaluator": Life(
        EvaluatorProvider,
        "/v2/evaluators",
        {"type": "CODE", "variables": ["output"], "managed_evaluator": "json_parseable"},
        {
            **_OF_EVALUATORS,
            "variables": Field(["output"], ["answer"], removed=None),
            "managed_evaluator": Field("json_parseable", "exact_match", removed=None),
            "code": Field(
                _CUSTOM["code"],
                _CUSTOM["code"].replace("A", "B"),
                removed=None,
                without=("managed_evaluator",),
            ),
            "imports": Field(
                "import re", "import json", beside=_CUSTOM, without=("managed_evaluator",)
            ),
            "query_filter": Field("span_kind = 'LLM'", "span_kind = 'TOOL'"),
            "static_params": Field(
                [{"name": "pattern", "type": "regex", "default_value": "a+"}],
                [{"name": "pattern", "type": "regex", "default_value": "b+"}],
                beside={"managed_evaluator": "matches_regex"},
                removed=None,
            ),
        },
    ),
    "AiIntegration": Life(
        AiIntegrationProvider,
        "/v2/ai-integrations",
        {"provider": "open_ai"},
        {
            "provider": Field("open_ai", "anthropic", PATCHED, None),
            "api_key": Field("sk-first", "sk-second", PATCHED, RELEASED),
            "base_url": Field("https://a.example.com", "https://b.example.com", PATCHED, RELEASED),
            "model_names": Field(["gpt-4o"], ["gpt-4o", "gpt-5"], PATCHED, RELEASED),
            "headers": Field({"x-team": "a"}, {"x-team": "b"}, PATCHED, RELEASED),
            "enable_default_models": Field(True, False, PATCHED, RELEASED),
            "function_calling_enabled": Field(False, True, PATCHED, RELEASED),
            "auth_type": Field("bearer_token", "proxy_with_headers", PATCHED, RELEASED),
            "provider_metadata": Field(
                {"kind": "AWS", "role_arn": "arn:a"},
                {"kind": "AWS", "role_arn": "arn:b"},
                PATCHED,
                RELEASED,
            ),
            "scopings": Field(
                [{"organization_id": "ORGANIZATION"}],
                [{"organization_id": "ORGANIZATION", "space_id": "SPACE"}],
                PATCHED,
                RELEASED,
            ),
        },
    ),
    "Project": Life(ProjectProvider, "/v2/projects", {}, {}),
    "Prompt": Life(
        PromptProvider,
        "/v2/prompts",
        {"messages": MESSAGES, "provider": "open_ai"},
        {
            **_OF_VERSIONS,
            "messages": Field(MESSAGES, [*MESSAGES, *MESSAGES], removed=None),
            "provider": Field("open_ai", "custom", removed=None),
            "model": Field("gpt-4o", "gpt-4o-mini"),
            "input_variable_format": Field("mustache", "none"),
            "invocation_parameters": Field({"temperature": 0.1}, {"temperature": 0.2}),
            "provider_parameters": Field({"region": "eu"}, {"region": "us"}),
        },
    ),
}
FIELDS = [(face, name) for face, life in LIVES.items() for name in life.fields]
