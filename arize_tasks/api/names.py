"""From names to IDs, and what is behind either.

One table says where each kind of thing is. A text that is an ID needs no request to be resolved. A
name matches exactly, over all pages; what was found is remembered for the life of the client, and
threads that ask for the same thing at the same time share one look-up.
"""

from __future__ import annotations

import contextlib
import difflib
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future

from arize_tasks import errors
from arize_tasks.api.bulk_read import ById
from arize_tasks.api.endpoints import LARGEST_PAGE, TasksApi, path_of
from arize_tasks.api.models import FoundRecord, NamedRecord, record
from arize_tasks.schema.collections import COLLECTIONS, Collection
from arize_tasks.schema.ids import looks_like_id
from arize_tasks.schema.kinds import kind_called

NAMES_SHOWN = 5  # of near matches in an error; arbitrary


def collection_of(noun: str) -> Collection | None:
    """Return where a kind of thing is listed: a kind of resource, or one that is only looked up."""
    own = kind_called(noun)
    return COLLECTIONS.get(noun) if own is None else own.collection


def scope_needed(within: str, kind: str) -> errors.InvalidArgumentsError:
    """Make the error of a name that is unique within something that nobody has given."""
    setting = " (or set arize:space or ARIZE_SPACE)" if within == "space" else ""
    return errors.InvalidArgumentsError(
        f"{within}: needed because {kind} is a name; "
        f"give the {within} as well{setting}, or the ID of the {kind}."
    )


