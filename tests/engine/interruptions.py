"""What comes of an interrupted update, as data: the law, the matrix and the page are made of it."""

from __future__ import annotations

ENDS = ("sigint", "sigint-twice", "sigterm", "kill-cli", "kill-provider")

BEFORE_THE_TRIGGER = "before-the-trigger"
AFTER_ITS_END = "after-its-end"
MOMENTS = (BEFORE_THE_TRIGGER, "before-its-answer", "pending", "running", AFTER_ITS_END)

UP, FORCED, LET_GO = "up", "up --replace", "state delete, up"
AFTERWARDS = (UP, FORCED, LET_GO)

FIRST, RESUMED, JOINED, AGAIN = "triggered", "resumed", "joined", "runs again"


def what_happens(moment: str, afterwards: str, *, held: bool, journal: bool) -> str:
    """Say what the next update does with the run.

    Args:
        moment: When the update was interrupted.
        afterwards: What is done next.
        held: Whether the state holds the run's ID, after the interruption.
        journal: Whether the next update runs on the same disk; else on a fresh machine.
    """
    if moment == BEFORE_THE_TRIGGER:
        return FIRST
    if journal or (held and afterwards == UP):
        return RESUMED
    # No journal, and the state is not asked for the run: only what runs still can be told from
    # earlier uses of the same inputs, by the end of its window.
    return AGAIN if moment == AFTER_ITS_END else JOINED
