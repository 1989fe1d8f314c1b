"""The code of the documentation: every block, its kind, and why some are not run.

A block says its language. What is done with it follows from that:

- `python`: a *test* where it defines one (run by pytest), a *program* where it makes resources
  (previewed by Pulumi), else a *script* (run by Python). The blocks of a page are one program, each
  goes on where the one before it ended.
- `shell`, `bash`, and what is only indented: typed into a terminal, page by page.
- `json`, `yaml`: read.
- `text`: what something prints.

Names in the pages are those of the emulator's world; what a reader puts in its place is in
`placeholders.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "examples").rglob("*.md")),
]

KINDS = {
    "bash": "shell",
    "json": "data",
    "python": "python",
    "shell": "shell",
    "text": "output",
    "yaml": "data",
}

# Of each block that no test of this folder runs, its page and how it begins ("" means the whole
# page), and why.
NOT_RUN = {
    ("README.md", "make demo"): "tests/setup runs it",
    ("README.md", "make test"): "runs these tests",
    ("CONTRIBUTING.md", ". .venv/bin/activate"): "needs an account; tests/setup plays it",
    ("docs/policy.md", "from pulumi_policy"): "serves until it is stopped",
    (
        "docs/policy.md",
        "pulumi preview",
    ): "tests/engine/test_policy.py does, with a pack that runs here",
    ("docs/comment.md", "arize-tasks comment --format"): "needs jq",
    ("docs/testing.md", ""): "tests/unit/test_testing_page.py runs each",
    ("docs/commands.md", ""): "the examples of --help; tests/cli runs the commands",
    ("examples/", ""): "tests/engine/test_examples.py types the READMEs, each in its own folder",
}


@dataclass(frozen=True)
class Block:
    """One block of code.

    Attributes:
        page: Relative to the checkout.
        line: Where it begins, from 1.
        language: As the page says it; "shell" for what is only indented.
        text: The code.
    """

    page: str
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        """Where it is, as editors take it."""
        return f"{self.page}:{self.line}"

    @property
    def kind(self) -> str:
        """What is done with it; empty where its language is none that we know."""
        kind = KINDS.get(self.language, "")
        if self.reason:
            return "not run"
        return _kind_of_python(self.text) if kind == "python" else kind

    @property
    def reason(self) -> str:
        """Why it is not run; empty where it is."""
        return next((why for of, why in NOT_RUN.items() if self.is_called(of)), "")

    def is_called(self, of: tuple[str, str]) -> bool:
        """Tell whether a page and a beginning mean it."""
        return self.page.startswith(of[0]) and self.text.startswith(of[1])


def _kind_of_python(text: str) -> str:
    if re.search(r"^def test_", text, re.MULTILINE):
        return "test"
    resources = r"\b(import pulumi|pulumi\.export|arize_tasks\.(?!ArizeClient)[A-Z]\w+\()"
    return "program" if re.search(resources, text) else "script"


def blocks() -> list[Block]:
    """Give every block of every page."""
    return [block for page in PAGES for block in blocks_of(page)]


def blocks_of(page: Path) -> Iterator[Block]:
    """Give the blocks of one page, also those inside lists."""
    name = page.relative_to(ROOT).as_posix()
    for token in MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8")):
        if token.type == "fence" and token.map:
            yield Block(name, token.map[0] + 1, token.info.strip(), token.content)
        elif token.type == "code_block" and token.map:
            yield Block(name, token.map[0] + 1, "shell", token.content)
