"""A stack of the real Pulumi whose commands are timed."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.scale.cost import Cost, of_processes
from tests.emulator.process import Emulator
from tests.engine.stack import Stack
from tests.lean.path import lean_path

CHECKOUT = Path(__file__).parents[2]
WATCHED_EVERY_SECONDS = 0.1
NO_CHECKPOINTS = {"PULUMI_SKIP_CHECKPOINTS": "true"}


class TimedStack(Stack):
    """One stack; its program finds this package.

    Args:
        folder: Where everything goes.
        emulator: What the program deploys to.
        program: The text of `__main__.py`.
        environment: What is added to the CLI's environment.
        parallel: Operations at once.
    """

    def __init__(
        self,
        folder: Path,
        emulator: Emulator,
        program: str,
        *,
        environment: dict[str, str] | None = None,
        parallel: int = 64,
    ) -> None:
        super().__init__(folder, emulator, program)
        path = f"{lean_path()}{os.pathsep}{CHECKOUT}"
        self.environment |= {"PYTHONPATH": path, **(environment or {})}
        self._parallel = parallel

    def timed(self, verb: str, *arguments: str, watch: Callable[[int], None] | None = None) -> Cost:
        """Run one of up, preview, refresh and destroy; give what it cost.

        Args:
            verb: The command.
            arguments: Added to it.
            watch: Told the CLI's process ID again and again while it runs.

        Raises:
            RuntimeError: It failed; with what it printed.
        """
        yes = [] if verb == "preview" else ["--yes", "--skip-preview"]
        parallel = ["--parallel", str(self._parallel)]
        command = ["pulumi", verb, "--non-interactive", "--color", "never", *yes, *parallel]
        costs: list[Cost] = []
        with (self.folder / "printed").open("w+") as printed, of_processes(costs):
            running = subprocess.Popen(  # noqa: S603 - the engine
                [*command, *arguments],
                cwd=self.project,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
            )
            while watch is not None and running.poll() is None:
                watch(running.pid)
                time.sleep(WATCHED_EVERY_SECONDS)
            code = running.wait()
            if code != 0:
                printed.seek(0)
                raise RuntimeError(f"pulumi {verb} failed:\n{printed.read()[-4000:]}")
        return costs[0]

    def resources(self) -> Sequence[dict[str, Any]]:
        """Give the state of the dynamic resources."""
        deployment = json.loads(self.run("stack", "export").output)["deployment"]
        return [r for r in deployment["resources"] if ":dynamic/" in r["type"]]
