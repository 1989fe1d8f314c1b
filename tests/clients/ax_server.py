"""Runs `ax` commands, each in a fork, so that its imports (seconds) are paid for once.

A line of standard input is a command's arguments as JSON; a line of standard output is its exit
code and what it wrote. It runs what the script `ax` runs.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
from typing import IO, NoReturn


def run(arguments: list[str], out: IO[bytes], err: IO[bytes]) -> NoReturn:
    """Be the command."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (out.fileno(), 1), (err.fileno(), 2)):
        os.dup2(source, target)
    sys.argv = ["ax", *arguments]
    code = 0
    try:
        importlib.import_module("ax.cli").app()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main() -> None:
    """Serve until standard input ends."""
    importlib.import_module("ax.cli")
    for line in sys.stdin:
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = os.fork()
            if child == 0:
                run(json.loads(line), out, err)
            code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            written = []
            for file in (out, err):
                file.seek(0)
                written.append(file.read().decode())
            print(json.dumps([code, *written]), flush=True)


if __name__ == "__main__":
    main()
