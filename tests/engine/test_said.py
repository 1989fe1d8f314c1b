"""What a reviewer decides on is said at the preview, and before anything is paid for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from tests.emulator.process import Emulator
from tests.engine.stack import Outcome, Stack

HEAD = """
import arize_tasks, pulumi
from arize_tasks import EvaluationGate, EvaluationTask, RunExperimentTask, TaskRun
EVALUATORS = [{"evaluator": "my-evaluator"}]
task = EvaluationTask("task", type="template_evaluation", project="my-project",
                      evaluators=EVALUATORS)
"""
LOOSE = {
    "raised": ("max_error_rate=0.05", "max_error_rate=0.2"),
    "removed": ("min_successes=1", ""),
    "disarmed": ("", "wait=False"),
    "passing": ("", "on_no_data='pass'"),
    "kept": ("max_error_rate=0.05", "max_error_rate=0.05"),
    "stricter": ("max_error_rate=0.2", "max_error_rate=0.05"),
}


def comment(preview: Outcome, stack: Stack) -> str:
    """Write the comment of a preview."""
    log = stack.folder / "events.jsonl"
    log.write_text("".join(json.dumps(event) + "\n" for event in preview.events))
    return stack.shell("arize-tasks", "preview-comment", str(log)).output


def runs(which: int) -> str:
    return HEAD + "".join(
        f"TaskRun({name!r}, task=task, max_spans={at + 1}, lookback_seconds=3600, {given[which]})\n"
        for at, (name, given) in enumerate(LOOSE.items())
    )


def test_gate_that_is_loosened_is_shown_though_nothing_else_changes(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(runs(0))
    stack.up()
    stack.write(runs(1))
    emulator.clear_requests()
    preview = stack.preview()
    assert {r["method"] for r in emulator.requests()} <= {"GET"}
    # Nobody's outputs become unknown for it.
    assert preview.steps == {}
    said = {
        "raised": "less strict than before: max_error_rate 0.05 → 0.2",
        "removed": "less strict than before: min_successes 1 → none",
        "disarmed": "less strict than before: wait true → false, so no end stops the update",
        "passing": "less strict than before: on_no_data fail → pass",
    }
    warnings = comment(preview, stack).partition("Warnings")[2]
    for name, line in said.items():
        assert line in preview.output
        assert f"`{name}`: {line}" in warnings.replace("\\", "")
    assert "`kept`: less" not in warnings
    assert "`stricter`: less" not in warnings
    stack.up()
    assert "less strict" not in stack.preview().output


ONCE = (
    HEAD
    + """
EvaluationTask("pinned", type="template_evaluation", project="my-project",
               evaluators=[{**EVALUATORS[0], "evaluator_version_id": VERSION}])
RunExperimentTask("prompt", dataset="my-dataset", run_configuration=dict(
    experiment_type="llm_generation", ai_integration="my-openai-integration",
    input_variable_format="f_string", messages=[dict(role="user", content="{{question}}")]))
run = TaskRun("first", task=task)
EvaluationGate("other-judge", run=run, criteria=[
    dict(evaluator="my-code-evaluator", min_mean=0.5)])
over_nothing = RunExperimentTask("over-nothing", dataset="empty", run_configuration=dict(
    experiment_type="llm_generation", ai_integration="my-openai-integration",
    input_variable_format="f_string", messages=[dict(role="user", content="{question}")]))
EvaluationGate("no-examples", run=TaskRun("of-nothing", task=over_nothing), criteria=[
    dict(evaluator="my-evaluator", label="correct", min_share=0.5)])
"""
)


def test_doubts_are_said_at_the_preview_and_stop_nothing(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    ids = emulator.fixtures
    emulator.create("datasets", name="empty", space_id=ids["space_id"], examples=0)
    # As it was seen of the real service, for a good version.
    emulator.fault(
        method="GET", path="/v2/evaluator-versions/*", kind="status", status=400, times=9
    )
    stack = make_stack(ONCE.replace("VERSION", repr(ids["evaluator_version_id"])))
    emulator.clear_requests()
    preview = stack.preview()
    assert {r["method"] for r in emulator.requests()} <= {"GET"}
    for line in (
        "messages: {{…}} is no variable where input_variable_format is f_string",
        "the first run of a project's task without a window may be refused",
        "dataset: empty has no examples yet, so nothing can be judged",
        "criteria: the run's task does not have the evaluator 'my-code-evaluator'",
    ):
        assert line in preview.output
    assert "evaluator version" not in preview.output


def test_preview_without_a_key_says_once_that_nothing_was_looked_up(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(runs(0))
    stack.run("config", "rm", "arize:apiKey")
    emulator.clear_requests()
    preview = stack.preview()
    assert preview.messages.count("names and IDs are not looked up: there is no API key") == 1
    assert emulator.requests() == []


def test_custom_timeout_that_ran_out_is_called_so(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    emulator.outcome(status="COMPLETED", num_successes=1, num_errors=0, seconds=3600, times=1)
    stack = make_stack(
        HEAD
        + """
TaskRun("slow", task=task, lookback_seconds=60, timeout_seconds=100, opts=pulumi.ResourceOptions(
    custom_timeouts=pulumi.CustomTimeouts(create="1s")))
