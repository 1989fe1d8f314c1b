"""Reflection: what has to be in several places is in all of them, or is named here."""

from __future__ import annotations

import base64
import importlib
import inspect
import pickle
import re
import subprocess
import sys
import typing
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from pulumi.dynamic.dynamic import serialize_provider

import arize_tasks
from arize_tasks.api.models import TaskRecord, TaskRunRecord
from arize_tasks.emulator import problems, rules, run_configuration
from arize_tasks.gate.args import CriterionArgs
from arize_tasks.gate.resource import EvaluationGate
from arize_tasks.gate.spec import GateSpec
from arize_tasks.provider.gates import OUTPUTS, GateProvider
from arize_tasks.provider.runs import TaskRunProvider
from arize_tasks.provider.tasks import TaskProvider
from arize_tasks.schema import model_calls
from arize_tasks.schema.base import Spec
from arize_tasks.schema.behaviour import CLEARABLE, LOCAL, UPDATES, Behaviour
from arize_tasks.schema.free_form import FREE_FORM_FIELDS
from arize_tasks.schema.marks import marks_of
from arize_tasks.scoring.criteria import Criterion
from arize_tasks.task import args
from arize_tasks.task import evaluators as evaluator_specs
from arize_tasks.task import run_configuration as run_specs
from arize_tasks.task.resource import EvaluationTask, RunExperimentTask, Task
from arize_tasks.task.spec import TASK, EvaluationTaskSpec, RunExperimentTaskSpec
from arize_tasks.task_run.resource import TaskRun
from arize_tasks.task_run.spec import TaskRunSpec

ROOT = Path(__file__).parents[1]
# Where a program's author looks an argument up.
REFERENCE = "\n".join(
    page.read_text(encoding="utf-8")
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
)

FACES: list[tuple[type[Any], list[type[Spec]]]] = [
    (Task, [EvaluationTaskSpec, RunExperimentTaskSpec]),
    (EvaluationTask, [EvaluationTaskSpec]),
    (RunExperimentTask, [RunExperimentTaskSpec]),
    (TaskRun, [TaskRunSpec]),
    (EvaluationGate, [GateSpec]),
]
NESTED: list[type[Spec]] = [
    evaluator_specs.Evaluator,
    evaluator_specs.QueryMapping,
    evaluator_specs.QueryFilters,
    evaluator_specs.QueryFilter,
    *run_specs.EXPERIMENT_KINDS,
    model_calls.Message,
    Criterion,
]


def arguments_of(specs: Sequence[type[Spec]]) -> set[str]:
    """Give the fields that a program can give."""
    fields = ((spec, name) for spec in specs for name in spec.model_fields)
    return {name for spec, name in fields if not marks_of(spec)[name].internal}


def outputs_of(face: type[Any]) -> set[str]:
    """Give the names of the outputs that a resource has an annotation for."""
    return {
        name
        for base in face.__mro__
        for name, hint in inspect.get_annotations(base).items()
        if str(hint).startswith("Output[")
    }


def sent_fields(spec: type[Spec]) -> set[str]:
    """Give the fields that the API takes."""
    return {
        name
        for name in spec.model_fields
        if not marks_of(spec)[name].names and marks_of(spec)[name].behaviour is not LOCAL
    }


# ---- the faces ------------------------------------------------------------------------------


@pytest.mark.parametrize(("face", "specs"), FACES)
def test_constructor_has_an_argument_for_every_field(
    face: type[Any], specs: list[type[Spec]]
) -> None:
    given = set(inspect.signature(face).parameters) - {"resource_name", "opts"}
    # What RunExperimentTask says by its name.
    implied = {"type"} if face is RunExperimentTask else set()
    assert given == arguments_of(specs) - implied


@pytest.mark.parametrize("face", [Task, EvaluationTask, RunExperimentTask])
def test_task_has_an_output_for_every_field(face: type[Any]) -> None:
    fields = arguments_of([EvaluationTaskSpec, RunExperimentTaskSpec])
    outputs = {*TASK.scope, *TASK.computed, "endpoint", "definition_hash"}
    assert (fields | outputs) - outputs_of(face) == set()


