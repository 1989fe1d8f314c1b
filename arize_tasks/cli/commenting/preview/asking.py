"""What goes with the resources that a preview deletes, and what still uses them.

A replacement is looked into by the provider, in its diff. Of a deletion Pulumi tells no provider
until it is carried out, so the command asks itself, where the environment has a key.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Container, Iterator, Mapping
from functools import partial
from itertools import islice
from typing import Any

from arize_tasks.api.connection import Connection
from arize_tasks.api.models import ThingRecord
from arize_tasks.cli.commenting.steps import DELETE, Log, Step
from arize_tasks.errors import ArizeTasksError
from arize_tasks.schema.facts import LOST, USED_BY
from arize_tasks.schema.kinds import kind_called
from arize_tasks.schema.unknown import leaves
from arize_tasks.settings import Settings, from_environment

COUNTED = "run"
"""What the API lets be counted, of all that goes with a resource."""

# Of a preview, and of a list that is searched; arbitrary: a comment is not worth more requests.
MOST_RESOURCES, MOST_SEARCHED = 100, 500

Finding = tuple[str, Mapping[str, Any]]
Question = tuple[Step, Callable[[Connection, Step], Mapping[str, Any]]]


def with_answers(log: Log) -> Log:
    """Add what the service says of resources that are deleted; as it was where it can't be asked.

    Source: GET /v2/tasks/{task_id}/runs, GET of what may use them, at the endpoint and with the
    key of the environment.
    """
    deleted = [step for step in log.steps if step.action == DELETE and not step.retained]
    questions: list[Question] = []
    for step in deleted:
        if step.kind is not None and step.kind.loses == COUNTED:
            questions.append((step, _lost))
        if step.kind is not None and step.kind.used_by:
            questions.append((step, partial(_users, {other.id for other in deleted})))
    if not questions:
        return log
    try:
        settings = Settings.from_sources(from_environment())
    except ArizeTasksError:
        return log  # the preview was made by other settings, and a count is not worth an error
    if settings.api_key is None:
        return log
    connection = Connection(dataclasses.replace(settings, max_retries=0))
    found = _answered(connection, questions[:MOST_RESOURCES])
    return dataclasses.replace(log, found=(*log.found, *found))


def _answered(connection: Connection, questions: list[Question]) -> Iterator[Finding]:
    for step, ask in questions:
        # The key is for its own endpoint: elsewhere the ID may be another thing's.
        if not step.id or step.outputs.get("endpoint") != connection.transport.settings.endpoint:
            continue
        try:
            yield step.urn, ask(connection, step)
        except ArizeTasksError:
            return  # the next would fail the same way, each after its time


def _lost(connection: Connection, step: Step) -> Mapping[str, Any]:
    number, or_more = connection.api.count_runs(str(step.id))
    return {LOST: {"number": number, "or_more": or_more}}


def _users(deleted: Container[str | None], connection: Connection, step: Step) -> Mapping[str, Any]:
    """Find what uses a thing that the service deletes all the same.

    Args:
        deleted: IDs of what the preview deletes as well.
        connection: Where.
        step: The deletion.
    """
    names = []
    for noun in step.kind.used_by if step.kind else ():
        kind = kind_called(noun)
        assert kind is not None  # noqa: S101 - a test holds the nouns
        assert kind.collection is not None  # noqa: S101 - the same
        things = connection.api.things(kind.collection, ThingRecord)
        for listed in islice(things.all({}), MOST_SEARCHED):
            # A list shows no version, so what has one is read by itself.
            thing = things.get(listed.id) if kind.has_versions else listed
            if thing.id not in deleted and str(step.id) in leaves(thing.as_json()):
                names.append(f"{noun} {thing.name}")
    return {USED_BY: names}
