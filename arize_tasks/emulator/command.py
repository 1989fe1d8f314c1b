"""The command `arize-emulator`."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sqlite3
import sys
import threading
from collections.abc import Callable, Sequence

from arize_tasks.emulator.app import build
from arize_tasks.emulator.collections import Collection
from arize_tasks.emulator.parser import parser
from arize_tasks.emulator.readings import chosen_readings
from arize_tasks.emulator.server import Server, UnheardError, configure
from arize_tasks.emulator.service import Service


def main(arguments: Sequence[str] | None = None, also: Sequence[Collection] = ()) -> int:
    """Serve until interrupted; gives the exit code.

    Args:
        arguments: Of the command line.
        also: Collections to serve beside the emulator's own.
    """
    options = parser().parse_args(arguments)
    try:
        readings = chosen_readings(options.readings, options.reading)
    except ValueError as error:
        print(f"arize-emulator: {error}", file=sys.stderr)
        return 2
    try:
        listener = _listen(options.host, options.port)
    except OSError as error:
        return _failed(
            f"cannot listen on {options.host}:{options.port}: {error.strerror or error}",
            "another --port (0 takes a free one), or an address of this machine as --host.",
        )
    try:
        service = Service.open(
            options.database, options.api_key, options.run_seconds, options.empty, readings
        )
    except sqlite3.Error as error:
        return _failed(
            f"cannot use {options.database}: {error}",
            "a file that an emulator wrote, or a new one in a folder that can be written to.",
        )
    app = build(service, latency_ms=options.latency_ms, rate_limit=options.rate_limit, also=also)
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    server = Server(configure(app), f"http://{shown}:{port}")

    def end(*_: object) -> None:
        server.should_exit = True

    # While it serves, the server catches these itself, and raises them again when it has ended;
    # neither that nor a signal before it serves may look like a crash.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    if options.stop_with_stdin:
        threading.Thread(target=_at_end_of_input, args=(end,), daemon=True).start()
    try:
        server.run(sockets=[listener])
    except UnheardError as error:
        return _failed(f"cannot write to the standard output: {error}", "give it another place.")
    finally:
        service.store.close()
    return 0


def _failed(what: str, fix: str) -> int:
    print(f"arize-emulator: {what}\n  Fix: {fix}", file=sys.stderr)
    return 1


def _at_end_of_input(end: Callable[[], None]) -> None:
    """Wait until whoever holds the other end of standard input closes it, or dies."""
    # Past sys.stdin, whose lock a thread would still hold when the interpreter ends.
    with contextlib.suppress(OSError):
        while os.read(0, 1024):
            pass
    end()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named, because asyncio turns off Nagle's delays (40 ms an answer) only where it is.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":  # there it would let two servers share a port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        # Listening at once makes a second server on the port fail here, not later.
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener
