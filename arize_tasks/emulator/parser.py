"""The arguments of `arize-emulator`; standard library only, so help and completion are quick."""

from __future__ import annotations

import argparse
from importlib import metadata

EXAMPLES = (
    "arize-emulator",
    "arize-emulator --port 0 --database emulator.sqlite3 --api-key local-key",
    "curl http://127.0.0.1:8787/emulator/fixtures",
)
EXIT_CODES = {
    0: "it was told to end (Ctrl-C, or SIGTERM)",
    1: "it cannot listen, say so, or use the database; one message on stderr says why",
    2: "wrong usage",
}
_END = "\n".join(
    [
        "examples:",
        *(f"  {line}" for line in EXAMPLES),
        "",
        "exit codes:",
        *(f"  {code:<4} {meaning}" for code, meaning in EXIT_CODES.items()),
    ]
)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command."""
    parser = argparse.ArgumentParser(
        prog="arize-emulator",
        description="An emulator of Arize AX's REST API for evaluation tasks.\n"
        "It prints its address, and serves on this machine until it is interrupted.",
        epilog=_END,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--version", action="version", version=f"%(prog)s {_version()}", help="show the version"
    )
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
    parser.add_argument(
        "--stop-with-stdin",
        action="store_true",
        help="end when standard input ends, so with the process that started it",
    )
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise argparse.ArgumentTypeError("must be an integer between 0 and 65535")
    return int(text)


def _not_negative(text: str) -> float:
    value = _number(text)
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError("must be a number of at least 0")
    return value


def _positive(text: str) -> float:
    value = _number(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError("must be a number above 0")
    return value


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")  # which no comparison holds for


def _version() -> str:
    try:
        return metadata.version("pulumi-arize-tasks")
    except metadata.PackageNotFoundError:
        return "of a checkout that is not installed"
