"""The pictures in docs/, made from real runs: `python -m tests.browser.pictures` makes them anew.

The comments are those of the recorded preview `pull-request` and of the recorded update `blocked`;
the report is that of an emulator.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from markdown_it import MarkdownIt

from arize_tasks.cli.__main__ import main as arize_tasks
from tests.browser.chromium import NO_BROWSER, Chromium, find
from tests.cli.histories import make
from tests.cli.previews import RECORDINGS as PREVIEWS
from tests.cli.updates import RECORDINGS as UPDATES
from tests.emulator.process import Emulator

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
FORGE = """<!doctype html><meta charset="utf-8"><style>
body { font: 14px/1.5 system-ui, "Segoe UI", Helvetica, Arial, sans-serif; color: #1f2328;
  max-width: 900px; margin: 0 auto; padding: 8px 16px; }
code { background: #818b981f; border-radius: 6px; padding: .2em .4em; font-size: 85%; }
table { border-collapse: collapse; }
td, th { border: 1px solid #d1d9e0; padding: 6px 13px; }
</style>"""


def picture_of_comment(
    chromium: Chromium, folder: Path, comment: Path, to: Path, height: int
) -> None:
    text = comment.read_text(encoding="utf-8")
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    page = folder / "comment.html"
    page.write_text(FORGE + str(rendered), encoding="utf-8")
    chromium.screenshot(page.as_uri(), to, width=940, height=height)


def picture_of_report(chromium: Chromium, folder: Path) -> None:
    emulator = Emulator("--run-seconds", "0")
    try:
        make(emulator, "Format checks")
        os.environ.update(ARIZE_API_KEY=emulator.api_key, ARIZE_BASE_URL=emulator.url)
        page = folder / "report.html"
        assert arize_tasks(["report", "--space", "my-space", "--output", str(page)]) == 0
    finally:
        emulator.stop()
    chromium.screenshot(page.as_uri(), PICTURES / "report.png", width=1160, height=1360)
    chromium.screenshot(page.as_uri(), PICTURES / "report-phone.png", width=390, height=1500)


def main() -> int:
    """Make all pictures."""
    program = find()
    if program is None:
        print(NO_BROWSER, file=sys.stderr)
        return 1
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for comment, height, name in (
            (PREVIEWS / "pull-request.jsonl.md", 800, "preview-comment.png"),
            (UPDATES / "blocked.jsonl.md", 760, "update-comment.png"),
        ):
            to = PICTURES / name
            picture_of_comment(Chromium(program), Path(folder), comment, to, height)
        picture_of_report(Chromium(program), Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
