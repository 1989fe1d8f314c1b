"""The rows: one for each field of each kind of task, with two values, and what a change does.

Written from the change table of the public face, by hand: what our code says of itself is not
asked here. `$second` and the like stand for IDs that exist only once the server runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Path = tuple[str | int, ...]

UPDATE, REPLACE, NOTHING, IMPOSSIBLE = "update", "replace", "nothing", "impossible"

MAPPED = {"evaluator": "my-evaluator", "column_mappings": {"input": "question"}}
MESSAGES = [
    {"role": "SYSTEM", "content": "You are a helpful assistant."},
    {"role": "USER", "content": "Answer: {question}"},
]
BASES: dict[str, dict[str, Any]] = {
    "project": {
        "type": "template_evaluation",
        "project": "my-project",
        "evaluators": [MAPPED, {"evaluator": "my-second-evaluator"}],
    },
    "dataset": {
        "type": "template_evaluation",
        "dataset": "my-dataset",
        "experiment_ids": ["$experiment"],
        "evaluators": [MAPPED],
    },
    "trace": {
        "type": "template_evaluation",
        "project": "my-project",
        "query_filters": {"filters": [{"id": "A", "filter": "a = 1"}]},
        "evaluators": [
            {
                "evaluator": "my-trace-evaluator",
                "query_mappings": [
                    {"variable_name": "v", "query_ids": ["A"], "attribute_path": "attributes.x"}
                ],
            }
        ],
    },
    "code": {
        "type": "code_evaluation",
        "project": "my-project",
        "evaluators": [{"evaluator": "my-code-evaluator"}],
    },
    "generation": {
        "dataset": "my-dataset",
        "run_configuration": {
            "experiment_type": "llm_generation",
            "ai_integration": "my-openai-integration",
            "input_variable_format": "f_string",
            "messages": MESSAGES,
        },
    },
    "template": {
        "dataset": "my-dataset",
        "run_configuration": {
            "experiment_type": "template_evaluation",
            "ai_integration": "my-openai-integration",
            "template": "Is {{answer}} right?",
            "provide_explanation": True,
        },
    },
    "agent": {
        "dataset": "my-dataset",
        "run_configuration": {
            "experiment_type": "agent_call",
            "integration": "my-agent-integration",
            "input_template": {"q": "{{question}}"},
        },
    },
}
EXPERIMENTS = ("generation", "template", "agent")
TITLES = {
    "project": "evaluation of a project's spans",
    "dataset": "evaluation of a dataset's experiments",
    "trace": "evaluation of traces or sessions",
    "code": "code evaluation",
    "generation": "experiment: llm_generation",
    "template": "experiment: template_evaluation",
    "agent": "experiment: agent_call",
}


@dataclass(frozen=True)
class Row:
    """One field.

    Attributes:
        kind: Which base it is a field of.
        path: Where it stands in the arguments.
        first: A value.
        second: Another one.
        changed: What going from the first to the second does.
        removed: What taking it away does; IMPOSSIBLE where it can't be.
        clears: Taken away, it is sent as null.
        api: Path and values as the API has them, where they differ: (path, first, second).
        drifts: Whether the server's value can change.
        text: Whether it is free text, which may be secret.
        also: What else is different with the second value.
        unknown: What a value that is unknown at preview does there, where it is not `changed`.
        ordered: For a list: whether another order is a change; None for what is no list.
    """

    kind: str
    path: Path
    first: Any
    second: Any
    changed: str = UPDATE
    removed: str = UPDATE
    clears: bool = False
    api: tuple[Path, Any, Any] | None = None
    drifts: bool = True
    text: bool = False
    also: dict[str, Any] | None = None
    unknown: str | None = None
    ordered: bool | None = None

    @property
    def name(self) -> str:
        """The row's name, fit for a Pulumi resource."""
        return "-".join([self.kind, *(str(step).replace("_", "-") for step in self.path)])

    @property
    def top(self) -> str:
        """The field of the task that it is or belongs to."""
        return str(self.path[0])


def config(kind: str, *path: str | int, first: Any, second: Any, **more: Any) -> Row:
    """A field of a run configuration."""
    return Row(kind, ("run_configuration", *path), first, second, **more)


