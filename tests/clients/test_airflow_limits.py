"""What of Arize's provider for Airflow can't run against the emulator, a line each, and why."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.clients.airflow_process import Airflow
from tests.emulator.process import Emulator

pytestmark = pytest.mark.xdist_group("airflow")

# A request: it asks for something that the emulator has not, since no task and no gate needs it.
# Flight: it reads or writes tables by Arrow Flight, which is gRPC at a host of its own. So do the
# SDK's lists with `all=True`, its `experiments.run`, and all that exports spans or changes them.
CANNOT_RUN = dict(
    line.split(maxsplit=1)
    for line in """
AdaptiveSamplingOperator             Flight: exports spans
AddAnnotationQueueRecordsOperator    POST /v2/annotation-queues/*/records
AnnotateDatasetExamplesOperator      POST /v2/datasets/*/examples/annotate
AnnotateExperimentRunsOperator       POST /v2/experiments/*/runs/annotate
AnnotateQueueRecordOperator          POST /v2/annotation-queues/*/records/*/annotate
AnnotationQueueSensor                GET /v2/annotation-configs
AssignQueueRecordOperator            POST /v2/annotation-queues/*/records/*/assign
BehavioralRegressionOperator         Flight: reads all rows
CompareExperimentsOperator           Flight: reads all rows
ComparePromptsOperator               runs experiments by Flight, and passes over that it can't
CreateAPIKeyOperator                 POST /v2/api-keys
CreateAgentIntegrationOperator       POST /v2/integrations
CreateAnnotationConfigOperator       POST /v2/annotation-configs
CreateAnnotationQueueOperator        POST /v2/annotation-queues
CreateLLMIntegrationOperator         POST /v2/integrations
CreateSpaceOperator                  POST /v2/spaces
CurateSpansToDatasetOperator         Flight: exports spans
DatasetReadySensor                   Flight: reads all examples
DeleteAPIKeyOperator                 PUT /v2/api-keys/*/revoke
DeleteAnnotationConfigOperator       DELETE /v2/annotation-configs/*
DeleteAnnotationQueueOperator        DELETE /v2/annotation-queues/*
DeleteAnnotationQueueRecordsOperator DELETE /v2/annotation-queues/*/records
DeleteIntegrationOperator            DELETE /v2/integrations/*
DeleteSpaceOperator                  DELETE /v2/spaces/*
DeleteSpansOperator                  DELETE /v2/spans
DetectEvalDriftOperator              Flight: reads all rows
EvalDatasetHealthOperator            Flight: reads all examples
EvaluatorCalibrationOperator         Flight: reads all rows
ExportAnnotatedSpansOperator         Flight: exports spans
ExportDatasetExamplesToFileOperator  Flight: reads all examples
ExportExperimentRunsToFileOperator   Flight: reads all rows
ExportSpansToFineTuningOperator      Flight: exports spans
GetAnnotationQueueOperator           GET /v2/annotation-queues/*
GetExperimentScoreOperator           Flight: reads all rows
GetSpanMetricsOperator               Flight: exports spans
ListAPIKeysOperator                  GET /v2/api-keys
ListAnnotationConfigsOperator        GET /v2/annotation-configs
ListAnnotationQueueRecordsOperator   GET /v2/annotation-queues/*/records
ListAnnotationQueuesOperator         GET /v2/annotation-queues
ListResourceRestrictionsOperator     GET /v2/resource-restrictions
ListTracesOperator                   POST /v2/traces
MLExportToDataframeOperator          Flight: exports predictions
MLExportToParquetOperator            Flight: exports predictions
MLLogBatchOperator                   sends a file to /v1/pandas_arrow, not to the REST API
MLLogStreamOperator                  sends to /v1/log, not to the REST API
OptimizePromptOperator               needs a package that is in no index, and a model's key
RefreshAPIKeyOperator                POST /v2/api-keys/*/refresh
RunExperimentOperator                Flight: makes the experiment there
SmartDatasetRefreshOperator          Flight: reads all examples
SpansExportToDataframeOperator       Flight: exports spans
SpansExportToParquetOperator         Flight: exports spans
SpansLogOperator                     sends a file to /v1/pandas_arrow, not to the REST API
SpansUpdateAnnotationsOperator       Flight: writes into spans
SpansUpdateEvaluationsOperator       Flight: writes into spans
SpansUpdateMetadataOperator          Flight: writes into spans
UpdateAgentIntegrationOperator       PATCH /v2/integrations/*
UpdateAnnotationQueueOperator        PATCH /v2/annotation-queues/*
UpdateLLMIntegrationOperator         PATCH /v2/integrations/*
UpdateSpaceOperator                  PATCH /v2/spaces/*
""".strip().splitlines()
)
NOT_SERVED = {
    name: why for name, why in CANNOT_RUN.items() if re.match("(GET|POST|PUT|PATCH|DELETE) /", why)
}
FLIGHT = [name for name, why in CANNOT_RUN.items() if why.startswith("Flight: ")]

ID = "QW5ub3RhdGlvblF1ZXVlOjE6YWJj"  # of the form of an identifier, so that no name is looked up
QUEUE: dict[str, Any] = {"annotation_queue": ID}
RECORD = {**QUEUE, "record_id": ID}
VALUES = [{"name": "tone", "score": 1}]
ANNOTATIONS = [{"record_id": ID, "values": VALUES}]
KEY = {"provider": "OPEN_AI", "api_key": "a key", "is_function_calling_enabled": True}

DATASET = {"dataset_id": "$dataset_id"}
EXPERIMENT = {"experiment_id": "$experiment_id"}
PROJECT = {"project_id": "$project_id"}
WINDOW = {"start_time": "2026-11-01T00:00:00Z", "end_time": "2026-11-02T00:00:00Z"}
SPANS = {"project_name": "my-project", **WINDOW}
EVALUATED = {"context.span_id": "a", "eval.x.label": "b"}
ANNOTATED = {"context.span_id": "a", "annotation.x.label": "b"}
DESCRIBED = {"context.span_id": "a", "attributes.metadata.x": "b"}
PREDICTIONS = {
    "model_name": "a",
    "environment": {"$call": "arize.ml.types.Environments", "value": 3},
    **WINDOW,
}


def table(row: dict[str, str]) -> dict[str, Any]:
    """The arguments that name a project and a table of one row."""
    frame = {"$call": "pandas.DataFrame", "data": [row]}
    return {"project_name": "my-project", "dataframe": frame}


# What they need to get as far as their request; `$name` is one of the emulator's fixtures.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "AdaptiveSamplingOperator": {**PROJECT, "output_path": "spans.jsonl"},
    "AddAnnotationQueueRecordsOperator": {
        **QUEUE,
        "record_sources": [{"record_type": "EXAMPLE", "dataset_id": ID, "example_ids": [ID]}],
    },
    "AnnotateDatasetExamplesOperator": {"dataset_id": ID, "annotations": ANNOTATIONS},
    "AnnotateExperimentRunsOperator": {"experiment_id": ID, "annotations": ANNOTATIONS},
    "AnnotateQueueRecordOperator": {**RECORD, "annotations": VALUES},
    "AssignQueueRecordOperator": {**RECORD, "assigned_user_emails": ["a@example.com"]},
    "BehavioralRegressionOperator": {
        "baseline_experiment_id": "$experiment_id",
        "candidate_experiment_id": "$experiment_id",
    },
    "CompareExperimentsOperator": {
        "baseline_experiment_id": "$experiment_id",
        "candidate_experiment_id": "$experiment_id",
    },
    "CreateAPIKeyOperator": {"name": "a"},
    "CreateAgentIntegrationOperator": {
        "name": "a",
        "endpoint": "https://agent.example.com",
        "input_schema": {"type": "object"},
    },
    "CreateAnnotationConfigOperator": {"name": "a"},
    "CreateAnnotationQueueOperator": {
        "name": "a",
        "space": ID,
        "annotation_config_ids": [ID],
        "annotator_emails": ["a@example.com"],
    },
    "CreateLLMIntegrationOperator": {"name": "a", "config": KEY},
    "CreateSpaceOperator": {"name": "a", "organization_id": ID},
    "CurateSpansToDatasetOperator": {**PROJECT, **DATASET},
    "DatasetReadySensor": DATASET,
    "DeleteAPIKeyOperator": {"api_key_id": ID},
    "DeleteAnnotationConfigOperator": {"annotation_config": ID},
    "DeleteAnnotationQueueOperator": QUEUE,
    "DeleteAnnotationQueueRecordsOperator": {**QUEUE, "record_ids": [ID]},
    "DeleteIntegrationOperator": {"integration": ID},
    "DeleteSpaceOperator": {"space": ID},
    "DeleteSpansOperator": {"project_id": ID, "space_id": ID, "span_ids": [ID]},
    "DetectEvalDriftOperator": {
        "baseline_experiment_id": "$experiment_id",
        "current_experiment_id": "$experiment_id",
    },
    "EvalDatasetHealthOperator": {**DATASET, **PROJECT},
    "EvaluatorCalibrationOperator": {**EXPERIMENT, "metric_name": "a", "annotation_name": "b"},
    "ExportAnnotatedSpansOperator": {**PROJECT, "output_path": "spans.json"},
    "ExportDatasetExamplesToFileOperator": {**DATASET, "path": "examples.json"},
    "ExportExperimentRunsToFileOperator": {**EXPERIMENT, "path": "rows.json"},
    "ExportSpansToFineTuningOperator": {**PROJECT, "output_path": "spans.jsonl"},
    "GetAnnotationQueueOperator": QUEUE,
    "GetExperimentScoreOperator": EXPERIMENT,
    "GetSpanMetricsOperator": {**PROJECT, **WINDOW},
    "ListAnnotationQueueRecordsOperator": QUEUE,
    "ListTracesOperator": {"project_id": ID},
    "MLExportToDataframeOperator": PREDICTIONS,
    "MLExportToParquetOperator": {**PREDICTIONS, "path": "predictions.parquet"},
    "RefreshAPIKeyOperator": {"api_key_id": ID},
    "RunExperimentOperator": {**DATASET, "name": "a", "task": "builtins.str"},
    "SmartDatasetRefreshOperator": {**DATASET, **PROJECT},
    "SpansExportToDataframeOperator": SPANS,
    "SpansExportToParquetOperator": {**SPANS, "path": "spans.parquet"},
    "SpansUpdateAnnotationsOperator": table(ANNOTATED),
    "SpansUpdateEvaluationsOperator": table(EVALUATED),
    "SpansUpdateMetadataOperator": table(DESCRIBED),
    "UpdateAgentIntegrationOperator": {"integration": ID, "name": "a"},
    "UpdateAnnotationQueueOperator": {**QUEUE, "name": "a"},
    "UpdateLLMIntegrationOperator": {"integration": ID, "name": "a"},
    "UpdateSpaceOperator": {"space": ID, "name": "a"},
}


def arguments(emulator: Emulator, name: str) -> dict[str, Any]:
    """The arguments of an operator, with the emulator's identifiers."""
    return {
        key: emulator.fixtures[value[1:]] if str(value).startswith("$") else value
        for key, value in ARGUMENTS.get(name, {}).items()
    }


def called() -> set[str]:
    """The operators and sensors that the other modules run."""
    modules = Path(__file__).parent.glob("test_airflow*.py")
    texts = [module.read_text() for module in modules if module != Path(__file__)]
    return {name for text in texts for name in re.findall(r'"(\w+(?:Operator|Sensor))"', text)}


def test_every_operator_and_sensor_is_run_or_has_its_line(airflow: Airflow) -> None:
    known = sorted([*called(), *CANNOT_RUN])
    assert known == [name.removeprefix("ArizeAx") for name in airflow.classes()]


@pytest.mark.parametrize("name", NOT_SERVED)
def test_what_is_not_served_asks_for_what_is_not_there(
    airflow: Airflow, emulator: Emulator, name: str
) -> None:
    airflow.attempt(name, **arguments(emulator, name))
    asked = emulator.requests()[-1]
    request = f"{asked['method']} {asked['path']}"
    assert re.fullmatch(NOT_SERVED[name].replace("*", "[^/]+"), request)
    answer = emulator.call(asked["method"], asked["path"], asked["body"])
    assert answer.json()["detail"] == f"There is no {request} here."


@pytest.mark.parametrize("name", FLIGHT)
def test_what_needs_flight_finds_none(airflow: Airflow, emulator: Emulator, name: str) -> None:
    refusal = airflow.refusal(name, **arguments(emulator, name))
    assert refusal.name == "RuntimeError"
    assert re.search("Failed to (connect|get)", refusal.message)
    assert {entry["status"] for entry in emulator.requests()} <= {200}
