"""Evaluators as Pulumi resources: LLM judges, and code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pulumi import Input, Output, ResourceOptions

from arize_tasks.evaluator.args import StaticParamArgs
from arize_tasks.evaluator.provider import FROM_NAME, EvaluatorProvider
from arize_tasks.resources.base import ArizeResource, ReadableResource
from arize_tasks.resources.values import derived

Managed = (
    Literal[
        "matches_regex",
        "json_parseable",
        "contains_any_keyword",
        "contains_all_keywords",
        "exact_match",
    ]
    | str
)
"""The evaluators that are built in."""

Granularity = Literal["span", "trace", "session"] | str
"""What is judged at once."""


class Evaluator(ReadableResource):
    """What the classes of evaluators share."""

    stands_for = "evaluator"
    provider_class = EvaluatorProvider

    def _computed(self, declared: Mapping[str, Any]) -> Mapping[str, Any]:
        # The placeholder carries whether the name that it is made of is a secret.
        if declared.get("column") is not None or declared.get("name") is None:
            return {}
        return {"column": derived(declared["name"], lambda _: FROM_NAME)}


class TemplateEvaluator(Evaluator, module="arize", name="TemplateEvaluator"):
    """A judge: a model that is asked by a template.

    A change of anything but `name` and `description` appends a version, which is the latest at
    once; versions are never deleted or changed.

    Example:
        import arize_tasks

        arize_tasks.TemplateEvaluator(
            "correctness",
            ai_integration="my-openai-integration",
            model_name="gpt-4o",
            template="Is {output} a right answer to {input}?",
            classification_choices={"correct": 1, "wrong": 0},
        )

    Attributes:
        type: TEMPLATE.
        space_id: The ID of its space.
        version_id: The latest version: what this declaration has made, or found to be the same.
        commit_hash: The service's digest of that version.
        created_at: When it was made.
        updated_at: When it was last changed.
        created_by_user_id: Who made it.
        endpoint: The base URL at which it lives.

    Destroyed:
        The evaluator is deleted, with its versions. The service refuses that while a task uses it.

    Source: POST, GET, PATCH, DELETE /v2/evaluators, POST /v2/evaluators/{id}/versions.
    """

    name: Output[str]
    type: Output[str]
    space: Output[str | None]
    space_id: Output[str]
    template: Output[str]
    ai_integration: Output[str | None]
    model_name: Output[str]
    column: Output[str]
    classification_choices: Output[Mapping[str, float] | None]
    direction: Output[str]
    data_granularity: Output[str]
    include_explanations: Output[bool]
    use_function_calling: Output[bool]
    use_structured_output: Output[bool]
    invocation_parameters: Output[Mapping[str, Any] | None]
    provider_parameters: Output[Mapping[str, Any] | None]
    description: Output[str | None]
    commit_message: Output[str | None]
    adopt: Output[str | None]
    version_id: Output[str]
    commit_hash: Output[str]
    created_at: Output[str]
    updated_at: Output[str]
    created_by_user_id: Output[str | None]
    endpoint: Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        template: Input[str],
        ai_integration: Input[str] | ArizeResource,
        model_name: Input[str],
        name: Input[str] | None = None,
        space: Input[str] | None = None,
        column: Input[str] | None = None,
        classification_choices: Input[Mapping[str, Input[float]]] | None = None,
        direction: Input[Literal["maximize", "minimize", "none"] | str] | None = None,
        data_granularity: Input[Granularity] | None = None,
        include_explanations: Input[bool] | None = None,
        use_function_calling: Input[bool] | None = None,
        use_structured_output: Input[bool] | None = None,
        invocation_parameters: Input[Mapping[str, Any]] | None = None,
        provider_parameters: Input[Mapping[str, Any] | str] | None = None,
        description: Input[str] | None = None,
        commit_message: Input[str] | None = None,
        adopt: Input[str] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """A judge: a model that is asked by a template.

        Args:
            resource_name: Pulumi's name for the resource.
            template: The judge's prompt; `{input}` is a variable.
            ai_integration: Name, ID or `AiIntegration` of the connection to the model.
            model_name: The model, such as gpt-4o.
            name: The evaluator's name, unique in its space. Default: the resource's name with a
                random suffix, stable for the evaluator's life. A change renames it.
            space: Name or ID of the space. Default: `arize:space`, else `ARIZE_SPACE`. A change
                makes a new evaluator.
            column: The column of its labels and scores. Default: from `name`, else from the
                resource's name, made once: a rename changes no column.
            classification_choices: Label → score (a number), a dict. Default: none; the judge
                answers in free form.
            direction: Which scores are good: maximize (high ones), minimize (low ones) or none.
                Default: maximize.
            data_granularity: What is judged at once: span, trace or session. Default: span.
            include_explanations: Whether the judge says why. Default: true.
            use_function_calling: Whether the model's function calls are used. Default: false.
            use_structured_output: Whether the model's structured output is used. Default: true.
            invocation_parameters: How the model is called: temperature, max_tokens and the like.
                Default: not sent; the model's own.
            provider_parameters: The provider's own parameters, as a dict or as JSON text (which may
                hold nulls). Default: not sent.
            description: What it is for. Default: none; taken away, it is cleared.
            commit_message: Of the version that the next change appends, 1 to 1,000 characters.
                Default: "Deployed with Pulumi". A change of it alone appends none.
            adopt: Name or ID of an evaluator that exists: it is adopted, changed to what is
                declared, and managed from then on. Taking the argument away later changes nothing.
                Default: a new evaluator is made.
            opts: Pulumi's resource options. Default: none.
        """
        declared: dict[str, Any] = {
            "type": "TEMPLATE",
            "template": template,
            "ai_integration": ai_integration,
            "model_name": model_name,
            "name": name,
            "space": space,
            "column": column,
            "classification_choices": classification_choices,
            "direction": direction,
            "data_granularity": data_granularity,
            "include_explanations": include_explanations,
            "use_function_calling": use_function_calling,
            "use_structured_output": use_structured_output,
            "invocation_parameters": invocation_parameters,
            "provider_parameters": provider_parameters,
            "description": description,
            "commit_message": commit_message,
            "adopt": adopt,
        }
        super().__init__(self.provider_class(), resource_name, declared, opts)


class CodeEvaluator(Evaluator, module="arize", name="CodeEvaluator"):
    """An evaluator that is code: your own (`code`), or one that is built in.

    A change of anything but `name` and `description` appends a version, which is the latest at
    once; versions are never deleted or changed.

    Example:
        import arize_tasks

        arize_tasks.CodeEvaluator(
            "is-json",
            managed_evaluator="json_parseable",
            variables=["output"],
        )

    Attributes:
        type: CODE.
        space_id: The ID of its space.
        version_id: The latest version: what this declaration has made, or found to be the same.
        commit_hash: The service's digest of that version.
        created_at: When it was made.
        updated_at: When it was last changed.
        created_by_user_id: Who made it.
        endpoint: The base URL at which it lives.

    Destroyed:
        The evaluator is deleted, with its versions. The service refuses that while a task uses it.

    Source: POST, GET, PATCH, DELETE /v2/evaluators, POST /v2/evaluators/{id}/versions.
    """

    name: Output[str]
    type: Output[str]
    space: Output[str | None]
    space_id: Output[str]
    column: Output[str]
    code: Output[str | None]
    imports: Output[str | None]
    managed_evaluator: Output[str | None]
    variables: Output[Sequence[str]]
    static_params: Output[Sequence[Mapping[str, Any]] | None]
    data_granularity: Output[str]
    query_filter: Output[str | None]
    description: Output[str | None]
    commit_message: Output[str | None]
    adopt: Output[str | None]
    version_id: Output[str]
    commit_hash: Output[str]
    created_at: Output[str]
    updated_at: Output[str]
    created_by_user_id: Output[str | None]
    endpoint: Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        variables: Input[Sequence[Input[str]]],
        code: Input[str] | None = None,
        imports: Input[str] | None = None,
        managed_evaluator: Input[Managed] | None = None,
        static_params: Input[Sequence[Input[StaticParamArgs]]] | None = None,
        query_filter: Input[str] | None = None,
        name: Input[str] | None = None,
        space: Input[str] | None = None,
        column: Input[str] | None = None,
        data_granularity: Input[Granularity] | None = None,
        description: Input[str] | None = None,
        commit_message: Input[str] | None = None,
        adopt: Input[str] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """An evaluator that is code: your own (`code`), or one that is built in.

        Args:
            resource_name: Pulumi's name for the resource.
            variables: Names of the variables that it takes, in order.
            code: The source of a class. Exactly one of `code` and `managed_evaluator`. Default:
                none.
            imports: The source of its imports; only with `code`. Default: none.
            managed_evaluator: One that is built in: matches_regex, json_parseable,
                contains_any_keyword, contains_all_keywords or exact_match. Default: none.
            static_params: Parameters whose values are equal for every row, each a dict (or
                `StaticParamArgs`): `name`, `type` and `default_value`. Default: none.
            query_filter: Which rows it scores, in Arize's filter language. Default: all.
            name: The evaluator's name, unique in its space. Default: the resource's name with a
                random suffix, stable for the evaluator's life. A change renames it.
            space: Name or ID of the space. Default: `arize:space`, else `ARIZE_SPACE`. A change
                makes a new evaluator.
            column: The column of its labels and scores. Default: from `name`, else from the
                resource's name, made once: a rename changes no column.
            data_granularity: What is judged at once: span, trace or session. Default: span.
            description: What it is for. Default: none; taken away, it is cleared.
            commit_message: Of the version that the next change appends, 1 to 1,000 characters.
                Default: "Deployed with Pulumi". A change of it alone appends none.
            adopt: Name or ID of an evaluator that exists: it is adopted, changed to what is
                declared, and managed from then on. Taking the argument away later changes nothing.
                Default: a new evaluator is made.
            opts: Pulumi's resource options. Default: none.
        """
        declared: dict[str, Any] = {
            "type": "CODE",
            "variables": variables,
            "code": code,
            "imports": imports,
            "managed_evaluator": managed_evaluator,
            "static_params": static_params,
            "query_filter": query_filter,
            "name": name,
            "space": space,
            "column": column,
            "data_granularity": data_granularity,
            "description": description,
            "commit_message": commit_message,
            "adopt": adopt,
        }
        super().__init__(self.provider_class(), resource_name, declared, opts)
