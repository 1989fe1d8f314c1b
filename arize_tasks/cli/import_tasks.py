"""`arize-tasks import`: the tasks of a space as a Pulumi program that takes them over."""

from __future__ import annotations

import argparse

NAME = "import"
HELP = "write a Pulumi program that takes over the tasks of a space"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--space", metavar="SPACE", help="name or ID of the space (default: ARIZE_SPACE)"
    )


def run(options: argparse.Namespace) -> int:
    """Read the tasks and write the program; gives the exit code."""
    raise NotImplementedError
