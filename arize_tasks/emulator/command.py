"""The command `arize-emulator`."""

from __future__ import annotations

import argparse
import importlib.metadata
import signal
import socket
import sqlite3
import sys
from collections.abc import Sequence

from arize_tasks.emulator.app import build
from arize_tasks.emulator.collections import Collection
from arize_tasks.emulator.readings import chosen_readings
from arize_tasks.emulator.server import Server, configure
from arize_tasks.emulator.service import Service


def main(arguments: Sequence[str] | None = None, also: Sequence[Collection] = ()) -> int:
    """Serve until interrupted; gives the exit code.

    Args:
        arguments: Of the command line.
        also: Collections to serve beside the emulator's own.
    """
    options = _parser().parse_args(arguments)
    try:
        readings = chosen_readings(options.readings, options.reading)
    except ValueError as error:
        print(f"arize-emulator: {error}", file=sys.stderr)
        return 2
    try:
        listener = _listen(options.host, options.port)
    except OSError as error:
        reason = error.strerror or error
        print(
            f"arize-emulator: cannot listen on {options.host}:{options.port}: {reason}",
            file=sys.stderr,
        )
        return 1
    try:
        service = Service.open(
            options.database, options.api_key, options.run_seconds, options.empty, readings
        )
    except sqlite3.Error as error:
        print(f"arize-emulator: cannot use {options.database}: {error}", file=sys.stderr)
        return 1
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
    server.run(sockets=[listener])
    service.store.close()
    return 0


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="arize-emulator",
        description="An emulator of Arize AX's REST API for evaluation tasks.",
    )
    version = f"%(prog)s {importlib.metadata.version('pulumi-arize-tasks')}"
    parser.add_argument("--version", action="version", version=version)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument(
        "--port", type=_port, default=8787, help="port; 0 takes a free one (%(default)s)"
    )
    parser.add_argument("--database", metavar="FILE", help="keep everything in this file")
    parser.add_argument(
        "--empty", action="store_true", help="begin with the space my-space and nothing else"
    )
    parser.add_argument(
        "--reading",
        action="append",
        default=[],
        metavar="ID=READING",
        help="behave so where the sources leave it open; may be given several times",
    )
    parser.add_argument(
        "--readings",
        metavar="FILE",
        help="a JSON object of readings, as `arize-tasks verify` writes it",
    )
    parser.add_argument("--api-key", metavar="KEY", help="the key to accept (default: a new one)")
    parser.add_argument(
        "--run-seconds",
        type=_not_negative,
        default=2.0,
        metavar="S",
        help="how long a run takes (%(default)s)",
    )
    parser.add_argument(
        "--latency-ms", type=_not_negative, default=0, metavar="N", help="wait before each answer"
    )
    parser.add_argument(
        "--rate-limit", type=_positive, metavar="N", help="requests a second; then 429"
    )
    return parser


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError("must be between 0 and 65535")
    return value


def _not_negative(text: str) -> float:
    value = float(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError("must not be negative")
    return value


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("must be above 0")
    return value