"""
    )
    late = stack.up(check=False)
    assert "did not finish within 1 s (opts.custom_timeouts)" in late.output
    # The next preview says why there is an update.
    assert "continues to wait for run" in stack.preview().output


REFUSED = {
    """
run = TaskRun("run", task=task, lookback_seconds=60, wait=False)
EvaluationGate("gate", run=run, criteria=[dict(evaluator="my-evaluator", min_mean=0.5)])
""": "run: is not waited for, so there is nothing to judge",
    """
run = TaskRun("run", task=task, lookback_seconds=60)
EvaluationGate("gate", run=run, experiment="my-experiment", dataset="my-dataset",
               criteria=[dict(evaluator="my-evaluator", min_mean=0.5)])
""": "run and experiment are both given; give exactly one of them",
    """
EvaluationTask("code", type="template_evaluation", project="my-project",
               evaluators=[{"evaluator": "my-code-evaluator"}])
""": "evaluators[0]: is a code evaluator, which a template_evaluation task does not take",
}


@pytest.mark.parametrize("which", range(len(REFUSED)))
def test_what_would_be_refused_after_it_was_paid_is_refused_at_the_preview(
    which: int, emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    program, said = list(REFUSED.items())[which]
    refused = make_stack(HEAD + program).preview(check=False)
    assert refused.code != 0
    assert said in refused.output
    assert {r["method"] for r in emulator.requests()} <= {"GET"}


def test_setting_that_is_nearly_one_of_ours_is_refused(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(HEAD)
    stack.configure("arize:apikey", "a key", secret=True)
    refused = stack.preview(check=False)
    assert refused.code != 0
    assert "arize:apikey is no setting; did you mean arize:apiKey?" in refused.output
    assert "Traceback" not in refused.output


def test_comment_on_a_destroy_says_of_each_run_one_thing(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(HEAD + 'TaskRun("run", task=task, lookback_seconds=60, on_no_data="pass")')
    stack.up()
    gone = comment(stack._watched("destroy", "--preview-only", check=True), stack)
    assert "deleted, and its runs with it" in gone
    assert "finished ones stay" not in gone
    # Pulumi asks no provider about a deletion, so the command asks: at its own endpoint only.
    plan = stack._watched("destroy", "--preview-only", check=True)
    key = emulator.fixtures["api_key"]
    for endpoint, sent, said in (
        (emulator.url, key, "deleted, and its 1 run with it"),
        (emulator.url, "wrong", "deleted, and its runs with it"),
        ("http://localhost:1", key, "deleted, and its runs with it"),
        ("nonsense", key, "deleted, and its runs with it"),
    ):
        stack.environment |= {"ARIZE_API_KEY": sent, "ARIZE_BASE_URL": endpoint}
        emulator.clear_requests()
        assert said in comment(plan, stack)
        asked = [r["path"].rpartition("/")[2] for r in emulator.requests()]
        assert asked == (["runs"] if endpoint == emulator.url else [])
    del stack.environment["ARIZE_API_KEY"], stack.environment["ARIZE_BASE_URL"]
    stack.write(HEAD)
    assert "finished ones stay" in comment(stack.preview(), stack)


def test_gate_whose_threshold_changes_shows_nothing_else(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    def program(share: float) -> str:
        return (
            HEAD
            + f"""
over = dict(dataset="my-dataset", experiment_ids=[{emulator.fixtures["experiment_id"]!r}])
dataset = EvaluationTask("dataset", type="template_evaluation", evaluators=EVALUATORS, **over)
for of, how in ((task, dict(lookback_seconds=86400)), (dataset, dict())):
    run = TaskRun(f"run-{{of._over}}", task=of, on_no_data="pass", override_evaluations=True, **how)
    EvaluationGate(f"gate-{{of._over}}", run=run, enforce=False, min_samples=1, settle_seconds=0,
        criteria=[dict(evaluator="my-evaluator", label="correct", min_share={share})])
"""
        )

    stack = make_stack(program(0.5))
    stack.up()
    stack.write(program(0.6))
    preview = stack.preview()
    assert preview.steps == {"gate-project": "update", "gate-dataset": "update"}
    assert re.findall(r"\[diff: ([^\]]*)\]", preview.output) == ["~criteria", "~criteria"]


def test_trigger_that_is_added_fires_nothing_and_the_next_change_does(
    emulator: Emulator, make_stack: Callable[[str], Stack]
) -> None:
    def program(triggers: str) -> str:
        return (
            HEAD
            + f'TaskRun("run", task=task, lookback_seconds=60, override_evaluations=True{triggers})'
        )

    stack = make_stack(program(""))

    def fired(triggers: str) -> int:
        emulator.clear_requests()
        stack.write(program(triggers))
        stack.up()
        return sum(r["path"].endswith("/trigger") for r in emulator.requests())

    stack.up()
    added, changed, same, gone, back = (
        fired(triggers)
        for triggers in (
            ', triggers=["a"]',
            ', triggers=["b"]',
            ', triggers=["b"]',
            "",
            ', triggers=["c"]',
        )
    )
    assert (added, changed, same, gone, back) == (0, 1, 0, 0, 0)
    assert (fired(", triggers=[1]"), fired(", triggers=[True]")) == (1, 1)
    stack.refresh()
    assert fired(", triggers=[True]") == 0
