"""An emulator in its own process, as our tests hold it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx

from arize_tasks import testing
from arize_tasks.testing.process import END_SECONDS, EmulatorProcess


class Emulator(testing.Emulator):
    """What users have, and what only we need: signals, plain requests, changes behind the backs.

    Args:
        arguments: Of its command line, all of it.
        module: What is run.
        python: And what runs it.
    """

    def __init__(
        self,
        *arguments: str,
        module: str = "arize_tasks.emulator",
        python: str | Path = sys.executable,
    ) -> None:
        self.errors = ""
        self._start(EmulatorProcess(arguments, module=module, python=python))
        self._http = self.stranger()

    @property
    def process(self) -> subprocess.Popen[str]:
        return self._process.process

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        """Call the API with the key, past any client; a `body` of None sends none."""
        headers = {"Authorization": f"Bearer {self.api_key}", **more.pop("headers", {})}
        if body is not None:
            more["json"] = body
        return self._http.request(method, path, headers=headers, **more)

    def stranger(self) -> httpx.Client:
        """A client without the key, to be closed by the caller."""
        return httpx.Client(base_url=self.url, timeout=30, trust_env=False)

    def fault(self, **fields: Any) -> None:
        """As for users; rows of tables are dicts of anything."""
        super().fault(**fields)

    def outcome(self, **fields: Any) -> None:
        """Say what the next runs become; see docs/emulator.md."""
        self.admin("POST", "outcomes", fields)

    def score(self, experiment_id: str, **scores: Any) -> None:
        """Write scores on an experiment's rows, column by column; see docs/emulator.md."""
        self.admin("POST", "scores", {"experiment_id": experiment_id, "scores": scores})

    def readings(self, **values: Any) -> None:
        """Change readings, `list_lag` for `list-lag`; see docs/emulator.md."""
        named = {name.replace("_", "-"): value for name, value in values.items()}
        self.admin("POST", "readings", named)

    def clock(self, offset_seconds: float) -> None:
        """Put the server's clock so far off the true time."""
        self.admin("POST", "clock", {"offset_seconds": offset_seconds})

    def create(self, collection: str, **fields: Any) -> dict[str, Any]:
        """Create a space, project, dataset, ...; see docs/emulator.md."""
        created: dict[str, Any] = self.admin("POST", collection, fields)
        return created

    def change(self, id_: str, **fields: Any) -> None:
        """Change a resource behind the clients' backs."""
        self.admin("POST", f"resources/{id_}", fields)

    def remove(self, id_: str) -> None:
        """Delete a resource behind the clients' backs."""
        self.admin("DELETE", f"resources/{id_}")

    def hide(self, id_: str, hidden: bool = True) -> None:
        """Take a resource out of the API key's sight, or back."""
        self.admin("POST", "hide", {"id": id_, "hidden": hidden})

    def stop(self, signal_number: int = signal.SIGTERM) -> int:  # type: ignore[override]
        """End the process, if it has not ended; gives its exit code and fills in `errors`."""
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
            self.process.wait(END_SECONDS)
        self._http.close()
        self.errors += self._process.stop()
        return self.process.returncode
