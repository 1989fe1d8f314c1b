"""What the deployment does, on the real engine, against the emulator of Arize's API."""

from pathlib import Path

import pytest
from pulumi.automation import CommandError, Stack

from arize_tasks.testing import Emulator

PROJECT = Path(__file__).parent


@pytest.fixture
def stack(arize_emulator: Emulator, tmp_path: Path) -> Stack:
    return arize_emulator.stack(PROJECT, tmp_path)


def resources(stack: Stack) -> set[str]:
    """Give the names of what is in the state."""
    state = stack.export_stack().deployment or {}
    return {resource["urn"].rpartition("::")[2] for resource in state["resources"]}


def test_good_answers_are_released(arize_emulator: Emulator, stack: Stack) -> None:
    arize_emulator.next_run(scores={"my-evaluator": 0.9})

    outputs = stack.up().outputs

    assert outputs["verdict"].value == "pass"
    assert "production-monitor" in resources(stack)


def test_run_that_fails_releases_nothing(arize_emulator: Emulator, stack: Stack) -> None:
    arize_emulator.next_run(status="FAILED", successes=3, failure_reason="the model is overloaded")

    with pytest.raises(CommandError, match="the model is overloaded"):
        stack.up()

    assert "production-monitor" not in resources(stack)
    assert [task["name"].rpartition("-")[0] for task in arize_emulator.tasks()] == ["release-check"]


def test_answers_that_are_not_good_enough_release_nothing(
    arize_emulator: Emulator, stack: Stack
) -> None:
    arize_emulator.next_run(scores={"my-evaluator": 0.6})

    with pytest.raises(CommandError, match=r"12/20 .* is below the 80 % threshold"):
        stack.up()

    assert "release-check-run" in resources(stack)
    assert "production-monitor" not in resources(stack)


def test_service_that_is_down_for_a_moment_delays_the_release_only(
    arize_emulator: Emulator, stack: Stack
) -> None:
    arize_emulator.fault(method="POST", path="/v2/tasks", kind="status", status=503)

    stack.up()

    assert "production-monitor" in resources(stack)
    assert len(arize_emulator.runs()) == 1
