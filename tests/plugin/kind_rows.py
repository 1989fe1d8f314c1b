"""Rows of the matrix of faults: what every other kind asks for."""

from __future__ import annotations

from functools import partial
from typing import Any

from arize_tasks.dataset.provider import DatasetProvider
from arize_tasks.prompt.provider import PromptLabelProvider
from tests.kinds.lives import LIVES, MESSAGES, Life
from tests.plugin.cells import Cell, Side, row

ROWS_OF_DATA = [{"case": name, "question": f"{name}?"} for name in "abc"]

# One class of each collection, and what can be patched of it.
DATASET = Life(DatasetProvider, "/v2/datasets", {"examples": ROWS_OF_DATA, "key": "case"}, {})
KINDS = {
    "evaluator": LIVES["TemplateEvaluator"],
    "AI integration": LIVES["AiIntegration"],
    "project": LIVES["Project"],
    "prompt": LIVES["Prompt"],
    "dataset": DATASET,
}
OF_KINDS = (
    "POST /v2/evaluators/*/versions",
    "POST /v2/prompts/*/versions",
    "GET /v2/datasets/*/examples",
    "POST /v2/datasets/*/examples",
    "PATCH /v2/datasets/*/examples",
    "DELETE /v2/datasets/*/examples",
    "GET /v2/prompt-versions/*",
    "GET /v2/prompts/*/labels/*",
    "PUT /v2/prompt-versions/*/labels",
    "DELETE /v2/prompt-versions/*/labels/*",
)
"""Endpoints that only one kind has."""


def declared(cell: Cell, life: Life, **more: Any) -> dict[str, Any]:
    """The smallest declaration, with IDs for names: nothing is looked up."""
    base = dict(life.base)
    if "ai_integration" in base:
        base["ai_integration"] = cell.emulator.fixtures["ai_integration_id"]
    if life is not KINDS["AI integration"]:
        base["space"] = cell.emulator.fixtures["space_id"]
    column = {"column": "tone"} if life is KINDS["evaluator"] else {}
    return {**base, **column, **more}


def things(cell: Cell, life: Life) -> list[dict[str, Any]]:
    """What there is beside the seed."""
    listed = cell.emulator.call("GET", life.path).json()
    (plural,) = [key for key in listed if key != "pagination"]
    return [one for one in listed[plural] if not one["name"].startswith("my-")]


def made(cell: Cell, life: Life, **more: Any) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """One that is there and known to the state, with its inputs."""
    plugin = cell.earlier.also(life.provider())
    inputs, failures = plugin.check(declared(cell, life, **more))
    assert failures == []
    id_, state = plugin.create(inputs, f"made-{cell.name}")
    return id_, state, inputs


def of(side: Side, life: Life) -> Any:
    return side.tasks.also(life.provider())


def _created(life: Life, cell: Cell) -> None:
    inputs, _ = cell.earlier.also(life.provider()).check(declared(cell, life))
    id_, state = cell.under_fault(lambda side: of(side, life).create(inputs, cell.name))
    assert [thing["id"] for thing in things(cell, life)] == [id_]
    assert state["created_at"]


def _looked_for(life: Life, cell: Cell) -> None:
    inputs, _ = cell.earlier.also(life.provider()).check(declared(cell, life, name="given"))
    cell.emulator.fault(method="POST", path=life.path, when="after", kind="drop", times=1)
    id_, _ = cell.under_fault(lambda side: of(side, life).create(inputs, cell.name))
    assert [thing["id"] for thing in things(cell, life)] == [id_]


def _read(life: Life, cell: Cell) -> None:
    id_, state, _ = made(cell, life)
    cell.hits(path=f"{life.path}/{id_}")
    read = cell.under_fault(lambda side: [of(side, life).read(id_, state) for _ in range(2)])
    assert [one.id for one in read] == [id_, id_]


def _patched(life: Life, cell: Cell) -> None:
    id_, state, inputs = made(cell, life)
    changed = {**inputs, **({"description": "x"} if life is KINDS["prompt"] else {"name": "new"})}
    cell.under_fault(lambda side: of(side, life).update(id_, state, changed))
    (there,) = things(cell, life)
    assert (there["name"] == "new") or there["description"] == "x"


