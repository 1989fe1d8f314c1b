"""Tasks with runs over many weeks, on an emulator: what a report tells of."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from tests.emulator.process import Emulator

EVERY = dt.timedelta(hours=36)
FIRST = dt.datetime(2026, 3, 2, 6, 0, tzinfo=dt.timezone.utc)
# Would run, or break the page, if it were taken as HTML.
HOSTILE = "</h2><script>document.title='adopted'</script><img src=x onerror=alert(1)> & \"quoted\""


def make(emulator: Emulator, odd: str = HOSTILE) -> None:
    """Make four tasks, one of them with an odd name, and runs of three."""
    fixtures = emulator.fixtures
    spans = {"project_id": fixtures["project_id"]}
    data = {"dataset_id": fixtures["dataset_id"], "experiment_ids": [fixtures["experiment_id"]]}
    ids = {
        "Production quality": _task(emulator, "Production quality", spans, sampling_rate=0.1),
        "Weekly check": _task(emulator, "Weekly check", data),
        odd: _task(emulator, odd, spans),
        "Never run": _task(emulator, "Never run", data),
    }
    for number in range(75):
        _run(emulator, ids["Production quality"], number, **_ups_and_downs(number))
    for number in range(8):
        _run(
            emulator, ids["Weekly check"], number, num_successes=20 + number, num_skipped=number % 3
        )
    _run(emulator, ids[odd], 1, status="FAILED", failure_reason=f"{odd} went wrong")
    _run(emulator, ids[odd], 2, status="RUNNING", num_successes=3, run_finished_at=None)


def _task(emulator: Emulator, name: str, over: dict[str, Any], **more: Any) -> str:
    evaluator = {"evaluator_id": emulator.fixtures["evaluator_id"]}
    body = {"name": name, "type": "TEMPLATE_EVALUATION", "evaluators": [evaluator], **over, **more}
    answer = emulator.call("POST", "/v2/tasks", body)
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


def _run(emulator: Emulator, task: str, number: int, **fields: Any) -> None:
    """Trigger a run, and then make it one of another time."""
    emulator.outcome(status="COMPLETED", num_successes=1, seconds=0, times=1)
    answer = emulator.call("POST", f"/v2/tasks/{task}/trigger", {"override_evaluations": True})
    assert answer.is_success, answer.text
    run = answer.json()["id"]
    emulator.call("GET", f"/v2/task-runs/{run}")  # it ends once somebody looks
    began = FIRST + number * EVERY
    seconds = 90 + 40 * math.sin(number / 3) + number
    emulator.change(
        run,
        **{
            "status": "COMPLETED",
            "num_successes": 0,
            "num_errors": 0,
            "created_at": _text(began),
            "run_started_at": _text(began + dt.timedelta(seconds=4)),
            "run_finished_at": _text(began + dt.timedelta(seconds=4 + seconds)),
            **fields,
        },
    )


def _ups_and_downs(number: int) -> dict[str, Any]:
    if number % 19 == 7:
        return {
            "status": "FAILED",
            "num_errors": 40,
            "failure_reason": "The judge is out of credit.",
        }
    errors = 4 + round(4 * math.sin(number / 4)) + (20 if number % 23 == 11 else 0)
    return {
        "num_successes": 400 + 3 * number,
        "num_errors": errors,
        "num_skipped": 10 * (number % 4),
    }


def _text(time: dt.datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z")