def calls(kind: str) -> list[Row]:
    """What the two kinds of experiment that call a model share."""
    parameters: list[tuple[str, Any, Any]] = [
        ("temperature", 0, 0.5),
        ("max_tokens", 100, 200),
        ("max_completion_tokens", 100, 200),
        ("top_p", 0.9, 1),
        ("frequency_penalty", -2, 1.5),
        ("presence_penalty", 0, 2),
        ("top_k", 1, 40),
        ("thinking_level", "low", "high"),
        ("thinking_budget", 0, 128),
        ("reasoning_effort", "low", "high"),
        ("verbosity", "low", "high"),
    ]
    return [
        config(
            kind,
            "ai_integration",
            first="my-openai-integration",
            second="my-broken-integration",
            removed=IMPOSSIBLE,
            api=(
                ("run_configuration", "ai_integration_id"),
                "$ai_integration_id",
                "$broken_ai_integration_id",
            ),
        ),
        config(kind, "model_name", first="gpt-4o", second="gpt-4o-mini"),
        *(
            config(kind, "invocation_parameters", name, first=first, second=second)
            for name, first, second in parameters
        ),
        config(
            kind,
            "invocation_parameters",
            "stop",
            first=["one", "two"],
            second=["three"],
            ordered=True,
        ),
        config(
            kind,
            "invocation_parameters",
            "response_format",
            first={"type": "TEXT"},
            second={
                "type": "JSON_SCHEMA",
                "json_schema": {"name": "n", "schema": {"type": "object", "maxItems": 3}},
            },
        ),
        config(
            kind,
            "invocation_parameters",
            "tool_config",
            first={"tools": [{"name": "a"}], "tool_choice": "auto"},
            second={"tools": [{"name": "b"}], "tool_choice": {"type": "function"}},
        ),
        config(kind, "provider_parameters", first={"n": 1}, second={"n": 2, "deep": {"x": [1]}}),
    ]


