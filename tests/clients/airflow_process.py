"""Airflow with Arize's provider, in a process that runs one operator after another."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SERVER = Path(__file__).parent / "airflow_server.py"
DAGS = Path(__file__).parent / "airflow_dags"
# Nothing listens there: what a test calls by mistake must not leave this machine.
NOWHERE = {
    "ARIZE_FLIGHT_HOST": "127.0.0.1",
    "ARIZE_FLIGHT_PORT": "1",
    "ARIZE_OTLP_HOST": "127.0.0.1",
    "ARIZE_OTLP_PORT": "1",
}


@dataclass(frozen=True)
class Failure:
    """An exception's class and message."""

    name: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """What became of a task.

    Attributes:
        value: What `execute` gave, in the shape of its JSON.
        pushed: What else it gave to later tasks, by key.
        error: What it raised, if it did.
    """

    value: Any
    pushed: dict[str, Any]
    error: Failure | None


class Airflow:
    """A running Airflow whose connection is the emulator; ended by `stop`."""

    def __init__(self, python: Path, home: Path, port: int, key: str) -> None:
        connection = {
            "conn_type": "arize_ax",
            "host": f"127.0.0.1:{port}",
            "password": key,
            "extra": {"api_scheme": "http", "default_space": "my-space"},
        }
        settings = {
            "HOME": str(home),
            "AIRFLOW_HOME": str(home / "airflow"),
            "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW_CONN_ARIZE_AX_DEFAULT": json.dumps(connection),
        }
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ARIZE_", "AIRFLOW_", "PYTHON"))
        }
        self._errors = tempfile.TemporaryFile(mode="w+")  # noqa: SIM115 - closed by stop
        self._process = subprocess.Popen(
            # -I: nothing beside the server may be taken for Airflow.
            [python, "-I", SERVER],
            cwd=home,
            env={**kept, **settings, **NOWHERE},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def attempt(self, operator: str, **arguments: Any) -> Outcome:
        """Run an operator or a sensor by the name of its class, whatever comes of it.

        Args:
            operator: Its class without `ArizeAx`.
            arguments: Its own; `{"$call": path, ...}` stands for what a call gives.
        """
        return self._ask({"operator": f"ArizeAx{operator}", "arguments": arguments})

    def run(self, operator: str, **arguments: Any) -> Outcome:
        """Run an operator or a sensor; its failure fails the test."""
        outcome = self.attempt(operator, **arguments)
        assert outcome.error is None, outcome.error
        return outcome

    def value(self, operator: str, **arguments: Any) -> Any:
        """What an operator gives."""
        return self.run(operator, **arguments).value

    def refusal(self, operator: str, **arguments: Any) -> Failure:
        """How an operator or a sensor fails."""
        outcome = self.attempt(operator, **arguments)
        assert outcome.error is not None, outcome
        return outcome.error

    def hook(self, method: str, **arguments: Any) -> Any:
        """What one of the hook's methods gives."""
        outcome = self._ask({"hook": method, "arguments": arguments})
        assert outcome.error is None, outcome.error
        return outcome.value

    def dag(self, name: str, **parameters: Any) -> Outcome:
        """Run a DAG of airflow_dags; gives its state, and pushes those of its tasks."""
        outcome = self._ask({"dag": name, "arguments": parameters})
        assert outcome.error is None, outcome.error
        return outcome

    def classes(self) -> list[str]:
        """Every operator and sensor of the provider, by name."""
        found: list[str] = self._ask({}).value
        return found

    def _ask(self, request: dict[str, Any]) -> Outcome:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps(request)}\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            self._errors.seek(0)
            raise RuntimeError(f"Airflow ended:\n{self._errors.read()}")
        came = json.loads(line)
        if came["error"] is not None:
            came["error"] = Failure(**came["error"])
        return Outcome(**came)

    def stop(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()
        self._errors.close()
