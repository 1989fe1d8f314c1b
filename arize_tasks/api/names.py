"""From names to IDs.

One table says where each kind of thing is listed. A text that is an ID is given back without a
request. A name matches exactly, over all pages; what it resolves to is remembered for the life
of the client, and threads that ask for the same name at the same time share one look-up.
"""

from __future__ import annotations

import contextlib
import difflib
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Literal

from arize_tasks import errors
from arize_tasks.api.endpoints import TasksApi
from arize_tasks.spec.ids import looks_like_id

NAMES_SHOWN = 5  # of near matches in an error; arbitrary


@dataclass(frozen=True)
class Kind:
    """Where one kind of thing is listed, and what its names are unique in."""

    path: str
    key: str
    within: Literal["", "space", "dataset"] = "space"
    query: dict[str, str] = field(default_factory=dict)
    filtered: bool = True  # whether the list takes `name`, a substring
    remembered: bool = True


KINDS: dict[str, Kind] = {
    "space": Kind("/v2/spaces", "spaces", within=""),
    "project": Kind("/v2/projects", "projects"),
    "dataset": Kind("/v2/datasets", "datasets"),
    "evaluator": Kind("/v2/evaluators", "evaluators"),
    "ai_integration": Kind("/v2/ai-integrations", "ai_integrations"),
    "integration": Kind("/v2/integrations", "integrations", query={"type": "AGENT"}),
    "experiment": Kind("/v2/experiments", "experiments", within="dataset", filtered=False),
    # Tasks are what we change ourselves, so what a name meant a moment ago proves nothing.
    "task": Kind("/v2/tasks", "tasks", remembered=False),
}


class Names:
    """Resolves names, and remembers what they resolved to.

    Args:
        api: Lists the things.
    """

    def __init__(self, api: TasksApi) -> None:
        self._api = api
        self._lock = threading.Lock()
        self._found: dict[tuple[str, str, str], Future[str]] = {}

    def resolve(
        self, kind: str, text: str, *, space: str | None = None, dataset: str | None = None
    ) -> str:
        """Give the ID of what is named.

        Args:
            kind: A row of `KINDS`, such as ``project``.
            text: Name or ID; an ID is given back as it is, with no request.
            space: Name or ID of the space that the name is unique in.
            dataset: Name or ID of the dataset that an experiment belongs to.

        Returns:
            The ID.

        Raises:
            InvalidArgumentsError: The text is empty, or a space or dataset is needed and not
                given. No request is sent then.
            NameNotFoundError: Nothing bears the name.
            AmbiguousNameError: Several things bear the name.
        """
        row = KINDS[kind]
        if not text:
            raise errors.InvalidArgumentsError(f"{kind}: must not be empty.")
        if looks_like_id(text):
            return text
        scope, within = "", ""
        if row.within:
            outer = {"space": space, "dataset": dataset}[row.within]
            if not outer:
                raise errors.InvalidArgumentsError(
                    f"{row.within}: needed because {kind} is a name; "
                    f"give the {row.within} as well, or the ID of the {kind}."
                )
            scope = self.resolve(row.within, outer, space=space)
            within = f" in the {row.within} {outer!r}"
        if not row.remembered:
            return self._look_up(kind, text, scope, within)
        return self._once((kind, text, scope), within)

    def forget(self) -> None:
        """Forget what names resolved to."""
        with self._lock:
            self._found.clear()

    def _once(self, question: tuple[str, str, str], within: str) -> str:
        """Look up once, however many threads ask; a failure is not remembered."""
        mine: Future[str] = Future()
        with self._lock:
            answer = self._found.setdefault(question, mine)
        if answer is mine:
            try:
                mine.set_result(self._look_up(*question, within))
            except BaseException as error:
                with self._lock:
                    self._found.pop(question, None)
                mine.set_exception(error)
                raise
        return answer.result()

    def _look_up(self, kind: str, name: str, scope: str, within: str) -> str:
        row = KINDS[kind]
        query = dict(row.query)
        if row.within:
            query[f"{row.within}_id"] = scope
        asked = {**query, "name": name} if row.filtered else query
        listed = list(self._api.all_named(row.path, row.key, asked))
        # By ID: a thing that was added while we paged may be listed twice.
        ids = list(dict.fromkeys(item.id for item in listed if item.name == name))
        if len(ids) == 1:
            return ids[0]
        if ids:
            raise errors.AmbiguousNameError(kind, name, ids=ids, within=within)
        names = {item.name for item in listed}
        if row.filtered:
            # The filter may have hidden a misspelt name; one page is enough for a hint.
            with contextlib.suppress(  # the error that matters is the missing name
                errors.TransportError, errors.ApiError, errors.UnexpectedResponseError
            ):
                names.update(item.name for item in self._api.first_named(row.path, row.key, query))
        raise errors.NameNotFoundError(kind, name, within=within, near=_near(name, names))


def _near(name: str, names: set[str]) -> list[str]:
    """Give the names that look most alike, whatever their case."""
    by_fold: dict[str, list[str]] = {}
    for other in sorted(names):
        by_fold.setdefault(other.casefold(), []).append(other)
    folded = difflib.get_close_matches(name.casefold(), by_fold, n=NAMES_SHOWN, cutoff=0.5)
    return [other for fold in folded for other in by_fold[fold]][:NAMES_SHOWN]
