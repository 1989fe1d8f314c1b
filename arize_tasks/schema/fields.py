"""The types of fields that specs share: bounds, units and prose, each in one place.

A description completes the sentence "… must be …", since it is what a person reads when the
value is wrong. Messages never quote the value: it may be a secret.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Annotated, Any, TypeVar

from pydantic import BeforeValidator, Field, Strict, StrictBool, StrictStr, WrapValidator
from pydantic_core import PydanticCustomError

from arize_tasks.schema.free_form import NO_NONE_AT_ALL, as_object, wrong_content, wrong_object
from arize_tasks.schema.unknown import UNKNOWN

Item = TypeVar("Item")


def wrong(message: str) -> PydanticCustomError:
    """Make the error whose text is used as it is, after the field's path."""
    # Given as a value, because pydantic formats the template itself.
    return PydanticCustomError("arize_tasks", "{message}", {"message": message})


def _unless_unknown(value: Any, handler: Any) -> Any:
    return value if value is UNKNOWN else handler(value)


MayBeUnknown = WrapValidator(_unless_unknown)
"""For the items of a list or dict; the fields of a spec have it without being asked."""

ListOf = Annotated[list[Annotated[Item, MayBeUnknown]], Strict()]
DictOf = dict[StrictStr, Annotated[Item, MayBeUnknown]]


def _none_if_empty(value: Any) -> Any:
    return None if isinstance(value, (list, dict)) and not value else value


EmptyIsNone = BeforeValidator(_none_if_empty)
"""For what may be empty and means the same as not given."""


def _upper(value: Any) -> Any:
    return value.upper() if isinstance(value, str) else value


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


AnyCase = BeforeValidator(_upper)
"""Takes an enum value in any case and keeps the API's upper case."""

AnyCaseLower = BeforeValidator(_lower)
"""The same for our own words, which are in lower case."""

# JSON has neither infinity nor NaN; strict, so that a flag or a string is no number.
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Whole = Annotated[int, Strict()]
PositiveWhole = Annotated[Whole, Field(ge=1)]
AnyText = StrictStr
Text = Annotated[StrictStr, Field(min_length=1)]
Flag = StrictBool
Seconds = Annotated[Number, Field(gt=0)]
Fraction = Annotated[Number, Field(ge=0, le=1)]

_SUCH_AS = "such as 2026-03-01T00:00:00Z"


def _utc_text(value: Any) -> str:
    """Return an instant as UTC text, so that the same instant in two zones is one value."""
    if isinstance(value, str):
        value = _read_time(value.strip())
    if not isinstance(value, datetime):
        raise wrong(f"must be a datetime with a time zone, or ISO 8601 text {_SUCH_AS}")
    if value.utcoffset() is None:
        raise wrong(f"must have a time zone: give the datetime a tzinfo, or text {_SUCH_AS}")
    try:
        utc = value.astimezone(timezone.utc)
    except OverflowError:
        raise wrong("must be a time between the years 1 and 9999") from None
    return as_utc_text(utc)


def as_utc_text(utc: datetime) -> str:
    """Write an instant in the form that `UtcTime` keeps: the service has milliseconds, no more."""
    precision = "milliseconds" if utc.microsecond >= 1000 else "seconds"
    return utc.isoformat(timespec=precision).replace("+00:00", "Z")


def _read_time(text: str) -> datetime:
    if text[-1:] in ("Z", "z"):  # Python 3.10 reads only the numeric form
        text = f"{text[:-1]}+00:00"
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise wrong(f"must be an ISO 8601 time with an offset, {_SUCH_AS}") from None


UtcTime = Annotated[str, BeforeValidator(_utc_text)]


def as_datetime(text: str) -> datetime:
    """Read the text that `UtcTime` keeps."""
    return _read_time(text)


def _free_form(value: Any) -> Any:
    mistake = wrong_object(value)
    if mistake:
        raise wrong(mistake)
    return as_object(value)


def _choice(value: Any) -> Any:
    mistake = (
        # A string is a choice here, so there is no JSON text to hold a null.
        None if isinstance(value, (str, dict)) else "must be a string, such as auto, or a dict"
    )
    mistake = mistake or wrong_content(value, about_none=NO_NONE_AT_ALL)
    if mistake:
        raise wrong(mistake)
    return value


def _list_or_dict(value: Any) -> Any:
    if not isinstance(value, (list, dict)):
        raise wrong("must be a list or a dict, such as triggers=[task.definition_hash]")
    return value


FreeForm = Annotated[Any, BeforeValidator(_free_form)]
"""An object whose shape is not ours to judge. As JSON text it may hold nulls."""

ToolChoice = Annotated[Any, BeforeValidator(_choice)]
Triggers = Annotated[Any, BeforeValidator(_list_or_dict)]
