"""Tell "deleted" from "not shown": the service answers 404 for both.

A thing is gone only where the service does not show it in two ways, by itself and in its list,
while the API key can still read what it belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arize_tasks.api.models import TaskRunRecord, ThingRecord
from arize_tasks.api.names import collection_of
from arize_tasks.errors import ArizeTasksError, NotFoundError, PermissionDeniedError
from arize_tasks.provider.collected import Collected
from arize_tasks.provider.session import Session

AGAIN_SECONDS = 1.0  # between two looks for a run that seems lost; arbitrary


def unless_gone(handler: Collected, id_: str, state: Mapping[str, Any]) -> Any:
    """Return a thing by its ID; None where it is gone.

    Args:
        handler: Of its kind.
        id_: The thing.
        state: With what it belongs to, such as `project_id`.
    """
    try:
        return handler.things.get(id_)
    except NotFoundError:
        return found_after_all(handler, id_, state)


def found_after_all(handler: Collected, id_: str, state: Mapping[str, Any]) -> Any:
    """Return a thing that the service has answered 404 for; None where it is gone.

    Args:
        handler: Of its kind.
        id_: The thing.
        state: With what it belongs to, such as `project_id`.

    Raises:
        ArizeTasksError: Nobody can tell: what it belongs to cannot be read either, or lists it.
    """
    noun = handler.kind.noun
    scope = {name: state[name] for name in handler.kind.scope if state.get(name)}
    # First: to a key that lost its access, lists and IDs look as they do after a deletion. What is
    # unique in the account belongs to nothing: that the list below can be read must do.
    if handler.kind.is_in_a_space:
        confirm_readable(handler.session, noun, scope)
    if all(thing.id != id_ for thing in handler.things.all(scope)):
        return None
    try:
        return handler.things.get(id_)  # for some seconds, now that it was listed
    except NotFoundError as error:
        error.what = (
            f"The service lists the {noun} {id_}, but answers 'not found' when asked for it. The "
            "state is unchanged."
        )
        error.fix = "try again in a minute."
        raise


def confirm_readable(session: Session, noun: str, scope: Mapping[str, str]) -> None:
    """Confirm that the API key can still read what a thing belongs to.

    Raises:
        ArizeTasksError: It can't, or nobody knows what the thing belongs to.
    """
    field, id_ = next(((name, id_) for name, id_ in scope.items() if id_), ("", ""))
    owner = collection_of(field.removesuffix("_id"))
    if owner is None:
        raise _nothing_known(noun)
    try:
        session.api.things(owner, ThingRecord).get(id_)
    except (NotFoundError, PermissionDeniedError) as error:
        error.what = (
            f"The {noun} and its parent cannot be read: the API key may have lost "
            "access. The state is unchanged."
        )
        error.fix = (
            f"restore the key's access; if the {noun} was really deleted, `pulumi state delete` "
            "removes it from the state."
        )
        raise


def _nothing_known(noun: str) -> ArizeTasksError:
    return ArizeTasksError(
        f"The {noun} cannot be read, and it is not known what it belongs to. The state is "
        "unchanged.",
        fix=f"check the API key; if the {noun} was really deleted, `pulumi state delete` "
        "removes it from the state.",
    )


def find_run(
    session: Session, run_id: str, task_id: str, scope: Mapping[str, str]
) -> TaskRunRecord | None:
    """Return a run that the service may no longer know; None where it is gone.

    It is looked for twice, by itself and in the list of its task, since one look may be stale.

    Args:
        session: The account.
        run_id: The run.
        task_id: Its task.
        scope: The task's `project_id` or `dataset_id`, where it is known.

    Raises:
        ArizeTasksError: Nobody can tell: neither the task nor its project or dataset can be read.
    """
    for attempt in range(2):
        if attempt:
            session.pause(AGAIN_SECONDS)
        try:
            return session.api.get_run(run_id)
        except NotFoundError:
            try:
                runs = session.api.all_runs(task_id)
                listed = next((run for run in runs if run.id == run_id), None)
            except NotFoundError:
                # Without its task a run is gone, unless it is the key that can't see either.
                confirm_readable(session, "run", scope)
                return None  # it went with its task
        if listed is not None:
            return listed
    return None
