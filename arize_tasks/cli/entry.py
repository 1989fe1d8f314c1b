"""Where the command `arize-tasks` begins: a shell that asks for completions waits for no import."""

from __future__ import annotations

import os
import sys

ASKED = "_ARGCOMPLETE"
"""Set by the shell's function, as argcomplete has it."""


def main() -> int:
    """Complete, or run the command; gives the exit code."""
    try:
        if ASKED in os.environ:
            from arize_tasks.cli.completion import complete

            complete()
        from arize_tasks.cli.__main__ import main as run
    except KeyboardInterrupt:  # all imports together take half a second
        return 130
    return run()


if __name__ == "__main__":
    sys.exit(main())
