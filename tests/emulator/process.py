"""An emulator in its own process, as tests hold it."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx

READY = "listening on "


class Emulator:
    """A running emulator; started by the constructor, ended by `stop`.

    Args:
        arguments: Of its command line.
        module: What is run.
        python: And what runs it.
    """

    def __init__(
        self,
        *arguments: str,
        module: str = "arize_tasks.emulator",
        python: str | Path = sys.executable,
    ) -> None:
        if "--port" not in arguments:
            arguments = ("--port", "0", *arguments)
        self.errors = ""
        self._stderr = tempfile.TemporaryFile(mode="w+")  # noqa: SIM115 - closed by stop
        self.process = subprocess.Popen(
            [python, "-m", module, *arguments],
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.startswith(READY):
            self.stop()
            raise RuntimeError(f"the emulator did not start: {line}{self.errors}")
        self.url = line.removeprefix(READY).strip()
        self._http = self.stranger()
        self.fixtures: dict[str, Any] = self._http.get("/emulator/fixtures").json()
        self.api_key: str = self.fixtures["api_key"]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        """Call an /emulator endpoint; gives the parsed answer, or None without a body."""
        answer = self._http.request(method, f"/emulator/{path}", json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        """Call the API with the key, past any client; a `body` of None sends none."""
        headers = {"Authorization": f"Bearer {self.api_key}", **more.pop("headers", {})}
        if body is not None:
            more["json"] = body
        return self._http.request(method, path, headers=headers, **more)

    def stranger(self) -> httpx.Client:
        """A client without the key, to be closed by the caller."""
        return httpx.Client(base_url=self.url, timeout=30, trust_env=False)

    def requests(self) -> list[dict[str, Any]]:
        """What clients asked of the API since the last reset or clearing."""
        entries: list[dict[str, Any]] = self.admin("GET", "requests")
        return entries

    def clear_requests(self) -> None:
        self.admin("DELETE", "requests")

    def outcome(self, **fields: Any) -> None:
        """Say what the next runs become; see docs/emulator.md."""
        self.admin("POST", "outcomes", fields)

    def score(self, experiment_id: str, **scores: Any) -> None:
        """Write scores on an experiment's rows, column by column; see docs/emulator.md."""
        self.admin("POST", "scores", {"experiment_id": experiment_id, "scores": scores})

    def fault(self, **fields: Any) -> None:
        """Ask for a fault; see docs/emulator.md."""
        self.admin("POST", "faults", fields)

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

    def reset(self) -> None:
        self.admin("POST", "reset")

    def stop(self, signal_number: int = signal.SIGTERM) -> int:
        """End the process, if it has not ended; gives its exit code and fills in `errors`."""
        if self._stderr.closed:
            return self.process.returncode
        if hasattr(self, "_http"):
            self._http.close()
        self.process.send_signal(signal_number)
        code = self.process.wait(timeout=10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._stderr.seek(0)
        self.errors = self._stderr.read()
        self._stderr.close()
        return code
