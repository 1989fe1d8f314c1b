"""How commands write: to the standard output, or a whole file that takes nobody's place unasked."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from arize_tasks.errors import ArizeTasksError

FORCE: dict[str, Any] = {"action": "store_true", "help": "overwrite FILE if it exists"}


def write_out(text: str) -> None:
    """Write a command's result to the standard output.

    Raises:
        ArizeTasksError: It can't be written.
        BrokenPipeError: Its reader has gone.
    """
    with output_may_fail():
        # Python source and comments of forges are UTF-8, whatever the terminal speaks.
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()


@contextlib.contextmanager
def output_may_fail() -> Iterator[None]:
    """Say in words why the standard output can't be written; a reader that has gone is no fault.

    Raises:
        ArizeTasksError: It can't be written.
        BrokenPipeError: Its reader has gone.
    """
    try:
        yield
    except OSError as error:
        # What is still buffered must not fail once more at the exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise
        raise ArizeTasksError(
            "The output cannot be written.",
            why=f"{error.strerror or error}.",
            fix="make room, or write it to another place.",
        ) from error


def refuse(target: Path, force: bool) -> None:
    """Refuse a file that is there, or that can't be.

    Raises:
        ArizeTasksError: It is so.
    """
    if target.is_dir() or not target.absolute().parent.is_dir():
        what = "is a folder" if target.is_dir() else "would be in a folder that is not there"
        raise ArizeTasksError(f"{target} {what}.", fix="give --output another file.")
    # A pipe or a terminal holds nothing that could be lost.
    if target.is_file() and not force:
        raise ArizeTasksError(
            f"{target} already exists.", fix="give --output another file, or --force."
        )


def write_file(target: Path, text: str, force: bool) -> None:
    """Write the whole file or nothing: beside it first, then under its name.

    Raises:
        ArizeTasksError: It is refused, or can't be written.
    """
    target = target.resolve()  # a link stays a link
    partial = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if target.exists() and not target.is_file():
            target.write_text(text, encoding="utf-8")
            return
        try:
            with partial.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
            refuse(target, force)  # somebody may have made it while we read
            partial.replace(target)
        finally:
            with contextlib.suppress(FileNotFoundError):
                partial.unlink()
    except OSError as error:
        raise ArizeTasksError(
            f"{target} cannot be written.",
            why=f"{error.strerror or error}.",
            fix="give --output another file.",
        ) from error
