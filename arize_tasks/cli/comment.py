"""`arize-tasks comment`: what a preview means, or an update came to, for a pull request."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path
from typing import Any

from arize_tasks.cli.commenting.headline import headline
from arize_tasks.cli.commenting.markdown import markdown
from arize_tasks.cli.commenting.preview.asking import with_answers
from arize_tasks.cli.commenting.reading import not_started, read_log, with_plan
from arize_tasks.cli.commenting.review import Review, review
from arize_tasks.cli.commenting.steps import PREVIEW, Log, Veil
from arize_tasks.cli.posting.post import post
from arize_tasks.cli.reading import STANDARD_INPUT, read_text, say
from arize_tasks.cli.writing import write_out

NAME = "comment"
_FIX = "give the file that `--event-log FILE` named."
HELP = "write a pull request comment about a preview, or about an update"
EXAMPLES = (
    "arize-tasks comment preview.jsonl > comment.md",
    "arize-tasks comment up.jsonl --preview preview.jsonl --post",
    "pulumi preview --json | arize-tasks comment --format json",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "file",
        nargs="?",
        default=STANDARD_INPUT,
        metavar="FILE",
        help="the event log of `pulumi preview`, `up`, `destroy` or `refresh`, or what `pulumi "
        "preview --json` printed; - is the standard input (default)",
    )
    parser.add_argument(
        "--preview",
        metavar="FILE",
        help="the event log of the preview before an update: what it planned and the update did "
        "not do is named. An update whose own log is missing did not start",
    )
    parser.add_argument(
        "--post",
        action="store_true",
        help="also post it on the pull request of this job of GitHub Actions (GITHUB_TOKEN) or "
        "GitLab CI (GITLAB_TOKEN), in place of the one before; after a merge, on the pull request "
        "that was merged",
    )
    parser.add_argument(
        "--format",
        choices=("markdown", "json"),
        default="markdown",
        help="Markdown (default), or JSON for programs",
    )


def run(options: argparse.Namespace) -> int:
    """Read the log and print what it means; gives the exit code."""
    log = _log_of(options)
    found = review(with_answers(log) if log.command == PREVIEW else log)
    text = markdown(found)
    write_out(as_json(found) if options.format == "json" else text)
    if options.post:
        post(text)
    return 0


def _log_of(options: argparse.Namespace) -> Log:
    if options.preview is None:
        return read_log(read_text(options.file, fix=_FIX))
    plan = read_log(read_text(options.preview, fix=_FIX))
    # A job that writes its comment whatever happened has no second log where the first step failed.
    if options.file != STANDARD_INPUT and not Path(options.file).exists():
        say(f"{options.file} does not exist: the comment says that the update did not start.")
        return not_started(plan, missing=Path(options.file).name)
    return with_plan(read_log(read_text(options.file, fix=_FIX)), plan)


def as_json(found: Review) -> str:
    """Return a review as JSON, its headline first; what can't be shown is a text in brackets."""
    content: dict[str, Any] = {"headline": headline(found), "stack": found.stack}
    not_done = [{"name": s.name, "urn": s.urn, "action": s.action} for s in found.not_done]
    for section in found.sections:  # under the last word of the noun: a task run is a run
        noun = section.kind.noun.rpartition(" ")[2]
        content[f"{noun}s"] = [dataclasses.asdict(change) for change in section.changes]
        content |= section.more
    rest = {f.name: getattr(found, f.name) for f in dataclasses.fields(found)}
    content |= {name: value for name, value in rest.items() if name != "sections"}
    content["not_done"] = not_done
    return json.dumps(_unveiled(content), indent=2, ensure_ascii=False, default=_as_dict) + "\n"


def _as_dict(value: Any) -> Any:
    return _unveiled(dataclasses.asdict(value))


def _unveiled(value: Any) -> Any:
    # `asdict` has made dicts of the marks, too.
    if isinstance(value, dict):
        if value.keys() == {field.name for field in dataclasses.fields(Veil)}:
            return value["shown"]
        return {key: _unveiled(item) for key, item in value.items()}
    return [_unveiled(item) for item in value] if isinstance(value, (list, tuple)) else value
