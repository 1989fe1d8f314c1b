"""The command `arize-emulator`, and what it says where its extra is not installed."""

from __future__ import annotations

import argparse
import os
import sys
from importlib.util import find_spec

from arize_tasks.emulator.parser import parser

NEEDED = ("starlette", "uvicorn")
"""What the extra `emulator` brings."""


def complete(described: argparse.ArgumentParser) -> None:
    """Answer a shell, and end the process."""
    import argcomplete
    from argcomplete.completers import FilesCompleter, SuppressCompleter

    for action in described._actions:
        if action.metavar == "FILE":
            action.completer = FilesCompleter()  # type: ignore[attr-defined]
    argcomplete.autocomplete(described, default_completer=SuppressCompleter())


def main() -> int:
    """Serve until interrupted; gives the exit code."""
    if "_ARGCOMPLETE" in os.environ:  # a shell asks for completions
        complete(parser())
    if {"-h", "--help", "--version"} & set(sys.argv[1:]):
        parser().parse_args()  # which ends here, whatever is installed
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        print(
            f"arize-emulator: {' and '.join(missing)} not installed.\n"
            "  Fix: pip install '/path/to/the/checkout[emulator]', that arize_tasks comes from",
            file=sys.stderr,
        )
        return 1
    from arize_tasks.emulator import command

    return command.main()


if __name__ == "__main__":
    sys.exit(main())
