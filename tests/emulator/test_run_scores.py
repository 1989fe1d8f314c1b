"""What runs leave in the rows: which rows, which values, and counts that agree with them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.emulator.bodies import (
    create,
    dataset_task,
    experiment_task,
    get_run,
    project_task,
    trigger,
)
from tests.emulator.process import Emulator
from tests.emulator.scores import LABEL, SCORE, evaluated, labels, new_experiment, read_rows

Json = dict[str, Any]


def counts(run: Json) -> tuple[int, int, int]:
    return run["num_successes"], run["num_errors"], run["num_skipped"]


@pytest.fixture
def experiment_id(emulator: Emulator) -> str:
    return str(emulator.fixtures["experiment_id"])


def test_run_writes_label_score_explanation_and_who_wrote_them(
    emulator: Emulator, experiment_id: str
) -> None:
    emulator.outcome(reads=1)
    run = evaluated(emulator, experiment_id)
    rows = read_rows(emulator, experiment_id)
    assert labels(rows) == {"correct": 18, "incorrect": 2}
    assert {(row[LABEL], row[SCORE]) for row in rows} == {("correct", 1), ("incorrect", 0)}
    assert all(row["eval.correctness.explanation"] for row in rows)
    writers = {
        (row["eval.correctness.metadata.task_id"], row["eval.correctness.metadata.run_id"])
        for row in rows
    }
    assert writers == {(run["task_id"], run["id"])}


def test_run_skips_what_is_labelled_unless_it_overrides(
    emulator: Emulator, experiment_id: str
) -> None:
    emulator.outcome(reads=1, scores={"correctness": {"share": 1}}, num_successes=12)
    emulator.outcome(reads=1, scores={"correctness": {"share": 0}}, times=9)
    task = create(emulator, dataset_task(emulator))
    assert counts(get_run(emulator, trigger(emulator, task))) == (12, 0, 0)
    assert labels(read_rows(emulator, experiment_id)) == {"correct": 12, None: 8}
    assert counts(get_run(emulator, trigger(emulator, task))) == (8, 0, 0)
    assert labels(read_rows(emulator, experiment_id)) == {"correct": 12, "incorrect": 8}
    nothing = get_run(emulator, trigger(emulator, task))
    assert (nothing["status"], counts(nothing)) == ("CANCELLED", (0, 0, 0))
    assert "override_evaluations" in nothing["failure_reason"]
    again = get_run(emulator, trigger(emulator, task, override_evaluations=True))
    assert counts(again) == (20, 0, 0)
    assert labels(read_rows(emulator, experiment_id)) == {"incorrect": 20}


def test_new_task_with_an_evaluator_finds_what_that_evaluator_has_labelled(
    emulator: Emulator, experiment_id: str
) -> None:
    emulator.outcome(reads=1, times=9)
    assert counts(evaluated(emulator, experiment_id)) == (20, 0, 0)
    nothing = evaluated(emulator, experiment_id, name="again")
    assert (nothing["status"], counts(nothing)) == ("CANCELLED", (0, 0, 0))
    assert "override_evaluations" in nothing["failure_reason"]
    # Its next version has done it as well, wherever that writes.
    evaluator_id = emulator.fixtures["evaluator_id"]
    emulator.create("evaluator-versions", evaluator_id=evaluator_id, column="elsewhere")
    assert counts(evaluated(emulator, experiment_id, name="newer")) == (0, 0, 0)
    over = evaluated(emulator, experiment_id, {"override_evaluations": True}, name="over")
    assert counts(over) == (20, 0, 0)


def test_run_of_another_evaluator_with_the_same_column_labels_it_anew(
    emulator: Emulator, experiment_id: str
) -> None:
    space_id = emulator.fixtures["space_id"]
    other = emulator.create("evaluators", space_id=space_id, name="other", column="correctness")
    emulator.outcome(reads=1, scores={"correctness": {"share": 1}})
    evaluated(emulator, experiment_id)
    emulator.outcome(reads=1, scores={"correctness": {"share": 0}}, times=2)
    theirs = [{"evaluator_id": other["id"]}]
    run = evaluated(emulator, experiment_id, name="theirs", evaluators=theirs)
    assert counts(run) == (20, 0, 0)
    assert labels(read_rows(emulator, experiment_id)) == {"incorrect": 20}
    # Who was the first has not forgotten.
    assert counts(evaluated(emulator, experiment_id, name="again")) == (0, 0, 0)


def test_run_labels_rows_that_a_client_brought_labels_for(emulator: Emulator) -> None:
    row = {"example_id": "ex_001", "output": "4", LABEL: "incorrect"}
    body = {
        "name": "brought",
        "dataset_id": emulator.fixtures["dataset_id"],
        "experiment_runs": [row],
    }
    experiment_id = emulator.call("POST", "/v2/experiments", body).json()["id"]
    emulator.outcome(reads=1, scores={"correctness": {"share": 1}})
    assert counts(evaluated(emulator, experiment_id)) == (1, 0, 0)
    assert labels(read_rows(emulator, experiment_id)) == {"correct": 1}


def test_run_of_two_evaluators_leaves_the_labelled_column_alone(
    emulator: Emulator, experiment_id: str
) -> None:
    emulator.score(experiment_id, correctness={"share": 0})
    second = emulator.fixtures["second_evaluator_id"]
    both = [{"evaluator_id": emulator.fixtures["evaluator_id"]}, {"evaluator_id": second}]
    emulator.outcome(reads=1, scores={"*": {"share": 1}})
    assert counts(evaluated(emulator, experiment_id, evaluators=both)) == (20, 0, 0)
    rows = read_rows(emulator, experiment_id)
    assert labels(rows) == {"incorrect": 20}
    assert labels(rows, "eval.helpfulness.label") == {"correct": 20}


def test_run_is_narrowed_by_the_filters_of_task_evaluator_and_version(
    emulator: Emulator, experiment_id: str
) -> None:
    emulator.score(experiment_id, tone={"share": 0.5}, length={"share": 0.25})
    wanted = "eval.tone.label = 'pass' OR eval.length.label = 'pass'"
    rows = read_rows(emulator, experiment_id)
    fits = [r for r in rows if "pass" in (r["eval.tone.label"], r["eval.length.label"])]
    assert 10 <= len(fits) < 20
    emulator.outcome(reads=1, times=9)
    run = evaluated(emulator, experiment_id, query_filter=wanted)
    assert counts(run) == (len(fits), 0, 0)
    assert sum(LABEL in row for row in read_rows(emulator, experiment_id)) == len(fits)
    own = {
        "evaluator_id": emulator.fixtures["second_evaluator_id"],
        "query_filter": "eval.length.label = 'pass'",
    }
    other = evaluated(
        emulator,
        experiment_id,
        name="narrower",
        query_filter="eval.tone.label = 'pass'",
        evaluators=[own],
    )
    both = [r for r in rows if (r["eval.tone.label"], r["eval.length.label"]) == ("pass", "pass")]
    assert counts(other)[0] == len(both)


def test_run_whose_filter_lets_nothing_through_finds_no_data(
    emulator: Emulator, experiment_id: str
) -> None:
    emulator.outcome(reads=1)
    run = evaluated(emulator, experiment_id, query_filter="output = 'nobody said this'")
    assert (run["status"], counts(run)) == ("CANCELLED", (0, 0, 0))
    assert "nothing to evaluate" in run["failure_reason"]


def test_run_of_the_triggers_experiments_leaves_the_tasks_alone(
    emulator: Emulator, experiment_id: str
) -> None:
    other = new_experiment(emulator, "other", rows=5)
    emulator.outcome(reads=1)
    run = evaluated(emulator, experiment_id, {"experiment_ids": [other]})
    assert counts(run) == (5, 0, 0)
    assert labels(read_rows(emulator, experiment_id)) == {None: 20}


def test_cancelled_run_has_written_what_was_done(emulator: Emulator, experiment_id: str) -> None:
    emulator.outcome(reads=5)
    task = create(emulator, dataset_task(emulator))
    run = trigger(emulator, task)
    for _ in range(3):
        get_run(emulator, run)
    done = emulator.call("POST", f"/v2/task-runs/{run['id']}/cancel").json()["num_successes"]
    assert 0 < done < 20
    assert sum(LABEL in row for row in read_rows(emulator, experiment_id)) == done


def test_experiment_run_fills_its_rows_and_its_failed_ones_say_why(emulator: Emulator) -> None:
    emulator.outcome(reads=6, task_error_rate=0.25)
    task = create(emulator, experiment_task(emulator))
    run = trigger(emulator, task, experiment_name="v2")
    for _ in range(3):
        experiment_id = get_run(emulator, run)["experiment_id"]
    assert {row["output"] for row in read_rows(emulator, experiment_id)} == {None}
    for _ in range(3):
        run = get_run(emulator, run)
    assert (run["status"], counts(run)) == ("COMPLETED", (15, 5, 0))
    rows = read_rows(emulator, experiment_id)
    failed = [row for row in rows if row["error"]]
    assert [row["output"] for row in failed] == [None] * 5
    assert [row for row in rows if not row["error"] and not row["output"]] == []
    assert len(rows) == 20
    # There is nothing to judge in a failed row, and then nothing is left.
    emulator.outcome(reads=1, times=2)
    assert counts(evaluated(emulator, experiment_id)) == (15, 0, 5)
    again = evaluated(emulator, experiment_id, name="again")
    assert (again["status"], counts(again)) == ("CANCELLED", (0, 0, 0))


def test_experiment_run_that_fails_keeps_the_rows_that_it_reached(emulator: Emulator) -> None:
    emulator.outcome(reads=1, status="FAILED", num_successes=3, num_errors=2)
    task = create(emulator, experiment_task(emulator))
    run = get_run(emulator, trigger(emulator, task, experiment_name="v2"))
    rows = read_rows(emulator, run["experiment_id"])
    assert [bool(row["output"]) for row in rows] == [True, True, True, False, False]
    assert [bool(row["error"]) for row in rows] == [False, False, False, True, True]


def test_experiment_run_of_a_version_uses_its_examples(emulator: Emulator) -> None:
    dataset_id = emulator.fixtures["dataset_id"]
    newer = emulator.create("dataset-versions", dataset_id=dataset_id, examples=5, keep=15)
    task = create(emulator, experiment_task(emulator))
    emulator.outcome(reads=1, times=2)
    runs = [
        get_run(emulator, trigger(emulator, task, experiment_name=name, **body))
        for name, body in {
            "new": {},
            "old": {"dataset_version_id": emulator.fixtures["dataset_version_id"]},
        }.items()
    ]
    experiments = [
        emulator.call("GET", f"/v2/experiments/{run['experiment_id']}").json() for run in runs
    ]
    assert [one["dataset_version_id"] for one in experiments] == [
        newer["id"],
        emulator.fixtures["dataset_version_id"],
    ]
    new, old = (
        {row["example_id"] for row in read_rows(emulator, run["experiment_id"])} for run in runs
    )
    assert (len(new), len(old), len(new & old)) == (20, 20, 15)


@pytest.mark.parametrize("scope", [dataset_task, project_task])
def test_chained_evaluation_writes_on_the_new_experiment_afterwards(
    emulator: Emulator, scope: Any
) -> None:
    judge = create(emulator, scope(emulator))
    task = create(emulator, experiment_task(emulator))
    emulator.outcome(task_id=task["id"], reads=1)
    emulator.outcome(task_id=judge["id"], reads=1)
    run = get_run(
        emulator,
        trigger(emulator, task, experiment_name="v2", evaluation_task_ids=[judge["id"]]),
    )
    assert labels(read_rows(emulator, run["experiment_id"])) == {None: 20}
    (chained,) = emulator.call("GET", f"/v2/tasks/{judge['id']}/runs").json()["task_runs"]
    chained = get_run(emulator, chained)
    assert (chained["status"], counts(chained)) == ("COMPLETED", (20, 0, 0))
    window = ("data_start_time", "data_end_time", "experiment_id")
    assert [chained[key] for key in window] == [None, None, None]
    assert labels(read_rows(emulator, run["experiment_id"])) == {"correct": 18, "incorrect": 2}
    spans = emulator.call("POST", "/v2/spans", {"project_id": emulator.fixtures["project_id"]})
    assert not any(span["evaluations"] for span in spans.json()["spans"])


def test_chained_evaluation_of_traces_scores_the_rows_of_the_experiment(
    emulator: Emulator,
) -> None:
    mapping = {"variable_name": "x", "query_ids": [], "attribute_path": "attributes.x"}
    traces = {
        "evaluator_id": emulator.fixtures["trace_evaluator_id"],
        "query_mappings": [mapping],
    }
    judge = create(emulator, project_task(emulator, evaluators=[traces]))
    task = create(emulator, experiment_task(emulator))
    emulator.outcome(reads=1, times=2)
    chain = {"experiment_name": "v2", "evaluation_task_ids": [judge["id"]]}
    run = get_run(emulator, trigger(emulator, task, **chain))
    (chained,) = emulator.call("GET", f"/v2/tasks/{judge['id']}/runs").json()["task_runs"]
    assert counts(get_run(emulator, chained)) == (20, 0, 0)
    found = labels(read_rows(emulator, run["experiment_id"]), "eval.goal_reached.label")
    assert found == {"correct": 18, "incorrect": 2}


def test_evaluator_without_choices_labels_and_code_passes_or_fails(
    emulator: Emulator, experiment_id: str
) -> None:
    emulator.create(
        "evaluator-versions",
        evaluator_id=emulator.fixtures["evaluator_id"],
        column="opinion",
        classification_choices=None,
        include_explanations=False,
    )
    emulator.outcome(reads=1, times=2)
    evaluated(emulator, experiment_id)
    code = {"evaluator_id": emulator.fixtures["code_evaluator_id"]}
    evaluated(emulator, experiment_id, name="code", type="CODE_EVALUATION", evaluators=[code])
    rows = read_rows(emulator, experiment_id)
    assert labels(rows, "eval.opinion.label") == {"good": 18, "poor": 2}
    assert not any(key in row for row in rows for key in ("eval.opinion.score",))
    assert not any(key in row for row in rows for key in ("eval.opinion.explanation",))
    assert labels(rows, "eval.not_empty.label") == {"pass": 18, "fail": 2}


def test_rows_of_a_database_file_survive_a_restart(start_emulator: Any, tmp_path: Any) -> None:
    file = str(tmp_path / "world.db")
    first = start_emulator("--database", file)
    id_ = first.fixtures["experiment_id"]
    first.score(id_, correctness={"share": 0.5})
    rows = read_rows(first, id_)
    first.stop()
    assert read_rows(start_emulator("--database", file), id_) == rows


def test_experiment_run_with_a_filter_uses_the_examples_that_match(emulator: Emulator) -> None:
    task = create(emulator, experiment_task(emulator))
    emulator.outcome(reads=1)
    wanted = "answer = '4' OR answer = '6'"
    run = get_run(emulator, trigger(emulator, task, experiment_name="few", query_filter=wanted))
    assert counts(run) == (2, 0, 0)
    rows = read_rows(emulator, run["experiment_id"])
    assert [row["example_id"] for row in rows] == emulator.fixtures["example_ids"][1:3]


def test_run_whose_experiment_is_purged_meanwhile_ends_all_the_same(emulator: Emulator) -> None:
    task = create(emulator, experiment_task(emulator))
    emulator.outcome(reads=4)
    run = trigger(emulator, task, experiment_name="v2")
    for _ in range(2):
        experiment_id = get_run(emulator, run)["experiment_id"]
    judge = create(emulator, dataset_task(emulator, experiment_ids=[experiment_id]))
    emulator.outcome(reads=2)
    judging = trigger(emulator, judge)
    emulator.remove(experiment_id)
    for _ in range(2):
        run, judging = get_run(emulator, run), get_run(emulator, judging)
    assert (run["status"], judging["status"]) == ("COMPLETED", "COMPLETED")
    assert emulator.call("GET", f"/v2/experiments/{experiment_id}/runs").status_code == 404


@pytest.mark.parametrize(
    ("scores", "correct"),
    [
        ({"my-evaluator": {"share": 0.6}}, 12),
        ({"*": {"share": 0.5}, "my-evaluator": {"share": 0.6}}, 12),
        ({"my-evaluator": {"share": 0.6}, "correctness": {"share": 0.7}}, 14),
        ({"my-second-evaluator": {"share": 0.6}}, 18),
    ],
)
def test_scores_can_be_asked_for_by_the_evaluators_name(
    emulator: Emulator, experiment_id: str, scores: Json, correct: int
) -> None:
    emulator.outcome(reads=1, scores=scores)
    evaluated(emulator, experiment_id)
    found = labels(read_rows(emulator, experiment_id))
    assert found == {"correct": correct, "incorrect": 20 - correct}
