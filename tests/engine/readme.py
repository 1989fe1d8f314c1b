"""What the README of an example tells a person to type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = "/path/to/this/checkout"
PORT = "8787"


@dataclass(frozen=True)
class Readme:
    """The commands of one example.

    Attributes:
        install: From the virtual environment to pip, in order.
        set_up: `pulumi stack init` and all of its `pulumi config`.
        verbs: What is done with the stack then.
        without_account: What is typed more for the emulator, the emulator itself included.
    """

    install: list[str]
    set_up: list[str]
    verbs: list[str]
    without_account: list[str]


def read(example: Path) -> Readme:
    """Read the commands under "Run it"."""
    text = (example / "README.md").read_text(encoding="utf-8")
    section = text.partition("## Run it\n")[2].partition("\n## ")[0]
    typed = [line.strip() for line in section.splitlines() if line.startswith("    ")]
    spoken = re.search(r"Without an account: (.*?)(\n\n|\Z)", section, re.DOTALL)
    assert spoken is not None, example
    pulumi = [line for line in typed if line.startswith("pulumi ")]
    set_up = [line for line in pulumi if line.split()[1] in ("stack", "config")]
    read = Readme(
        install=typed[: -len(pulumi)],
        set_up=set_up,
        verbs=pulumi[len(set_up) :],
        without_account=re.findall(r"`(\w[\w-]* [^`]*)`", spoken[1].replace("\n", " ")),
    )
    assert [*read.install, *read.set_up, *read.verbs] == typed, "they are in another order"
    return read


def answered(command: str, answers: dict[str, str]) -> str:
    """Give the command with what a terminal would be asked for."""
    asked = re.match(r"pulumi config set --secret (\S+)", command)  # a remark may follow
    return f"printf %s '{answers[asked[1]]}' | {command}" if asked else command
