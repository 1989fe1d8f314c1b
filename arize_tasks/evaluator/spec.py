"""What an evaluator is: its fields, and where each stands in the API's layout.

Source: POST and PATCH /v2/evaluators, POST /v2/evaluators/{id}/versions, and Arize's request
models (`TemplateConfigInput`, `ManagedCodeConfig`, `CustomCodeConfig`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from arize_tasks.schema import prompts
from arize_tasks.schema.base import Spec, exactly_one_of
from arize_tasks.schema.behaviour import (
    INTERNAL,
    LOCAL,
    NEW_VERSION,
    REPLACES,
    Each,
    IdOf,
    NameOf,
)
from arize_tasks.schema.collections import COLLECTIONS
from arize_tasks.schema.fields import (
    AnyCase,
    AnyText,
    DictOf,
    EmptyIsNone,
    Flag,
    FreeForm,
    ListOf,
    Number,
    Text,
)
from arize_tasks.schema.forms import VERSION
from arize_tasks.schema.free_form import with_nulls_as_text
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.model_calls import InvocationParameters
from arize_tasks.schema.named import VersionedSpec
from arize_tasks.schema.unknown import is_given

Granularity = Annotated[Literal["SPAN", "TRACE", "SESSION"], AnyCase, NEW_VERSION]

_NOT_IN_A_COLUMN = re.compile(r"[^a-zA-Z0-9_\s\-&()]+")
_VARIABLE = re.compile(r"(?<!\{)\{([^{}]*)\}(?!\})")


def column_for(name: str) -> str:
    """Return the column of an evaluator that is called so: without what the service refuses."""
    return _NOT_IN_A_COLUMN.sub("_", name).strip() or "evaluation"


class EvaluatorSpec(VersionedSpec):
    """What all evaluators have."""

    CONFIG: ClassVar[str] = ""
    """The part of a version that holds what is configured."""

    type: Annotated[str, REPLACES] = Field(description="an evaluator type")
    # Made once by `check` where the program gives none.
    column: Annotated[
        Annotated[Text, Field(pattern=r"^[a-zA-Z0-9_\s\-&()]+$")] | None, NEW_VERSION
    ] = Field(
        None,
        description="a string of letters, digits, spaces, underscores, hyphens, & and brackets",
    )
    data_granularity: Granularity = Field("SPAN", description="one of span, trace, session")
    adopt: Annotated[Text | None, LOCAL, NameOf("evaluator")] = Field(
        None, description="the name or ID of an evaluator"
    )

    def laid_out(self, version: dict[str, Any]) -> dict[str, Any]:
        """Return a version in the API's layout."""
        config = dict(version)
        if "column" in config:
            config["name"] = config.pop("column")
        return {self.CONFIG: self.configured(config)}

    def configured(self, config: dict[str, Any]) -> dict[str, Any]:
        """Return the configuration in the API's layout."""
        return config

    @classmethod
    def heard(cls, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return what the latest version holds beside the rest."""
        version = record.get(VERSION)
        config = version.get(cls.CONFIG) if isinstance(version, Mapping) else None
        if isinstance(version, Mapping) and isinstance(config, Mapping):
            config = {"data_granularity": "SPAN", **with_nulls_as_text(cls.flat(config))}
            if config["data_granularity"] is None:  # of versions that are older than the field
                config["data_granularity"] = "SPAN"
            own = {**config, "column": config.get("name")}
            # Of the configuration, and not the evaluator's own.
            own = {name: value for name, value in own.items() if name not in ("name", "type")}
            record = {**record, VERSION: {**version, **own}}
        return super().heard(record)

    @classmethod
    def flat(cls, config: Mapping[str, Any]) -> dict[str, Any]:
        """Return a configuration with all of its fields on one level."""
        return dict(config)


class TemplateEvaluatorSpec(EvaluatorSpec):
    """A judge: a model that is asked by a template."""

    CONFIG: ClassVar[str] = "template_config"

    type: Annotated[Literal["TEMPLATE"], AnyCase, REPLACES] = Field(description="template")
    template: Annotated[Text, NEW_VERSION] = Field(
        description="a non-empty string: the judge's prompt, with its {variables}"
    )
    ai_integration: Annotated[
        Text | None, NEW_VERSION, NameOf("ai_integration", into="ai_integration_id")
    ] = Field(None, description="the name or ID of an AI integration")
    ai_integration_id: Annotated[
        Text | None, NEW_VERSION, INTERNAL, IdOf("ai_integration", "ai_integration")
    ] = Field(None, description="the ID of an AI integration")
    model_name: Annotated[Text, NEW_VERSION] = Field(description="a model's name (a string)")
    classification_choices: Annotated[
        DictOf[Number] | None, EmptyIsNone, NEW_VERSION, Each("a number: the score of the label")
    ] = Field(None, description="a dict of label → score (a number)")
    # All of these are sent: where they are left out, the API's own texts differ about the default.
    direction: Annotated[Literal["MAXIMIZE", "MINIMIZE", "NONE"], AnyCase, NEW_VERSION] = Field(
        "MAXIMIZE", description="one of maximize, minimize, none"
    )
    include_explanations: Annotated[Flag, NEW_VERSION] = Field(True, description="true or false")
    use_function_calling: Annotated[Flag, NEW_VERSION] = Field(False, description="true or false")
    use_structured_output: Annotated[Flag, NEW_VERSION] = Field(True, description="true or false")
    invocation_parameters: Annotated[InvocationParameters | None, EmptyIsNone, NEW_VERSION] = Field(
        None, description="a dict of invocation parameters (temperature, max_tokens, …)"
    )
    provider_parameters: Annotated[FreeForm | None, EmptyIsNone, NEW_VERSION] = Field(
        None, description="an object of the provider's own parameters (a dict, or JSON text)"
    )

    def configured(self, config: dict[str, Any]) -> dict[str, Any]:
        """Return the configuration; what says how the model is called is a part of its own."""
        call = {name: config.pop(name) for name in _MODEL_CALL if name in config}
        # Both are demanded, and may be empty.
        empty: dict[str, Any] = {"invocation_parameters": {}, "provider_parameters": {}}
        return {**config, "llm_config": {**empty, **call}}

    @classmethod
    def flat(cls, config: Mapping[str, Any]) -> dict[str, Any]:
        """Return the configuration with what says how the model is called beside the rest."""
        call = config.get("llm_config")
        flat = {"use_structured_output": True, "direction": "MAXIMIZE", **config}
        return {**flat, **(call if isinstance(call, Mapping) else {})}

    def rules(self) -> Iterator[str]:
        """A judge asks a model, and its template has variables of the form that is filled."""
        if self.ai_integration is None:
            yield "ai_integration: is missing; give the name or ID of an AI integration"
        if is_given(self.template):
            yield from _wrong_variables(self.template)

    def doubts(self) -> Iterator[str]:
        """The template has a variable."""
        if is_given(self.template):
            yield from (f"template: {doubt}" for doubt in prompts.doubts(self.template, "F_STRING"))


_MODEL_CALL = ("ai_integration_id", "model_name", "invocation_parameters", "provider_parameters")


def _wrong_variables(template: str) -> Iterator[str]:
    if "{{" in template:
        yield "template: {{…}} is no variable of an evaluator; write {…}"
    elif any("." in name for name in _VARIABLE.findall(template)):
        yield (
            "template: a variable's name must have no dot; call it {input}, and let the task's "
            "column_mappings say which column it is"
        )


class StaticParam(Spec):
    """A parameter of a code evaluator, the same for every row."""

    KEY: ClassVar[str | None] = "name"

    name: AnyText = Field(description="the parameter's name (a string)")
    type: Annotated[Literal["STRING", "STRING_ARRAY", "REGEX"], AnyCase] = Field(
        description="one of string, string_array, regex"
    )
    default_value: AnyText | ListOf[AnyText] = Field(
        description="a string; for string_array, a list of strings"
    )

    def rules(self) -> Iterator[str]:
        """Its value is of its type."""
        known, is_list = self.known(), isinstance(self.default_value, list)
        if {"type", "default_value"} <= known.keys() and is_list is not (
            self.type == "STRING_ARRAY"
        ):
            yield "default_value: must be a list for string_array, and a string otherwise"


class CodeEvaluatorSpec(EvaluatorSpec):
    """Code: the client's own, or one that is built in."""

    CONFIG: ClassVar[str] = "code_config"

    type: Annotated[Literal["CODE"], AnyCase, REPLACES] = Field(description="code")
    code: Annotated[Text | None, NEW_VERSION] = Field(
        None, description="the source of a class (a string)"
    )
    imports: Annotated[Text | None, NEW_VERSION] = Field(
        None, description="the source of its imports (a string)"
    )
    managed_evaluator: Annotated[
        Literal[
            "MATCHES_REGEX",
            "JSON_PARSEABLE",
            "CONTAINS_ANY_KEYWORD",
            "CONTAINS_ALL_KEYWORDS",
            "EXACT_MATCH",
        ]
        | None,
        AnyCase,
        NEW_VERSION,
    ] = Field(
        None,
        description="one of matches_regex, json_parseable, contains_any_keyword, "
        "contains_all_keywords, exact_match",
    )
    variables: Annotated[ListOf[AnyText], NEW_VERSION, Each("a variable's name (a string)")] = (
        Field(description="a list of variables' names (strings)")
    )
    query_filter: Annotated[Text | None, NEW_VERSION] = Field(
        None, description="a non-empty string"
    )
    static_params: Annotated[
        ListOf[StaticParam] | None,
        EmptyIsNone,
        NEW_VERSION,
        Each("a dict with name, type and default_value"),
    ] = Field(None, description="a list of dicts with name, type and default_value")

    def configured(self, config: dict[str, Any]) -> dict[str, Any]:
        """Return the configuration with its own type."""
        type_ = "MANAGED" if "managed_evaluator" in config else "CUSTOM"
        return {"type": type_, **config}

    def rules(self) -> Iterator[str]:
        """It is the client's own code, or one that is built in."""
        yield from exactly_one_of(self, "code", "managed_evaluator")
        if is_given(self.imports) and is_given(self.managed_evaluator):
            yield "imports: belongs to code; remove it, or give code instead of managed_evaluator"


EVALUATOR = Kind(
    noun="evaluator",
    specs={"TEMPLATE": TemplateEvaluatorSpec, "CODE": CodeEvaluatorSpec},
    classes={"TemplateEvaluator": ("TEMPLATE",), "CodeEvaluator": ("CODE",)},
    handler="arize_tasks.evaluator.handler:EvaluatorHandler",
    collection=COLLECTIONS["evaluator"],
    scope=("space_id",),
    computed=("version_id", "commit_hash", "created_at", "updated_at", "created_by_user_id"),
    derived=("adopting",),
    review="arize_tasks.cli.commenting.preview.judges:JudgeReviewer",
    names_stay_taken=True,
)
