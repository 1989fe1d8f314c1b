"""Reads the file, or the standard input, that a command is given."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path

from arize_tasks.errors import ArizeTasksError

STANDARD_INPUT = "-"


def read_text(file: str, *, fix: str) -> str:
    """Read a text: UTF-8, or UTF-16 as some shells on Windows redirect it.

    Args:
        file: Its path; `-` is the standard input.
        fix: What to do when it cannot be read.

    Raises:
        ArizeTasksError: It cannot be read, or is no text.
    """
    try:
        content = sys.stdin.buffer.read() if file == STANDARD_INPUT else Path(file).read_bytes()
        wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return content.decode("utf-16" if wide else "utf-8-sig")
    except OSError as error:
        why = f"{error.strerror or error}."
    except UnicodeDecodeError:
        why = "it is not UTF-8 text."
    raise ArizeTasksError(f"{file} cannot be read.", why=why, fix=fix)
