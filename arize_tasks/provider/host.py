"""What the process that hosts our provider can do beyond Pulumi's documented protocol.

The only private ground in this package. Every ability falls back to plain behaviour where the
SDK is not as expected: a clean error becomes an ordinary exception, a progress line on the
resource's row is left out, four operations run at once instead of many, Ctrl-C waits for the
operation's end. Measured with pulumi 3.272; the fallbacks are tested.
"""

from __future__ import annotations

import os
import re
import stat
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, NoReturn

from arize_tasks.errors import printable

WORKERS = 256
"""Operations at once in this process; the engine's --parallel is the real limit.

Threads are made on demand, and one that waits for a run costs little.
"""

ORGANIZATION = "organization"
"""The input that says it. Never rename it."""

interrupted = threading.Event()
"""Set when the engine asks to stop (Ctrl-C). It asks at every normal end, too: then nothing is
under way, and nothing happens."""

_prepared = threading.Lock()
_counting = threading.Lock()
_operations = 0  # under way in this process
_at_normal_end: list[Callable[[], None]] = []


class _Operation(threading.local):
    """The operation of this thread, and the frame of the gRPC method that serves it."""

    under_way = False
    call: FrameType | None = None


_operation = _Operation()

_VERBS = frozenset({"Check", "Diff", "Create", "Read", "Update", "Delete", "Configure"})

# gRPC's code for "unknown": the engine prints a message that comes with it as it stands.
_CODE_UNKNOWN = 2
_DETAILS = "grpc-status-details-bin"


class ProviderFailure(Exception):
    """Ends one operation with a message for the user; the traceback is never shown."""


def prepare() -> None:
    """Take up what the host offers; the first of our providers to be configured calls this."""
    # Never released: it is a flag that only the first of several threads can take.
    if not _prepared.acquire(blocking=False):
        return
    for take_up in (_more_workers, _hear_cancel, _end_with_the_cli):
        with suppress(Exception):
            take_up()


def _more_workers() -> None:
    """Let more than four operations run at once."""
    # gRPC offers no way to its pool; only the frame of a worker holds a reference to it.
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        executor = frame.f_locals.get("executor_reference")
        if frame.f_code.co_name == "_worker" and executor is not None:
            pool = executor()
            pool._max_workers = max(pool._max_workers, WORKERS)
            # A thread is made when an operation comes; some have come and are queued already.
            for _ in range(pool._work_queue.qsize()):
                pool._adjust_thread_count()
            return
        frame = frame.f_back


def _hear_cancel() -> None:
    """Hear that the engine asks to stop; stock behaviour is to answer and do nothing."""
    call = _call()
    if call is not None:
        # gRPC holds the bound method, so the method itself must change, not the attribute.
        type(call.f_locals["self"]).Cancel.__code__ = _cancel.__code__


def _cancel(self: Any, request: Any, context: Any) -> Any:
    # This code runs as Pulumi's method, with the globals of Pulumi's module: it must import
    # whatever it uses.
    from google.protobuf import empty_pb2  # type: ignore[import-untyped]

    from arize_tasks.provider import host

    host.cancelled()
    return empty_pb2.Empty()


def cancelled() -> None:
    """Take the engine's request to stop.

    It comes on Ctrl-C, and at every normal end of a command. The first one that comes while nothing
    is under way is a normal end: what was answered to the engine before is in the state. After a
    Ctrl-C that is not so (a second one ends the engine before it has written), and nothing tells
    the requests that follow from a normal end.
    """
    with _counting:
        ends_normally = not interrupted.is_set() and _operations == 0
    interrupted.set()
    if ends_normally:
        for callback in _at_normal_end:
            with suppress(Exception):  # the command has ended well, whatever becomes of it
                callback()


def at_normal_end(callback: Callable[[], None]) -> None:
    """Have something done when a command ends normally, before the engine ends this process."""
    _at_normal_end.append(callback)


@contextmanager
def operation() -> Iterator[None]:
    """Count an operation while it is under way."""
    global _operations
    with _counting:
        _operations += 1
    _operation.call, _operation.under_way = _call(), True
    try:
        yield
    finally:
        # The frame would keep alive all that the request holds.
        _operation.call, _operation.under_way = None, False
        with _counting:
            _operations -= 1


def command() -> str:
    """Distinguish one command of Pulumi from another, in all its processes: the engine's address.

    Returns: Empty where that is not told.
    """
    # The engine gives each provider its own address as the last argument.
    return sys.argv[-1] if re.fullmatch(r"[\w.:\[\]-]+:\d+", sys.argv[-1]) else ""


def _end_with_the_cli() -> None:
    """End when the CLI is gone, which killed it may be; its end of our input closes then."""
    # Anything but a pipe, such as /dev/null, may be at its end from the start.
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        threading.Thread(target=_watch_input, name="arize-tasks-cli", daemon=True).start()