def test_run_has_its_outputs() -> None:
    assert outputs_of(TaskRun) >= {
        "task_id",
        "status",
        "verdict",
        "num_successes",
        "num_errors",
        "num_skipped",
        "experiment_id",
        "experiment_name",
        "run_started_at",
        "run_finished_at",
        "data_start_time",
        "data_end_time",
        "failure_reason",
        "created_at",
        "duration_seconds",
        "joined",
        "endpoint",
    }


def test_gate_has_its_outputs() -> None:
    assert outputs_of(EvaluationGate) == {*OUTPUTS, "endpoint"}


@pytest.mark.parametrize(
    ("typed", "specs"),
    [
        (CriterionArgs, [Criterion]),
        (args.TaskEvaluatorArgs, [evaluator_specs.Evaluator]),
        (args.QueryMappingArgs, [evaluator_specs.QueryMapping]),
        (args.QueryFiltersArgs, [evaluator_specs.QueryFilters]),
        (args.QueryFilterArgs, [evaluator_specs.QueryFilter]),
        (args.MessageArgs, [model_calls.Message]),
        (args.RunConfigurationArgs, list(run_specs.EXPERIMENT_KINDS)),
    ],
)
def test_typed_dict_has_a_key_for_every_field(typed: Any, specs: list[type[Spec]]) -> None:
    assert set(typed.__annotations__) == arguments_of(specs)


def test_reference_has_a_row_for_every_field() -> None:
    rows = " ".join(line for line in REFERENCE.splitlines() if line.startswith("|"))
    named = set(re.findall(r"`(\w+)`", rows))
    specs: list[type[Spec]] = [spec for _, specs in FACES for spec in specs] + NESTED
    assert sorted(arguments_of(specs) - named) == []


# ---- the API --------------------------------------------------------------------------------

# Request model of Arize's own SDK -> the spec that declares what it takes.
REQUESTS: dict[str, type[Spec]] = {
    "CreateTemplateEvaluationTaskRequest": EvaluationTaskSpec,
    "CreateCodeEvaluationTaskRequest": EvaluationTaskSpec,
    "UpdateEvaluationTaskRequest": EvaluationTaskSpec,
    "CreateRunExperimentTaskRequest": RunExperimentTaskSpec,
    "UpdateRunExperimentTaskRequest": RunExperimentTaskSpec,
    "TriggerEvaluationTaskRunRequest": TaskRunSpec,
    "TriggerRunExperimentTaskRunRequest": TaskRunSpec,
    "SpanEvaluatorInput": evaluator_specs.Evaluator,
    "TraceOrSessionEvaluatorInput": evaluator_specs.Evaluator,
    "TaskQueryFiltersInput": evaluator_specs.QueryFilters,
    "TaskQueryFilterInput": evaluator_specs.QueryFilter,
    "TaskQueryMappingInput": evaluator_specs.QueryMapping,
    "LlmGenerationRunConfigRequest": run_specs.LlmGeneration,
    "TemplateEvaluationRunConfigRequest": run_specs.TemplateEvaluation,
    "AgentCallRunConfigRequest": run_specs.AgentCall,
    "LLMMessageRequest": model_calls.Message,
    "ToolCallRequest": model_calls.ToolCall,
    "ToolCallFunctionRequest": model_calls.ToolFunction,
    "ToolConfigRequest": model_calls.ToolConfig,
    "InvocationParamsRequest": model_calls.InvocationParameters,
    "ResponseFormatRequest": model_calls.ResponseFormat,
}
# Models that the requests above hold, and that are no spec: why.
NOT_A_SPEC = {
    "JsonSchemaConfigRequest": "a JSON schema: its shape is not ours to judge (FreeForm)",
    "TaskEvaluatorInput": "the union of the two evaluator inputs: one spec with a rule",
    "RunConfigurationRequest": "the union of the three kinds",
    "InputVariableFormat": "an enum",
    "MessageRole": "an enum",
    "ResponseFormatType": "an enum",
    "ToolCallType": "an enum",
}
# Fields that are sent as something else, or kept here.
NOT_IN_A_REQUEST: dict[type[Spec], dict[str, str]] = {
    TaskRunSpec: {
        "task_id": "in the request's path",
        "triggers": "kept in the state",
        "lookback_seconds": "sent as data_start_time and data_end_time",
        "window_lag_seconds": "sent as data_start_time and data_end_time",
    },
}


def request_fields(model: str) -> set[str]:
    """Give the fields of one of Arize's generated models."""
    return set(_arize_model(model).model_fields)


