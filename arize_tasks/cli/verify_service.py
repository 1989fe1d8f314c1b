"""`arize-tasks verify`: which of the readings of the API the service follows."""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path

from arize_tasks.api.connection import Connection
from arize_tasks.cli.reading import KEY_FROM, require_key, say
from arize_tasks.cli.verifying.consent import is_agreed, what_it_does
from arize_tasks.cli.verifying.own_things import new_prefix
from arize_tasks.cli.verifying.printing import markdown, readings_json, summary, table
from arize_tasks.cli.verifying.session import Session, read_only, with_own_things
from arize_tasks.cli.verifying.world import Model
from arize_tasks.cli.writing import FORCE, refuse, write_file, write_out
from arize_tasks.errors import ConfigurationError
from arize_tasks.settings import Settings, from_environment

NAME = "verify"
HELP = "find out how the service behaves where its documentation leaves that open"
EXAMPLES = (
    "arize-tasks verify --space my-space",
    "arize-tasks verify --write --space my-space --output readings.json",
)

WAIT_SECONDS = 30.0  # arbitrary: replicas that are behind need less, an index may need hours


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = KEY_FROM
    parser.add_argument(
        "--space", metavar="S", help="name or ID of the space (default: ARIZE_SPACE; not --write)"
    )
    levels = parser.add_mutually_exclusive_group()
    levels.add_argument(
        "--read-only", action="store_true", help="only list and read (this is the default)"
    )
    levels.add_argument(
        "--write", action="store_true", help="make a few things in the space, and remove them"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask before --write begins")
    parser.add_argument(
        "--wait",
        type=_seconds,
        default=WAIT_SECONDS,
        metavar="SECONDS",
        help="the longest wait for something to show (default: %(default)g)",
    )
    model = parser.add_argument_group("with --write, probes that call a model")
    model.add_argument("--llm", metavar="NAME", help="name or ID of an AI integration")
    model.add_argument("--llm-model", metavar="MODEL", help="default: the integration's")
    model.add_argument("--llm-limit", type=_count, metavar="N", help="model calls at most")
    parser.add_argument(
        "--output", metavar="FILE", help="write the readings for `arize-emulator --readings FILE`"
    )
    parser.add_argument("--force", **FORCE)
    parser.add_argument(
        "--markdown",
        action="store_true",
        help="print Markdown for an issue, without any name, ID or key of yours",
    )


def run(options: argparse.Namespace) -> int:
    """Probe the service and say what was found; gives the exit code."""
    settings = Settings.from_sources(from_environment())
    space = _space(options, settings)
    target = None if options.output is None else Path(options.output)
    if target is not None:
        refuse(target, options.force)
    session = _probed(options, settings, space)
    if session is None:
        say("nothing was made.")
        return 1
    if session.stopped is None:
        write_out(
            markdown(session.findings, session.level)
            if options.markdown
            else table(session.findings)
        )
        if target is not None:
            write_file(target, readings_json(session.findings), options.force)
        say(summary(session.findings))
    return _code(session)


def _space(options: argparse.Namespace, settings: Settings) -> str:
    """Return the space, where the options fit each other."""
    if not options.write and options.llm is not None:
        raise ConfigurationError("--llm needs --write.", fix="add --write.")
    if (options.llm is None) != (options.llm_limit is None):
        raise ConfigurationError(
            "--llm and --llm-limit need each other.",
            fix="give both: the AI integration, and how many model calls it may take at most.",
        )
    if options.write and not options.space:
        raise ConfigurationError(
            "--write needs --space.",
            why="what is made must not end up in a space by accident.",
            fix="name the space on the command line.",
        )
    space: str | None = options.space or settings.space
    if not space:
        raise ConfigurationError("No space is given.", fix="give --space, or set ARIZE_SPACE.")
    return space


def _probed(options: argparse.Namespace, settings: Settings, space: str) -> Session | None:
    """Probe; None where the user does not agree."""
    require_key(settings)
    connection = Connection(settings)
    try:
        found = connection.names.find("space", space)
        model = _model(options, connection)
    finally:
        connection.transport.close()
    if not options.write:
        return read_only(settings, found.id, options.wait, say)
    prefix = new_prefix()
    print(what_it_does(space, prefix, model), file=sys.stderr)
    if not (options.yes or is_agreed("Begin?")):
        return None
    return with_own_things(
        settings, found.id, prefix=prefix, model=model, wait_seconds=options.wait, say=say
    )


def _model(options: argparse.Namespace, connection: Connection) -> Model | None:
    if options.llm is None:
        return None
    integration = connection.names.find("ai_integration", options.llm)
    return Model(integration.id, options.llm_model, options.llm_limit)


def _code(session: Session) -> int:
    """Return the exit code; what is left counts more than an interruption."""
    if session.stopped is not None and not session.left:
        raise session.stopped
    if session.stopped is not None:
        say(str(session.stopped))
    return 1 if session.left else 0


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan  # which no comparison holds for
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError("must be a number of seconds of at least 0")
    return value


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) >= 1):
        raise argparse.ArgumentTypeError("must be an integer above 0")
    return int(text)
