"""The types of fields that specs share: bounds, units and prose, each in one place.

A description completes the sentence "… must be …", since it is what a person reads when the
value is wrong. Messages never quote the value: it may be a secret.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, Strict, StrictBool, WrapValidator
from pydantic_core import PydanticCustomError

from arize_tasks.spec.behaviour import JSON_TEXT
from arize_tasks.spec.unknown import UNKNOWN, without_none

Item = TypeVar("Item")


def wrong(message: str) -> PydanticCustomError:
    """Make the error whose text is used as it is, after the field's path."""
    # The braces are doubled because pydantic formats the template.
    return PydanticCustomError("arize_tasks", "{message}", {"message": message})


def _unless_unknown(value: Any, handler: Any) -> Any:
    return value if value is UNKNOWN else handler(value)


MayBeUnknown = WrapValidator(_unless_unknown)
"""For the items of a list or dict; the fields of a spec have it without being asked."""

ListOf = list[Annotated[Item, MayBeUnknown]]
DictOf = dict[str, Annotated[Item, MayBeUnknown]]


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


AnyCase = BeforeValidator(_upper)
"""Takes an enum value in any case and keeps the API's upper case."""


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)  # the engine carries every number as a float
    return value


Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Whole = Annotated[int, BeforeValidator(_whole), Strict()]
PositiveWhole = Annotated[Whole, Field(ge=1)]
Text = Annotated[str, Field(min_length=1)]
Flag = StrictBool
Seconds = Annotated[Number, Field(gt=0)]
Fraction = Annotated[Number, Field(ge=0, le=1)]


def _utc_text(value: Any) -> str:
    """Give an instant as UTC text, so that the same instant in two zones is one value."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip().replace("Z", "+00:00").replace("z", "+00:00"))
        except ValueError:
            raise wrong("must be an ISO 8601 time with an offset, such as 2026-03-01T00:00:00Z") from None
    if not isinstance(value, datetime):
        raise wrong("must be a datetime with a time zone, or ISO 8601 text such as 2026-03-01T00:00:00Z")
    if value.tzinfo is None:
        raise wrong(
            "has no time zone: write the offset (2026-03-01T00:00:00Z), or give the datetime a tzinfo"
        )
    utc = value.astimezone(timezone.utc)
    return utc.isoformat(timespec="microseconds" if utc.microsecond else "seconds").replace("+00:00", "Z")


UtcTime = Annotated[str, BeforeValidator(_utc_text)]


def as_datetime(text: str) -> datetime:
    """Read the text that `UtcTime` keeps."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _free_form(value: Any) -> Any:
    if isinstance(value, str):
        try:
            parsed = json.loads(value)
        except ValueError:
            raise wrong("must be an object, or the JSON text of one; this text is not JSON") from None
        if not isinstance(parsed, dict):
            raise wrong("must be an object, or the JSON text of one; this JSON is something else")
        return value
    if not isinstance(value, dict):
        raise wrong("must be an object (a dict), or the JSON text of one")
    return without_none(value)


FreeForm = Annotated[Any, BeforeValidator(_free_form), JSON_TEXT]
"""An object whose shape is not ours to judge. As JSON text it may hold nulls."""
