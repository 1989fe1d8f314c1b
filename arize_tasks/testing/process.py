"""The emulator's process: started on a free port, and ended with the one that started it."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from arize_tasks.errors import EmulatorError

READY = "listening on "
END_SECONDS = 10  # what does not end within them has hung; arbitrary


class EmulatorProcess:
    """A running emulator. It shares no code with this process.

    Args:
        arguments: Of its command line.
        module: What is run.
        python: And by which Python.

    Attributes:
        url: Where it listens.
        process: The process.

    Raises:
        EmulatorError: It does not start; the message has its own words.
    """

    def __init__(
        self,
        arguments: Sequence[str] = (),
        *,
        module: str = "arize_tasks.emulator",
        python: str | Path = sys.executable,
    ) -> None:
        if "--port" not in arguments:
            arguments = ("--port", "0", *arguments)
        self._stderr = tempfile.TemporaryFile(mode="w+", encoding="utf-8")  # noqa: SIM115 - closed by stop
        self.process = subprocess.Popen(  # noqa: S603 - our own module
            [python, "-m", module, *arguments, "--stop-with-stdin"],
            # Nothing is written to it: it ends with this process, and the emulator ends with it.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
            # Ctrl-C is for the tests: what they still do at their end needs the emulator.
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self._end = weakref.finalize(self, _end, self.process)
        assert self.process.stdout is not None  # noqa: S101 - it is a pipe
        line = self.process.stdout.readline()
        if not line.startswith(READY):
            said = self.stop().strip()
            raise EmulatorError(f"The emulator did not start.\n{said}".rstrip())
        self.url = line.removeprefix(READY).strip()

    @property
    def is_running(self) -> bool:
        """Whether it has neither been stopped nor ended by itself."""
        return self.process.poll() is None

    def stop(self) -> str:
        """End it, unless it has ended; a second call does nothing.

        Returns:
            What it has written to its standard error: nothing, or what went wrong there.
        """
        self._end()
        if self._stderr.closed:
            return ""
        self._stderr.seek(0)
        said = self._stderr.read()
        self._stderr.close()
        return said


def _end(process: subprocess.Popen[str]) -> None:
    _close(process.stdin)
    try:
        process.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    _close(process.stdout)


def _close(pipe: IO[str] | None) -> None:
    if pipe is not None:
        pipe.close()
