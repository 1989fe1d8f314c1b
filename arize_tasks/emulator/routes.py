"""The routes as tables: of the API, and of the administration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from arize_tasks.emulator import (
    admin,
    datasets,
    evaluators,
    examples,
    experiments,
    integration_kinds,
    integrations,
    lookups,
    projects,
    prompts,
    rows,
    runs,
    spans,
    tasks,
)
from arize_tasks.emulator import prompt_labels as labels
from arize_tasks.emulator.lookups import LOOKUPS
from arize_tasks.emulator.service import Call, Json, Service

Handler = Callable[[Service, Call], Json | None]
AdminHandler = Callable[[Service, Call], Any]


@dataclass(frozen=True)
class Endpoint:
    """One row: a handler that answers None sends no body."""

    method: str
    path: str
    status: int
    handler: Handler


ENDPOINTS = (
    Endpoint("GET", "/v2/tasks", 200, tasks.list_tasks),
    Endpoint("POST", "/v2/tasks", 201, tasks.create_task),
    Endpoint("GET", "/v2/tasks/{task_id}", 200, tasks.get_task),
    Endpoint("PATCH", "/v2/tasks/{task_id}", 200, tasks.update_task),
    Endpoint("DELETE", "/v2/tasks/{task_id}", 204, tasks.delete_task),
    Endpoint("GET", "/v2/tasks/{task_id}/runs", 200, runs.list_runs),
    Endpoint("POST", "/v2/tasks/{task_id}/trigger", 201, runs.trigger_run),
    Endpoint("GET", "/v2/task-runs/{run_id}", 200, runs.get_run),
    Endpoint("POST", "/v2/task-runs/{run_id}/cancel", 200, runs.cancel_run),
    *(
        Endpoint("GET", f"/v2/{path}", 200, lookups.list_handler(lookup))
        for path, lookup in LOOKUPS.items()
    ),
    *(
        Endpoint("GET", f"/v2/{path}/{{id}}", 200, lookups.get_handler(lookup))
        for path, lookup in LOOKUPS.items()
    ),
    Endpoint("POST", "/v2/projects", 201, projects.create_project),
    Endpoint("PATCH", "/v2/projects/{id}", 200, projects.update_project),
    Endpoint("DELETE", "/v2/projects/{id}", 204, projects.delete_project),
    Endpoint("GET", "/v2/ai-integrations", 200, integrations.list_integrations),
    Endpoint("GET", "/v2/integrations", 200, integration_kinds.list_integrations),
    Endpoint("GET", "/v2/integrations/{id}", 200, integration_kinds.get_integration),
    Endpoint("POST", "/v2/ai-integrations", 201, integrations.create_integration),
    Endpoint("GET", "/v2/ai-integrations/{id}", 200, integrations.get_integration),
    Endpoint("PATCH", "/v2/ai-integrations/{id}", 200, integrations.update_integration),
    Endpoint("DELETE", "/v2/ai-integrations/{id}", 204, integrations.delete_integration),
    Endpoint("POST", "/v2/evaluators", 201, evaluators.create_evaluator),
    Endpoint("PATCH", "/v2/evaluators/{id}", 200, evaluators.update_evaluator),
    Endpoint("DELETE", "/v2/evaluators/{id}", 204, evaluators.delete_evaluator),
    Endpoint("GET", "/v2/evaluators/{id}/versions", 200, lookups.list_evaluator_versions),
    Endpoint("POST", "/v2/evaluators/{id}/versions", 201, evaluators.create_version),
    Endpoint("DELETE", "/v2/evaluators/{id}/versions", 200, evaluators.delete_versions),
    Endpoint("GET", "/v2/evaluator-versions/{id}", 200, lookups.get_evaluator_version),
    Endpoint("POST", "/v2/experiments", 201, experiments.create_experiment),
    Endpoint("DELETE", "/v2/experiments/{id}", 204, experiments.delete_experiment),
    Endpoint("GET", "/v2/experiments/{id}/runs", 200, rows.list_experiment_runs),
    Endpoint("POST", "/v2/experiments/{id}/runs", 201, experiments.append_experiment_runs),
    Endpoint("POST", "/v2/experiments/{id}/runs/search", 200, rows.search_experiment_runs),
    Endpoint("POST", "/v2/datasets", 201, datasets.create_dataset),
    Endpoint("PATCH", "/v2/datasets/{id}", 200, datasets.update_dataset),
    Endpoint("DELETE", "/v2/datasets/{id}", 204, datasets.delete_dataset),
    Endpoint("GET", "/v2/datasets/{id}/examples", 200, rows.list_dataset_examples),
    Endpoint("POST", "/v2/datasets/{id}/examples", 201, examples.add_examples),
    Endpoint("PATCH", "/v2/datasets/{id}/examples", 200, examples.update_examples),
    Endpoint("DELETE", "/v2/datasets/{id}/examples", 200, examples.delete_examples),
    Endpoint("POST", "/v2/datasets/{id}/examples/search", 200, rows.search_dataset_examples),
    Endpoint("GET", "/v2/prompts", 200, prompts.list_prompts),
    Endpoint("POST", "/v2/prompts", 201, prompts.create_prompt),
    Endpoint("GET", "/v2/prompts/{id}", 200, prompts.get_prompt),
    Endpoint("PATCH", "/v2/prompts/{id}", 200, prompts.update_prompt),
    Endpoint("DELETE", "/v2/prompts/{id}", 204, prompts.delete_prompt),
    Endpoint("GET", "/v2/prompts/{id}/versions", 200, prompts.list_prompt_versions),
    Endpoint("POST", "/v2/prompts/{id}/versions", 201, prompts.create_prompt_version),
    # A label may hold a slash.
    Endpoint("GET", "/v2/prompts/{id}/labels/{label:path}", 200, labels.get_labelled_version),
    Endpoint("GET", "/v2/prompt-versions/{id}", 200, prompts.get_prompt_version),
    Endpoint("PUT", "/v2/prompt-versions/{id}/labels", 200, labels.set_labels),
    Endpoint("DELETE", "/v2/prompt-versions/{id}/labels/{label:path}", 204, labels.remove_label),
    Endpoint("POST", "/v2/spans", 200, spans.list_spans),
)

# Method, path, handler; what answers None sends 204.
ADMIN: tuple[tuple[str, str, AdminHandler], ...] = (
    ("GET", "/emulator/fixtures", admin.get_fixtures),
    ("GET", "/emulator/requests", admin.list_requests),
    ("DELETE", "/emulator/requests", admin.clear_requests),
    ("POST", "/emulator/reset", admin.reset),
    ("POST", "/emulator/outcomes", admin.add_outcome),
    ("DELETE", "/emulator/outcomes", admin.clear_outcomes),
    ("POST", "/emulator/scores", admin.add_scores),
    ("POST", "/emulator/faults", admin.add_fault),
    ("GET", "/emulator/faults", admin.list_faults),
    ("DELETE", "/emulator/faults", admin.clear_faults),
    ("GET", "/emulator/readings", admin.get_readings),
    ("POST", "/emulator/readings", admin.change_readings),
    ("POST", "/emulator/clock", admin.set_clock),
    ("POST", "/emulator/hide", admin.hide),
    ("GET", "/emulator/state", admin.get_state),
    ("GET", "/emulator/resources/{id}", admin.get_resource),
    ("POST", "/emulator/resources/{id}", admin.patch_resource),
    ("DELETE", "/emulator/resources/{id}", admin.remove_resource),
    ("POST", "/emulator/tasks/{id}", admin.patch_resource),
    ("POST", "/emulator/{collection}", admin.create),
)
