"""Tasks of every kind and with every oddity, made with Arize's own SDK."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle, islice
from typing import Any

from arize import ArizeClient
from arize._generated.api_client.models.task_query_mapping_input import TaskQueryMappingInput
from arize._generated.api_client.models.trace_or_session_evaluator_input import (
    TraceOrSessionEvaluatorInput,
)
from arize.tasks.types import (
    Task,
    TaskEvaluatorInput,
    TaskQueryFilter,
    TaskQueryFilters,
    TaskType,
)

from tests.emulator.process import Emulator
from tests.emulator.sdk import create_experiment_task, create_project_task, span_evaluator

ODD_TEXT = (
    'He said "it\'s {{fine}}", {braces}, %s \\ back\\nslash, a tab\t, a bell\a,'
    " \u00a0 and \u202e.\r\n"
    "  Ünïcödé, 日本語, العربية, 🎉 and ❤️.\n\n"
    f"{'A sentence that is far too long for one line of a program. ' * 4}\n"
    f"{'x' * 250}\n"
)
QUOTED = ODD_TEXT.replace("'", "''")  # as filters want it
ODD_NAMES = (
    "class",
    "import",
    "match",
    "list",
    "l",
    "3 % of spans",
    "日本語の評価",
    "🎉",
    'He said "it\'s fine" \\ {x} %s',
    "two\nlines\tand a tab",
    "Nightly tone",
    "nightly-TONE!",
    "nightly tone 2",
    "arize tasks",
    "json",
    "Ünïcödé",
    "very long " * 20,
)


def span_task(sdk: ArizeClient, emulator: Emulator, name: str) -> Task:
    """Continuous, sampled, filtered; one evaluator is pinned and has a filter of its own."""
    pinned = span_evaluator(
        emulator.fixtures["evaluator_id"],
        evaluator_version_id=emulator.fixtures["evaluator_version_id"],
        query_filter="latency_ms > 10",
        column_mappings={"input": "attributes.input.value", "output": ODD_TEXT},
    )
    return create_project_task(
        sdk,
        emulator,
        name=name,
        is_continuous=True,
        sampling_rate=0.15,
        query_filter=f"status = 'OK' and note = '{QUOTED}'",
        evaluators=[pinned, span_evaluator(emulator.fixtures["second_evaluator_id"])],
    )


def bare_task(sdk: ArizeClient, emulator: Emulator, name: str) -> Task:
    """Only what is needed."""
    return create_project_task(
        sdk,
        emulator,
        name=name,
        evaluators=[span_evaluator(emulator.fixtures["evaluator_id"])],
    )


def trace_task(sdk: ArizeClient, emulator: Emulator, name: str) -> Task:
    """Query filters and mappings."""
    mappings = [
        TaskQueryMappingInput(variable_name="input", query_ids=["A", "B"], attribute_path="a.b"),
        TaskQueryMappingInput(variable_name="output", query_ids=[], attribute_path="a.c"),
    ]
    evaluator = TraceOrSessionEvaluatorInput(
        evaluator_id=emulator.fixtures["trace_evaluator_id"], query_mappings=mappings
    )
    filters = TaskQueryFilters(
        filters=[
            TaskQueryFilter(id="A", filter="name = 'root'"),
            TaskQueryFilter(id="B", filter="name = 'leaf'"),
        ],
        expression="A AND NOT B",
    )
    return create_project_task(
        sdk,
        emulator,
        name=name,
        evaluators=[TaskEvaluatorInput(evaluator)],
        query_filters=filters,
    )


def lone_filter_task(sdk: ArizeClient, emulator: Emulator, name: str) -> Task:
    """One query filter, whose expression the server fills in."""
    evaluator = TraceOrSessionEvaluatorInput(
        evaluator_id=emulator.fixtures["trace_evaluator_id"],
        query_mappings=[
            TaskQueryMappingInput(variable_name="x", query_ids=["A"], attribute_path="a")
        ],
    )
    filters = TaskQueryFilters(filters=[TaskQueryFilter(id="A", filter="name = 'root'")])
    return create_project_task(
        sdk,
        emulator,
        name=name,
        evaluators=[TaskEvaluatorInput(evaluator)],
        query_filters=filters,
    )


def dataset_task(sdk: ArizeClient, emulator: Emulator, name: str) -> Task:
    """A code evaluation over the experiments of a dataset."""
    return sdk.tasks.create_evaluation_task(
        name=name,
        task_type=TaskType.CODE_EVALUATION,
        dataset=emulator.fixtures["dataset_id"],
        experiment_ids=[emulator.fixtures["experiment_id"]],
        evaluators=[span_evaluator(emulator.fixtures["code_evaluator_id"])],
        query_filter="score > 1",
    )


def llm_task(sdk: ArizeClient, emulator: Emulator, name: str) -> Task:
    """Every field of an LLM generation, with nulls where they count."""
    tool = {"type": "function", "function": {"name": "f", "parameters": {"default": None}}}
    call = {"id": "1", "type": "FUNCTION", "function": {"name": "f", "arguments": '{"a": 1}'}}
    configuration = {
        "experiment_type": "LLM_GENERATION",
        "ai_integration_id": emulator.fixtures["ai_integration_id"],
        "model_name": "gpt-4o",
        "input_variable_format": "MUSTACHE",
        "messages": [
            {"role": "SYSTEM", "content": ODD_TEXT},
            {"role": "USER", "content": "{{question}}"},
            {"role": "ASSISTANT", "tool_calls": [call]},
            {"role": "TOOL", "content": "", "tool_call_id": "1"},
        ],
        "invocation_parameters": {
            "temperature": 0.5,
            "max_tokens": 100,
            "top_p": 1.0,
            "presence_penalty": -0.25,
            "stop": ["\n\n", "END"],
            "response_format": {
                "type": "JSON_SCHEMA",
                "json_schema": {"name": "answer", "schema": {"type": "object"}, "strict": True},
            },
            "reasoning_effort": "low",
        },
        "provider_parameters": {"seed": None, "tools": {"nested": [None, 1.5, "two"]}},
        "tool_config": {"tools": [tool, {"type": "x"}], "tool_choice": {"type": "auto"}},
    }
    return create_experiment_task(sdk, emulator, name=name, run_configuration=configuration)


def judge_task(sdk: ArizeClient, emulator: Emulator, name: str) -> Task:
    """Every field of a template evaluation; its keys are words of ours."""
    configuration = {
        "experiment_type": "TEMPLATE_EVALUATION",
        "ai_integration_id": emulator.fixtures["ai_integration_id"],
        "template": ODD_TEXT,
        "provide_explanation": False,
        "classification_choices": {"right": 1, "wrong": 0, "half 'n' \"half\"": 0.5},
        "column_mapping": {"output": "answer", "evaluator": "my-evaluator", "tools": "text"},
        "evaluator_version_id": emulator.fixtures["evaluator_version_id"],
        "invocation_parameters": {"max_completion_tokens": 5},
        "provider_parameters": {"service_tier": "flex"},
    }
    return create_experiment_task(sdk, emulator, name=name, run_configuration=configuration)


def agent_task(sdk: ArizeClient, emulator: Emulator, name: str) -> Task:
    """An agent call."""
    configuration = {
        "experiment_type": "AGENT_CALL",
        "integration_id": emulator.fixtures["agent_integration_id"],
        "input_template": {"question": "{{dataset.question}}", "more": [{"text": ODD_TEXT}, None]},
    }
    return create_experiment_task(sdk, emulator, name=name, run_configuration=configuration)


Maker = Callable[[ArizeClient, Emulator, str], Task]
MAKERS: tuple[Maker, ...] = (
    span_task,
    bare_task,
    trace_task,
    lone_filter_task,
    dataset_task,
    llm_task,
    judge_task,
    agent_task,
)


def make_tasks(sdk: ArizeClient, emulator: Emulator, count: int) -> list[str]:
    """Make tasks of all kinds; gives their IDs, the oldest first."""
    makers = islice(zip(cycle(MAKERS), _names(), strict=False), count)
    return [str(make(sdk, emulator, name).id) for make, name in makers]


def _names() -> Iterator[str]:
    yield from ODD_NAMES
    number = 0
    while True:
        number += 1
        yield f"Task no. {number}"


def whole_record(emulator: Emulator, task_id: str) -> dict[str, Any]:
    """Give a task as the API has it."""
    record: dict[str, Any] = emulator.call("GET", f"/v2/tasks/{task_id}").json()
    return record
