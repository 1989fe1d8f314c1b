"""Reading rows past any client, and what is in them."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tests.emulator.bodies import create, dataset_task, get_run, trigger
from tests.emulator.process import Emulator

Json = dict[str, Any]
LABEL, SCORE = "eval.correctness.label", "eval.correctness.score"


def read_rows(emulator: Emulator, experiment_id: str, limit: int = 500) -> list[Json]:
    """All rows of an experiment, in the order in which they were added."""
    path, found = f"/v2/experiments/{experiment_id}/runs?limit={limit}", []
    cursor = ""
    while True:
        page = emulator.call("GET", f"{path}{cursor}").json()
        found += page["experiment_runs"]
        if not page["pagination"]["has_more"]:
            return found
        cursor = f"&cursor={page['pagination']['next_cursor']}"


def labels(rows: list[Json], key: str = LABEL) -> dict[Any, int]:
    """How often each label is there; None stands for rows without one."""
    return dict(Counter(row.get(key) for row in rows))


def new_experiment(emulator: Emulator, name: str, rows: int | None = None) -> str:
    """The identifier of a new experiment over the seeded dataset."""
    fields = {} if rows is None else {"rows": rows}
    dataset_id = emulator.fixtures["dataset_id"]
    made = emulator.create("experiments", dataset_id=dataset_id, name=name, **fields)
    return str(made["id"])


def evaluated(
    emulator: Emulator, experiment_id: str, body: Json | None = None, **fields: Any
) -> Json:
    """A run of a new evaluation task over one experiment, finished at the first read."""
    made = {"name": f"judge {experiment_id}", "experiment_ids": [experiment_id], **fields}
    task = create(emulator, dataset_task(emulator, **made))
    return get_run(emulator, trigger(emulator, task, **(body or {})))
