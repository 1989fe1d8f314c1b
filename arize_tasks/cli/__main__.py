"""The command `arize-tasks`, and the one place where what went wrong becomes an exit code.

What each exit code means is in `frame.EXIT_CODES`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Protocol

from arize_tasks.cli import comment, import_tasks, journal, preview_comment, report, verify_service
from arize_tasks.cli.frame import Parser, with_version
from arize_tasks.cli.writing import output_may_fail
from arize_tasks.errors import ArizeTasksError, InterruptedByUserError

WRONG_USAGE = 2  # as argparse has it
INTERRUPTED, PIPE_CLOSED = 128 + 2, 128 + 13  # as a shell reports the signals


class Command(Protocol):
    """What the module of a subcommand has."""

    NAME: str
    HELP: str

    @property
    def EXAMPLES(self) -> Sequence[str]:
        """Lines that can be typed; the first one is shown for the whole command, too."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""

    def run(self, options: argparse.Namespace) -> int:
        """Do it; gives the exit code."""


COMMANDS: tuple[Command, ...] = (
    comment,
    preview_comment,
    import_tasks,
    report,
    journal,
    verify_service,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; gives the exit code."""
    try:
        return _run(arguments)
    except (KeyboardInterrupt, InterruptedByUserError):
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has enough
        return PIPE_CLOSED
    except RecursionError:  # of what was read: a program's own data is never so deep
        error = ArizeTasksError(
            "The input is nested too deeply.", fix="give a file that Pulumi or this command wrote."
        )
        print(f"arize-tasks: {error}", file=sys.stderr)
        return 1
    except ArizeTasksError as error:
        print(f"arize-tasks: {error}", file=sys.stderr)
        return 1


def _run(arguments: Sequence[str] | None) -> int:
    try:
        own = parser()
        if not (sys.argv[1:] if arguments is None else arguments):
            own.print_help(sys.stderr)
            return WRONG_USAGE
        with output_may_fail():  # of --help and --version
            options = own.parse_args(arguments)
        code: int = options.run(options)
    finally:
        with output_may_fail():  # here, where a full disk can be told from other trouble
            sys.stdout.flush()
    return code


def parser() -> Parser:
    """Return the parser of the whole command."""
    whole = Parser(
        prog="arize-tasks",
        description="Evaluation tasks of Arize AX and Pulumi: commands beside `pulumi up`.",
    )
    whole.examples = [command.EXAMPLES[0] for command in COMMANDS]
    subparsers = whole.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        subparser = subparsers.add_parser(command.NAME, help=command.HELP, description=command.HELP)
        command.add_arguments(subparser)
        subparser.examples = command.EXAMPLES
        subparser.set_defaults(run=command.run)
    with_version(whole)
    return whole


if __name__ == "__main__":
    sys.exit(main())
