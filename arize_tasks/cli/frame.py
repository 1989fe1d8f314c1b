"""What all parsers of `arize-tasks` have: `--version`, examples, exit codes, and near words.

Nothing heavy is imported, so that nothing here makes a command slower to begin.
"""

from __future__ import annotations

import argparse
import difflib
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from arize_tasks.version import installed_version

EXIT_CODES = {
    0: "done",
    1: "it failed, and one message on stderr says why",
    2: "wrong usage",
    130: "interrupted (Ctrl-C)",
    141: "the reader of the output has gone (| head)",
}

WIDTH = 80
"""Of the help that we wrap ourselves; argparse wraps the rest to the terminal."""


def version() -> str:
    """Return the version that is installed."""
    return installed_version() or "of a checkout that is not installed"


class Parser(argparse.ArgumentParser):
    """A parser whose help ends with examples and exit codes, and that knows near words."""

    examples: Sequence[str] = ()

    def format_help(self) -> str:
        """Write the help."""
        own, self.epilog = self.epilog, None
        try:
            text = super().format_help()
        finally:
            self.epilog = own
        return "\n".join([text, *_end(own, self.examples)])

    def _print_message(self, message: str, file: Any = None) -> None:
        # argparse passes over what can't be written, and exits as if it were done.
        if message:
            (file or sys.stderr).write(message)

    def parse_known_args(  # type: ignore[override]
        self,
        args: Sequence[str] | None = None,
        namespace: argparse.Namespace | None = None,
    ) -> tuple[argparse.Namespace, list[str]]:
        """Parse; what is no argument of this parser is refused with the nearest one.

        Here and not in `parse_args`, which for a subcommand argparse does not call.
        """
        given = sys.argv[1:] if args is None else list(args)
        commands = commands_of(self)
        if commands and given and not given[0].startswith("-") and given[0] not in commands:
            near = _near(given[0], [*commands, *_options(self)])
            self.error(f"there is no command {given[0]!r}{near}; see {self.prog} --help")
        options, rest = super().parse_known_args(given, namespace)
        if rest:
            near = _near(rest[0].partition("=")[0], _options(self))
            self.error(f"unrecognized arguments: {' '.join(rest)}{near}")
        return options, rest


def with_version(parser: argparse.ArgumentParser) -> None:
    """Give `--version` to a parser and to all below it: people ask for it in any place."""
    for one in (parser, *below(parser)):
        if "--version" not in _options(one):
            one.add_argument(
                "--version",
                action="version",
                version=f"{parser.prog} {version()}",
                help="show the version and exit",
            )


def below(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield the parsers of subcommands, at any depth."""
    for one in commands_of(parser).values():
        yield one
        yield from below(one)


def commands_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the parsers of a parser's own subcommands."""
    return {
        name: one
        for action in parser._actions
        if isinstance(action, argparse._SubParsersAction)
        for name, one in action.choices.items()
    }


def _options(parser: argparse.ArgumentParser) -> list[str]:
    return [name for action in parser._actions for name in action.option_strings]


def _near(word: str, allowed: Iterable[str]) -> str:
    # Dashes are left out: `version` means `--version`, and every option begins alike.
    plain = {name.lstrip("-"): name for name in allowed}
    near = difflib.get_close_matches(word.lstrip("-").lower(), plain, n=1, cutoff=0.6)
    return f" (did you mean {plain[near[0]]}?)" if near else ""


def _end(epilog: str | None, examples: Sequence[str]) -> list[str]:
    parts = [textwrap.fill(epilog, WIDTH) + "\n"] if epilog else []
    if examples:
        parts.append("\n".join(["examples:", *(f"  {line}" for line in examples)]) + "\n")
    codes = [f"  {code:<4} {meaning}" for code, meaning in EXIT_CODES.items()]
    return [*parts, "\n".join(["exit codes:", *codes]) + "\n"]
