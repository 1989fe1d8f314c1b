"""Gates on scores that are new, change or go, and whether they let more through than before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from arize_tasks.cli.commenting.sections import ResourceChange, Reviewer
from arize_tasks.cli.commenting.steps import CREATE, DELETE, Step
from arize_tasks.cli.commenting.tables import counted
from arize_tasks.cli.commenting.text import plain

# How inputs begin that no program gives: what the arguments of the run say.
_OF_THE_RUN = "run_"
# Which way a setting lets more through: by a smaller value, or by a larger one.
_SMALLER = ("confidence", "min_samples", "min_share", "min_mean")
_LARGER = ("max_missing", "max_age_seconds", "max_share", "max_mean", "max_drop")
_NONE_LETS_ALL = ("confidence", "max_age_seconds")
_BARS = ("min_share", "max_share", "min_mean", "max_mean", "max_drop")


class GateReviewer(Reviewer):
    """Warns of gates that let more through, or that go."""

    share = 0.6
    is_on_the_service = False

    def warnings(self, step: Step) -> Iterator[str]:
        """Say what is less strict than before."""
        if step.action == DELETE:
            yield "deleted; its scores no longer stop the update"
        elif step.action != CREATE:
            looser = list(_looser(self._declared(step.old), self._declared(step.new)))
            if looser:
                yield f"less strict than before: {', '.join(looser)}"

    def headline(self, changes: Sequence[ResourceChange]) -> Iterator[str]:
        """Say how many judge scores, and how many go."""
        judging = sum(one.action != DELETE for one in changes)
        if judging:
            yield f"{counted(judging, 'gate')} to judge scores"
        if len(changes) > judging:
            yield f"{counted(len(changes) - judging, 'gate')} to delete"

    def _declared(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in inputs.items() if not name.startswith(_OF_THE_RUN)}


def _looser(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    # Both are strict where the program does not give them.
    for name, strict in (("enforce", True), ("inconclusive", "block")):
        if old.get(name, strict) == strict != new.get(name, strict):
            yield f"{name} {plain(strict)} → {plain(new[name])}"
    yield from _settings("", old, new)
    if not isinstance(new.get("criteria"), list):
        return  # known after the update, or secret
    after = _criteria(new)
    for place, before in enumerate(_criteria(old)):
        same = [one for one in after if _asks(one) == _asks(before)]
        if not same:
            yield f"criteria[{place}] was removed, or asks something else"
        elif len(same) == 1:
            if before.get("enforce") is not False and same[0].get("enforce") is False:
                yield f"criteria[{place}].enforce true → false"
            yield from _settings(f"criteria[{place}].", before, same[0])


def _settings(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in (*_SMALLER, *_LARGER):
        before, after = old.get(name), new.get(name)
        if before is not None and after is None and name in _NONE_LETS_ALL:
            yield f"{path}{name} {plain(before)} → none"
        if not isinstance(before, int | float) or not isinstance(after, int | float):
            continue
        if after < before if name in _SMALLER else after > before:
            yield f"{path}{name} {plain(before)} → {plain(after)}"


def _criteria(inputs: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    criteria = inputs.get("criteria")
    known = criteria if isinstance(criteria, list) else []
    return [one for one in known if isinstance(one, dict)]


def _asks(criterion: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a criterion asks, without how much it demands."""
    return {
        name: None if name in _BARS else value
        for name, value in criterion.items()
        if name != "enforce"
    }
