"""`arize-tasks verify` finds the readings that a service follows: all of them, and no other."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from arize_tasks.cli.verifying.behaviours import behaviours
from arize_tasks.cli.verifying.probes import NOT_PROBED, PROBES
from arize_tasks.emulator.ledger import read_differently
from tests.cli.conftest import Command
from tests.cli.verified import WRITE, left_in, others_in, table_of, untold_in, verify
from tests.emulator.bodies import create, dataset_task, project_task, trigger
from tests.emulator.process import Emulator
from tests.emulator.test_each_reading import ended

pytestmark = pytest.mark.waits
FULL = os.environ.get("FULL_MATRIX") == "1"
LAG_SECONDS = 2
# How much later than it is there something may be seen: a look or a short run on a busy machine.
LATE_SECONDS = 4
CELLS = [
    (id_, LAG_SECONDS if row.is_seconds else reading)
    for id_, row in read_differently().items()
    for reading in row.readings[1:]
]
# Reading -> what can't be told where it holds.
HIDDEN_BY = {
    # Every empty window is refused then, that of a first run as well.
    "400-at-trigger": {"first-run-without-start"},
    # A run that can't be read while it is under way.
    "read-lag": {"experiment-visible"},
}
READ_ONLY = {
    "timestamps",
    "enum-case",
    "problem-bodies",
    "foreign-id-kind",
    "task-list-order",
    "run-list-order",
    "row-ids",
    "row-evaluations",
    "missing-values",
}


def test_each_behaviour_with_readings_has_a_probe_or_a_reason() -> None:
    wanted = {row.id for row in read_differently().values()}
    assert sorted(wanted - PROBES.keys() - NOT_PROBED.keys()) == []
    assert sorted((PROBES.keys() | NOT_PROBED.keys()) - wanted) == []
    assert PROBES.keys() & NOT_PROBED.keys() == set()
    assert all(NOT_PROBED.values())


def test_what_is_assumed_is_the_default_of_the_ledger() -> None:
    assumed = {id_: row.assumed for id_, row in behaviours().items()}
    assert assumed == {id_: row.default for id_, row in read_differently().items()}


def agrees(found: Any, wanted: Any) -> bool:
    """Whether a reading is the one that was set, or seconds that are about those."""
    if isinstance(wanted, str):
        return bool(found == wanted)
    return isinstance(found, (int, float)) and wanted <= found <= wanted + LATE_SECONDS


def test_verify_default_is_as_assumed(command: Command, verified: Emulator) -> None:
    done = verify(command, verified)
    assert (others_in(done), untold_in(done)) == ({}, set())
    assert left_in(verified) == []


@pytest.mark.parametrize(("id_", "reading"), CELLS if FULL else CELLS[::3])
def test_verify_finds_each_reading_and_no_other(
    id_: str, reading: str | float, command: Command, verified: Emulator, tmp_path: Path
) -> None:
    verified.admin("POST", "readings", {id_: reading})
    target = tmp_path / "readings.json"
    done = verify(command, verified, "--output", str(target))
    assert others_in(done).keys() == {id_}
    assert agrees(json.loads(target.read_text())[id_], reading)
    assert untold_in(done) <= HIDDEN_BY.get(str(reading), HIDDEN_BY.get(id_, set()))
    assert left_in(verified) == []


@pytest.mark.parametrize("seed", range(6 if FULL else 2))
def test_verify_finds_a_mixture_of_readings(
    seed: int, command: Command, verified: Emulator, tmp_path: Path
) -> None:
    luck = random.Random(seed)
    # Evaluated is what is there already when its task is made, which lags hold up as well.
    lags = {"index-lag": 8, "list-lag": 1, "read-lag": 1}
    mixture = {
        id_: lags[id_] if row.is_seconds else luck.choice(row.readings)
        for id_, row in read_differently().items()
        if not row.is_seconds or luck.random() < 0.5
    }
    verified.admin("POST", "readings", mixture)
    target = tmp_path / "readings.json"
    wanted = verified.admin("GET", "readings")
    done = verify(command, verified, "--output", str(target))
    found = json.loads(target.read_text())
    # A service that says little hides more; but what is found is so.
    assert "something else" not in done.out
    assert {id_: r for id_, r in found.items() if not agrees(r, wanted[id_])} == {}
    assert len(found) >= len(wanted) - 3
    assert left_in(verified) == []


def test_emulator_with_the_output_behaves_as_the_service_that_was_verified(
    command: Command,
    verified: Emulator,
    start_emulator: Callable[..., Emulator],
    tmp_path: Path,
) -> None:
    readings = {"duplicate-task-name": "422", "list-lag": 1, "timestamps": "offset"}
    verified.admin("POST", "readings", readings)
    target = tmp_path / "readings.json"
    verify(command, verified, "--output", str(target))
    other = start_emulator("--readings", str(target), "--run-seconds", "0.5")
    there = other.admin("GET", "readings")
    # The seconds are as measured.
    assert 1 <= there.pop("list-lag") <= 1 + LATE_SECONDS
    wanted = verified.admin("GET", "readings")
    wanted.pop("list-lag")
    assert there == wanted
    assert others_in(verify(command, other)).keys() == readings.keys()


@pytest.fixture
def used(verified: Emulator) -> Emulator:
    """A space with tasks, runs, and rows that a code evaluator has evaluated."""
    code = {
        "type": "CODE_EVALUATION",
        "evaluators": [{"evaluator_id": verified.fixtures["code_evaluator_id"]}],
    }
    task = create(verified, dataset_task(verified, **code))
    create(verified, project_task(verified, name="second"))
    for _ in range(2):
        ended(verified, trigger(verified, task))
    verified.clear_requests()
    return verified


def test_read_only_only_reads_and_is_the_default(command: Command, used: Emulator) -> None:
    done = command("verify", "--space", "my-space", emulator=used)
    told = table_of(done)
    assert {id_ for id_, (_, said) in told.items() if said == "as assumed"} == READ_ONLY
    assert told["echo"] == ("–", "cannot tell: needs --write")
    assert told["row-columns"] == ("–", "cannot tell: needs --llm")
    asked = {(one["method"], one["path"].rpartition("/")[2]) for one in used.requests()}
    assert {what for what in asked if what[0] != "GET"} == {("POST", "search")}


@pytest.mark.parametrize(
    ("id_", "reading"), [cell for cell in CELLS if cell[0] in READ_ONLY][:: 1 if FULL else 2]
)
def test_read_only_finds_each_reading_and_no_other(
    id_: str, reading: str, command: Command, used: Emulator
) -> None:
    used.admin("POST", "readings", {id_: reading})
    done = command("verify", "--space", "my-space", "--read-only", emulator=used)
    assert others_in(done) == {id_: reading}


def test_read_only_in_an_empty_space_says_what_is_not_there(
    command: Command, start_emulator: Callable[..., Emulator]
) -> None:
    done = command("verify", "--space", "my-space", emulator=start_emulator("--empty"))
    told = {id_: said for id_, (_, said) in table_of(done).items()}
    assert told["enum-case"] == "cannot tell: the space has no task and no evaluator"
    assert told["row-ids"] == "cannot tell: the space has no experiment with rows"
    assert told["run-list-order"] == "cannot tell: the space has no task that was run twice"
    assert told["problem-bodies"] == "as assumed"


def test_index_lag_longer_than_the_wait_is_at_least_that(
    command: Command, verified: Emulator
) -> None:
    verified.readings(index_lag=7200)
    done = command(*WRITE, "--wait", "1", emulator=verified)
    reading, said = table_of(done)["index-lag"]
    assert 1 <= float(reading.removesuffix(" s")) <= 1 + LATE_SECONDS
    assert "at least" in said
    assert "no row was evaluated" in table_of(done)["labels-remembered"][1]


def test_model_is_called_no_more_often_than_the_limit_says(
    command: Command, verified: Emulator
) -> None:
    # Runs that end before they can be seen RUNNING: the probe would like to see another one.
    verified.outcome(seconds=0, times=100)
    done = command(*WRITE, "--llm", "my-openai-integration", "--llm-limit", "2", emulator=verified)
    triggers = [
        one for one in verified.requests() if "experiment_name" in ((one["body"] or {}) or ())
    ]
    assert len([one for one in triggers if one["status"] == 201]) == 2
    assert all(one["body"]["max_examples"] == 1 for one in triggers)
    assert untold_in(done) >= {"experiment-visible"}