def _arize_model(model: str) -> Any:
    module = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=LLM)(?=M)", "_", model).lower()
    package = "arize._generated.api_client.models"
    return getattr(importlib.import_module(f"{package}.{module}"), model)


@pytest.mark.parametrize(("model", "spec"), REQUESTS.items())
def test_every_request_field_is_a_spec_field(model: str, spec: type[Spec]) -> None:
    assert sorted(request_fields(model) - sent_fields(spec)) == []


@pytest.mark.parametrize("spec", dict.fromkeys(REQUESTS.values()))
def test_every_sent_field_is_in_a_request(spec: type[Spec]) -> None:
    models = [model for model, own in REQUESTS.items() if own is spec]
    known = {name for model in models for name in request_fields(model)}
    assert sorted(sent_fields(spec) - known - set(NOT_IN_A_REQUEST.get(spec, ()))) == []


def test_every_model_in_a_request_is_classified() -> None:
    held = {
        part.__name__
        for model in REQUESTS
        for field in _arize_model(model).model_fields.values()
        for part in _parts(field.annotation)
        if isinstance(part, type) and part.__module__.startswith("arize.")
    }
    assert sorted(held - set(REQUESTS) - set(NOT_A_SPEC)) == []


@pytest.mark.parametrize(
    ("model", "spec"),
    [
        ("UpdateEvaluationTaskRequest", EvaluationTaskSpec),
        ("UpdateRunExperimentTaskRequest", RunExperimentTaskSpec),
    ],
)
def test_what_can_be_patched_is_what_updates_in_place(model: str, spec: type[Spec]) -> None:
    in_place = {n for n in sent_fields(spec) if marks_of(spec)[n].behaviour in (UPDATES, CLEARABLE)}
    assert in_place == request_fields(model)


@pytest.mark.parametrize("spec", [EvaluationTaskSpec, RunExperimentTaskSpec, TaskRunSpec, GateSpec])
def test_every_field_has_one_behaviour_and_a_description(spec: type[Spec]) -> None:
    for name, field in spec.model_fields.items():
        assert len([mark for mark in field.metadata if isinstance(mark, Behaviour)]) == 1, name
        assert field.description, name


def test_free_form_fields_are_those_of_the_specs() -> None:
    found = {
        name
        for spec in REQUESTS.values()
        for name, field in spec.model_fields.items()
        for part in (*field.metadata, *_parts(field.annotation))
        if getattr(getattr(part, "func", None), "__name__", "") in ("_free_form", "_choice")
    }
    assert found == FREE_FORM_FIELDS


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in typing.get_args(annotation):
        yield from _parts(part)


# ---- the emulator ---------------------------------------------------------------------------


def _knows(check: Any, body: dict[str, Any]) -> bool:
    """Tell whether the emulator's own table has the fields of a request, by what it refuses."""
    try:
        check(body)
    except problems.Problem as problem:
        return "is not a field" not in problem.detail
    return True


def _create(task_type: str) -> Any:
    return lambda body: rules.check_create({**body, "type": task_type}, "")


def _update(task_type: str) -> Any:
    return lambda body: rules.check_update(task_type, body)


def _trigger(task_type: str) -> Any:
    return lambda body: rules.check_trigger(task_type, body)


def _configuration(kind: str | None) -> Any:
    check = run_configuration.check_run_configuration
    return lambda body: check({**body, "experiment_type": kind}, "")


EMULATED: dict[str, Any] = {
    "CreateTemplateEvaluationTaskRequest": _create("TEMPLATE_EVALUATION"),
    "CreateCodeEvaluationTaskRequest": _create("CODE_EVALUATION"),
    "CreateRunExperimentTaskRequest": _create("RUN_EXPERIMENT"),
    "UpdateEvaluationTaskRequest": _update("CODE_EVALUATION"),
    "UpdateRunExperimentTaskRequest": _update("RUN_EXPERIMENT"),
    "TriggerEvaluationTaskRunRequest": _trigger("TEMPLATE_EVALUATION"),
    "TriggerRunExperimentTaskRunRequest": _trigger("RUN_EXPERIMENT"),
    "SpanEvaluatorInput": lambda body: _update("CODE_EVALUATION")({"evaluators": [body]}),
    "TraceOrSessionEvaluatorInput": lambda body: _update("CODE_EVALUATION")({"evaluators": [body]}),
    "LlmGenerationRunConfigRequest": _configuration("LLM_GENERATION"),
    "TemplateEvaluationRunConfigRequest": _configuration("TEMPLATE_EVALUATION"),
    "AgentCallRunConfigRequest": _configuration("AGENT_CALL"),
}


