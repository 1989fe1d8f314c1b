"""What a random program asks for, as data: its text, and which run is the same run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

PROJECTS = ("my-project", "my-other-project")
KINDS = ("template", "code", "experiment")
# A run's number and the version of its inputs are told from the size that it asks for.
VERSIONS = 1000
HEAD = "import arize_tasks\nfrom pulumi import Alias, ResourceOptions\n"


@dataclass(frozen=True)
class WantedTask:
    """One task of the program.

    Attributes:
        key: Its variable, and its first Pulumi name.
        called: Its Pulumi name since it was renamed.
        was: The Pulumi name before that, where the program gives it as an alias.
        adopt: The ID of a task that it takes over.
        kind: One of KINDS.
        name: The explicit name, if it has one.
        project: Where an evaluation task works.
        sampling_rate: Of an evaluation task.
        version: Of what it evaluates; only grows, so that no definition comes back.
    """

    key: str
    kind: str
    name: str | None = None
    project: str = PROJECTS[0]
    sampling_rate: float | None = None
    version: int = 0
    called: str = ""
    was: str | None = None
    adopt: str | None = None

    @property
    def pulumi_name(self) -> str:
        return self.called or self.key

    @property
    def is_experiment(self) -> bool:
        return self.kind == "experiment"

    def text(self) -> str:
        """The statement that declares it."""
        name = "" if self.name is None else f", name={self.name!r}"
        name += "" if self.adopt is None else f", adopt={self.adopt!r}"
        if self.was is not None:
            name += f", opts=ResourceOptions(aliases=[Alias(name={self.was!r})])"
        if self.is_experiment:
            return (
                f"{_variable(self.key)} = arize_tasks.RunExperimentTask("
                f"{self.pulumi_name!r}, dataset='my-dataset'{name}, run_configuration=dict("
                "experiment_type='llm_generation', ai_integration='my-openai-integration', "
                "input_variable_format='f_string', "
                f"messages=[dict(role='user', content={self.prompt!r})]))\n"
            )
        rate = "" if self.sampling_rate is None else f", sampling_rate={self.sampling_rate}"
        evaluator = "my-evaluator" if self.kind == "template" else "my-code-evaluator"
        return (
            f"{_variable(self.key)} = arize_tasks.EvaluationTask("
            f"{self.pulumi_name!r}, type='{self.kind}_evaluation', "
            f"project={self.project!r}{name}{rate}, query_filter={self.query_filter!r}, "
            f"evaluators=[dict(evaluator={evaluator!r})])\n"
        )

    @property
    def prompt(self) -> str:
        return f"Answer {self.version}"

    @property
    def query_filter(self) -> str:
        # Of no span: the seeded ones last hundreds of milliseconds, so that each is let through.
        return f"latency_ms != {self.version}"

    def expected(self) -> dict[str, Any]:
        """The fields that the server must show."""
        asked: dict[str, Any] = {} if self.name is None else {"name": self.name}
        if self.is_experiment:
            return {**asked, "type": "RUN_EXPERIMENT"}
        if self.sampling_rate is not None:
            asked["sampling_rate"] = self.sampling_rate
        kind = f"{self.kind.upper()}_EVALUATION"
        return {**asked, "type": kind, "query_filter": self.query_filter}


@dataclass(frozen=True)
class WantedRun:
    """One run of the program.

    Attributes:
        number: Its own; never given again.
        task: The key of its task.
        version: Of its inputs; only grows.
        trigger: A number in `triggers`; only grows.
        follows_definition: The task's definition hash is in `triggers`, too.
        window: It has an explicit window, another one than any other run.
        adopt: The ID of a run that it takes over.
    """

    number: int
    task: str
    version: int = 0
    trigger: int = 0
    follows_definition: bool = False
    wait: bool = True
    window: bool = False
    max_error_rate: float | None = None
    on_interrupt: str = "leave"
    adopt: str | None = None

    @property
    def key(self) -> str:
        return f"run-{self.number}"

    @property
    def size(self) -> int:
        return self.number * VERSIONS + self.version

    def text(self, task: WantedTask, timeout_seconds: float) -> str:
        """The statement that declares it."""
        variable = _variable(self.task)
        watched = (
            f"[{self.trigger}"
            + (f", {variable}.definition_hash" if self.follows_definition else "")
            + "]"
        )
        asked = [f"task={variable}", f"triggers={watched}"]
        if task.is_experiment:
            asked.append(f"max_examples={self.size}")
        else:
            asked += [f"max_spans={self.size}", "override_evaluations=True"]
            if self.window:
                begin = f"2026-03-01T00:{self.number % 60:02}:{self.number // 60:02}Z"
                asked.append(f"data_start_time={begin!r}, data_end_time='2026-03-08T00:00:00Z'")
        if not self.wait:
            asked.append("wait=False")
        elif self.max_error_rate is not None:
            asked.append(f"max_error_rate={self.max_error_rate}")
        if self.adopt is not None:
            asked.append(f"adopt={self.adopt!r}")
        asked.append(f"on_interrupt={self.on_interrupt!r}")
        asked.append(f"timeout_seconds={timeout_seconds}, poll_interval_seconds=0.3")
        return f"arize_tasks.TaskRun({self.key!r}, {', '.join(asked)})\n"


@dataclass(frozen=True)
class Program:
    """All that a program asks for."""

    tasks: Mapping[str, WantedTask] = field(default_factory=dict)
    runs: Mapping[str, WantedRun] = field(default_factory=dict)

    def text(self, timeout_seconds: float) -> str:
        """The text of `__main__.py`."""
        tasks = (task.text() for task in self.tasks.values())
        runs = (run.text(self.tasks[run.task], timeout_seconds) for run in self.runs.values())
        return HEAD + "".join((*tasks, *runs))

    def paid_for(self, run: WantedRun) -> tuple[Any, ...]:
        """What one run of it is paid for: while this is the same, one good run is enough."""
        definition = self.tasks[run.task].version if run.follows_definition else None
        return run.size, run.trigger, definition, run.window

    def having(self, *changed: WantedTask | WantedRun) -> Program:
        """The program with these in it, instead of what had their keys."""
        tasks, runs = dict(self.tasks), dict(self.runs)
        for one in changed:
            if isinstance(one, WantedTask):
                tasks[one.key] = one
            else:
                runs[one.key] = one
        return Program(tasks, runs)

    def without(self, key: str) -> Program:
        """The program without a run, or without a task and its runs."""
        tasks = {k: task for k, task in self.tasks.items() if k != key}
        runs = {k: run for k, run in self.runs.items() if key not in (k, run.task)}
        return Program(tasks, runs)

    def with_remedies(self, remedies: Remedies) -> Program:
        """The program as its author has changed it at the advice of error messages."""
        tasks = {
            k: replace(
                task,
                adopt=remedies.adopted.get(k),
                was=remedies.aliased.get(task.pulumi_name, task.was),
            )
            for k, task in self.tasks.items()
        }
        runs = {
            k: replace(
                run,
                adopt=remedies.adopted.get(k),
                trigger=run.trigger + remedies.again[k],
                max_error_rate=1.0
                if k in remedies.lifted and run.max_error_rate
                else run.max_error_rate,
            )
            for k, run in self.runs.items()
        }
        return Program(tasks, runs)

    def key_of(self, pulumi_name: str) -> str | None:
        """The key of what has a Pulumi name."""
        names = {task.pulumi_name: key for key, task in self.tasks.items()}
        return names.get(pulumi_name) or (pulumi_name if pulumi_name in self.runs else None)


@dataclass
class Remedies:
    """What error messages have told the author to do.

    Attributes:
        adopted: IDs that are adopted, by key.
        aliased: The Pulumi name before, by Pulumi name.
        again: How often the triggers of a run were changed.
        lifted: The keys of runs whose gate was lifted.
    """

    adopted: dict[str, str] = field(default_factory=dict)
    aliased: dict[str, str] = field(default_factory=dict)
    again: Counter[str] = field(default_factory=Counter)
    lifted: set[str] = field(default_factory=set)


def number_of(request: Mapping[str, Any]) -> int | None:
    """Tell the number of the run that a trigger's body asks for; None: not one of a program's."""
    size = request.get("max_spans") or request.get("max_examples")
    return None if size is None or size < VERSIONS else int(size) // VERSIONS


def _variable(key: str) -> str:
    return key.replace("-", "_")
