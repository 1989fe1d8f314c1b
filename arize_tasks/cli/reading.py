"""What commands share: how they reach the service, and what they read."""

from __future__ import annotations

import codecs
import sys
from pathlib import Path

from arize_tasks.client.arize_client import ArizeClient
from arize_tasks.errors import ArizeTasksError, ConfigurationError
from arize_tasks.settings import Settings

STANDARD_INPUT = "-"
# There is no option for the key: command lines are logged and listed.
KEY_FROM = (
    "The key and the endpoint are read from ARIZE_API_KEY, and ARIZE_BASE_URL or ARIZE_REGION."
)


def client_of(settings: Settings) -> ArizeClient:
    """Return a client.

    Raises:
        ConfigurationError: There is no key.
    """
    require_key(settings)
    return ArizeClient.from_settings(settings, warn_pre_release=False)


def require_key(settings: Settings) -> None:
    """Refuse to go on without a key.

    Raises:
        ConfigurationError: There is none.
    """
    if settings.api_key is None:
        raise ConfigurationError(
            "No Arize API key is set.", fix="set ARIZE_API_KEY in the environment."
        )


def say(text: str) -> None:
    """Tell people something, apart from what programs read."""
    print(f"arize-tasks: {text}", file=sys.stderr)


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
