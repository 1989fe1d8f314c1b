"""What `arize-tasks verify --write` says before it begins, and the question whether it may."""

from __future__ import annotations

import sys

from arize_tasks.cli.verifying.world import Model
from arize_tasks.errors import ConfigurationError

MAKES = """\
arize-tasks verify --write makes, in the space {space!r}, under names that begin with
{prefix}:
  1 project without spans, 1 dataset of 2 examples, 1 experiment of 2 rows,
  2 code evaluators, 5 to 7 tasks, and about 10 runs of the code evaluators, more where
  the service needs time to find new rows.
{cost}
At the end all of it is removed, also after Ctrl-C or an error. The service may keep the
names of deleted evaluators and tasks taken."""
NO_MODEL = "No model is called. The runs may count towards the limits of your plan."
CALLS = """\
  1 more task, which calls a model: at most {limit} calls, each with a prompt of a few words.
The calls cost what the model's provider asks; all runs may count towards the limits of your
plan."""


def what_it_does(space: str, prefix: str, model: Model | None) -> str:
    """Say what is made, where, and what it may cost."""
    cost = NO_MODEL if model is None else CALLS.format(limit=model.limit)
    return MAKES.format(space=space, prefix=prefix, cost=cost)


def is_agreed(question: str) -> bool:
    """Ask on the terminal; anything but y or yes is a no.

    Raises:
        ConfigurationError: There is no terminal to ask on.
    """
    if not sys.stdin.isatty():
        raise ConfigurationError(
            "The question whether to begin can't be asked.",
            why="the standard input is not a terminal.",
            fix="add --yes to begin without the question.",
        )
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
