"""Reading many tasks back: few requests, nothing stale, and nothing taken for drift or gone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from arize_tasks.provider.tasks import TaskProvider
from tests.emulator.process import Emulator
from tests.plugin.conftest import StartPlugin
from tests.plugin.creations import EXPERIMENT, TASK
from tests.plugin.plugin import Failed, Plugin, plain

Made = list[tuple[str, dict[str, Any]]]


def make(plugin: Plugin, number: int, declared: dict[str, Any] = TASK, **more: Any) -> Made:
    values = plugin.check({**declared, **more})[0]
    with ThreadPoolExecutor(32) as threads:
        names = (f"{values['type']}-{n}" for n in range(number))
        return list(threads.map(lambda name: plugin.create(values, name), names))


def others(emulator: Emulator, number: int) -> None:
    """Somebody else's tasks in the same project."""
    body = {"type": "TEMPLATE_EVALUATION", "project_id": emulator.fixtures["project_id"]}
    body["evaluators"] = [{"evaluator_id": emulator.fixtures["evaluator_id"]}]
    for n in range(number):
        assert emulator.call("POST", "/v2/tasks", {**body, "name": f"other-{n}"}).is_success


def read_all(plugin: Plugin, made: Made) -> list[dict[str, Any]]:
    """Read them as the engine does: the oldest first, many at once."""
    with ThreadPoolExecutor(32) as threads:
        return [plain(a.properties) for a in threads.map(lambda one: plugin.read(*one), made)]


def reads(emulator: Emulator) -> tuple[int, int]:
    """Give the numbers of pages and of single requests."""
    paths = [entry["path"] for entry in emulator.requests() if entry["method"] == "GET"]
    return paths.count("/v2/tasks"), sum(path.startswith("/v2/tasks/") for path in paths)


def test_refresh_costs_a_fiftieth_of_the_tasks_and_one_for_each_scope(
    start: StartPlugin, emulator: Emulator
) -> None:
    plugin = start(TaskProvider())
    made = [*make(plugin, 250), *make(plugin, 30, EXPERIMENT)]
    emulator.clear_requests()
    plugin = start(TaskProvider())
    assert read_all(plugin, made) == [state for _, state in made]
    assert len(emulator.requests()) <= 280 / 50 + 2


def test_refresh_of_few_tasks_among_many_costs_no_more_than_twice_their_number(
    start: StartPlugin, emulator: Emulator
) -> None:
    plugin = start(TaskProvider())
    made = make(plugin, 3)
    others(emulator, 320)
    emulator.clear_requests()
    read_all(start(TaskProvider()), made)
    assert reads(emulator) == (2, 3)


def test_refresh_shows_what_changed_and_what_is_gone(
    start: StartPlugin, emulator: Emulator
) -> None:
    plugin = start(TaskProvider())
    (kept, gone) = make(plugin, 2, sampling_rate=0.5)
    emulator.change(kept[0], sampling_rate=0.25)
    emulator.remove(gone[0])
    plugin = start(TaskProvider())
    assert plain(plugin.read(*kept).inputs)["sampling_rate"] == 0.25
    assert plugin.read(*gone).id == ""


def test_read_again_in_one_process_is_not_what_was_listed(
    start: StartPlugin, emulator: Emulator
) -> None:
    plugin = start(TaskProvider())
    ((id_, state),) = make(plugin, 1, sampling_rate=0.5)
    plugin.read(id_, state)
    emulator.change(id_, sampling_rate=0.25)
    assert plain(plugin.read(id_, state).properties)["sampling_rate"] == 0.25


def test_list_that_shows_less_than_the_task_itself_is_no_drift(
    start: StartPlugin, emulator: Emulator
) -> None:
    plugin = start(TaskProvider())
    evaluators = [{"evaluator": "my-evaluator", "column_mappings": {"input": "x"}}]
    ((id_, state),) = make(plugin, 1, evaluators=evaluators)
    listed = emulator.call("GET", f"/v2/tasks/{id_}").json()
    for evaluator in listed["evaluators"]:
        del evaluator["column_mappings"]
    page = {"tasks": [listed], "pagination": {"has_more": False}}
    emulator.fault(kind="body", path="/v2/tasks", when="before", times=1, body=page)
    assert plain(start(TaskProvider()).read(id_, state).properties) == state
    assert reads(emulator)[1] == 2  # ours above, and the provider's


@pytest.mark.parametrize("status", [403, 404, 400])
def test_list_that_is_refused_leaves_single_requests(
    status: int, start: StartPlugin, emulator: Emulator
) -> None:
    plugin = start(TaskProvider())
    made = make(plugin, 3)
    emulator.clear_requests()
    emulator.fault(kind="status", path="/v2/tasks", times=1, status=status)
    assert read_all(start(TaskProvider()), made) == [state for _, state in made]
    assert reads(emulator) == (1, 3)


def test_task_that_only_the_program_reads_is_asked_for_by_itself(
    start: StartPlugin, emulator: Emulator
) -> None:
    ((id_, _),) = make(start(TaskProvider()), 1)
    emulator.clear_requests()
    start(TaskProvider()).read(id_, {"face": "Task"})
    assert reads(emulator) == (0, 1)


def test_scope_no_longer_readable_keeps_the_state(start: StartPlugin, emulator: Emulator) -> None:
    ((id_, state),) = make(start(TaskProvider()), 1)
    emulator.hide(emulator.fixtures["project_id"])
    with pytest.raises(Failed, match="and its parent cannot be read"):
        start(TaskProvider()).read(id_, state)
