"""How many runs go with the tasks that a preview deletes.

A replacement is counted by the provider, in its diff. Of a deletion Pulumi tells no provider until
it is carried out, so the command asks itself, where the environment has a key.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from arize_tasks.api.connection import Connection
from arize_tasks.cli.preview.steps import DELETE, Preview, Step
from arize_tasks.errors import ArizeTasksError
from arize_tasks.schema.facts import LOST
from arize_tasks.settings import Settings, from_environment

COUNTED = "run"
"""What the API lets be counted, of all that goes with a resource."""

COUNTED_RESOURCES = 100  # of a preview; arbitrary: a comment is not worth more requests


def with_counts(preview: Preview) -> Preview:
    """Add what goes with each resource that is deleted; as it was where that can't be asked.

    Source: GET /v2/tasks/{task_id}/runs, at the endpoint and with the key of the environment.
    """
    deleted = [step for step in preview.steps if _loses(step)][:COUNTED_RESOURCES]
    if not deleted:
        return preview
    try:
        settings = Settings.from_sources(from_environment())
    except ArizeTasksError:
        return preview  # the preview was made by other settings, and a count is not worth an error
    if settings.api_key is None:
        return preview
    found = _counted(Connection(dataclasses.replace(settings, max_retries=0)), deleted)
    return dataclasses.replace(preview, found=(*preview.found, *found))


def _loses(step: Step) -> bool:
    kind = step.kind
    return bool(kind and kind.loses == COUNTED and step.action == DELETE and not step.retained)


def _counted(
    connection: Connection, deleted: list[Step]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for step in deleted:
        # The key is for its own endpoint: elsewhere the ID may be another task's.
        if not step.id or step.outputs.get("endpoint") != connection.transport.settings.endpoint:
            continue
        try:
            number, or_more = connection.api.count_runs(step.id)
        except ArizeTasksError:
            return  # the next would fail the same way, each after its time
        yield step.urn, {LOST: {"number": number, "or_more": or_more}}
