"""`arize-tasks journal`: what is open in the journal of this machine, and closing it."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sqlite3
import sys
from pathlib import Path

from arize_tasks.errors import ArizeTasksError
from arize_tasks.provider.journal import Entry, Journal
from arize_tasks.provider.places import PLACE, backend, journal_file
from arize_tasks.schema.kinds import kind_of
from arize_tasks.schema.messages import an

NAME = "journal"
HELP = "list creations that are not known to be in a state, or close them"
EXAMPLES = (
    "arize-tasks journal",
    "arize-tasks journal close urn:pulumi:dev::quality::…::nightly",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.epilog = f"The journal is a file in Pulumi's home; {PLACE} names another one."
    verbs = parser.add_subparsers(metavar="close URN", dest="verb")
    close = verbs.add_parser("close", help="close the open entries of a resource, after asking")
    close.add_argument("urn", metavar="URN", help="of the resource, as the list shows it")
    close.add_argument("--yes", action="store_true", help="do not ask")
    close.add_argument(
        "--backend", metavar="URL", help="where several backends have a stack of that name"
    )


def run(options: argparse.Namespace) -> int:
    """List, or close; gives the exit code."""
    path: Path | str = os.environ.get(PLACE, "")
    try:
        path = journal_file()
        # Opening would make the file, and whoever lists changes nothing.
        journal = Journal(path) if path.exists() else None
        entries = journal.unfinished() if journal is not None else []
        if options.verb is None:
            return _list(entries)
        chosen = [entry for entry in entries if entry.owner.urn == options.urn]
        if journal is None or not chosen:
            raise ArizeTasksError(
                "No entry of this resource is open.",
                fix="`arize-tasks journal` lists what is open; give the whole URN.",
            )
        return _close(journal, _of_one_stack(chosen, options.backend), sure=options.yes)
    except (OSError, sqlite3.Error) as error:
        raise ArizeTasksError(
            f"The journal {path} cannot be read.",
            why=f"{error}.",
            fix=f"check the file, or {PLACE}.",
        ) from None


def _of_one_stack(entries: list[Entry], chosen: str | None) -> list[Entry]:
    """Leave out the entries of stacks on other backends, which may have the same URN.

    Raises:
        ArizeTasksError: It is not clear which one is meant.
    """
    places = {entry.owner.backend for entry in entries}
    place = chosen or backend()
    if place not in places and (chosen or len(places) > 1):
        raise ArizeTasksError(
            f"No entry of this resource is open for the backend {place or '(not known)'}.",
            why=f"there are entries for {', '.join(sorted(places))}.",
            fix="give one of them with --backend.",
        )
    return [entry for entry in entries if len(places) == 1 or entry.owner.backend == place]


def _list(entries: list[Entry]) -> int:
    if not entries:
        print("No entry is open.")
    for entry in entries:
        print("\n".join(_lines(entry)))
    return 0


def _close(journal: Journal, entries: list[Entry], *, sure: bool) -> int:
    for entry in entries:
        print("\n".join(_lines(entry)))
    if not sure:
        print("Close? The next `pulumi up` creates it again. [y/N] ", end="", flush=True)
        if sys.stdin.readline().strip().lower() not in ("y", "yes"):
            print("Nothing is closed.")
            return 1
    journal.close(entry.key for entry in entries)
    print("Closed.")
    return 0


def _lines(entry: Entry) -> list[str]:
    """Say of one entry what it is, since when it is open, and why."""
    request, owner = entry.request, entry.owner
    # A URN ends in the types of the resource and its parents, and its name.
    kind = kind_of(owner.urn.rpartition("::")[0].rpartition("::")[2].rpartition("$")[2])
    what = an(kind.noun) if kind is not None else "a resource"
    what += f" of task {request.parent}" if request.parent else ""
    if request.chosen:
        what += f", {request.chosen}"
    since = dt.datetime.fromtimestamp(entry.sent_at, dt.timezone.utc)
    why = (
        f"created as {entry.id}, and not known to be in the state: the next `pulumi up` recovers it"
        if entry.id
        else "the response was lost: the next `pulumi up` looks for it"
    )
    return [
        owner.urn,
        f"  what:     {what}",
        f"  since:    {since:%Y-%m-%d %H:%M:%S} UTC",
        f"  why:      {why}",
        f"  backend:  {owner.backend or 'not known'}"
        + (f", organization {owner.organization}" if owner.organization else ""),
        f"  endpoint: {owner.endpoint}",
    ]
