"""Arize's own Python SDK, making, renaming and deleting projects."""

from __future__ import annotations

import pytest
from arize import ArizeClient
from arize._generated.api_client.exceptions import (
    ConflictException,
    NotFoundException,
    UnprocessableEntityException,
)

from tests.emulator.process import Emulator
from tests.emulator.sdk import create_project_task, wait
from tests.emulator.written import names


def test_create_project_is_echoed_and_can_be_read(sdk: ArizeClient, emulator: Emulator) -> None:
    made = sdk.projects.create(name="new", space="my-space")
    assert (made.name, made.space_id) == ("new", emulator.fixtures["space_id"])
    assert made.project_type == "APPLICATION"
    assert sdk.projects.get(project="new", space="my-space") == made
    assert names(emulator, "projects") == ["new", "my-project", "my-project"]


def test_create_project_of_a_taken_name_is_a_conflict_in_its_space_only(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    sdk.projects.create(name="new", space="my-space")
    with pytest.raises(ConflictException, match="'new' already exists"):
        sdk.projects.create(name="new", space="my-space")
    sdk.projects.create(name="new", space=emulator.fixtures["second_space_id"])


def test_project_that_is_new_has_no_spans_and_a_run_finds_nothing(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    made = sdk.projects.create(name="new", space="my-space")
    assert emulator.call("POST", "/v2/spans", {"project_id": made.id}).json()["spans"] == []
    task = create_project_task(sdk, emulator, project=made.id)
    assert task.id is not None
    run = wait(sdk, sdk.tasks.trigger_run(task=task.id))
    assert (run.status, run.num_successes, run.failure_reason is None) == ("CANCELLED", 0, False)


def test_update_renames_a_project_unless_the_name_is_taken(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    id_ = emulator.fixtures["project_id"]
    renamed = sdk.projects.update(project=id_, name="old")
    assert (renamed.id, renamed.name) == (id_, "old")
    assert sdk.projects.get(project="old", space="my-space") == renamed
    sdk.projects.update(project=id_, name="old")
    sdk.projects.create(name="my-project", space="my-space")  # which is free again
    with pytest.raises(UnprocessableEntityException, match="already exists"):
        sdk.projects.update(project=id_, name="my-project")


def test_delete_takes_a_project_and_its_spans_and_leaves_its_tasks(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    id_ = emulator.fixtures["project_id"]
    task = create_project_task(sdk, emulator)
    assert task.id is not None
    sdk.projects.delete(project="my-project", space="my-space")
    with pytest.raises(NotFoundException):
        sdk.projects.get(project=id_)
    assert emulator.call("POST", "/v2/spans", {"project_id": id_}).status_code == 404
    assert sdk.tasks.get(task=task.id) == task
    run = wait(sdk, sdk.tasks.trigger_run(task=task.id))
    assert (run.status, run.num_successes) == ("CANCELLED", 0)
    assert sdk.projects.create(name="my-project", space="my-space").id != id_
