"""Completion of `arize-tasks` in shells, by what `commands.json` says of its commands.

The commands themselves import pydantic and httpx, and a person who has pressed Tab would wait for
that. So their arguments are written down (`make docs`), and a test holds that to the parsers.
Nothing here asks the network: names of spaces are not completed.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import argcomplete
from argcomplete.completers import FilesCompleter, SuppressCompleter

COMMANDS = Path(__file__).parent / "commands.json"


def complete() -> None:
    """Answer the shell, and end the process."""
    described = json.loads(COMMANDS.read_text(encoding="utf-8"))
    argcomplete.autocomplete(described_parser(described), default_completer=SuppressCompleter())


def described_parser(described: dict[str, Any]) -> argparse.ArgumentParser:
    """Return a parser that takes what is described, for completion only."""
    parser = argparse.ArgumentParser(prog=described["name"])
    _fill(parser, described)
    return parser


def _fill(parser: argparse.ArgumentParser, described: dict[str, Any]) -> None:
    for one in described["arguments"]:
        more: dict[str, Any] = {"help": one["help"]}
        if one["takes"] == "nothing":
            more["action"] = "store_true"
        else:
            more |= {"choices": one["choices"], "action": "append" if one["again"] else "store"}
        if not one["names"]:
            more["nargs"] = "?"
        added = parser.add_argument(*(one["names"] or [one["shown"]]), **more)
        if one["takes"] == "file":
            added.completer = FilesCompleter()  # type: ignore[attr-defined]
    if described["commands"]:
        subparsers = parser.add_subparsers()
        for command in described["commands"]:
            _fill(subparsers.add_parser(command["name"], help=command["help"]), command)