class Names:
    """Resolves names, and remembers what they resolved to.

    Args:
        api: Lists the things.
    """

    def __init__(self, api: TasksApi) -> None:
        self._api = api
        self._lock = threading.Lock()
        self._found: dict[tuple[str, str, str], Future[FoundRecord]] = {}
        self._by_id: dict[str, ById] = {}

    def resolve(
        self,
        kind: str,
        text: str,
        *,
        space: str | None = None,
        dataset: str | None = None,
        within: tuple[str, str] | None = None,
    ) -> str:
        """Return the ID of what is named.

        Args:
            kind: A row of `COLLECTIONS`, such as ``project``.
            text: Name or ID; an ID is given back as it is, with no request.
            space: Name or ID of the space that the name is unique in.
            dataset: Name or ID of the dataset that an experiment belongs to.
            within: The same by ID: (`dataset_id` or `task_id`, ID); of a task, its dataset.

        Returns:
            The ID.

        Raises:
            InvalidArgumentsError: The text is empty, or a space or dataset is needed and not
                given. No request is sent then.
            NameNotFoundError: Nothing bears the name.
            AmbiguousNameError: Several things bear the name.
        """
        if text and looks_like_id(text):
            return text
        return self.find(kind, text, space=space, dataset=dataset, within=within).id

    def find(
        self,
        kind: str,
        text: str,
        *,
        space: str | None = None,
        dataset: str | None = None,
        within: tuple[str, str] | None = None,
    ) -> FoundRecord:
        """Return what is named, or bears the ID.

        Args:
            kind: As for `resolve`; also ``evaluator version``, by ID only.
            text: Name or ID; an ID is asked for, too.
            space: As for `resolve`.
            dataset: As for `resolve`.
            within: As for `resolve`.

        Raises:
            NotFoundError: Nothing bears the ID.
            InvalidArgumentsError, NameNotFoundError, AmbiguousNameError: As for `resolve`.
        """
        row = _collection(kind)
        if not text:
            raise errors.InvalidArgumentsError(f"{kind}: must not be empty.")
        if looks_like_id(text):
            with self._lock:
                by_id = self._by_id.setdefault(kind, ById(self._api.things(row, FoundRecord)))
            return self._remembered((kind, text, ""), lambda: by_id.get(text))
        scope, place = "", ""
        if row.within:
            dataset = self.dataset_of(*within) if within else dataset
            outer = {"space": space, "dataset": dataset}[row.within]
            if not outer:
                raise scope_needed(row.within, kind)
            scope = self.resolve(row.within, outer, space=space)
            place = f" in the {row.within} {outer!r}"
        if not row.remembered:
            return self._look_up(kind, text, scope, place)
        return self._remembered(
            (kind, text, scope), lambda: self._look_up(kind, text, scope, place)
        )

    def dataset_of(self, field: str, id_: str) -> str:
        """Return the ID of a dataset: the one that is given, or the one that a task is over.

        Raises:
            NotFoundError: There is no such task.
            InvalidArgumentsError: The task is over a project, which has no experiments.
        """
        if field == "dataset_id":
            return id_
        found = self.find("task", id_).dataset_id
        if found is None:
            raise errors.InvalidArgumentsError(
                f"experiments: the task {id_} is over a project, which has none; remove them."
            )
        return found

    def find_version(self, evaluator_id: str, version_id: str) -> FoundRecord:
        """Return a version of an evaluator.

        Raises:
            NotFoundError, BadRequestError: The evaluator has no such version.

        Source: GET /v2/evaluators/{id}?version_id=, since GET /v2/evaluator-versions/{id} was seen
        to refuse good IDs.
        """

        def ask() -> FoundRecord:
            path = path_of("evaluators", evaluator_id)
            value = self._api.send("GET", path, query={"version_id": version_id})
            version = value.get("version") if isinstance(value, dict) else None
            return record(FoundRecord, version, f"GET {path}")

        return self._remembered(("evaluator version", version_id, evaluator_id), ask)

    def made(self, kind: str, found: FoundRecord) -> None:
        """Remember what the service has just created: nobody needs to ask for it."""
        answer: Future[FoundRecord] = Future()
        answer.set_result(found)
        with self._lock:
            self._found[kind, found.id, ""] = answer

    def forget(self) -> None:
        """Forget what names and IDs resolved to."""
        with self._lock:
            self._found.clear()
            self._by_id.clear()

    def _remembered(
        self, question: tuple[str, str, str], ask: Callable[[], FoundRecord]
    ) -> FoundRecord:
        """Ask once, however many threads want to know; a failure is not remembered."""
        mine: Future[FoundRecord] = Future()
        with self._lock:
            # Whoever finds its own future here was the first, and is the one to ask.
            answer = self._found.setdefault(question, mine)
        if answer is mine:
            try:
                mine.set_result(ask())
            except BaseException as error:
                with self._lock:
                    # Before the waiting threads wake, so that the next question is sent again.
                    self._found.pop(question, None)
                mine.set_exception(error)
                raise
        return answer.result()

    def _look_up(self, kind: str, name: str, scope: str, within: str) -> FoundRecord:
        row = _collection(kind)
        things = self._api.things(row, NamedRecord)
        query = {f"{row.within}_id": scope} if row.within else {}
        # The filter takes any part of a name in any case, so the exact match is made here.
        listed = list(things.all({**query, "name": name} if row.filtered else query))
        # By ID: a thing that was added while we paged may be listed twice.
        found = {item.id: item for item in listed if item.name == name}
        if len(found) == 1:
            return next(iter(found.values()))
        if found:
            raise errors.AmbiguousNameError(kind, name, ids=found, within=within)
        names = {item.name for item in listed}
        if row.filtered:
            # The filter may have hidden a misspelt name; one page is enough for a hint.
            with contextlib.suppress(  # the error that matters is the missing name
                errors.TransportError, errors.ApiError, errors.UnexpectedResponseError
            ):
                names.update(item.name for item in things.list(query, limit=LARGEST_PAGE))
        raise errors.NameNotFoundError(kind, name, within=within, near=near(name, names))


def _collection(noun: str) -> Collection:
    found = collection_of(noun)
    if found is None:
        raise KeyError(noun)
    return found


def near(name: str, names: Iterable[str]) -> list[str]:
    """Return the names that look most alike, whatever their case."""
    by_fold: dict[str, list[str]] = {}
    for other in sorted(names):
        by_fold.setdefault(other.casefold(), []).append(other)
    folded = difflib.get_close_matches(name.casefold(), by_fold, n=NAMES_SHOWN, cutoff=0.5)
    return [other for fold in folded for other in by_fold[fold]][:NAMES_SHOWN]