@pytest.mark.parametrize("model", EMULATED)
def test_emulator_knows_every_request_field_and_no_other(model: str) -> None:
    check = EMULATED[model]
    assert [name for name in sorted(request_fields(model)) if not _knows(check, {name: 0})] == []
    assert not _knows(check, {"a_field_of_nobody": 0})


def test_records_have_every_field_of_the_answers() -> None:
    sent = sent_fields(EvaluationTaskSpec) | sent_fields(RunExperimentTaskSpec)
    assert sorted(sent - set(TaskRecord.model_fields)) == []
    assert set(TaskRecord.model_fields) == request_fields("Task")
    # Arize's generator keeps what it does not know in a field of its own.
    assert set(TaskRunRecord.model_fields) == request_fields("TaskRun") - {"additional_properties"}


# ---- the public face ------------------------------------------------------------------------


def test_public_names_are_sorted_and_importable() -> None:
    assert sorted(arize_tasks.__all__) == arize_tasks.__all__
    for name in arize_tasks.__all__:
        assert getattr(arize_tasks, name).__name__ == name
    assert set(arize_tasks.__all__) <= set(dir(arize_tasks))
    assert arize_tasks.__version__ == metadata.version("pulumi-arize-tasks")


def test_public_name_that_is_none_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Job'"):
        getattr(arize_tasks, "Job")  # noqa: B009 - a type checker refuses the other way


@pytest.mark.parametrize("name", ["", ".Task", ".TaskRun", ".EvaluationGate", ".get_task_output"])
def test_import_of_the_face_does_not_load_pydantic_or_httpx(name: str) -> None:
    program = f"import sys, arize_tasks; arize_tasks{name}; print(*sys.modules)"
    loaded = set(subprocess.check_output([sys.executable, "-c", program], text=True).split())
    assert loaded & {"pydantic", "httpx", "starlette", "arize"} == set()


FUNCTIONS = [
    name
    for name in arize_tasks.__all__
    if name.startswith(("get_", "list_")) and not name.endswith("_output")
]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_has_two_forms_with_the_same_arguments(name: str) -> None:
    plain, later = getattr(arize_tasks, name), getattr(arize_tasks, f"{name}_output")
    arguments = set(inspect.signature(plain).parameters)
    assert set(inspect.signature(later).parameters) == {*arguments, "provider"}
    assert f"`{name}`" in (inspect.getdoc(later) or "")
    assert f"`{name}(" in REFERENCE


# These stand in every user's state: a stack could not even be destroyed if they moved.
FROZEN_PROVIDERS = [
    (TaskProvider, "arize_tasks.provider.tasks", "TaskProvider"),
    (TaskRunProvider, "arize_tasks.provider.runs", "TaskRunProvider"),
    (GateProvider, "arize_tasks.provider.gates", "GateProvider"),
]


@pytest.mark.parametrize(("provider", "module", "name"), FROZEN_PROVIDERS)
def test_provider_is_pickled_small_equal_and_by_reference(
    provider: Any, module: str, name: str
) -> None:
    assert (provider.__module__, provider.__qualname__) == (module, name)
    text = serialize_provider(provider())
    pickled = base64.b64decode(text)
    assert text == serialize_provider(provider())
    assert module.encode() in pickled
    assert name.encode() in pickled
    assert len(pickled) < 100  # about 60: the two names and nothing else
    assert type(pickle.loads(pickled)) is provider
    assert provider.serialize_as_secret_always is False


@pytest.mark.parametrize(
    ("face", "token"),
    [
        (Task, "dynamic/arize:Task"),
        (EvaluationTask, "dynamic/arize:EvaluationTask"),
        (RunExperimentTask, "dynamic/arize:RunExperimentTask"),
        (TaskRun, "dynamic/arize:TaskRun"),
        (EvaluationGate, "dynamic/arize:EvaluationGate"),
    ],
)
def test_type_token_is_frozen(face: Any, token: str) -> None:
    assert face._resource_type_name == token
