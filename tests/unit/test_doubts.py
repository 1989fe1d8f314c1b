"""What is probably a mistake is warned of, and what lets more pass is shown."""

from __future__ import annotations

from typing import Any

import pytest

from arize_tasks.schema.unknown import UNKNOWN
from arize_tasks.task.spec import TASK
from arize_tasks.task_run.spec import TaskRunSpec
from arize_tasks.task_run.verdict import loosened
from tests.unit.spec_samples import LLM_GENERATION, RUN_TASK, TASK_ID, TEMPLATE_EVALUATION


def doubted(configuration: dict[str, Any]) -> list[str]:
    spec, failures = TASK.examine({**RUN_TASK, "run_configuration": configuration})
    assert failures == []
    return list(spec.doubted())


@pytest.mark.parametrize(
    ("variables", "contents", "said"),
    [
        ("f_string", ["{question}"], None),
        ("f_string", ["Be brief.", "{question}"], None),
        ("f_string", ["{{question}}"], "{{…}} is no variable where"),
        ("f_string", ["Answer."], "has no variable"),
        ("mustache", ["{{ question }}"], None),
        ("mustache", ['{"json": "{{question}}"}'], None),
        ("mustache", ["{question}"], "{…} is no variable of mustache"),
        ("mustache", ["Answer."], "has no variable"),
        ("none", ["Answer."], None),
        ("none", ["{question}"], "has variables, and input_variable_format is none"),
        (UNKNOWN, ["Answer."], None),
        ("f_string", ["Answer.", UNKNOWN], None),
    ],
)
def test_prompt_whose_variables_are_not_filled_is_doubted(
    variables: Any, contents: list[Any], said: str | None
) -> None:
    messages = [{"role": "user", "content": text} for text in contents]
    found = doubted({**LLM_GENERATION, "input_variable_format": variables, "messages": messages})
    if said is None:
        assert found == []
    else:
        assert len(found) == 1
        assert found[0].startswith(f"run_configuration.messages: {said}")


def test_template_without_a_variable_is_doubted() -> None:
    assert doubted(TEMPLATE_EVALUATION) == []
    assert doubted({**TEMPLATE_EVALUATION, "template": "Is {x} right?"}) == [
        "run_configuration.template: {…} is no variable of mustache; write {{…}}"
    ]


def run(**arguments: Any) -> TaskRunSpec:
    return TaskRunSpec.parse({"task": TASK_ID, **arguments})


def test_window_in_the_future_is_doubted() -> None:
    assert run(data_start_time="2099-01-01T00:00:00Z").doubted() == [
        "data_start_time: lies in the future, where there is no data yet"
    ]
    assert run(data_end_time="2020-01-01T00:00:00Z").doubted() == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ({"max_error_rate": 0.05}, {"max_error_rate": 0.2}, ["max_error_rate 0.05 → 0.2"]),
        ({"max_error_rate": 0.2}, {"max_error_rate": 0.05}, []),
        ({"max_error_rate": 0.2}, {}, ["max_error_rate 0.2 → none"]),
        ({}, {"max_error_rate": 0.2}, []),
        ({"min_successes": 5}, {"min_successes": 4}, ["min_successes 5 → 4"]),
        ({"min_successes": 5}, {}, ["min_successes 5 → none"]),
        ({"on_no_data": "fail"}, {"on_no_data": "pass"}, ["on_no_data fail → pass"]),
        ({}, {"on_no_data": "pass"}, ["on_no_data fail → pass"]),
        ({}, {"wait": False}, ["wait true → false, so no end stops the update"]),
        ({"wait": False}, {}, []),
        ({"wait": False}, {"wait": False}, []),
    ],
)
def test_gate_that_lets_more_pass_is_shown(
    old: dict[str, Any], new: dict[str, Any], found: list[str]
) -> None:
    assert loosened(run(**old), run(**new)) == found
