"""The command `arize-emulator`, and what it says where its extra is not installed."""

from __future__ import annotations

import sys
from importlib.util import find_spec

NEEDED = ("starlette", "uvicorn")
"""What the extra `emulator` brings."""


def main() -> int:
    """Serve until interrupted; gives the exit code."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        print(
            f"arize-emulator: {' and '.join(missing)} not installed.\n"
            "  Fix: pip install 'pulumi-arize-tasks[emulator]'",
            file=sys.stderr,
        )
        return 1
    from arize_tasks.emulator import command

    return command.main()


if __name__ == "__main__":
    sys.exit(main())
