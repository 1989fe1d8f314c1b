"""An update under way, to be interrupted."""

from __future__ import annotations

import os
import signal
import subprocess

from tests.engine.stack import Stack

DEADLINE_SECONDS = 60


class Running:
    """A `pulumi up` under way, in a process group of its own, as in a terminal."""

    def __init__(self, stack: Stack) -> None:
        self.process = subprocess.Popen(
            ["pulumi", "--non-interactive", "--color", "never", "up", "--yes", "--skip-preview"],
            cwd=stack.project,
            env=stack.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.process.pid, number)

    def end(self) -> str:
        """Wait for its end; give what it printed."""
        return self.process.communicate(timeout=DEADLINE_SECONDS)[0]
