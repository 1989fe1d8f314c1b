"""Objects whose shape is not ours to judge: provider parameters, JSON schemas, tools.

Pulumi drops a key that holds None without a word, so a None in them is refused wherever it can be
seen. As JSON text they may hold nulls. Nothing here needs pydantic: programs use it, too.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from arize_tasks.schema.unknown import UNKNOWN, leaves, plain

# Listed by name: reading them off the models would make programs import pydantic.
FREE_FORM_FIELDS = frozenset(
    {"provider_parameters", "input_template", "json_schema", "tools", "tool_choice"}
)
"""The fields of a run configuration, at any depth, that hold such objects."""

MAPPING_FIELDS = frozenset(
    {"classification_choices", "column_mapping", "column_mappings", "tracing_metadata", "triggers"}
)
"""The fields, at any depth, that are dicts with keys of the user's own."""

_NO_NONE = "must not hold None, since Pulumi drops it"
NO_NONE = f"{_NO_NONE}; to send a null, give the whole object as JSON text (json.dumps(…))"
NO_NONE_AT_ALL = f"{_NO_NONE}; leave the key out"
_JSON_ONLY = "must hold only JSON values: strings, finite numbers, true, false, lists and dicts"
_OBJECT = "must be an object: a dict, or the JSON text of one"


class JsonText(str):
    """The JSON text of an object; it is kept as it was written and sent as what it says."""

    __slots__ = ()

    def parsed(self) -> Any:
        """Return what the text says, its numbers as they are written."""
        return json.loads(self)

    def meant(self) -> Any:
        """Return what the text says in a form to compare."""
        return plain(json.loads(self))


def wrong_object(value: Any) -> str | None:
    """Say what is wrong with a free-form object, in words that quote nothing of it."""
    if isinstance(value, str):
        try:
            return None if isinstance(json.loads(value), dict) else _OBJECT
        except (ValueError, RecursionError):
            return f"{_OBJECT}; this text is not JSON"
    if not isinstance(value, Mapping):
        return _OBJECT
    return wrong_content(value, about_none=NO_NONE)


def wrong_content(value: Any, *, about_none: str) -> str | None:
    """Say what is wrong with the values inside a free-form object, or None."""
    inner = list(leaves(value))
    if any(leaf is None for leaf in inner):
        return about_none
    return None if all(map(_is_json, inner)) else _JSON_ONLY


def _is_json(leaf: object) -> bool:
    if isinstance(leaf, float):
        return math.isfinite(leaf)
    return leaf is UNKNOWN or isinstance(leaf, (str, int))


def as_object(value: Any) -> Any:
    """Return the form in which a free-form object is kept."""
    return JsonText(value) if isinstance(value, str) else plain(value)


def with_nulls_as_text(run_configuration: Any) -> Any:
    """Return the same run configuration with each free-form part that holds a null as JSON text.

    A `tool_choice` can't be given as JSON text, so it stays as it is.
    """
    if not isinstance(run_configuration, Mapping):
        return run_configuration
    return {key: _with_nulls_as_text(key, value) for key, value in run_configuration.items()}


def _with_nulls_as_text(key: str, value: Any) -> Any:
    if key not in FREE_FORM_FIELDS:
        return with_nulls_as_text(value)
    # Each tool is a free-form object of its own, and the list of them is none.
    if key == "tools" and isinstance(value, list):
        return [_as_text_if_null(item) for item in value]
    return value if key == "tool_choice" else _as_text_if_null(value)


def _as_text_if_null(value: Any) -> Any:
    holds_null = isinstance(value, Mapping) and any(leaf is None for leaf in leaves(value))
    return json.dumps(value) if holds_null else value
