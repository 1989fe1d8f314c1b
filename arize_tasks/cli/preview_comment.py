"""`arize-tasks preview-comment`: the name that `arize-tasks comment` has had for previews."""

from __future__ import annotations

from arize_tasks.cli.comment import add_arguments, run

__all__ = ["EXAMPLES", "HELP", "NAME", "add_arguments", "run"]

NAME = "preview-comment"
HELP = "the earlier name of comment"
EXAMPLES = ("arize-tasks preview-comment preview.jsonl > comment.md",)
