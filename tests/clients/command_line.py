"""Arize's command line `ax`, with a home folder and a profile of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SERVER = Path(__file__).parent / "ax_server.py"
# `arize-ax-cli` 0.39.0 installs on no older one.
OLDEST_PYTHON = (3, 11)

PROFILE = """\
[profile]
name = "emulator"

[auth]
auth_method = "api-key"
api_key = "{key}"

[routing]
single_host = "127.0.0.1"
single_port = "{port}"
api_scheme = "http"

[output]
format = "table"

[update]
enabled = false
"""


@dataclass(frozen=True)
class Answer:
    """What a command did; its exit code is 0 unless it is a refusal."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)


class Ax:
    """The command line; ended by `stop`."""

    def __init__(self, home: Path, port: int, key: str) -> None:
        profiles = home / ".arize" / "profiles"
        profiles.mkdir(parents=True)
        (profiles / "emulator.toml").write_text(PROFILE.format(port=port, key=key))
        (home / ".arize" / ".active_profile").write_text("emulator")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ARIZE_")}
        # The width keeps identifiers in tables from being broken.
        self.environment = {**kept, "HOME": str(home), "COLUMNS": "200"}
        self._process: subprocess.Popen[str] | None = None

    def attempt(self, *arguments: str) -> Answer:
        """Run `ax` with these arguments, whatever comes of it."""
        process = self._process
        if process is None:
            process = self._process = subprocess.Popen(
                # -P: nothing beside the server may be taken for a module of that name.
                [sys.executable, "-P", SERVER],
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{json.dumps(arguments)}\n")
        process.stdin.flush()
        code, out, err = json.loads(process.stdout.readline())
        return Answer(code, out, err)

    def tasks(self, *arguments: str) -> Answer:
        """Run `ax tasks …`, which must succeed."""
        answer = self.attempt("tasks", *arguments)
        assert answer.code == 0, answer.err
        return answer

    def json(self, *arguments: str) -> Any:
        """What `ax tasks … -o json` prints."""
        return self.tasks(*arguments, "--output", "json").json

    def refusal(self, *arguments: str) -> Answer:
        """Run `ax tasks …`, which must fail."""
        answer = self.attempt("tasks", *arguments)
        assert answer.code != 0, answer.out
        return answer

    def stop(self) -> None:
        """End the process, if there is one."""
        if self._process is None:
            return
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()
