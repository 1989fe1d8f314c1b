"""`arize-tasks import`: a space as a Pulumi program that takes over all that is in it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from arize_tasks.cli.importing.program import program
from arize_tasks.cli.importing.space import read
from arize_tasks.cli.reading import KEY_FROM, client_of, say
from arize_tasks.cli.writing import FORCE, refuse, write_file, write_out
from arize_tasks.errors import ArizeTasksError, ConfigurationError
from arize_tasks.schema.kinds import kinds
from arize_tasks.settings import Settings, from_environment

NAME = "import"
HELP = "write a Pulumi program that adopts all of a space as it is"
EXAMPLES = (
    "arize-tasks import --space my-space --output __main__.py",
    "arize-tasks import --space my-space --project my-project --kind task",
)

STDOUT = "-"
NEXT = """\
Next: put {where} into an empty Pulumi project (`pulumi new python`) as __main__.py, then
  pulumi preview --diff   shows that everything is adopted and nothing changes
  pulumi up               adopts it; after that, remove the `adopt` arguments"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = KEY_FROM
    parser.add_argument("--space", help="name or ID of the space (default: ARIZE_SPACE)")
    parser.add_argument("--project", help="name or ID: only the tasks over this project")
    parser.add_argument(
        "--kind",
        action="append",
        choices=[kind.key for kind in kinds() if kind.collection is not None],
        help="only this kind; can be given several times (default: all kinds)",
    )
    parser.add_argument(
        "--output",
        metavar="FILE",
        default=STDOUT,
        help="where the program goes (default: %(default)s, standard output)",
    )
    parser.add_argument("--force", **FORCE)


def run(options: argparse.Namespace) -> int:
    """Read the tasks and write the program; gives the exit code."""
    settings = Settings.from_sources(from_environment())
    space = options.space or settings.space
    if not space:
        raise ConfigurationError("No space is given.", fix="give --space, or set ARIZE_SPACE.")
    target = None if options.output == STDOUT else Path(options.output)
    if target is not None:
        # Before the first request: a large space is many, and they would be for nothing.
        refuse(target, options.force)
    with client_of(settings) as client:
        contents = read(client, space, options.project, say, options.kind)
    written = program(contents)
    if not written.resources and not written.remarks:
        raise ArizeTasksError(
            f"There is {_nothing(options)}; nothing is written.",
            fix="check --space and --project, and what the API key may read.",
        )
    if target is None:
        write_out(written.text)
    else:
        write_file(target, written.text, options.force)
    for remark in written.remarks:
        say(remark)
    where = options.output if target else "standard output"
    say(f"{written.resources} resources written to {where}.")
    print(NEXT.format(where=options.output if target else "it"), file=sys.stderr)
    return 0


def _nothing(options: argparse.Namespace) -> str:
    if options.project:
        return "no task in the project"
    wanted = [kind.noun for kind in kinds() if kind.key in (options.kind or ())]
    return f"no {' and no '.join(wanted)} in the space" if wanted else "nothing in the space"
