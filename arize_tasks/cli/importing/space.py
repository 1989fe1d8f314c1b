"""What `import` reads of a space: what it has of each kind, and the names of all that is meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from arize_tasks.api.models import NamedRecord, ProjectRecord, ThingRecord
from arize_tasks.api.names import collection_of
from arize_tasks.client.arize_client import ArizeClient
from arize_tasks.errors import (
    AmbiguousNameError,
    ArizeTasksError,
    InvalidArgumentsError,
    NameNotFoundError,
    NotFoundError,
    PermissionDeniedError,
)
from arize_tasks.schema.declaration import typed_declaration
from arize_tasks.schema.ids import looks_like_id
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.kinds import kinds

TOLD_EVERY = 100  # resources; as many as a page has

Reference = tuple[str, str]
"""The kind and the ID of a thing that a resource refers to."""


@dataclass(frozen=True)
class Found:
    """One thing that a program can take over.

    Attributes:
        kind: Its kind.
        record: What the server says of it, as JSON.
    """

    kind: Kind
    record: dict[str, Any]

    @property
    def is_known(self) -> bool:
        """Whether this version knows its type."""
        return self.kind.spec_class(self.record.get("type")) is not None


@dataclass(frozen=True)
class Thing:
    """A thing that resources refer to.

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
    """What a space, or one project, has, and the things that it refers to.

    Attributes:
        space_id: The space itself; it is one of the things.
        found: Kind by kind, in the order of their names.
        things: By kind and ID. What the key can't read is not there.
        project: The name of the project that all is limited to.
    """

    space_id: str
    found: list[Found]
    things: dict[Reference, Thing]
    project: str | None = None


def read(
    client: ArizeClient,
    space: str,
    project: str | None,
    say: Callable[[str], None],
    wanted: Sequence[str] | None = None,
) -> SpaceContents:
    """Read a space.

    Args:
        client: Reads.
        space: Name or ID.
        project: Name or ID of the one project whose tasks are wanted; None for all tasks.
        say: Told how far it is.
        wanted: The keys of the kinds; None for all.

    Raises:
        NameResolutionError: The space or the project is not there; with what looks like it.
        ArizeTasksError: Something cannot be read.
    """
    space_id = client.names.resolve("space", space)
    shown = _space(client, space_id)
    only = _project(client, project, space_id) if project else None
    # What others mention comes first: no kind mentions one that is before it in the list.
    chosen = [kind for kind in kinds()[::-1] if wanted is None or kind.key in wanted]
    found = [one for kind in chosen for one in _of_kind(client, kind, space_id, only, say)]
    things = {("space", space_id): shown}
    referred = {reference for one in found for reference in references(one)}
    for noun in sorted({noun for noun, _ in referred} - {"experiment"}):
        ids = {id_ for other, id_ in referred if other == noun}
        things |= _things(client, noun, ids, space_id, say)
    datasets = {one.record["dataset_id"] for one in found if one.record.get("experiment_ids")}
    for dataset_id in sorted(datasets):
        things |= _experiments(client, dataset_id, say)
    return SpaceContents(space_id, found, things, only.name if only else None)


def _of_kind(
    client: ArizeClient,
    kind: Kind,
    space_id: str,
    project: ProjectRecord | None,
    say: Callable[[str], None],
) -> list[Found]:
    """Return what a space has of a kind; of one project only what the service lists by projects."""
    if kind.collection is None or (project and "project_id" not in kind.scope):
        return []
    query = {"space_id": space_id, "project_id": project and project.id}
    # By ID: where one is added while we page, another may be listed twice.
    found: dict[str, Found] = {}
    things = client.api.things(kind.collection, ThingRecord)
    try:
        for listed in things.all(query):
            record = things.get(listed.id) if kind.has_versions else listed
            found[record.id] = Found(kind, record.as_json())
            if len(found) % TOLD_EVERY == 0:
                say(f"{len(found)} {kind.noun}s read …")
    except (NotFoundError, PermissionDeniedError):
        say(f"the API key may not list {kind.noun}s: they are left out")

    def by_name(one: Found) -> tuple[str, str]:
        return one.record["name"].casefold(), one.record["id"]

    return sorted(found.values(), key=by_name)


def references(one: Found) -> set[Reference]:
    """Return all that a thing refers to and that may have a name."""
    found = {("experiment", id_) for id_ in one.record.get("experiment_ids", ())}

    def note(kind: str, id_: str) -> None:
        found.add((kind, id_))

    if one.is_known:
        typed_declaration(one.kind, one.record, note)
    return found


def _space(client: ArizeClient, space_id: str) -> Thing:
    try:
        name = client.api.spaces.get(space_id).name
    except NotFoundError as error:
        error.what = "The space was not found, or the API key has no access to it."
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
        found = client.api.projects.get(project_id)
    except NotFoundError as error:
        error.what = "The project was not found, or the API key has no access to it."
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
    collection, noun = collection_of(kind), kind.replace("_", " ")
    if collection is None:
        return {}
    try:
        listed = client.api.things(collection, NamedRecord).all({"space_id": space_id})
        names = {item.id: item.name for item in listed}
    except (NotFoundError, PermissionDeniedError):
        say(f"the API key may not list {noun}s, so the program gives their IDs")
        return {}
    borne = Counter(names.values())
    found = {}
    for id_ in ids & names.keys():
        name = names[id_]
        # A name that looks like an ID would be taken for one, and never looked up.
        leads_here = borne[name] == 1 and not looks_like_id(name)
        found[kind, id_] = Thing(kind, name, name if leads_here else id_)
    return found


def _experiments(
    client: ArizeClient, dataset_id: str, say: Callable[[str], None]
) -> dict[Reference, Thing]:
    """Return the experiments of a dataset; a program gives their IDs, whatever their names."""
    try:
        listed = list(client.api.experiments.all({"dataset_id": dataset_id}))
    except (NotFoundError, PermissionDeniedError):
        say("the API key may not list the experiments of a dataset, so they have no names")
        return {}
    return {("experiment", item.id): Thing("experiment", item.name, item.id) for item in listed}
