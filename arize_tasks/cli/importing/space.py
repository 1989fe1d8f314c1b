"""What `import` reads of a space: its tasks, and the names of all that they refer to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from arize_tasks.api.client import ArizeClient
from arize_tasks.api.models import ProjectRecord
from arize_tasks.api.names import KINDS
from arize_tasks.errors import (
    AmbiguousNameError,
    ArizeTasksError,
    InvalidArgumentsError,
    NameNotFoundError,
    NotFoundError,
    PermissionDeniedError,
)
from arize_tasks.spec.declaration import typed_declaration
from arize_tasks.spec.ids import looks_like_id
from arize_tasks.spec.tasks import spec_class

TOLD_EVERY = 100  # tasks; as many as a page has

Reference = tuple[str, str]
"""The kind and the ID of a thing that a task refers to."""


@dataclass(frozen=True)
class Thing:
    """A thing that tasks refer to.

    Attributes:
        kind: Such as `project`.
        label: Its name, for people.
        written: What a program gives for it: the name, where it leads to this thing alone,
            otherwise the ID.
    """

    kind: str
    label: str
    written: str


@dataclass(frozen=True)
class SpaceContents:
    """The tasks of a space, or of one project, and the things that they refer to.

    Attributes:
        space_id: The space itself; it is one of the things.
        tasks: What the server says of each, as JSON, in the order of their names.
        things: By kind and ID. What the key can't read is not there.
        project: The name of the project that the tasks are limited to.
    """

    space_id: str
    tasks: list[dict[str, Any]]
    things: dict[Reference, Thing]
    project: str | None = None


def read(
    client: ArizeClient, space: str, project: str | None, say: Callable[[str], None]
) -> SpaceContents:
    """Read a space.

    Args:
        client: Reads.
        space: Name or ID.
        project: Name or ID of the one project whose tasks are wanted; None for all tasks.
        say: Told how far it is.

    Raises:
        NameResolutionError: The space or the project is not there; with what looks like it.
        ArizeTasksError: Something can't be read.
    """
    space_id = client.names.resolve("space", space)
    shown = _space(client, space_id)
    only = _project(client, project, space_id) if project else None
    query = {"space_id": space_id, "project_id": only and only.id}
    found: dict[str, dict[str, Any]] = {}
    for record in client.api.all_tasks(query):
        # By ID: where one is added while we page, another may be listed twice.
        found[record.id] = record.model_dump(mode="json", exclude_none=True)
        if len(found) % TOLD_EVERY == 0:
            say(f"{len(found)} tasks read …")
    tasks = sorted(found.values(), key=lambda task: (task["name"].casefold(), task["id"]))
    things = {("space", space_id): shown}
    referred = {reference for task in tasks for reference in references(task)}
    for kind in sorted({kind for kind, _ in referred} - {"experiment"}):
        ids = {id_ for other, id_ in referred if other == kind}
        things |= _things(client, kind, ids, space_id, say)
    for dataset_id in sorted({task["dataset_id"] for task in tasks if task["experiment_ids"]}):
        things |= _experiments(client, dataset_id, say)
    return SpaceContents(space_id, tasks, things, only.name if only else None)


def references(task: dict[str, Any]) -> set[Reference]:
    """Give all that a task refers to and that may have a name."""
    found = {("experiment", id_) for id_ in task["experiment_ids"]}

    def note(kind: str, id_: str) -> None:
        found.add((kind, id_))

    if spec_class(task["type"]) is not None:
        typed_declaration(task, note)
    return found


def _space(client: ArizeClient, space_id: str) -> Thing:
    try:
        name = client.api.get_space(space_id).name
    except NotFoundError as error:
        error.what = "There is no such space, or the API key may not read it."
        error.fix = "check --space, or give the space's name."
        raise
    try:
        leads_here = client.names.resolve("space", name) == space_id
    except (AmbiguousNameError, NameNotFoundError, InvalidArgumentsError):
        leads_here = False
    return Thing("space", name, name if leads_here else space_id)


def _project(client: ArizeClient, project: str, space_id: str) -> ProjectRecord:
    project_id = client.names.resolve("project", project, space=space_id)
    try:
        found = client.api.get_project(project_id)
    except NotFoundError as error:
        error.what = "There is no such project, or the API key may not read it."
        error.fix = "check --project, or give the project's name."
        raise
    if found.space_id not in (None, space_id):
        raise ArizeTasksError(
            f"The project {found.name!r} is in another space.", fix="check --space and --project."
        )
    return found


def _things(
    client: ArizeClient, kind: str, ids: set[str], space_id: str, say: Callable[[str], None]
) -> dict[Reference, Thing]:
    row, noun = KINDS[kind], kind.replace("_", " ")
    try:
        listed = client.api.all_named(row.path, row.key, {**row.query, "space_id": space_id})
        names = {item.id: item.name for item in listed}
    except (NotFoundError, PermissionDeniedError):
        say(f"the API key may not list {noun}s, so the program gives their IDs")
        return {}
    borne = Counter(names.values())
    found = {}
    for id_ in ids & names.keys():
        name = names[id_]
        leads_here = borne[name] == 1 and not looks_like_id(name)
        found[kind, id_] = Thing(kind, name, name if leads_here else id_)
    return found


def _experiments(
    client: ArizeClient, dataset_id: str, say: Callable[[str], None]
) -> dict[Reference, Thing]:
    """Give the experiments of a dataset; a program gives their IDs, whatever their names."""
    try:
        listed = list(client.api.all_experiments({"dataset_id": dataset_id}))
    except (NotFoundError, PermissionDeniedError):
        say("the API key may not list the experiments of a dataset, so they have no names")
        return {}
    return {("experiment", item.id): Thing("experiment", item.name, item.id) for item in listed}
