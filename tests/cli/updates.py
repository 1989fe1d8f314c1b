"""Updates of every kind of end, one after the other in one stack, recorded from the real engine.

`python -m tests.cli.updates` plays the life and makes the recordings, and the comments made of
them (`--texts`: only those); what is left out and settled is what `tests.cli.previews` does.
"""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from arize_tasks.cli.commenting.markdown import markdown
from arize_tasks.cli.commenting.reading import read_log, with_plan
from arize_tasks.cli.commenting.review import review
from tests.cli.previews import policy_pack, recorded
from tests.cli.scenarios import AWKWARD
from tests.emulator.process import Emulator
from tests.engine.cells import PROGRAM, Cell, write_cells
from tests.engine.running import Running
from tests.engine.stack import Stack

RECORDINGS = Path(__file__).parents[1] / "recordings" / "updates"
PLAN = ".plan"
"""Before the suffix of the recording of a preview that an update came after."""

DEADLINE_SECONDS = 60

# What waits for the gate: a task of ours, and a resource of somebody else's.
MORE = """
import pathlib

class Service(pulumi.ComponentResource):
    def __init__(self, name, **more):
        super().__init__("my:index:Service", name, {}, **more)

if "quality" in made:
    released = pulumi.ResourceOptions(depends_on=[made["quality"]])
    settings = json.loads(pathlib.Path("settings.json").read_text())
    arize_tasks.EvaluationTask(
        "monitor", type="template_evaluation", project="my-project", is_continuous=True,
        sampling_rate=settings["rate"], evaluators=[{"evaluator": "my-evaluator"}], opts=released,
    )
    Service(settings["service"], opts=released)
"""

CRITERIA = [
    {"evaluator": "my-evaluator", "label": "correct", "min_share": 0.4},
    {"evaluator": "my-evaluator", "min_mean": 0.95, "enforce": False},
]
JUDGED = {"evaluator": "my-evaluator", "column_mappings": {"input": {"$secret": "hush-one"}}}


def cells(trigger: str, **task: Any) -> list[Cell]:
    """The resources that are there through most of the life."""
    check = {"type": "template_evaluation", "project": "my-project", "evaluators": [JUDGED], **task}
    run = {
        "task": {"$task": "release-check"},
        "lookback_seconds": 86400,
        "max_spans": 100,
        "override_evaluations": True,
        "triggers": [trigger],
        "max_error_rate": 0.1,
    }
    gate = {"run": {"$id": "release-run"}, "confidence": 0.8, "min_samples": 5, "max_missing": 0.2}
    return [
        Cell("release-check", check),
        Cell("release-run", run, face="TaskRun"),
        Cell("quality", {**gate, "criteria": CRITERIA}, face="EvaluationGate"),
    ]


def ends(
    successes: int, errors: int = 0, skipped: int = 0, share: float = 0.9, **more: Any
) -> dict[str, Any]:
    """What the next run becomes, and the share of good scores."""
    counts = {"num_successes": successes, "num_errors": errors, "num_skipped": skipped}
    scores = {"*": {"share": share}}
    return {"status": "COMPLETED", "seconds": 0.1, "scores": scores, **counts, **more}


@dataclass(frozen=True)
class Update:
    """One command of the life.

    Attributes:
        name: Of the recording.
        cells: The program.
        becomes: What its run becomes; None where none is triggered.
        rate: The sampling rate of what waits for the gate.
        service: The name of somebody else's resource that waits for it, too.
        verb: up, refresh or destroy.
        arguments: More of the command.
        succeeds: Whether it must end well.
        planned: Whether a preview is recorded before it.
        policies: Whether a policy pack judges it.
        interrupted: Whether Ctrl-C comes while the run is under way.
        before: What happens on the server before.
    """

    name: str
    cells: list[Cell] = field(default_factory=list)
    becomes: dict[str, Any] | None = None
    rate: float = 0.1
    service: str = "service"
    verb: str = "up"
    arguments: tuple[str, ...] = ()
    succeeds: bool = True
    planned: bool = False
    policies: bool = False
    interrupted: bool = False
    before: Callable[[Stack], None] = lambda _: None


def _changed_by_hand(stack: Stack) -> None:
    stack.emulator.change(stack.state()["monitor"]["id"], sampling_rate=0.9)


REASON = "The judge | <b>is</b> out of credit, ask @octocat\n::error::now"

