"""Asking Arize in the program: at once, or when Outputs are known, without stalling the program.

What is imported to ask is loaded at the first call, since most programs call none.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import pulumi
from pulumi import Input, Output

from arize_tasks.errors import ArizeTasksError, InvalidArgumentsError
from arize_tasks.resources import private
from arize_tasks.resources.program import refuse_key_in_clear, shown_by_its_message
from arize_tasks.resources.provider import ArizeProvider
from arize_tasks.settings import SETTINGS

if TYPE_CHECKING:
    from arize_tasks.api.models import Page, Record
    from arize_tasks.provider.session import Session

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
Listed = TypeVar("Listed", bound="Record")


def asks(ask: Callable[Concatenate[Session, Given], Answer]) -> Callable[Given, Answer]:
    """Return a function of a session as programs call it: at once, with the stack's settings.

    What it raises is an `ArizeTasksError` and a `pulumi.RunError` as well.
    """
    signature = inspect.signature(ask)
    given = signature.replace(parameters=list(signature.parameters.values())[1:])

    @functools.wraps(ask)
    def ask_now(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        with _shown_by_their_message():
            arguments = given.bind(*args, **kwargs).arguments
            _judge(ask.__name__, given, arguments)
            if private.is_mocked():
                from arize_tasks.resources.mocked import ask_mocks

                mocked: Answer = ask_mocks(ask, arguments)
                return mocked
            return ask(_session(_stack_config()), *args, **kwargs)

    # Help and editors would otherwise show the session, which no program gives.
    ask_now.__signature__ = given  # type: ignore[attr-defined]
    return ask_now


def ask_later(
    function: Callable[..., Answer], provider: ArizeProvider | None, **arguments: Input[Any]
) -> Output[Answer]:
    """Ask in a thread, once account and arguments are known.

    Args:
        function: One that `asks` made.
        provider: The account; None: the stack's settings.
        arguments: Of the function, or Outputs of such.

    Returns:
        The answer; unknown at a preview that may not ask, or that nobody answers.
    """
    if private.is_mocked():
        return _ask_mocks_later(function, provider, arguments)

    from arize_tasks.provider.session import OUT_OF_REACH

    config = _stack_config() if provider is None else provider._stack_config
    # What a key may read is no secret for that; what a secret argument asks for is.
    account: Output[Any] = Output.unsecret(Output.from_input(config))

    async def answer(known: Any) -> Any:
        account_config, given = known
        with _shown_by_their_message():
            _judge(function.__name__, inspect.signature(function), given)
            session = _session(account_config)
            preview = pulumi.runtime.is_dry_run()
            if preview and not session.may_ask:
                return pulumi.UNKNOWN
            try:
                # Not in the program's event loop, which registers resources meanwhile.
                return await asyncio.to_thread(inspect.unwrap(function), session, **given)
            except OUT_OF_REACH as error:
                if not preview or session.settings.preflight == "always":
                    raise
                _warn_once(str(error))
                return pulumi.UNKNOWN

    return Output.all(account, Output.all(**arguments)).apply(answer)


def _ask_mocks_later(
    function: Callable[..., Answer], provider: ArizeProvider | None, arguments: Mapping[str, Any]
) -> Output[Answer]:
    from arize_tasks.resources.mocked import ask_mocks_later

    async def answer(given: Any) -> Any:
        with _shown_by_their_message():
            _judge(function.__name__, inspect.signature(function), given)
        return await ask_mocks_later(function, given, provider)

    return Output.all(**arguments).apply(answer)


def first(
    limit: int | None, list_page: Callable[..., Page[Listed]], **query: str | None
) -> list[Listed]:
    """Return the first records of a list.

    Args:
        limit: At most so many; None: all.
        list_page: Gives a page of the query, of a limit and from a cursor.
        query: What is listed.
    """
    from arize_tasks.api.endpoints import LARGEST_PAGE, walk

    count = None if limit is None else int(limit)
    size = LARGEST_PAGE if count is None else min(count, LARGEST_PAGE)
    records = walk(lambda cursor: list_page(**query, limit=size, cursor=cursor))
    # By ID: a record may be listed twice when others came while we paged.
    return list({getattr(one, "id", ""): one for one in itertools.islice(records, count)}.values())


def _stack_config() -> dict[str, Any]:
    refuse_key_in_clear()
    return {row.config_key: pulumi.runtime.get_config(row.config_key) for row in SETTINGS}


def _session(config: Mapping[str, Any]) -> Session:
    from arize_tasks.provider.session import session_from_config

    return session_from_config(config.get)


def _judge(name: str, signature: inspect.Signature, arguments: Mapping[str, Any]) -> None:
    """Refuse what is no argument at all, before anything is sent.

    Args:
        name: Of the function that the user called.
        signature: Its own.
        arguments: Texts, `limit` and None.

    Raises:
        InvalidArgumentsError: An argument is of the wrong kind, or a needed one is empty.
    """
    failures = []
    for argument, value in arguments.items():
        if isinstance(value, Output):
            failures.append(f"{argument} is an Output, which has no value yet: use {name}_output")
        elif argument == "limit":
            if not (value is None or _counts(value)):
                failures.append("limit must be an integer of at least 1")
        elif not (value is None or isinstance(value, str)):
            failures.append(f"{argument} must be a string")
        elif not value and signature.parameters[argument].default is inspect.Parameter.empty:
            failures.append(f"{argument} must not be empty")
    if failures:
        raise InvalidArgumentsError(f"{name}: {failure}." for failure in failures)


def _counts(value: Any) -> bool:
    """Report whether it is an integer from 1; the output of a resource is one as a float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return value >= 1 and float(value).is_integer()


@contextmanager
def _shown_by_their_message() -> Iterator[None]:
    try:
        yield
    except ArizeTasksError as error:
        raise shown_by_its_message(error) from None


@functools.cache
def _warn_once(why: str) -> None:
    pulumi.log.warn(
        "Arize did not respond, so the results of functions are unknown in this preview.\n" + why
    )
