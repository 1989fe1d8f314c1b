"""Functions in a program's unit tests: Pulumi's mocks answer, and no service is asked."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pulumi
import pydantic
from pulumi import InvokeOptions

from arize_tasks.api import models
from arize_tasks.schema.messages import dotted

if TYPE_CHECKING:
    from arize_tasks.resources.provider import ArizeProvider


def ask_mocks(function: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """Return what `Mocks.call` says, as the records that the function gives.

    Args:
        function: The plain form.
        given: Its arguments, plain values.

    Raises:
        pulumi.RunError: The answer is no such record; it says what is missing.
    """
    return _read(function, pulumi.runtime.invoke(token(function), _said(given)).value)


async def ask_mocks_later(
    function: Callable[..., Any], given: Mapping[str, Any], provider: ArizeProvider | None
) -> Any:
    """Return the same in the program's event loop; the provider is told to `Mocks.call`."""
    opts = InvokeOptions(provider=provider)
    answer = await pulumi.runtime.invoke_async(token(function), _said(given), opts)
    return _read(function, answer)


def token(function: Callable[..., Any]) -> str:
    """Return what `Mocks.call` knows a function by: `arize:index:getTask` for `get_task`."""
    first, *others = function.__name__.split("_")
    return f"arize:index:{first}{''.join(map(str.capitalize, others))}"


def _said(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _read(function: Callable[..., Any], answer: Any) -> Any:
    # As it is written: nothing else says of which records a function's answer is.
    returned: str = function.__annotations__["return"]
    name = returned.removeprefix("list[").removesuffix("]")
    model: type[models.Record] = getattr(models, name)
    if name == returned:
        return _record(function, model, answer)
    items = list(answer.values()) if isinstance(answer, Mapping) else []
    if len(items) != 1 or not isinstance(items[0], list):
        raise _refusal(
            function,
            f"returned no dict with one list of {name}s.",
            '{"items": [{…}, {…}]}; {"items": []} is an empty list',
        )
    return [_record(function, model, item) for item in items[0]]


def _record(function: Callable[..., Any], model: type[models.Record], answer: Any) -> models.Record:
    fix = _smallest(model)
    if not isinstance(answer, Mapping):
        raise _refusal(function, f"returned no dict for a {model.__name__}.", fix)
    known = list(model.model_fields)
    for name in answer:
        # What else the service says may stand in an answer; what is nearly a field is a mistake.
        near = difflib.get_close_matches(str(name), known, n=1, cutoff=0.8)
        if near and name not in known:
            what = f"returned '{name}', no field of {model.__name__}; did you mean {near[0]}?"
            raise _refusal(function, what, fix)
    try:
        return model.model_validate(dict(answer))
    except pydantic.ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
    missing = [dotted(f["loc"]) for f in faults if f["type"] == "missing"]
    wrong = [dotted(f["loc"]) + f" ({f['msg']})" for f in faults if f["type"] != "missing"]
    said = "; ".join(
        f"{what}: {', '.join(of)}" for what, of in (("missing", missing), ("invalid", wrong)) if of
    )
    raise _refusal(function, f"returned no {model.__name__}; {said}.", fix)


def _smallest(model: type[models.Record]) -> str:
    needed = ", ".join(f'"{n}": …' for n, of in model.model_fields.items() if of.is_required())
    return f"{{{needed}}} at least; fields that are left out are None, empty or 0"


def _refusal(function: Callable[..., Any], what: str, fix: str) -> pulumi.RunError:
    return pulumi.RunError(
        f"{function.__name__}: Mocks.call for {token(function)} {what}\n  Fix: return {fix}"
    )
