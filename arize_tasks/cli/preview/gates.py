"""Gates on scores that are new, change or go, and whether they let more through than before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from arize_tasks.cli.preview.differences import Change, differences, fields_of, secrets_in_both
from arize_tasks.cli.preview.steps import CREATE, DELETE, Preview, Step
from arize_tasks.cli.preview.text import plain

# How inputs begin that no program gives: what the arguments of the run say.
_OF_THE_RUN = "run_"
# Which way a setting lets more through: by a smaller value, or by a larger one.
_SMALLER = ("confidence", "min_samples", "min_share", "min_mean")
_LARGER = ("max_missing", "max_age_seconds", "max_share", "max_mean", "max_drop")
_NONE_LETS_ALL = ("confidence", "max_age_seconds")
_BARS = ("min_share", "max_share", "min_mean", "max_mean", "max_drop")


@dataclass(frozen=True)
class GateChange:
    """A gate on scores that changes.

    Attributes:
        name: The resource's.
        urn: The resource's.
        action: create, update, replace or delete.
        changes: The fields that change; of a new gate all, of a deleted one none.
        secrets: Fields that are secret, so that nobody can say whether they change.
        looser: What lets more through than before, in words.
        notes: What the provider said of it, such as the verdict that is judged again.
    """

    name: str
    urn: str
    action: str
    changes: tuple[Change, ...] = ()
    secrets: tuple[str, ...] = ()
    looser: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def gate_change(step: Step, preview: Preview) -> GateChange:
    """Give what becomes of a gate."""
    old, new = (
        {name: value for name, value in inputs.items() if not name.startswith(_OF_THE_RUN)}
        for inputs in (step.old, step.new)
    )
    kept = step.action not in (CREATE, DELETE)
    changes = differences(old, new) if kept else [] if step.action == DELETE else fields_of(new)
    return GateChange(
        name=step.name,
        urn=step.urn,
        action=step.action,
        changes=tuple(changes),
        secrets=tuple(secrets_in_both(old, new)) if kept else (),
        looser=tuple(_looser(old, new)) if kept else (),
        notes=tuple(
            one.text for one in preview.messages if one.urn == step.urn and one.severity == "info"
        ),
    )


def _looser(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
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
            yield f"criteria[{place}] is gone, or asks something else"
        elif len(same) == 1:
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
    """Give what a criterion asks, without how much it demands."""
    return {name: None if name in _BARS else value for name, value in criterion.items()}
