"""`arize-tasks preview-comment`: a preview as a comment for a pull request."""

from __future__ import annotations

import argparse
import dataclasses
import json
from typing import Any

from arize_tasks.cli.commenting.headline import headline
from arize_tasks.cli.commenting.markdown import markdown
from arize_tasks.cli.commenting.preview.asking import with_answers
from arize_tasks.cli.commenting.reading import read_preview
from arize_tasks.cli.commenting.review import Review, review
from arize_tasks.cli.commenting.steps import Veil
from arize_tasks.cli.reading import STANDARD_INPUT, read_text
from arize_tasks.cli.writing import write_out

NAME = "comment"
HELP = "write a pull request comment about a preview, or about an update"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "file",
        nargs="?",
        default=STANDARD_INPUT,
        metavar="FILE",
        help="the engine's event log, or what `pulumi preview --json` printed; - is the standard "
        "input (default)",
    )
    parser.add_argument(
        "--format",
        choices=("markdown", "json"),
        default="markdown",
        help="Markdown (default), or JSON for programs",
    )


def run(options: argparse.Namespace) -> int:
    """Read the preview and print what it means; gives the exit code."""
    fix = "give the file that `pulumi preview --event-log FILE` wrote."
    found = review(with_answers(read_preview(read_text(options.file, fix=fix))))
    write_out(as_json(found) if options.format == "json" else markdown(found))
    return 0


def as_json(found: Review) -> str:
    """Return a review as JSON, its headline first; what can't be shown is a text in brackets."""
    content: dict[str, Any] = {"headline": headline(found), "stack": found.stack}
    for section in found.sections:  # under the last word of the noun: a task run is a run
        noun = section.kind.noun.rpartition(" ")[2]
        content[f"{noun}s"] = [dataclasses.asdict(change) for change in section.changes]
        content |= section.more
    rest = {f.name: getattr(found, f.name) for f in dataclasses.fields(found)}
    content |= {name: value for name, value in rest.items() if name != "sections"}
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
