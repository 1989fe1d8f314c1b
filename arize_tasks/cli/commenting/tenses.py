"""How a comment says what becomes of a resource: before, afterwards, and what a refresh finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from arize_tasks.cli.commenting.steps import (
    CREATE,
    DELETE,
    PREVIEW,
    REFRESH,
    REPLACE,
    UPDATE,
    UPDATING,
)

ADOPT = "adopt"


@dataclass(frozen=True)
class Tense:
    """The words of one tense.

    Attributes:
        words: By action, in a table.
        verbs: By action, in a sentence: of one resource, and of several.
        version: The same, where a version is appended.
        leaves: The same, where the service keeps what the stack lets go.
        lose: The same, of what goes with a resource.
        redefined: What a table adds where the definition changes as well.
        may_change: What is true of a secret, which can't be compared.
    """

    words: Mapping[str, str]
    verbs: Mapping[str, tuple[str, str]]
    version: tuple[str, str]
    leaves: tuple[str, str]
    lose: tuple[str, str]
    redefined: str = ", and its definition"
    may_change: str = "may have changed"


_STAYS = " the stack and stays on the service"
_STAY = " the stack and stay on the service"

IN_A_PREVIEW = Tense(
    words={
        REPLACE: "replaced",
        DELETE: "deleted",
        ADOPT: "adopted",
        UPDATE: "changes",
        CREATE: "new",
    },
    verbs={
        CREATE: ("is new", "are new"),
        ADOPT: ("is adopted", "are adopted"),
        UPDATE: ("changes", "change"),
        REPLACE: ("is replaced", "are replaced"),
        DELETE: ("is deleted", "are deleted"),
    },
    version=("gets a new version", "get a new version"),
    leaves=(f"leaves{_STAYS}", f"leave{_STAY}"),
    lose=("loses", "lose"),
    may_change="may change",
)

AFTER_AN_UPDATE = Tense(
    words={
        REPLACE: "replaced",
        DELETE: "deleted",
        ADOPT: "adopted",
        UPDATE: "changed",
        CREATE: "created",
    },
    verbs={
        CREATE: ("was created", "were created"),
        ADOPT: ("was adopted", "were adopted"),
        UPDATE: ("was changed", "were changed"),
        REPLACE: ("was replaced", "were replaced"),
        DELETE: ("was deleted", "were deleted"),
    },
    version=("got a new version", "got a new version"),
    leaves=(f"left{_STAYS}", f"left{_STAY}"),
    lose=("lost", "lost"),
)

IN_A_REFRESH = Tense(
    words={
        **AFTER_AN_UPDATE.words,
        UPDATE: "changed outside the stack",
        DELETE: "gone from the service",
    },
    verbs={
        **AFTER_AN_UPDATE.verbs,
        UPDATE: ("was changed outside the stack", "were changed outside the stack"),
        DELETE: ("is gone from the service", "are gone from the service"),
    },
    version=AFTER_AN_UPDATE.version,
    leaves=AFTER_AN_UPDATE.leaves,
    lose=AFTER_AN_UPDATE.lose,
    redefined="",
)

TENSES = {PREVIEW: IN_A_PREVIEW, UPDATING: AFTER_AN_UPDATE, REFRESH: IN_A_REFRESH}
