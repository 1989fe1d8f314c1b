"""Makes plain values of what the engine says of resources: masked, and what is unknown marked.

Secrets are masked by the engine; here every value that it marks as secret becomes `SECRET`,
whatever it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from arize_tasks.cli.commenting.steps import (
    ACTIONS,
    CREATE,
    DELETE,
    READ,
    REPLACE,
    SAME,
    SECRET,
    UNKNOWN,
    UPDATE,
    Message,
    Step,
    Veil,
)

LARGEST_NUMBER = 2.0**53
"""In outputs, which somebody else may have written; JSON counts exactly up to here."""

# Source: the engine's sdk/go/common/resource; both stand in its wire format.
SECRET_MARK = "4dabf18193072939515e22adb298388d"  # noqa: S105 - the key of the engine's marks
UNKNOWN_TEXTS = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # any value
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # a boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # a number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # a list
        "030794c1-ac77-496b-92df-f27374a8bd58",  # an asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # an archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # an object
    }
)

ACTION_OF = {
    "create": CREATE,
    "import": CREATE,
    "update": UPDATE,
    "replace": REPLACE,
    "create-replacement": REPLACE,
    "import-replacement": REPLACE,
    "delete-replaced": REPLACE,
    "delete": DELETE,
    "read": READ,
    "read-replacement": READ,
    "same": SAME,
    "refresh": SAME,  # what it found shows in the step that follows
}


def number_in(outputs: Mapping[str, Any], name: str) -> float | None:
    """Return a number of some outputs; None where there is none, or nothing that can be counted."""
    value = outputs.get(name)
    if isinstance(value, (int, float)) and abs(value) < LARGEST_NUMBER:  # NaN is not
        return float(value)
    return None


def text_in(outputs: Mapping[str, Any], name: str) -> str:
    """Return a text of some outputs, as it may be shown; empty where there is none."""
    value = outputs.get(name)
    return value.shown if isinstance(value, Veil) else value if isinstance(value, str) else ""


def shown_value(value: Any) -> Any:
    """Return a value of the engine's JSON with `SECRET` and `UNKNOWN` where they belong."""
    if isinstance(value, dict):
        if SECRET_MARK in value:
            return SECRET
        # `__provider`, the pickled provider, is the engine's and says nothing to a reviewer.
        return {
            key: shown_value(item) for key, item in value.items() if not str(key).startswith("__")
        }
    if isinstance(value, list):
        return [shown_value(item) for item in value]
    # In its events and in `--json` the engine masks secrets with this very text.
    if value == SECRET.shown:
        return SECRET
    return UNKNOWN if isinstance(value, str) and value in UNKNOWN_TEXTS else value


def mapping(value: Any) -> Mapping[str, Any]:
    """Return an object of the engine's JSON; an empty one where something else is in its place."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """Return a list of the engine's JSON; an empty one where something else is in its place."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """Return a text of the engine's JSON; an empty one where something else is in its place."""
    return value if isinstance(value, str) else ""


def properties(value: Any) -> Mapping[str, Any]:
    """Return inputs or outputs as they may be shown."""
    return mapping(shown_value(value))


def step_of(
    op: Any, urn: Any, old: Any, new: Any, reasons: Any, dependencies: Any = None
) -> Step | None:
    """Return a step as the engine writes it; None where it says nothing of a resource."""
    action = ACTION_OF.get(str(op))
    if action is None or not isinstance(urn, str):
        return None
    old, new = mapping(old), mapping(new)
    return Step(
        urn=urn,
        type=text(new.get("type")) or text(old.get("type")),
        action=action,
        id=text(old.get("id")) or None,
        old=properties(old.get("inputs")),
        new=properties(new.get("inputs")),
        outputs=properties(old.get("outputs")),
        reasons=tuple(map(text, items(reasons))),
        retained=bool(old.get("retainOnDelete")),
        depends_on={
            name: tuple(map(text, items(urns))) for name, urns in mapping(dependencies).items()
        },
    )


def keep(steps: dict[str, Step], step: Step | None) -> None:
    """Keep the weightiest step of each resource, and of those the one that says most."""
    if step is None:
        return
    known = steps.setdefault(step.urn, step)

    def weight(one: Step) -> tuple[int, bool, int]:
        return (-ACTIONS.index(one.action), bool(one.new), len(one.reasons))

    if weight(step) > weight(known):
        steps[step.urn] = step


def message_of(said: Mapping[str, Any]) -> Message:
    """Return what was said, as the engine writes it."""
    severity = (text(said.get("severity")) or "info").partition("#")[0]
    return Message(text(said.get("message")).strip(), severity, text(said.get("urn")) or None)
