"""`arize-tasks report`: what tasks have done, as one HTML file."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from pathlib import Path
from typing import Any

from arize_tasks.cli.history import service, stack_outputs
from arize_tasks.cli.history.model import JudgedGate, OtherResource, TaskHistory
from arize_tasks.cli.history.page import page
from arize_tasks.cli.history.scores import Scores, read_scores
from arize_tasks.cli.reading import KEY_FROM, client_of, read_text, say
from arize_tasks.cli.writing import FORCE, refuse, write_file
from arize_tasks.errors import ArizeTasksError, ConfigurationError
from arize_tasks.settings import Settings, from_environment

NAME = "report"
HELP = "write the history of tasks, their runs and verdicts, as one HTML file"
EXAMPLES = (
    "arize-tasks report --space my-space --output report.html",
    "pulumi stack output --json | arize-tasks report --stack-outputs - --output report.html",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = KEY_FROM
    sources = parser.add_mutually_exclusive_group()
    sources.add_argument(
        "--stack-outputs",
        metavar="FILE",
        help="what `pulumi stack output --json` printed; - is the standard input",
    )
    sources.add_argument(
        "--space",
        metavar="S",
        help="name or ID of a space: ask the service (default: ARIZE_SPACE)",
    )
    parser.add_argument(
        "--scores",
        action="store_true",
        help="read the scores of the newest experiments as well; only from the service",
    )
    parser.add_argument("--output", metavar="FILE", required=True, help="where the page goes")
    parser.add_argument("--force", **FORCE)


def run(options: argparse.Namespace) -> int:
    """Read, and write the page; gives the exit code."""
    target = Path(options.output)
    # Before the first request: a large space is many, and they would be for nothing.
    refuse(target, options.force)
    gates: list[JudgedGate] = []  # the service knows none
    others: list[OtherResource] = []
    scores = None
    if options.stack_outputs is None:
        settings = Settings.from_sources(from_environment())
        space = _space(options, settings)
        tasks, scores = _of_space(settings, space, with_scores=options.scores)
        source = f"space {space}"
    else:
        _refuse_scores(options)
        tasks, gates, others = _of_stack(options.stack_outputs)
        source = "outputs of a stack"
    made_at = dt.datetime.now(dt.timezone.utc)
    text = page(tasks, gates, others, scores, source=source, made_at=made_at)
    write_file(target, text, options.force)
    runs = sum(len(task.runs) for task in tasks)
    more = f", {len(gates):,} gate{'s' if len(gates) != 1 else ''}" if gates else ""
    say(f"{len(tasks):,} tasks and {runs:,} runs{more} written to {options.output}.")
    return 0


def _space(options: argparse.Namespace, settings: Settings) -> str:
    space: str | None = options.space or settings.space
    if not space:
        raise ConfigurationError(
            "There is nothing to report on.",
            fix="give --space, set ARIZE_SPACE, or give --stack-outputs.",
        )
    return space


def _refuse_scores(options: argparse.Namespace) -> None:
    if options.scores:
        raise ConfigurationError(
            "--scores needs --space.",
            why="a stack's outputs hold no scores but those that its gates say.",
            fix="give --space instead of --stack-outputs, or leave --scores out.",
        )


def _of_space(
    settings: Settings, space: str, *, with_scores: bool
) -> tuple[list[TaskHistory], Scores | None]:
    with client_of(settings) as client:
        tasks = service.histories(client, space, say)
        return tasks, read_scores(client, tasks, say) if with_scores else None


def _of_stack(
    file: str,
) -> tuple[list[TaskHistory], list[JudgedGate], list[OtherResource]]:
    fix = "write it with `pulumi stack output --json > FILE`."
    try:
        outputs: Any = json.loads(read_text(file, fix=fix))
    except ValueError:
        raise ArizeTasksError(f"{file} cannot be read.", why="it is not JSON.", fix=fix) from None
    tasks, gates = stack_outputs.histories(outputs), stack_outputs.gates(outputs)
    others = stack_outputs.others(outputs)
    if not tasks and not gates and not others:
        raise ArizeTasksError(
            "The stack's outputs contain no Arize resource.",
            fix='export them in the program, whole: `pulumi.export("run", run)`.',
        )
    return tasks, gates, others
