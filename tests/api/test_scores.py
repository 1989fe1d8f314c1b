"""Reading scores: whole or not at all, by both endpoints, whatever happens between the pages."""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from typing import Any

import pytest

from arize_tasks import errors
from arize_tasks.api import scores as module
from arize_tasks.client.arize_client import ArizeClient

World = dict[str, Any]
LABEL, SCORE = "eval.correctness.label", "eval.correctness.score"
RUNS, SEARCH = "/v2/experiments/*/runs", "/v2/experiments/*/runs/search"


@pytest.fixture
def _short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of 8, so that 20 rows are three pages."""
    monkeypatch.setattr(module, "LARGEST_PAGE", 8)


def paths(emulator: Any) -> list[str]:
    """The requests by method and the last part of the path."""
    return [f"{r['method']} {r['path'].rsplit('/', 1)[-1]}" for r in emulator.requests()]


def no_search(emulator: Any, status: int = 404, **more: Any) -> None:
    emulator.fault(method="POST", path=SEARCH, kind="status", status=status, times=99, **more)


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


# --- evaluator versions


def test_evaluator_version_latest_or_pinned_gives_the_column(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    evaluator_id = world["evaluator_id"]
    pinned = client.scores.evaluator_version(evaluator_id, world["evaluator_version_id"])
    assert (pinned.id, pinned.column) == (world["evaluator_version_id"], "correctness")
    emulator.create(
        "evaluator-versions",
        evaluator_id=evaluator_id,
        column="Tone (v2)",
        classification_choices={"kind": 1, "so-so": 0.5, "rude": 0},
        direction="MINIMIZE",
        data_granularity="TRACE",
    )
    latest = client.scores.evaluator_version(evaluator_id)
    assert latest.column == "Tone (v2)"
    assert latest.classification_choices == {"kind": 1, "so-so": 0.5, "rude": 0}
    assert (latest.direction, latest.data_granularity) == ("MINIMIZE", "TRACE")


def test_evaluator_version_of_code_and_without_choices(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    code = client.scores.evaluator_version(world["code_evaluator_id"])
    assert (code.type, code.column, code.classification_choices) == ("CODE", "not_empty", None)
    emulator.create(
        "evaluator-versions", evaluator_id=world["evaluator_id"], classification_choices=None
    )
    assert client.scores.evaluator_version(world["evaluator_id"]).classification_choices is None


def test_evaluator_version_of_another_evaluator_is_not_found(
    client: ArizeClient, world: World
) -> None:
    with pytest.raises(errors.NotFoundError):
        client.scores.evaluator_version(world["second_evaluator_id"], world["evaluator_version_id"])


def test_evaluator_versions_are_listed_all_with_when_they_were_made(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    evaluator_id = world["code_evaluator_id"]
    for _ in range(101):  # more than the largest page holds
        emulator.create("evaluator-versions", evaluator_id=evaluator_id)
    found = client.scores.evaluator_versions(evaluator_id)
    assert len({version.id for version in found}) == len(found) >= 102
    assert all(version.created_at for version in found)
    assert found[0].id == client.scores.evaluator_version(evaluator_id).id


def test_evaluator_version_that_says_nothing_has_no_column(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    evaluator = {"id": "e", "name": "harness", "version": {"id": "v", "type": "HARNESS"}}
    emulator.fault(kind="body", body=evaluator)
    assert client.scores.evaluator_version(world["evaluator_id"]).column is None
    emulator.fault(kind="body", body={"id": "e", "name": "harness"})
    with pytest.raises(errors.UnexpectedResponseError):
        client.scores.evaluator_version(world["evaluator_id"])


# --- rows of experiments


@pytest.mark.usefixtures("_short_pages")
def test_rows_by_search_are_all_there_flat_and_by_id(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    emulator.score(world["experiment_id"], correctness={"share": 0.75})
    rows = client.scores.experiment_rows(world["experiment_id"])
    assert len(rows) == 20
    assert ids(rows) == sorted(ids(rows))
    assert {row["example_id"] for row in rows} == set(world["example_ids"])
    assert Counter(row[LABEL] for row in rows) == {"correct": 15, "incorrect": 5}
    assert {row[SCORE] for row in rows} == {0, 1}
    experiment = f"GET {world['experiment_id']}"
    assert paths(emulator) == [experiment, *["POST search"] * 3, experiment]


@pytest.mark.usefixtures("_short_pages")
@pytest.mark.parametrize("status", [404, 405, 501])
def test_rows_where_there_is_no_search_are_the_same_by_the_list(
    client: ArizeClient, world: World, emulator: Any, status: int
) -> None:
    emulator.score(world["experiment_id"], correctness={"share": 0.75})
    searched = client.scores.experiment_rows(world["experiment_id"])
    emulator.clear_requests()
    no_search(emulator, status)
    assert client.scores.experiment_rows(world["experiment_id"]) == searched
    assert paths(emulator)[1:-1] == ["POST search", *["GET runs"] * 3]


def test_rows_with_a_filter_need_the_search(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    emulator.score(world["experiment_id"], correctness={"share": 0.75})
    wanted = "eval.correctness.label = 'incorrect'"
    rows = client.scores.experiment_rows(world["experiment_id"], filter=wanted)
    assert {row[LABEL] for row in rows} == {"incorrect"}
    no_search(emulator)
    with pytest.raises(errors.NotFoundError):
        client.scores.experiment_rows(world["experiment_id"], filter=wanted)


def test_rows_with_a_filter_that_cannot_be_read_are_refused_once(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    with pytest.raises(errors.BadRequestError, match="cannot be read"):
        client.scores.experiment_rows(world["experiment_id"], filter="output LIKE 'x'")
    assert paths(emulator).count("POST search") == 1


def test_rows_of_a_purged_experiment_are_not_found(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    emulator.remove(world["experiment_id"])
    with pytest.raises(errors.NotFoundError):
        client.scores.experiment_rows(world["experiment_id"])


@pytest.mark.usefixtures("_short_pages")
def test_rows_of_an_experiment_purged_between_pages_are_not_found(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    emulator.fault(path=SEARCH, kind="status", status=404, skip=1, times=9)
    with pytest.raises(errors.NotFoundError):
        client.scores.experiment_rows(world["experiment_id"])
    assert "GET runs" not in paths(emulator)


@pytest.mark.usefixtures("_short_pages")
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 429, "retry_after": 0},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 408},
        {"kind": "drop"},
        {"kind": "drop", "when": "after"},
        {"kind": "truncate"},
    ],
)
@pytest.mark.parametrize("by", ["search", "list"])
def test_rows_a_page_that_fails_is_asked_for_again(
    client: ArizeClient, world: World, emulator: Any, by: str, fault: dict[str, Any]
) -> None:
    if by == "list":
        no_search(emulator)
    emulator.fault(path=SEARCH if by == "search" else RUNS, skip=1, **fault)
    rows = client.scores.experiment_rows(world["experiment_id"])
    assert len(set(ids(rows))) == 20
    name = "POST search" if by == "search" else "GET runs"
    assert paths(emulator).count(name) == 4


@pytest.mark.usefixtures("_short_pages")
def test_rows_a_page_that_keeps_failing_is_an_error_and_no_rows(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    emulator.fault(path=SEARCH, skip=2, kind="status", status=503, times=9)
    with pytest.raises(errors.ServerError):
        client.scores.experiment_rows(world["experiment_id"])


@pytest.mark.usefixtures("_short_pages")
@pytest.mark.parametrize("by", ["search", "list"])
@pytest.mark.parametrize("page", [1, 2, 3])
def test_rows_one_added_between_pages_are_read_again_with_it(
    client: ArizeClient,
    world: World,
    emulator: Any,
    caplog: pytest.LogCaptureFixture,
    by: str,
    page: int,
) -> None:
    if by == "list":
        no_search(emulator)
    path = SEARCH if by == "search" else RUNS
    emulator.fault(path=path, skip=page - 1, kind="append", when="after")
    with caplog.at_level(logging.INFO, "arize_tasks"):
        rows = client.scores.experiment_rows(world["experiment_id"])
    assert len(set(ids(rows))) == len(rows) == 21
    assert "changed while they were read; reading them again" in caplog.text


@pytest.mark.usefixtures("_short_pages")
def test_rows_added_all_the_time_are_an_error_that_says_so(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    emulator.fault(path=SEARCH, kind="append", times=99)
    with pytest.raises(errors.UnstableRowsError) as caught:
        client.scores.experiment_rows(world["experiment_id"])
    assert str(caught.value).splitlines() == [
        f"The rows of experiment {world['experiment_id']} changed while they were read.",
        "  Why: they were read twice, and each time rows were added or repeated meanwhile.",
        "  Fix: wait until nothing writes to them, and try again.",
    ]
    assert paths(emulator).count("POST search") <= 8


@pytest.mark.usefixtures("_short_pages")
def test_rows_given_twice_are_read_again_and_count_once(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    emulator.fault(path=SEARCH, kind="duplicate", skip=1)
    rows = client.scores.experiment_rows(world["experiment_id"])
    assert len(set(ids(rows))) == len(rows) == 20
    assert paths(emulator).count("POST search") == 6


@pytest.mark.usefixtures("_short_pages")
def test_rows_always_given_twice_are_good_if_they_are_the_same_rows(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    emulator.fault(path=SEARCH, kind="duplicate", times=99)
    rows = client.scores.experiment_rows(world["experiment_id"])
    assert len(set(ids(rows))) == len(rows) == 20


@pytest.mark.usefixtures("_short_pages")
def test_rows_whose_cursor_is_refused_once_are_read_from_the_start(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    emulator.fault(path=SEARCH, kind="status", status=400, skip=1)
    assert len(client.scores.experiment_rows(world["experiment_id"])) == 20
    # A walk that breaks off twice at the same page gives the same rows twice, but not all.
    emulator.fault(path=SEARCH, kind="status", status=400, skip=1)
    emulator.fault(path=SEARCH, kind="status", status=400, skip=2)
    with pytest.raises(errors.BadRequestError):
        client.scores.experiment_rows(world["experiment_id"])


@pytest.mark.parametrize(
    "body",
    [
        {"experiment_runs": [{"output": "x"}]},
        {"experiment_runs": ["x"]},
        {"experiment_runs": None},
        {"runs": []},
        "<html>",
    ],
)
def test_rows_that_are_none_are_unexpected(
    client: ArizeClient, world: World, emulator: Any, body: Any
) -> None:
    emulator.fault(path=SEARCH, kind="body", body=body)
    with pytest.raises(errors.UnexpectedResponseError):
        client.scores.experiment_rows(world["experiment_id"])


def test_rows_without_values_show_it_as_absent_or_null(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    for missing in ("absent", "null"):
        wish = {"missing_rate": 0.25, "missing": missing}
        emulator.outcome(reads=1, scores={"correctness": wish})
        task = client.api.tasks.create(
            {
                "name": missing,
                "type": "TEMPLATE_EVALUATION",
                "dataset_id": world["dataset_id"],
                "experiment_ids": [world["experiment_id"]],
                "evaluators": [{"evaluator_id": world["evaluator_id"]}],
            }
        )
        run = client.api.trigger(task.id, {"override_evaluations": True})
        assert client.api.get_run(run.id).num_skipped == 5
        rows = client.scores.experiment_rows(world["experiment_id"])
        empty = [row for row in rows if row.get(SCORE) is None]
        assert len(empty) == 5
        assert all((SCORE in row) == (missing == "null") for row in empty)


# --- spans of projects


def hours_ago(hours: float) -> dt.datetime:
    return dt.datetime.now(dt.timezone.utc) - dt.timedelta(hours=hours)


@pytest.fixture
def _judged_spans(client: ArizeClient, world: World, emulator: Any) -> None:
    emulator.outcome(reads=1, scores={"correctness": {"share": 0.75}})
    task = client.api.tasks.create(
        {
            "name": "spans",
            "type": "TEMPLATE_EVALUATION",
            "project_id": world["project_id"],
            "evaluators": [{"evaluator_id": world["evaluator_id"]}],
        }
    )
    assert client.api.get_run(client.api.trigger(task.id, {}).id).num_successes == 40


@pytest.mark.usefixtures("_short_pages", "_judged_spans")
def test_spans_become_rows_with_the_columns_that_were_asked_for(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    emulator.clear_requests()
    rows = client.scores.span_rows(
        world["project_id"], ["correctness"], start_time=hours_ago(2), end_time=hours_ago(0)
    )
    assert len(set(ids(rows))) == len(rows) == 40
    assert len({row["example_id"] for row in rows}) == 10
    assert Counter(row[LABEL] for row in rows) == {"correct": 30, "incorrect": 10}
    assert set(rows[0]) == {"id", "example_id", "output", "error", LABEL, SCORE}
    bodies = [request["body"] for request in emulator.requests()]
    assert len(bodies) == 5
    assert bodies[0]["included_columns"] == [SCORE, LABEL]
    assert all(body == bodies[0] for body in bodies)


@pytest.mark.usefixtures("_judged_spans")
def test_spans_of_the_window_and_the_filter_only(client: ArizeClient, world: World) -> None:
    read = client.scores.span_rows
    project, columns = world["project_id"], ["correctness", "nobody"]
    assert read(project, columns, start_time=hours_ago(9), end_time=hours_ago(5)) == []
    half = read(project, columns, start_time=hours_ago(1 / 3), end_time=hours_ago(0))
    assert 10 < len(half) < 30
    wanted = f"{LABEL} = 'incorrect'"
    bad = read(project, columns, start_time=hours_ago(2), end_time=hours_ago(0), filter=wanted)
    assert {row[LABEL] for row in bad} == {"incorrect"}


@pytest.mark.usefixtures("_short_pages")
@pytest.mark.parametrize(
    "fault", [{"kind": "drop"}, {"kind": "status", "status": 503}, {"kind": "duplicate"}]
)
def test_spans_survive_a_bad_page(
    client: ArizeClient, world: World, emulator: Any, fault: dict[str, Any]
) -> None:
    emulator.fault(path="/v2/spans", skip=2, **fault)
    rows = client.scores.span_rows(
        world["project_id"], ["correctness"], start_time=hours_ago(2), end_time=hours_ago(0)
    )
    assert len(set(ids(rows))) == len(rows) == 40


def test_spans_more_than_wanted_are_an_error(client: ArizeClient, world: World) -> None:
    window: Any = {"start_time": hours_ago(2), "end_time": hours_ago(0)}
    assert len(client.scores.span_rows(world["project_id"], ["a"], at_most=40, **window)) == 40
    with pytest.raises(errors.ArizeTasksError, match="more than 39 spans"):
        client.scores.span_rows(world["project_id"], ["a"], at_most=39, **window)


@pytest.mark.parametrize(
    "body",
    [
        {"spans": [{"context": {"trace_id": "t"}}]},
        {"spans": [{"context": None}]},
        {"spans": [{}]},
        {"spans": [1]},
        {"spans": [{"context": {"trace_id": "t", "span_id": "s"}, "evaluations": [{}]}]},
    ],
)
def test_spans_that_are_none_are_unexpected(
    client: ArizeClient, world: World, emulator: Any, body: Any
) -> None:
    emulator.fault(path="/v2/spans", kind="body", body=body)
    with pytest.raises(errors.UnexpectedResponseError):
        client.scores.span_rows(
            world["project_id"], ["a"], start_time=hours_ago(2), end_time=hours_ago(0)
        )


# --- datasets


@pytest.mark.usefixtures("_short_pages")
def test_examples_are_counted_by_version(client: ArizeClient, world: World, emulator: Any) -> None:
    dataset_id = world["dataset_id"]
    emulator.create("dataset-versions", dataset_id=dataset_id, examples=4)
    assert client.scores.count_examples(dataset_id) == 24
    assert client.scores.count_examples(dataset_id, world["dataset_version_id"]) == 20
    with pytest.raises(errors.NotFoundError):
        client.scores.count_examples(dataset_id, world["evaluator_version_id"])
    emulator.fault(path="/v2/datasets/*/examples", kind="status", status=400, skip=1)
    assert client.scores.count_examples(dataset_id) == 24


def test_row_without_an_id_is_known_by_its_example(
    client: ArizeClient, world: World, emulator: Any
) -> None:
    rows = [{"id": None, "example_id": f"ex{n}", SCORE: 1} for n in range(3)]
    rows[2].pop("id")
    emulator.fault(path=SEARCH, kind="body", body={"experiment_runs": rows})
    found = client.scores.experiment_rows(world["experiment_id"])
    assert ids(found) == ["ex0", "ex1", "ex2"]