LIFE = [
    Update("passed", cells("1"), ends(40)),
    Update(
        "blocked",
        cells("2"),
        ends(40, share=0.1),
        rate=0.25,
        service="new-service",
        succeeds=False,
        planned=True,
    ),
    Update("still-blocked", cells("2"), rate=0.25, succeeds=False),
    Update("unblocked", cells("3"), ends(40), rate=0.25),
    Update("same", cells("3"), rate=0.25),
    Update("counts", cells("4"), ends(38, 2, 5), rate=0.25),
    Update(
        "failed-run",
        cells("5"),
        ends(3, 2, status="FAILED", failure_reason=REASON),
        succeeds=False,
        planned=True,
    ),
    Update("missed", cells("5"), ends(30, 10), succeeds=False),
    Update("interrupted", cells("6"), ends(40, seconds=20), succeeds=False, interrupted=True),
    Update("went-on", cells("6"), rate=0.25),
    Update("refresh", cells("6"), rate=0.25, verb="refresh", before=_changed_by_hand),
    Update("put-back", cells("6"), rate=0.25, arguments=("--refresh",)),
    Update("policy", cells("6"), rate=0.9, succeeds=False, policies=True),
    Update(
        "mixed",
        [
            *cells("6", name="Release check"),
            Cell(
                "prompt",
                {
                    "dataset": "my-dataset",
                    "run_configuration": {
                        "experiment_type": "llm_generation",
                        "ai_integration": "my-openai-integration",
                        "model_name": "gpt-4o",
                        "input_variable_format": "f_string",
                        "messages": [{"role": "user", "content": AWKWARD}],
                    },
                },
                face="RunExperimentTask",
            ),
            Cell("unwaited", {"task": {"$task": "prompt"}, "wait": False}, face="TaskRun"),
        ],
        rate=0.5,
    ),
    Update("refused", cells("6", name="Release check", sampling_rate=7), succeeds=False),
    Update("destroyed", verb="destroy"),
]


def play(stack: Stack, life: list[Update]) -> Iterator[tuple[Update, Path, Path | None]]:
    """Play updates one after the other; gives the event log of each, and of its preview."""
    pack = policy_pack(stack.folder / "policies")
    for update in life:
        write_cells(stack.project, update.cells, changed=False)
        settings = f'{{"rate": {update.rate}, "service": "{update.service}"}}'
        (stack.project / "settings.json").write_text(settings)
        if update.becomes is not None:
            stack.emulator.outcome(**update.becomes)
        update.before(stack)
        given = [*update.arguments, *(["--policy-pack", str(pack)] if update.policies else [])]
        plan = stack.folder / f"{update.name}{PLAN}.jsonl" if update.planned else None
        if plan is not None:
            stack.run("preview", *given, "--event-log", str(plan))
        log = stack.folder / f"{update.name}.jsonl"
        given += ["--event-log", str(log)]
        if update.interrupted:
            code, said = _interrupted(stack, given)
        else:
            done = stack.run(update.verb, "--yes", "--skip-preview", *given, check=False)
            code, said = done.code, done.output
        assert (code == 0) is update.succeeds, f"{update.name}: {said}"
        yield update, log, plan


def _interrupted(stack: Stack, given: list[str]) -> tuple[int, str]:
    stack.emulator.clear_requests()
    running = Running(stack, *given)
    deadline = time.monotonic() + DEADLINE_SECONDS
    # Once it is asked how the run is, the run is under way and its ID is known.
    while not any("/v2/task-runs/" in request["path"] for request in stack.emulator.requests()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    running.signal(signal.SIGINT)
    said = running.end()
    return running.process.returncode, said


def comment_on(log: Path) -> str:
    """Write what the command makes of a recording."""
    plan = log.with_name(f"{log.stem}{PLAN}.jsonl")
    found = read_log(log.read_text(encoding="utf-8"))
    if plan.exists():
        found = with_plan(found, read_log(plan.read_text(encoding="utf-8")))
    return markdown(review(found))


def recordings() -> list[Path]:
    return sorted(path for path in RECORDINGS.glob("*.jsonl") if PLAN not in path.name)


def main() -> int:
    """Record the life, unless only the texts are wanted (`--texts`); then write the texts."""
    RECORDINGS.mkdir(parents=True, exist_ok=True)
    if "--texts" not in sys.argv:
        emulator = Emulator("--run-seconds", "0.2")
        try:
            with tempfile.TemporaryDirectory() as folder:
                stack = Stack(Path(folder) / "stack", emulator, PROGRAM + MORE)
                for update, *logs in play(stack, LIFE):
                    for log in filter(None, logs):
                        (RECORDINGS / log.name).write_text(recorded(log.read_text().splitlines()))
                    print(f"recorded {update.name}")
        finally:
            emulator.stop()
    for path in recordings():
        path.with_name(f"{path.name}.md").write_text(comment_on(path))
    return 0


if __name__ == "__main__":
    sys.exit(main())