ROWS: list[Row] = [
    # --- every evaluation task
    Row("project", ("name",), "first name", "second name"),
    Row("code", ("name",), "code name", "other code name"),
    Row(
        "project",
        ("type",),
        "TEMPLATE_EVALUATION",
        "CODE_EVALUATION",
        REPLACE,
        IMPOSSIBLE,
        drifts=False,
        also={"evaluators": [{"evaluator": "my-code-evaluator"}]},
    ),
    Row(
        "project",
        ("project",),
        "my-project",
        "other-project",
        REPLACE,
        IMPOSSIBLE,
        api=(("project_id",), "$project_id", "$other_project_id"),
        drifts=False,
    ),
    Row(
        "dataset",
        ("dataset",),
        "my-dataset",
        "other-dataset",
        REPLACE,
        IMPOSSIBLE,
        also={"experiment_ids": ["$other_experiment"]},
        api=(("dataset_id",), "$dataset_id", "$other_dataset_id"),
        drifts=False,
    ),
    Row(
        "dataset",
        ("experiment_ids",),
        ["$experiment", "$second_experiment"],
        ["$second_experiment"],
        REPLACE,
        IMPOSSIBLE,
        drifts=False,
        ordered=False,
    ),
    Row("project", ("sampling_rate",), 0.5, 0.25),
    Row("code", ("sampling_rate",), 0.75, 0),
    Row("project", ("is_continuous",), True, False),
    Row("project", ("query_filter",), "a = 1", "a = 2", clears=True, text=True),
    Row("code", ("query_filter",), "a = 1", "a = 2", clears=True, text=True),
    Row("dataset", ("query_filter",), "a = 1", "a = 2", clears=True, text=True),
    # In a space that is not known yet, a name may mean another thing: announced is the worst.
    Row(
        "project",
        ("space",),
        "my-space",
        "$space_id",
        NOTHING,
        NOTHING,
        drifts=False,
        unknown=REPLACE,
    ),
    # --- evaluators
    Row(
        "project",
        ("evaluators",),
        [MAPPED, {"evaluator": "my-second-evaluator"}],
        [{"evaluator": "my-second-evaluator"}],
        removed=IMPOSSIBLE,
        api=(
            ("evaluators",),
            None,
            [{"evaluator_id": "$second_evaluator_id"}],
        ),
        ordered=False,
    ),
    Row(
        "project",
        ("evaluators", 0, "evaluator_version_id"),
        "$evaluator_version_id",
        "$latest_evaluator_version_id",
    ),
    Row("project", ("evaluators", 0, "query_filter"), "b = 1", "b = 2", text=True),
    Row(
        "project",
        ("evaluators", 0, "column_mappings"),
        {"input": "question"},
        {"input": "prompt", "output": "answer"},
    ),
    Row("project", ("evaluators", 0, "column_mappings", "input"), "one", "two", text=True),
    Row("code", ("evaluators", 0, "column_mappings"), {"a": "b"}, {"a": "c"}),
    # --- traces and sessions
    Row(
        "trace",
        ("query_filters",),
        {
            "filters": [{"id": "A", "filter": "a = 1"}, {"id": "B", "filter": "b = 1"}],
            "expression": "A AND B",
        },
        {"filters": [{"id": "A", "filter": "a = 2"}]},
        removed=IMPOSSIBLE,
    ),
    Row(
        "trace",
        ("query_filters", "filters", 0, "filter"),
        "a = 1",
        "a = 3",
        removed=IMPOSSIBLE,
        text=True,
    ),
    Row("trace", ("query_filters", "expression"), "A", "NOT A", text=True),
    Row(
        "trace",
        ("evaluators", 0, "query_mappings"),
        [
            {"variable_name": "v", "query_ids": ["A"], "attribute_path": "attributes.x"},
            {"variable_name": "w", "query_ids": [], "attribute_path": "attributes.y"},
        ],
        [{"variable_name": "v", "query_ids": ["A"], "attribute_path": "attributes.z"}],
        removed=IMPOSSIBLE,
        ordered=False,
    ),
    # --- experiments
    Row("generation", ("name",), "first experiment task", "second experiment task"),
    Row(
        "generation",
        ("dataset",),
        "my-dataset",
        "other-dataset",
        REPLACE,
        IMPOSSIBLE,
        api=(("dataset_id",), "$dataset_id", "$other_dataset_id"),
        drifts=False,
    ),
    config(
        "generation",
        "messages",
        first=MESSAGES,
        second=[{"role": "USER", "content": "Q: {question}"}],
        removed=IMPOSSIBLE,
        ordered=True,
    ),
    config("generation", "messages", 1, "content", first="one", second="two", text=True),
    config(
        "generation",
        "messages",
        1,
        "role",
        first="USER",
        second="ASSISTANT",
        removed=IMPOSSIBLE,
    ),
    config(
        "generation",
        "messages",
        1,
        "tool_calls",
        first=[{"id": "1", "type": "FUNCTION", "function": {"name": "f", "arguments": "{}"}}],
        second=[{"id": "2", "type": "FUNCTION", "function": {"name": "g", "arguments": "{}"}}],
    ),
    config("generation", "messages", 1, "tool_call_id", first="1", second="2"),
    config(
        "generation",
        "input_variable_format",
        first="F_STRING",
        second="MUSTACHE",
        removed=IMPOSSIBLE,
    ),
    config(
        "generation",
        "tool_config",
        first={"tools": [{"name": "a"}]},
        second={"tools": [{"name": "b", "strict": True}]},
    ),
    config("generation", "prompt_version_id", first="$prompt_one", second="$prompt_two"),
    *calls("generation"),
    config(
        "template", "template", first="one {{x}}", second="two {{x}}", removed=IMPOSSIBLE, text=True
    ),
    config("template", "provide_explanation", first=True, second=False, removed=IMPOSSIBLE),
    config(
        "template",
        "classification_choices",
        first={"right": 1, "wrong": 0},
        second={"right": 1, "wrong": 0.5},
    ),
    config("template", "column_mapping", first={"answer": "a"}, second={"answer": "b"}),
    config(
        "template",
        "evaluator_version_id",
        first="$evaluator_version_id",
        second="$latest_evaluator_version_id",
    ),
    *calls("template"),
    config(
        "agent",
        "integration",
        first="my-agent-integration",
        second="my-second-agent-integration",
        removed=IMPOSSIBLE,
        api=(("run_configuration", "integration_id"), "$agent_integration_id", "$second_agent_id"),
    ),
    config(
        "agent",
        "input_template",
        first={"q": "{{question}}", "n": 3},
        second={"q": "{{dataset.question}} now", "list": [1, {"x": 2.5}]},
        removed=IMPOSSIBLE,
    ),
]
