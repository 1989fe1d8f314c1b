"""One comment of ours for each stack and command: its first line, a hidden mark, finds it again."""

from __future__ import annotations

import os
import sys

from arize_tasks.cli.posting.forge import FORBIDDEN, Forge, RefusedError, listed, no_forge
from arize_tasks.cli.posting.github import GitHub
from arize_tasks.cli.posting.gitlab import GitLab

_FORGES: dict[str, type[GitHub] | type[GitLab]] = {"GITHUB_ACTIONS": GitHub, "GITLAB_CI": GitLab}


def post(text: str) -> None:
    """Write a text as the comment of ours, and say where it is.

    Where there is no pull request, or the job may not comment (a fork's), that is said, and is no
    error: the job's own page has the text.

    Raises:
        ArizeTasksError: The forge could not be asked, or this is no job of CI.
    """
    forge = _forge()
    try:
        thread = forge.thread()
        if thread is None:
            said = "the commit belongs to no pull request, so nothing was posted"
        else:
            said = f"posted: {_upsert(forge, thread, text)}"
    except RefusedError as refused:
        if refused.status != FORBIDDEN:
            raise
        said = "this job may not comment here; its summary or log has the text"
    print(forge.note(said), file=sys.stderr)


def _forge() -> Forge:
    for variable, forge in _FORGES.items():
        if os.environ.get(variable) == "true":
            return forge()
    raise no_forge()


def _upsert(forge: Forge, thread: str, text: str) -> str:
    mark = text.partition("\n")[0]
    bodies = listed(forge, thread)
    ours = next((one for one in bodies if str(one.get("body", "")).startswith(mark)), None)
    if ours is None:
        done = forge.call("POST", thread, {"body": text})
    else:
        done = forge.replace(thread, ours, text)
    return str(done.get("html_url") or f"comment {done.get('id')}")