def _deleted(life: Life, cell: Cell) -> None:
    id_, state, _ = made(cell, life)
    cell.under_fault(lambda side: of(side, life).delete(id_, state))
    assert things(cell, life) == []


for noun, life in KINDS.items():
    row(f"POST {life.path}", noun)(partial(_created, life))
    row(f"GET {life.path}", f"{noun} after a lost answer")(partial(_looked_for, life))
    row(f"GET {life.path}/*", noun)(partial(_read, life))
    row(f"PATCH {life.path}/*", noun)(partial(_patched, life))
    row(f"DELETE {life.path}/*", noun)(partial(_deleted, life))


@row("GET /v2/spaces/*")
def _(cell: Cell) -> None:
    life = KINDS["prompt"]
    id_, state, _ = made(cell, life)
    cell.emulator.call("DELETE", f"{life.path}/{id_}")
    assert cell.under_fault(lambda side: of(side, life).read(id_, state)).id == ""


# ---- versions, rows and labels


def _appended(life: Life, field: str, value: Any, cell: Cell) -> None:
    id_, state, inputs = made(cell, life)
    changed = {**inputs, field: value}
    after = cell.under_fault(lambda side: of(side, life).update(id_, state, changed))
    answer = cell.emulator.call("GET", f"{life.path}/{id_}/versions").json()
    (plural,) = [key for key in answer if key != "pagination"]
    assert len(answer[plural]) == 2
    assert answer[plural][0]["id"] == after["version_id"]


row("POST /v2/evaluators/*/versions")(
    partial(_appended, KINDS["evaluator"], "template", "Is {output} wrong?")
)
row("POST /v2/prompts/*/versions")(
    partial(_appended, KINDS["prompt"], "messages", [*MESSAGES, *MESSAGES])
)


def _rows_changed(cell: Cell) -> None:
    id_, state, _ = made(cell, DATASET)
    rows = [{"case": "a"}, {"case": "b", "question": "new"}, {"case": "d", "question": "d?"}]
    changed = declared(cell, DATASET, examples=rows)

    def update(side: Side) -> Any:
        plugin = of(side, DATASET)
        inputs, failures = plugin.check(changed)
        assert failures == []
        return plugin.update(id_, state, inputs)

    after = cell.under_fault(update)
    assert after["num_examples"] == 3
    there = cell.emulator.call("GET", f"/v2/datasets/{id_}/examples").json()["examples"]
    said = [{n: v for n, v in row.items() if n in ("case", "question")} for row in there]
    assert sorted(said, key=lambda one: one["case"]) == rows
    versions = cell.emulator.call("GET", f"/v2/datasets/{id_}").json()["versions"]
    assert len(versions) == 2


for method in ("GET", "POST", "PATCH", "DELETE"):
    row(f"{method} /v2/datasets/*/examples")(_rows_changed)


def _label(cell: Cell) -> tuple[dict[str, Any], str]:
    id_, state, _ = made(cell, KINDS["prompt"])
    asked = {"prompt": id_, "label": "production", "version_id": state["version_id"]}
    return asked, f"/v2/prompts/{id_}/labels/production"


def _labelled(cell: Cell) -> None:
    asked, path = _label(cell)

    def create(side: Side) -> None:
        plugin = side.tasks.also(PromptLabelProvider())
        label_id, label = plugin.create(asked, cell.name)
        assert plugin.read(label_id, label).id == label_id

    cell.under_fault(create)
    assert cell.emulator.call("GET", path).json()["id"] == asked["version_id"]


def _unlabelled(cell: Cell) -> None:
    asked, path = _label(cell)
    # By an earlier command: what this one had made, it would not delete.
    label_id, label = cell.earlier.also(PromptLabelProvider()).create(asked, cell.name)
    cell.under_fault(lambda side: side.tasks.also(PromptLabelProvider()).delete(label_id, label))
    assert cell.emulator.call("GET", path).status_code == 404


for endpoint in ("GET /v2/prompt-versions/*", "PUT /v2/prompt-versions/*/labels"):
    row(endpoint)(_labelled)
for endpoint in ("GET /v2/prompts/*/labels/*", "DELETE /v2/prompt-versions/*/labels/*"):
    row(endpoint)(_unlabelled)
