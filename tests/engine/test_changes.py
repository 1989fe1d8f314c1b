"""What a change does: every row of the change table, as cells of one stack."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.emulator.process import Emulator
from tests.engine.cells import PROGRAM, Cell, write_cells
from tests.engine.stack import Stack

MAPPED = {"evaluator": "my-evaluator", "column_mappings": {"input": "question"}}
SECOND = {"evaluator": "my-second-evaluator"}
ON_PROJECT: dict[str, Any] = {
    "type": "template_evaluation",
    "project": "my-project",
    "evaluators": [MAPPED],
}
GENERATION: dict[str, Any] = {
    "experiment_type": "llm_generation",
    "ai_integration": "my-openai-integration",
    "input_variable_format": "f_string",
    "messages": [{"role": "user", "content": "Answer: {question}"}],
}


def cells(fixtures: dict[str, Any]) -> list[Cell]:
    evaluator_id = fixtures["evaluator_id"]
    on_dataset = {
        "type": "template_evaluation",
        "dataset": "my-dataset",
        "experiment_ids": [fixtures["experiment_id"]],
        "evaluators": [MAPPED],
    }
    experiment = {"dataset": "my-dataset", "run_configuration": GENERATION}
    remapped = {**MAPPED, "column_mappings": {"input": "prompt"}}
    return [
        Cell("untouched", ON_PROJECT),
        Cell(
            "name-changed",
            {**ON_PROJECT, "name": "one"},
            {"name": "another"},
            "update",
            {"name": "another"},
        ),
        Cell("name-removed", {**ON_PROJECT, "name": "kept"}, {"name": None}, "update"),
        Cell(
            "name-added",
            ON_PROJECT,
            {"name": "now given"},
            "update",
            {"name": "now given"},
        ),
        Cell(
            "sampling-rate-changed",
            {**ON_PROJECT, "sampling_rate": 0.5},
            {"sampling_rate": 0.25},
            "update",
            {"sampling_rate": 0.25},
        ),
        Cell(
            "sampling-rate-removed",
            {**ON_PROJECT, "sampling_rate": 0.5},
            {"sampling_rate": None},
            "update",
        ),
        Cell("sampling-rate-whole", {**ON_PROJECT, "sampling_rate": 1}, {"sampling_rate": 1.0}),
        Cell(
            "is-continuous-changed",
            {**ON_PROJECT, "is_continuous": True},
            {"is_continuous": False},
            "update",
            {"is_continuous": False},
        ),
        Cell(
            "query-filter-changed",
            {**ON_PROJECT, "query_filter": "a = 1"},
            {"query_filter": "a = 2"},
            "update",
            {"query_filter": "a = 2"},
        ),
        Cell(
            "query-filter-removed",
            {**ON_PROJECT, "query_filter": "a = 1"},
            {"query_filter": None},
            "update",
            {"query_filter": None},
        ),
        Cell(
            "mapping-changed",
            ON_PROJECT,
            {"evaluators": [remapped]},
            "update",
            {
                "evaluators": [
                    {"evaluator_id": evaluator_id, "column_mappings": {"input": "prompt"}}
                ]
            },
        ),
        Cell(
            "evaluators-reordered",
            {**ON_PROJECT, "evaluators": [MAPPED, SECOND]},
            {"evaluators": [SECOND, MAPPED]},
        ),
        Cell(
            "evaluator-name-as-id",
            ON_PROJECT,
            {"evaluators": [{**MAPPED, "evaluator": evaluator_id}]},
            None,
        ),
        Cell("enum-in-another-case", ON_PROJECT, {"type": "TEMPLATE_EVALUATION"}),
        Cell("project-name-as-id", ON_PROJECT, {"project": fixtures["project_id"]}),
        Cell(
            "space-name-as-id", {**ON_PROJECT, "space": "my-space"}, {"space": fixtures["space_id"]}
        ),
        Cell("project-changed", ON_PROJECT, {"project": "other-project"}, "replace"),
        Cell(
            "project-changed-named",
            {**ON_PROJECT, "name": "unique"},
            {"project": "other-project"},
            "replace",
            deletes_first=True,
        ),
        Cell(
            "type-changed",
            ON_PROJECT,
            {"type": "code_evaluation", "evaluators": [{"evaluator": "my-code-evaluator"}]},
            "replace",
        ),
        Cell(
            "scope-changed",
            ON_PROJECT,
            {
                "project": None,
                "dataset": "my-dataset",
                "experiment_ids": on_dataset["experiment_ids"],
            },
            "replace",
        ),
        Cell(
            "experiment-ids-changed",
            on_dataset,
            {"experiment_ids": [fixtures["experiment_id"], "RXhwZXJpbWVudDo5OmFhYWFh"]},
            "replace",
        ),
        Cell(
            "prompt-changed",
            experiment,
            {"run_configuration": {**GENERATION, "model_name": "gpt-4o"}},
            "update",
            {
                "run_configuration": {
                    "experiment_type": "LLM_GENERATION",
                    "ai_integration_id": fixtures["ai_integration_id"],
                    "input_variable_format": "F_STRING",
                    "messages": [{"role": "USER", "content": "Answer: {question}"}],
                    "model_name": "gpt-4o",
                }
            },
            face="RunExperimentTask",
        ),
        Cell(
            "general-form",
            {**ON_PROJECT, "sampling_rate": 1},
            {"sampling_rate": 0},
            "update",
            {"sampling_rate": 0},
            face="Task",
        ),
    ]


def test_changes_of_every_kind_do_what_the_table_says(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    emulator.create("projects", space_id=emulator.fixtures["space_id"], name="other-project")
    second = emulator.create(
        "experiments", dataset_id=emulator.fixtures["dataset_id"], name="second experiment"
    )
    table = [
        Cell(**{**vars(cell), "after": _with_id(cell.after, second["id"])})
        for cell in cells(emulator.fixtures)
    ]
    stack = make_stack(PROGRAM)
    write_cells(stack.project, table, changed=False)
    created = stack.up()
    assert created.steps == {cell.name: "create" for cell in table}
    assert stack.preview().steps == {}
    before = stack.state()

    write_cells(stack.project, table, changed=True)
    expected = {cell.name: cell.does for cell in table if cell.does}
    assert stack.preview().steps == expected
    emulator.clear_requests()
    assert stack.up().steps == expected
    requests = emulator.requests()
    after = stack.state()

    sent = {r["path"].rpartition("/")[2]: r["body"] for r in requests if r["method"] == "PATCH"}
    assert {c.name: sent.get(after[c.name]["id"]) for c in table} == {
        c.name: c.sends for c in table
    }
    for cell in table:
        if cell.does == "replace":
            assert after[cell.name]["id"] != before[cell.name]["id"], cell.name
            deleted = _position(requests, "DELETE", before[cell.name]["id"])
            made = _created(requests, after[cell.name]["outputs"]["name"])
            assert (deleted < made) is cell.deletes_first, cell.name
        else:
            assert after[cell.name]["id"] == before[cell.name]["id"], cell.name
    assert after["name-removed"]["outputs"]["name"] == "kept"
    assert after["sampling-rate-removed"]["outputs"]["sampling_rate"] == 0.5

    assert stack.preview().steps == {}
    assert stack.refresh().steps == {}
    stack.destroy()
    assert emulator.call("GET", "/v2/tasks").json()["tasks"] == []


def _with_id(after: dict[str, Any], experiment_id: str) -> dict[str, Any]:
    if "RXhwZXJpbWVudDo5OmFhYWFh" not in after.get("experiment_ids", []):
        return after
    return {**after, "experiment_ids": [after["experiment_ids"][0], experiment_id]}


def _position(requests: list[dict[str, Any]], method: str, id_: str) -> int:
    return next(
        position
        for position, request in enumerate(requests)
        if request["method"] == method and request["path"].endswith(id_)
    )


def _created(requests: list[dict[str, Any]], name: str) -> int:
    return next(
        position
        for position, request in enumerate(requests)
        if request["method"] == "POST" and request["body"]["name"] == name
    )
