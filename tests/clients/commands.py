"""What the tests of `ax` commands have in common, whatever kind the commands are for."""

from __future__ import annotations

from typing import Any

from tests.clients.command_line import Answer, Ax

REFUSED_BY_API, WRONG_USAGE = 4, 2


def commands(ax: Ax, *group: str) -> set[str]:
    """The commands that the help of a group lists."""
    listed = run(ax, *group, "--help").out.partition("Commands")[2].splitlines()
    # A command's text may go on in lines of its own, which begin far from the margin.
    lines = [line for line in listed if line.startswith("│") and line[2] != " "]
    return {line.strip("│ ").split()[0] for line in lines}


def run(ax: Ax, *arguments: str) -> Answer:
    """Run `ax …`, which must succeed."""
    answer = ax.attempt(*arguments)
    assert answer.code == 0, answer.err
    return answer


def printed(ax: Ax, *arguments: str) -> Any:
    """What `ax … -o json` prints; the command leaves out what is null."""
    answer = run(ax, *arguments, "--output", "json")
    # Some commands add a hint in plain words.
    return Answer(0, answer.out.partition("\n\n")[0], "").json


def refusal(ax: Ax, *arguments: str, code: int = REFUSED_BY_API) -> str:
    """Why `ax …` fails, without the line breaks that fit it to the screen."""
    answer = ax.attempt(*arguments)
    assert answer.code == code, (answer.code, answer.out, answer.err)
    return " ".join(answer.err.replace("│", " ").split())


def walk(ax: Ax, plural: str, *arguments: str) -> list[dict[str, Any]]:
    """All that a command lists, page by page."""
    found: list[dict[str, Any]] = []
    more: tuple[str, ...] = ()
    while True:
        page = printed(ax, *arguments, *more)
        found += page[plural]
        if not page["pagination"]["has_more"]:
            return found
        more = ("--cursor", page["pagination"]["next_cursor"])


def named(one: dict[str, Any], by_name: bool) -> tuple[str, ...]:
    """How a command is told of a resource."""
    return (one["name"], "--space", "my-space") if by_name else (one["id"],)
