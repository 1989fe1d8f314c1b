"""Writes docs/fields.md, what fields take and what changes do: `python -m tests.kinds.fields`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from arize_tasks.schema.kind import Kind
from arize_tasks.schema.kinds import kinds
from arize_tasks.schema.marks import marks_of

PAGE = Path(__file__).parents[2] / "docs" / "fields.md"

HEAD = """\
# Fields, and what a change of each does

Generated (`make docs`) from the marks that stand at the fields and that decide.
"""


def table(kind: Kind) -> str:
    """The fields of a kind that a program can give."""
    lines = ["| field | takes | what changing it does |", "|---|---|---|", *_rows(kind)]
    return f"\n## {kind.noun.capitalize()}\n\n" + "\n".join(lines) + "\n"


def _rows(kind: Kind) -> Iterator[str]:
    shown: set[str] = set()
    for spec in kind.specs.values():
        for name, field in spec.model_fields.items():
            marks = marks_of(spec)[name]
            behaviour = marks.behaviour
            if name in shown or marks.internal or behaviour is None:
                continue
            shown.add(name)
            takes = str(field.description).replace("|", "\\|")
            yield f"| `{name}` | {takes} | {behaviour.value} |"


def render() -> str:
    """The page."""
    return HEAD + "".join(table(kind) for kind in kinds())


if __name__ == "__main__":
    PAGE.write_text(render())
