"""Where Pulumi keeps things on this machine: its home, the backend in use, and our journal."""

from __future__ import annotations

import json
import os
from pathlib import Path

PLACE = "ARIZE_TASKS_JOURNAL"


def journal_file() -> Path:
    """Return the journal's file: `ARIZE_TASKS_JOURNAL`, or one in Pulumi's home.

    Raises:
        OSError: The variable names the home of an unknown user.
    """
    chosen = os.environ.get(PLACE)
    if chosen:
        try:
            return Path(chosen).expanduser()
        except RuntimeError as error:  # ~somebody who has no home here
            raise OSError(f"{PLACE}={chosen}: {error}") from None
    return pulumi_home() / "arize-tasks" / "journal.sqlite3"


def pulumi_home() -> Path:
    """Return Pulumi's home folder."""
    return Path(os.environ.get("PULUMI_HOME") or Path.home() / ".pulumi")


def backend() -> str:
    """Return where the state is kept: two backends may hold stacks of one name.

    In Pulumi's own order: the environment, the project's file, and where the user is logged in.
    """
    return os.environ.get("PULUMI_BACKEND_URL") or _of_the_project() or _logged_in()


def _of_the_project() -> str:
    """Read `backend.url` of Pulumi.yaml; the engine starts providers in the project's folder."""
    try:
        text = Path("Pulumi.yaml").read_text()
    except (OSError, UnicodeError):
        return ""
    if "backend" not in text:  # the usual case costs no parser
        return ""
    import yaml

    try:
        return str(yaml.safe_load(text)["backend"]["url"])
    except (yaml.YAMLError, KeyError, TypeError):
        return ""


def _logged_in() -> str:
    try:
        return str(json.loads((pulumi_home() / "credentials.json").read_text())["current"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