def _watch_input() -> None:
    with suppress(OSError):
        while os.read(0, 4096):
            pass
    # sys.exit would end this thread only, while others wait for runs.
    os._exit(1)


def _call() -> FrameType | None:
    """Find the frame of the gRPC method that is serving this operation."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        local = frame.f_locals
        if frame.f_code.co_name in _VERBS and "request" in local and "context" in local:
            return frame
        frame = frame.f_back
    return None


def urn() -> str | None:
    """Return the URN of the resource that is operated on; None where it can't be told."""
    call = _operation.call if _operation.under_way else _call()
    found = getattr(call.f_locals["request"], "urn", None) if call else None
    return found or None


def resource_name() -> str | None:
    """Return the Pulumi name of the resource that is operated on."""
    found = urn()
    return found.rpartition("::")[2] if found else None


def organization() -> str:
    """Return the organization of the stack, where the program said that it has one of its own.

    `ArizeResource` passes it beside the arguments: nothing else tells a provider.
    """
    call = _operation.call if _operation.under_way else _call()
    request = call.f_locals["request"] if call else None
    for name in ("news", "properties"):
        values = getattr(request, name, None)
        if values is not None and ORGANIZATION in values.fields:
            return str(values.fields[ORGANIZATION].string_value)
    return ""


def say(
    message: str,
    *,
    ephemeral: bool = False,
    warning: bool = False,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Show a line on the resource's own row.

    Args:
        message: One line.
        ephemeral: Only while the operation lasts (progress).
        warning: As a warning.
        facts: The same as data, for the commands that read the engine's event log.
    """
    found = urn()
    if found is None:
        return
    try:
        import grpc  # type: ignore[import-untyped]
        from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

        from arize_tasks.schema.facts import encode

        with grpc.insecure_channel(sys.argv[-1]) as channel:
            severity = engine_pb2.WARNING if warning else engine_pb2.INFO
            lines = [(severity, printable(message, keep="\n"))]  # names in it may be anybody's
            if facts is not None:
                # At DEBUG a line gets into the engine's event log and onto no screen.
                lines.insert(0, (engine_pb2.DEBUG, encode(message, facts)))
            for severity, text in lines:
                engine_pb2_grpc.EngineStub(channel).Log(
                    engine_pb2.LogRequest(
                        severity=severity, message=text, urn=found, ephemeral=ephemeral
                    ),
                    timeout=5,
                )
    except Exception:  # a line that can't be shown must not end a run
        return


def fail(message: str) -> NoReturn:
    """End this operation with a message and no traceback."""
    _end(printable(message, keep="\n"), None)


def fail_keeping(message: str, resource_id: str, outputs: Mapping[str, Any]) -> NoReturn:
    """End this operation with a message, but keep the resource's ID and outputs in the state.

    The update fails and dependents do not run; the next one sees what is kept. Where the host
    can't do that, the operation just fails.
    """
    message = printable(message, keep="\n")
    try:
        details = _init_failed(message, resource_id, outputs)
    except Exception:  # see the module's promise
        details = None
    _end(message, details)


def _init_failed(message: str, resource_id: str, outputs: Mapping[str, Any]) -> Any:
    import asyncio

    from google.protobuf import any_pb2
    from pulumi.runtime import rpc
    from pulumi.runtime.proto import provider_pb2

    call = _operation.call if _operation.under_way else _call()
    if call is None:
        return None
    request = call.f_locals["request"]
    # These outputs become the state, and without `__provider` the next operation fails.
    own = next(
        rpc.deserialize_properties(getattr(request, name))["__provider"]
        for name in ("properties", "news")
        if hasattr(request, name)
    )
    # The SDK's serializer is async, and the threads of gRPC's pool have no loop.
    loop = asyncio.new_event_loop()
    try:
        properties = loop.run_until_complete(
            rpc.serialize_properties({**outputs, "__provider": own}, {})
        )
    finally:
        loop.close()
    failed = provider_pb2.ErrorResourceInitFailed(
        id=resource_id, properties=properties, reasons=[message]
    )
    detail = any_pb2.Any()
    detail.Pack(failed)
    return detail


def _end(message: str, detail: Any) -> NoReturn:
    call = _operation.call if _operation.under_way else _call()
    if call is not None:
        try:
            from pulumi.runtime.proto import status_pb2

            status = status_pb2.Status(
                code=_CODE_UNKNOWN, message=message, details=[detail] if detail else []
            )
            call.f_locals["context"].set_trailing_metadata(
                ((_DETAILS, status.SerializeToString()),)
            )
        except Exception:  # noqa: S110 - see the module's promise
            pass
    raise ProviderFailure(message) from None
