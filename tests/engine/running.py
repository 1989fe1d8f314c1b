"""An update under way, to be interrupted."""

from __future__ import annotations

import os
import signal
import subprocess

from tests.engine.stack import Stack

DEADLINE_SECONDS = 60


class Running:
    """A `pulumi up` under way, in a process group of its own, as in a terminal."""

    def __init__(self, stack: Stack, *arguments: str) -> None:
        command = ["pulumi", "--non-interactive", "--color", "never", "up", "--yes"]
        self.process = subprocess.Popen(
            [*command, "--skip-preview", *arguments],
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


def interrupt(up: Running, end: str, stack: Stack) -> None:
    if end == "kill-provider":
        for pid in providers(stack):
            os.kill(pid, signal.SIGKILL)
        return
    if end == "kill-cli":
        up.signal(signal.SIGKILL)
        return
    up.signal(signal.SIGTERM if end == "sigterm" else signal.SIGINT)
    if end == "sigint-twice" and up.process.poll() is None:
        up.signal(signal.SIGINT)


def providers(stack: Stack) -> list[int]:
    """The provider processes that work for a stack, found by its home in their environment."""
    home = stack.environment["PULUMI_HOME"].encode()
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/cmdline", "rb") as file:
                command = file.read()
            with open(f"/proc/{entry}/environ", "rb") as file:
                environment = file.read()
        except OSError:
            continue
        if b"pulumi.dynamic" in command and b"python" in command and home in environment:
            found.append(int(entry))
    return found
