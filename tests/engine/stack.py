"""A stack of the real Pulumi: a program in a folder, a file backend, and what the engine did."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.emulator.process import Emulator
from tests.lean.path import lean_path

# A run of the CLI that takes longer has hung.
COMMAND_SECONDS = 240


@dataclass
class Outcome:
    """What one command of Pulumi did.

    Attributes:
        code: Its exit code.
        output: All that it printed.
        steps: The operation on each of our resources, by Pulumi name; those that were left as
            they are are not in it.
    """

    code: int
    output: str
    steps: dict[str, str] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def messages(self) -> str:
        """What was said on the resources' rows, and the errors, without the engine's frames."""
        found = [
            event["diagnosticEvent"]["message"]
            for event in self.events
            if "diagnosticEvent" in event
        ]
        return "".join(found)


class Stack:
    """One stack.

    Args:
        folder: Where program, state and Pulumi's home go.
        emulator: What the program deploys to.
        program: The text of `__main__.py`, or the folder of an example.
        settings: More of the stack's config.
        environment: More of the commands' environment.
        venv: The virtual environment of an example; None where it makes one itself.
    """

    def __init__(
        self,
        folder: Path,
        emulator: Emulator,
        program: str | Path,
        *,
        settings: Mapping[str, str] | None = None,
        environment: Mapping[str, str] | None = None,
        venv: Path | None = Path(sys.prefix),
    ) -> None:
        self.folder = folder
        self.emulator = emulator
        self.project = folder / "program"
        if isinstance(program, Path):
            # What somebody's own trial in the checkout has left there is no part of an example.
            leftovers = shutil.ignore_patterns("venv", "__pycache__", "Pulumi.*.yaml")
            shutil.copytree(program, self.project, ignore=leftovers)
            if venv is not None:  # the one that its Pulumi.yaml names
                (self.project / "venv").symlink_to(venv)
        else:
            self.project.mkdir(parents=True)
            (self.project / "Pulumi.yaml").write_text("name: test\nruntime: python\n")
            self.write(program)
        (folder / "backend").mkdir()
        # Whatever the caller's own Pulumi and Arize are set to stays out of it.
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ARIZE_", "PULUMI_"))}
        self.environment = {
            **kept,
            "PULUMI_BACKEND_URL": f"file://{folder / 'backend'}",
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DEBUG_COMMANDS": "1",
            "PYTHONPATH": lean_path(),
            **(environment or {}),
        }
        # Short: what has not shown by then never will, unless a test makes it late.
        self._settings = {"arize:settleSeconds": "2", **(settings or {})}
        self.make()

    def make(self) -> None:
        """Make the stack; again, when it was removed."""
        self.run("stack", "init", "test")
        settings = {
            "arize:baseUrl": self.emulator.url,
            "arize:space": "my-space",
            **self._settings,
        }
        # In one command: each process of Pulumi's derives the key of the secrets anew.
        plain = [f"--plaintext={key}={value}" for key, value in settings.items()]
        self.run("config", "set-all", f"--secret=arize:apiKey={self.emulator.api_key}", *plain)

    def write(self, program: str) -> None:
        """Change the program."""
        (self.project / "__main__.py").write_text(program)

    def configure(self, key: str, value: str, *, secret: bool = False) -> None:
        """Set one value of the stack's config."""
        self.run("config", "set", *(["--secret"] if secret else []), key, "--", value)

    def run(self, *arguments: str, check: bool = True) -> Outcome:
        """Run one command of Pulumi's CLI."""
        return self.shell(
            "pulumi", "--non-interactive", "--color", "never", *arguments, check=check
        )

    def shell(self, *command: str, check: bool = True) -> Outcome:
        """Run a command in the program's folder, as the stack's user."""
        done = subprocess.run(
            command,
            cwd=self.project,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
        if check:
            assert done.returncode == 0, done.stdout
        return Outcome(done.returncode, done.stdout)

    def up(self, *arguments: str, check: bool = True) -> Outcome:
        """Deploy."""
        return self._watched("up", "--yes", "--skip-preview", *arguments, check=check)

    def preview(self, *arguments: str, check: bool = True) -> Outcome:
        """Tell what `up` would do."""
        return self._watched("preview", *arguments, check=check)

    def refresh(self, *arguments: str, check: bool = True) -> Outcome:
        """Read what is there."""
        return self._watched("refresh", "--yes", "--skip-preview", *arguments, check=check)

    def destroy(self, *, check: bool = True) -> Outcome:
        """Delete everything."""
        return self._watched("destroy", "--yes", "--skip-preview", check=check)

    def outputs(self) -> dict[str, Any]:
        """Give the stack's outputs, secrets in plaintext."""
        found: dict[str, Any] = json.loads(
            self.run("stack", "output", "--json", "--show-secrets").output
        )
        return found

    def state(self) -> dict[str, dict[str, Any]]:
        """Give the state of our resources, by Pulumi name; without those that are to be deleted."""
        return {
            resource["urn"].rpartition("::")[2]: resource
            for resource in self.everything_held()
            if not resource.get("delete")
        }

    def everything_held(self) -> list[dict[str, Any]]:
        """Give the state of our resources, those that are to be deleted included."""
        deployment = json.loads(self.run("stack", "export").output)["deployment"]
        return [
            resource
            for resource in deployment.get("resources", [])
            if resource["type"].startswith("pulumi-python:dynamic")
        ]

    def everything_written(self) -> bytes:
        """Give every byte of state, history and backups on disk."""
        files = sorted(path for path in (self.folder / "backend").rglob("*") if path.is_file())
        return b"".join(path.read_bytes() for path in files)

    def _watched(self, verb: str, *arguments: str, check: bool) -> Outcome:
        log = self.folder / "events.jsonl"
        log.unlink(missing_ok=True)
        outcome = self.run(verb, *arguments, "--event-log", str(log), check=check)
        lines = log.read_text(encoding="utf-8").split("\n") if log.exists() else []
        events = [json.loads(line) for line in lines if line]
        outcome.events = events
        outcome.steps = _steps(events)
        return outcome


def traced(output: str) -> bool:
    """Whether a traceback was printed that is not Pulumi's own.

    When a resource fails while the program still waits for something, the engine interrupts the
    program, and Pulumi's SDK prints where it waited, under the stack's row.
    """
    rows = [line for line in output.splitlines() if "Traceback" in line]
    ours = re.search(r'File "[^"]*/arize_tasks/', output)
    return bool(ours or any("pulumi-python:dynamic" in row for row in rows))


# The engine tells a replacement in several steps; this is the one that stands for it.
_KINDS = {"create": "create", "update": "update", "delete": "delete", "replace": "replace"}


def _steps(events: list[Mapping[str, Any]]) -> dict[str, str]:
    steps: dict[str, str] = {}
    for event in events:
        for kind in ("resourcePreEvent", "resOutputsEvent"):
            metadata = event.get(kind, {}).get("metadata")
            if not metadata or not metadata["type"].startswith("pulumi-python:dynamic"):
                continue
            name, op = metadata["urn"].rpartition("::")[2], metadata["op"]
            if op in _KINDS and steps.get(name) != "replace":
                steps[name] = _KINDS[op]
    return steps
