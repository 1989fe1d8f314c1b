"""The emulator as a test holds it: what the next runs become, what fails, what was asked."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from typing_extensions import Self

from arize_tasks.client.arize_client import SILENCED_BY, ArizeClient
from arize_tasks.errors import EmulatorError
from arize_tasks.settings import Settings, from_arguments
from arize_tasks.testing.process import EmulatorProcess

if TYPE_CHECKING:
    from pulumi.automation import ConfigValue, Stack

RUN_SECONDS = 0.2
"""How long a run takes where a test does not say: nothing to wait for, and yet seen unfinished."""

SETTLE_SECONDS = 2
"""`arize:settleSeconds` of `config`: what the emulator has made, it shows at once."""

ANSWER_SECONDS = 30  # of its administration, which does nothing that takes long; arbitrary

Json = dict[str, Any]


class Emulator:
    """The emulator of Arize's API for tests, in a process of its own on a free port.

    A context manager: it is started by the constructor and ended at the end of the `with` block,
    by `stop`, or with the process that started it. It holds the world that docs/emulator.md
    describes: space `my-space`, dataset `my-dataset`, evaluator `my-evaluator` and so on.

    Args:
        arguments: More options of `arize-emulator`, such as "--reading", "list-lag=2".
        run_seconds: How long a run takes where `next_run` does not say, seconds, ≥ 0.
        empty: Begin with the space `my-space` and nothing else.

    Attributes:
        url: Its address, `http://127.0.0.1:<port>`.
        api_key: The key that it accepts.
        space: The name of the space to work in.
        fixtures: Names and IDs of what it holds at first: "dataset", "dataset_id",
            "experiment_id" and so on.

    Raises:
        EmulatorError: It does not start; without the extra `emulator`, the message says so. Every
            method raises it where the emulator has ended, or refuses what is asked.
    """

    def __init__(
        self, *arguments: str, run_seconds: float = RUN_SECONDS, empty: bool = False
    ) -> None:
        options = ["--run-seconds", str(run_seconds), *(["--empty"] if empty else []), *arguments]
        self._start(EmulatorProcess(options))

    def _start(self, process: EmulatorProcess) -> None:
        self._process = process
        self.url = process.url
        self.fixtures: Json = self.admin("GET", "fixtures")
        self.api_key: str = self.fixtures["api_key"]
        self.space: str = self.fixtures["space"]
        self._datasets = self._seeded_datasets()

    def _seeded_datasets(self) -> dict[str, str]:
        known = self.fixtures
        return {known["dataset"]: known["dataset_id"]} if "dataset" in known else {}

    # ---- what a program needs to reach it --------------------------------------------------

    def environment(self) -> dict[str, str]:
        """Return environment variables that lead a program here, whatever else is set there."""
        return {
            "ARIZE_BASE_URL": self.url,
            "ARIZE_API_KEY": self.api_key,
            "ARIZE_SPACE": self.space,
            "ARIZE_REGION": "",  # it and a base URL exclude each other
            SILENCED_BY: "true",  # this is not the API that it warns of
        }

    def config(self) -> dict[str, ConfigValue]:
        """Return a stack's config that leads here: `stack.set_all_config(emulator.config())`."""
        from pulumi.automation import ConfigValue

        return {
            "arize:baseUrl": ConfigValue(self.url),
            "arize:apiKey": ConfigValue(self.api_key, secret=True),
            "arize:space": ConfigValue(self.space),
            "arize:settleSeconds": ConfigValue(str(SETTLE_SECONDS)),
        }

    def client(self) -> ArizeClient:
        """Return a client of it, to be closed by the caller; the environment is not read."""
        given = from_arguments(base_url=self.url, api_key=self.api_key, space=self.space)
        return ArizeClient.from_settings(Settings.from_sources(given), warn_pre_release=False)

    def stack(
        self,
        project: str | Path,
        folder: str | Path,
        *,
        name: str = "test",
        config: Mapping[str, str] | None = None,
    ) -> Stack:
        """Return a stack of a project on the real engine, for one test.

        The program runs in the Python that runs the tests, in a copy of the project, with its
        state on the disk: neither the project nor the Pulumi account is touched.

        Args:
            project: The folder with Pulumi.yaml. It is copied, without virtual environments and
                the config of its stacks; a program that needs files beside it can't run so.
            folder: Where copy and state go, such as pytest's `tmp_path`; one stack for each.
            name: Of the stack.
            config: More of its config, beside `config()`: {"my-project:key": "value"}.

        Returns:
            A stack of Pulumi's Automation API: `up`, `preview`, `refresh`, `destroy`, `outputs`.

        Raises:
            EmulatorError: There is no `pulumi` on PATH, or no Pulumi.yaml in the folder.
        """
        from pulumi.automation import ConfigValue

        from arize_tasks.testing.stacks import new_stack

        own = {key: ConfigValue(value) for key, value in (config or {}).items()}
        return new_stack(
            Path(project),
            Path(folder),
            name=name,
            environment=self.environment(),
            config={**self.config(), **own},
        )

    # ---- what a program expects to find ----------------------------------------------------

    def add(
        self,
        what: Literal["project", "dataset", "experiment", "evaluator", "ai_integration"],
        name: str,
        *,
        dataset: str | None = None,
        **more: Any,
    ) -> str:
        """Add something that the program names and does not make itself; a reset removes it.

        Args:
            what: Of which kind.
            name: Its name, in `space`.
            dataset: Of an experiment: the name of its dataset, which is seeded or was added.
                Default: `my-dataset`.
            more: Fields of docs/emulator.md, "Administration": `rows` of a project or experiment,
                `examples` of a dataset, `column` and `classification_choices` of an evaluator.

        Returns:
            Its ID.
        """
        if what == "experiment":
            within = {"dataset_id": self._dataset_id(dataset)}
        else:
            within = {"space_id": self.fixtures["space_id"]}
        collection = f"{what.replace('_', '-')}s"
        added = self.admin("POST", collection, {**within, "name": name, **more})
        if what == "dataset":
            self._datasets[name] = added["id"]
        return str(added["id"])

    def _dataset_id(self, name: str | None) -> str:
        found = self._datasets.get(str(self.fixtures.get("dataset") if name is None else name))
        if found is None:
            raise EmulatorError(
                f"There is no dataset {name!r}; there are: {', '.join(self._datasets) or 'none'}.",
                fix='add it first: add("dataset", "…").',
            )
        return found

    # ---- what is to happen -----------------------------------------------------------------

    def next_run(
        self,
        task: str | None = None,
        *,
        status: Literal["COMPLETED", "FAILED", "CANCELLED"] | None = None,
        successes: int | None = None,
        errors: int | None = None,
        skipped: int | None = None,
        failure_reason: str | None = None,
        seconds: float | None = None,
        scores: Mapping[str, float | Mapping[str, Any]] | None = None,
        times: int = 1,
        **more: Any,
    ) -> None:
        """Say what the next run becomes. What is left out happens as it would have.

        Several calls are used in their order, each by the first run that it fits.

        Args:
            task: Name or ID of a task that is there: for a run of this one. Default: of any task.
            status: How it ends.
            successes: How many rows it evaluates. Default: with COMPLETED the rest of the rows,
                else 0.
            errors: How many rows it fails on. Default: 0.
            skipped: How many rows it passes over. Default: 0.
            failure_reason: What the service says of it. Default: a plain sentence.
            seconds: How long it takes, seconds, ≥ 0. Default: the emulator's `run_seconds`.
            scores: What evaluators find, by the evaluator's name or its column ("*": by any other):
                the share of rows that get the best label, from 0 to 1, exactly; or a dict as in
                docs/emulator.md, "Scores". Default: 0.9.
            times: For how many runs, ≥ 1.
            more: Other fields of docs/emulator.md, "Outcomes", such as `reads` or `seed`.
        """
        given = {
            "task_id": task and self._task_id(task),
            "status": status,
            "num_successes": successes,
            "num_errors": errors,
            "num_skipped": skipped,
            "failure_reason": failure_reason,
            "seconds": seconds,
        }
        wishes = {
            name: dict(wish) if isinstance(wish, Mapping) else {"share": wish}
            for name, wish in (scores or {}).items()
        }
        self.admin("POST", "outcomes", {**given, "scores": wishes, "times": times, **more})

    def fault(
        self,
        *,
        kind: str = "status",
        method: str | None = None,
        path: str | None = None,
        **more: Any,
    ) -> None:
        """Let answers fail, as docs/emulator.md describes under "Faults".

        Args:
            kind: `status` answers with an error (`status=503`), `drop` closes the connection,
                `delay` waits (`seconds=5`), and so on.
            method: Of the requests to hit. Default: any.
            path: Of them, `*` for anything: "/v2/tasks/*/trigger". Default: any.
            more: Further fields, such as `when="after"` or `times=3`.
        """
        self.admin("POST", "faults", {"kind": kind, "method": method, "path": path, **more})

    # ---- what has happened -----------------------------------------------------------------

    def requests(self) -> list[Json]:
        """Return what was asked of the API since the last reset, oldest first.

        Each has `method`, `path`, `query`, `body`, `status` and so on, as in docs/emulator.md.
        """
        found: list[Json] = self.admin("GET", "requests")
        return found

    def clear_requests(self) -> None:
        """Forget what was asked so far."""
        self.admin("DELETE", "requests")

    def tasks(self) -> list[Json]:
        """Return the tasks that are there, the newest 100, newest first, as the API says them."""
        found: list[Json] = self.admin("GET", "state")["tasks"]
        return found

    def runs(self) -> list[Json]:
        """Return the runs, the newest 200, newest first, as the API says them, with `task_name`."""
        found: list[Json] = self.admin("GET", "state")["runs"]
        return found

    # ---- life ------------------------------------------------------------------------------

    def reset(self) -> None:
        """Go back to the beginning: nothing that was made, said or asked remains."""
        self.admin("POST", "reset")
        self._datasets = self._seeded_datasets()

    @property
    def is_running(self) -> bool:
        """Whether its process has not ended."""
        return self._process.is_running

    def stop(self) -> None:
        """End it, if it has not ended."""
        self._process.stop()

    def __enter__(self) -> Self:
        """Return the emulator itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End it."""
        self.stop()

    def admin(self, method: str, path: str, body: Any = None) -> Any:
        """Ask anything of docs/emulator.md, "Administration".

        Args:
            method: GET, POST or DELETE.
            path: Below `/emulator/`.
            body: As JSON values; None sends none.

        Returns:
            The answer as JSON values; None where it has no content.
        """
        place = urlsplit(self.url)
        # By http.client, which knows no proxy: this never leaves the machine.
        asked = http.client.HTTPConnection(str(place.hostname), place.port, timeout=ANSWER_SECONDS)
        try:
            sent = None if body is None else json.dumps(body)
            asked.request(method, f"/emulator/{path}", body=sent)
            answer = asked.getresponse()
            status, content = answer.status, answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise EmulatorError(
                f"The emulator at {self.url} does not answer.",
                why="it is running." if self.is_running else "it was stopped, or has ended.",
            ) from error
        finally:
            asked.close()
        if status >= 400:
            raise EmulatorError(f"The emulator refused this: {_detail(content)}")
        return json.loads(content) if content else None

    def _task_id(self, task: str) -> str:
        found = [one for one in self.tasks() if task in (one["id"], one["name"])]
        if len(found) != 1:
            names = ", ".join(sorted(one["name"] for one in self.tasks())) or "none"
            raise EmulatorError(
                f"{len(found)} tasks are called {task!r}; there are: {names}.",
                fix="name one that exists, or no task: then it is for the next run of any.",
            )
        return str(found[0]["id"])


def _detail(content: bytes) -> str:
    try:
        return str(json.loads(content)["detail"])
    except (ValueError, KeyError, TypeError):
        return content.decode(errors="replace")
