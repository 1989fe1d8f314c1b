"""The emulator with `--empty`: one space, and what clients make themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.emulator.bodies import create, get_run, project_task, trigger
from tests.emulator.conftest import sdk_client
from tests.emulator.process import Emulator
from tests.emulator.test_lists import PLURALS
from tests.emulator.written import evaluator, made, names
from tests.waiting import wait_for

Start = Callable[..., Emulator]


def contents(emulator: Emulator) -> list[str]:
    """Everything that has a name, of every kind."""
    return [name for path in (*PLURALS, "tasks", "prompts") for name in names(emulator, path)]


def test_empty_world_is_a_space_and_a_reset_goes_back_to_it(start_emulator: Start) -> None:
    emulator = start_emulator("--empty")
    fixtures = emulator.admin("GET", "fixtures")
    assert sorted(fixtures) == ["api_key", "organization_id", "space", "space_id", "user_id"]
    assert fixtures["space"] == "my-space"
    assert contents(emulator) == ["my-space"]
    space = emulator.call("GET", f"/v2/spaces/{fixtures['space_id']}").json()
    assert (space["name"], space["organization_id"]) == ("my-space", fixtures["organization_id"])
    made(emulator, "projects", {"name": "new", "space_id": fixtures["space_id"]})
    emulator.create("spaces", name="other")
    assert len(contents(emulator)) == 3
    emulator.reset()
    assert contents(emulator) == ["my-space"]
    assert emulator.admin("GET", "fixtures") == fixtures


def test_empty_world_is_filled_by_a_client_until_a_task_runs(start_emulator: Start) -> None:
    emulator = start_emulator("--empty", "--run-seconds", "0.2")
    sdk = sdk_client(emulator)
    integration = sdk.ai_integrations.create(
        name="openai",
        provider="OPEN_AI",  # type: ignore[arg-type]
        api_key="k",
    )
    project = sdk.projects.create(name="app", space="my-space")
    emulator.fixtures |= {"ai_integration_id": integration.id, "project_id": project.id}
    emulator.fixtures["evaluator_id"] = made(emulator, "evaluators", evaluator(emulator))["id"]
    task = create(emulator, project_task(emulator))
    run = trigger(emulator, task)
    wait_for(lambda: get_run(emulator, run)["status"] == "CANCELLED")
    assert "nothing to evaluate" in get_run(emulator, run)["failure_reason"]


def test_empty_world_in_a_file_stays_what_it_is(start_emulator: Start, tmp_path: Path) -> None:
    arguments = ("--database", str(tmp_path / "emulator.db"))
    emulator = start_emulator("--empty", *arguments)
    made(emulator, "projects", {"name": "new", "space_id": emulator.fixtures["space_id"]})
    emulator.stop()
    again = start_emulator(*arguments)
    assert contents(again) == ["my-space", "new"]
    assert again.fixtures == emulator.fixtures
