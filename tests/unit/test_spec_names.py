"""Names and IDs, free-form objects and plain data: the small parts of the specs."""

from __future__ import annotations

import enum
from typing import Any

import pytest

from arize_tasks.schema.ids import kind_of_id, looks_like_id
from arize_tasks.schema.unknown import UNKNOWN, has_unknown, is_given, plain, without_none
from arize_tasks.task.spec import TASK
from arize_tasks.task_run.spec import TaskRunSpec
from tests.unit.spec_samples import (
    DATASET_TASK,
    EVALUATOR,
    EXPERIMENT,
    INTEGRATION,
    OTHER_TASK,
    PROJECT,
    PROJECT_TASK,
    RUN_TASK,
    TASK_ID,
    VERSION,
    an_id,
    look_up,
)


@pytest.mark.parametrize("text", ["my-project", "", "bXktcHJvamVjdA==", "ü:1", "Model:3:a", "T W9"])
def test_id_text_that_is_a_name_is_none(text: str) -> None:
    assert not looks_like_id(text)
    assert kind_of_id(text) is None


def test_id_of_a_known_kind_is_named_and_of_another_is_not() -> None:
    assert kind_of_id(PROJECT) == kind_of_id(an_id("Project")) == "project"
    assert kind_of_id(an_id("OnlineTask")) == kind_of_id(an_id("Task")) == "task"
    assert kind_of_id(INTEGRATION) is None


def test_id_of_an_unknown_kind_is_taken_anywhere() -> None:
    odd = an_id("SomethingNew")
    assert TASK.examine({**PROJECT_TASK, "project": odd, "space": odd})[1] == []


def test_resolve_asks_for_names_only_and_once_for_each() -> None:
    asked: list[tuple[str, str]] = []

    def ask(kind: str, name: str) -> Any:
        asked.append((kind, name))
        return look_up(kind, name)

    spec = TASK.parse({**PROJECT_TASK, "space": "my-space", "evaluators": [{"evaluator": "tone"}]})
    assert spec.resolve(ask).body()["evaluators"] == [{"evaluator_id": EVALUATOR}]
    TASK.parse({**DATASET_TASK, "dataset": an_id("Dataset")}).resolve(ask)
    assert asked == [("project", "my-project"), ("evaluator", "tone")]


def test_resolve_of_a_name_not_known_yet_is_unknown() -> None:
    spec = TASK.parse({**PROJECT_TASK, "project": "new", "evaluators": [{"evaluator": UNKNOWN}]})
    body = spec.resolve(look_up).body()
    assert body["project_id"] is UNKNOWN
    assert body["evaluators"][0]["evaluator_id"] is UNKNOWN


def test_references_give_every_name_with_its_id() -> None:
    spec = TASK.parse(RUN_TASK)
    assert list(spec.references()) == [
        ("dataset", "my-dataset", None),
        ("ai_integration", "my-openai-integration", None),
    ]
    assert [found for *_, found in spec.resolve(look_up).references()] == [
        look_up("dataset", "my-dataset"),
        INTEGRATION,
    ]


def test_references_of_a_list_give_each_item() -> None:
    spec = TaskRunSpec.parse(
        {"task": UNKNOWN, "evaluation_tasks": ["nightly", UNKNOWN, OTHER_TASK]}
    )
    assert list(spec.resolve(look_up).references()) == [
        ("task", "nightly", TASK_ID),
        ("task", OTHER_TASK, OTHER_TASK),
    ]


def test_spec_of_any_task_declares_what_was_given_and_no_more() -> None:
    declared = TASK.parse({**PROJECT_TASK, "query_filter": None}).declared()
    assert declared == {**PROJECT_TASK, "type": "TEMPLATE_EVALUATION"}


def test_run_window_may_be_thirty_days_long() -> None:
    window = {"data_start_time": "2026-03-01T00:00:00Z", "data_end_time": "2026-03-31T00:00:00Z"}
    assert TaskRunSpec.examine({"task": "nightly", **window})[1] == []


def test_run_times_are_kept_as_utc_text() -> None:
    spec = TaskRunSpec.parse(
        {
            "task": "nightly",
            "data_start_time": "2026-03-01T02:30:00+02:00",
            "data_end_time": "2026-03-01T01:00:00.250999z",
        }
    )
    assert spec.data_start_time == "2026-03-01T00:30:00Z"
    assert spec.data_end_time == "2026-03-01T01:00:00.250Z"  # the service keeps no more


class Kind(str, enum.Enum):
    """An enum as Arize's SDK has them."""

    EVALUATION = "TEMPLATE_EVALUATION"


def test_enum_member_is_taken_as_its_value() -> None:
    assert TASK.examine({**PROJECT_TASK, "type": Kind.EVALUATION})[1] == []


def test_plain_data_has_one_shape() -> None:
    assert plain({1: (1.0, 0.5, None), "a": Kind.EVALUATION}) == {
        "1": [1, 0.5, None],
        "a": "TEMPLATE_EVALUATION",
    }
    assert without_none({"a": None, "b": [{"c": None}]}) == {"b": [{}]}
    assert repr(plain([1.0])) == "[1]"


def test_unknown_is_one_and_has_no_truth() -> None:
    assert type(UNKNOWN)() is UNKNOWN
    assert repr(UNKNOWN) == "UNKNOWN"
    assert not is_given(UNKNOWN)
    assert has_unknown({"a": [UNKNOWN]})
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(UNKNOWN)


def test_mentions_give_every_name_and_id_with_the_place_where_people_write_it() -> None:
    spec = TASK.parse(
        {
            **DATASET_TASK,
            "evaluators": [{"evaluator": "tone", "evaluator_version_id": VERSION}],
        }
    )
    assert {(found.place, found.kind, found.text) for found in spec.mentions()} == {
        ("dataset", "dataset", "my-dataset"),
        ("experiment_ids[0]", "experiment", EXPERIMENT),
        ("evaluators[0].evaluator", "evaluator", "tone"),
        ("evaluators[0].evaluator_version_id", "evaluator version", VERSION),
    }
