"""Writes what is read off the parsers: docs/commands.md, and what completion knows.

`python -m tests.cli.commands` writes both.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from arize_tasks.cli.__main__ import parser
from arize_tasks.cli.completion import COMMANDS
from arize_tasks.cli.frame import EXIT_CODES, commands_of
from arize_tasks.emulator import parser as emulator
from arize_tasks.provider.places import PLACE
from arize_tasks.settings import SETTINGS

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"

# Positional arguments that name a file; options that do are shown as FILE.
FILES = ("file",)

HEAD = """\
# Commands

Generated (`make docs`) from the commands themselves. `--help` of each says the same, `--version`
can be given anywhere. An error is one message on stderr that says what, why and how to fix it, and
never a traceback.

`arize-tasks COMMAND …` and `arize-emulator …` are installed with the package (the emulator needs
the extra `emulator`). `python -m arize_tasks.cli` and `python -m arize_tasks.emulator` do the
same.

## Completion

Commands, options, choices and files are completed; nothing is asked of the network. With the
package's virtual environment active, once for a session, or as a line of the shell's start-up file:

    eval "$(register-python-argcomplete arize-tasks arize-emulator)"                        # bash
    autoload -U compinit && compinit                                                        # zsh,
    eval "$(register-python-argcomplete arize-tasks arize-emulator)"                        # too
    register-python-argcomplete --shell fish arize-tasks | source                           # fish
    register-python-argcomplete --shell fish arize-emulator | source

## Environment

| variable | what it says |
|---|---|
"""
VARIABLES = {
    "ARIZE_API_KEY": "the API key; there is no option for it, as command lines are logged",
    "ARIZE_BASE_URL": "the API's address, such as that of an emulator; default: `https://api.arize.com`",
    "ARIZE_REGION": "instead of an address, such as `eu-west-1a`",
    "ARIZE_SPACE": "the space where `--space` is not given",
    "ARIZE_PREFLIGHT": "whether previews [look names up](reference/settings.md); not for commands",
    PLACE: "the file of the journal; default: `arize-tasks/journal.sqlite3` in Pulumi's home",
    "PULUMI_HOME": "Pulumi's home; default: `~/.pulumi`",
    "PULUMI_BACKEND_URL": "which of several backends `arize-tasks journal close` means",
}
MORE = "\nProxies and certificates: [networks](how-to/networks.md).\n"


def described(one: argparse.ArgumentParser, name: str, help: str = "") -> dict[str, Any]:
    """What completion needs to know of a parser."""
    helps = _helps(one)
    return {
        "name": name,
        "help": help,
        "arguments": [_argument(action) for action in _actions(one)],
        "commands": [
            described(below, word, helps.get(word, "")) for word, below in commands_of(one).items()
        ],
    }


def _argument(action: argparse.Action) -> dict[str, Any]:
    takes = "nothing" if action.nargs == 0 else "text"
    if action.metavar == "FILE" or action.dest in FILES:
        takes = "file"
    return {
        "names": list(action.option_strings),
        "shown": _shown(action),
        "help": action.help or "",
        "takes": takes,
        "choices": list(action.choices) if action.choices is not None else None,
        "again": isinstance(action, argparse._AppendAction),
    }


def _actions(one: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in one._actions:
        if not isinstance(action, argparse._SubParsersAction | argparse._HelpAction):
            yield action


def _helps(one: argparse.ArgumentParser) -> Mapping[str, str]:
    return {
        choice.dest: choice.help or ""
        for action in one._actions
        if isinstance(action, argparse._SubParsersAction)
        for choice in action._choices_actions
    }


def _shown(action: argparse.Action) -> str:
    if isinstance(action.metavar, str):
        return action.metavar
    return action.dest.upper() if action.option_strings else action.dest


def variables() -> dict[str, str]:
    """What the environment says; every variable of the settings must be here."""
    known = {setting.variable for setting in SETTINGS if setting.variable}
    assert known <= VARIABLES.keys(), known - VARIABLES.keys()
    return VARIABLES


def render() -> str:
    """The page."""
    whole = parser()
    rows = "".join(f"| `{name}` | {meaning} |\n" for name, meaning in variables().items())
    parts = [HEAD + rows + MORE, _codes("Exit codes of `arize-tasks`", EXIT_CODES)]
    helps = _helps(whole)
    for name, one in commands_of(whole).items():
        parts.append(_command(one, helps.get(name, ""), getattr(one, "examples", ())))
        for word, below in commands_of(one).items():
            parts.append(_command(below, _helps(one).get(word, ""), ()))
    alone = emulator.parser()
    said = " ".join(str(alone.description).split())
    parts.append(_command(alone, said, emulator.EXAMPLES))
    parts.append(_codes("Exit codes of `arize-emulator`", emulator.EXIT_CODES))
    return "\n".join(parts)


def _command(one: argparse.ArgumentParser, said: str, examples: Any) -> str:
    said = said[:1].upper() + said[1:] + ("" if said.endswith(".") else ".")
    text = f"## `{one.prog.replace(' URN', '')}`\n\n{said}"
    if one.epilog and not one.epilog.startswith("examples:"):
        text += f" {one.epilog}"
    rows = [
        f"| {_spelling(action)} | {_meaning(action)} |"
        for action in _actions(one)
        if "--version" not in action.option_strings
    ]
    if rows:
        text += "\n\n| argument | meaning |\n|---|---|\n" + "\n".join(rows)
    if examples:
        text += "\n\n" + "\n".join(f"    {line}" for line in examples)
    return text + "\n"


def _spelling(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else f" {_shown(action)}"
    name = action.option_strings[-1] + value if action.option_strings else _shown(action)
    return f"`{name}`" + (", required" if action.required and action.option_strings else "")


def _meaning(action: argparse.Action) -> str:
    text = (action.help or "") % {"default": action.default}
    if action.choices:
        text += f"; one of {', '.join(f'`{choice}`' for choice in action.choices)}"
    return text.replace("|", "\\|")


def _codes(title: str, codes: Mapping[int, str]) -> str:
    rows = "\n".join(
        f"| {code} | {meaning.replace('|', chr(92) + '|')} |" for code, meaning in codes.items()
    )
    return f"## {title}\n\n| code | meaning |\n|---|---|\n{rows}\n"


def as_json() -> str:
    """What completion knows."""
    return json.dumps(described(parser(), "arize-tasks"), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    COMMANDS.write_text(as_json(), encoding="utf-8")
    PAGE.write_text(render(), encoding="utf-8")
