"""What the pages have people type: the README's quick start from an empty folder, then the rest.

All pages but the quick start are typed into the folder and the stack that it leaves behind.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs import placeholders
from tests.docs.blocks import ROOT, blocks
from tests.emulator.process import Emulator
from tests.packaged import Packaged

# The tests share one stack.
pytestmark = [pytest.mark.xdist_group("docs-shell"), pytest.mark.timeout(600)]

HOME = "README.md"
SHELL = [block for block in blocks() if block.kind == "shell"]
PAGES = list(dict.fromkeys(block.page for block in SHELL))


@dataclass
class Desk:
    """Somebody's terminal, in the folder of a project."""

    folder: Path
    emulator: Emulator
    packaged: Packaged

    def types(self, lines: str, **environment: str) -> str:
        """Type some lines; the first that fails ends it. Gives what is shown."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ARIZE_", "PULUMI_"))}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", lines],
            cwd=self.folder,
            env={
                **kept,
                "PULUMI_BACKEND_URL": f"file://{self.folder.parent / 'backend'}",
                "PULUMI_HOME": str(self.folder.parent / "home"),
                "PULUMI_CONFIG_PASSPHRASE": "choose-one",  # as the README says
                "PULUMI_SKIP_CONFIRMATIONS": "true",
                "PULUMI_SKIP_UPDATE_CHECK": "true",
                "ARIZE_BASE_URL": self.emulator.url,  # where this test's service is
                **environment,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=280,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def types_page(self, page: str) -> str:
        """Type all that a page says, in order."""
        own = [block.text for block in SHELL if block.page == page]
        wheel = self.packaged.wheel
        lines = [placeholders.in_shell(text, self.emulator, wheel) for text in own]
        # The quick start makes and enters a virtual environment of its own.
        first = [] if page == HOME else [". ../quality/venv/bin/activate"]
        return self.types("\n".join(first + lines))


def files_of(page: Path) -> Iterator[tuple[str, str]]:
    """Give name and text of each file that a page has people write."""
    text = page.read_text(encoding="utf-8")
    for found in re.finditer(r"^`([\w.]+)`:\n\n```\w+\n(.*?)```", text, re.DOTALL | re.MULTILINE):
        yield found[1], found[2]


@pytest.fixture(scope="module")
def quick_start(
    tmp_path_factory: pytest.TempPathFactory, packaged: Packaged
) -> Iterator[tuple[Desk, str]]:
    """The quick start of the README as printed, from an empty folder, and what it showed."""
    emulator = Emulator("--run-seconds", "0.2")
    placeholders.furnish(emulator)
    base = tmp_path_factory.mktemp("desk")
    desk = Desk(base / "quality", emulator, packaged)
    for folder in ("backend", "home", "quality"):
        (base / folder).mkdir()
    for name, text in files_of(ROOT / HOME):
        (desk.folder / name).write_text(text, encoding="utf-8")
    yield desk, desk.types_page(HOME)
    emulator.stop()
    assert emulator.errors == ""


def test_quick_start_works_as_printed(quick_start: tuple[Desk, str]) -> None:
    desk, shown = quick_start
    assert {"Pulumi.yaml", "__main__.py", "Pulumi.dev.yaml"} <= set(os.listdir(desk.folder))
    assert re.search(r'verdict\s*:\s*"passed"', shown), shown


def test_space_is_imported_as_printed(quick_start: tuple[Desk, str]) -> None:
    """In a project of its own, whose stack has nothing yet."""
    desk, _ = quick_start
    fresh = Desk(desk.folder.with_name("imported"), desk.emulator, desk.packaged)
    fresh.folder.mkdir()
    (fresh.folder / "Pulumi.yaml").write_text("name: imported\nruntime: python\n", "utf-8")
    fresh.types("pulumi stack init fresh && pulumi config set arize:space my-space")
    shown = fresh.types_page("docs/import.md")
    assert "adopts Nightly tone (changes: none)" in shown


# Of each other page, what is shown, or is in the file that comes of it.
SHOWN = {
    "docs/comment.md": "No change to Arize resources",
    "docs/emulator.md": '"api_key"',
    "docs/report.md": "written to stack.html",
    "docs/verify.md": "behaviours found",
}


@pytest.mark.parametrize("page", [page for page in PAGES if page not in (HOME, "docs/import.md")])
def test_page_works_as_printed(page: str, quick_start: tuple[Desk, str]) -> None:
    desk, _ = quick_start
    if page == "docs/report.md":  # which says so
        with (desk.folder / "__main__.py").open("a", encoding="utf-8") as program:
            program.write('pulumi.export("run", run)\n')
        desk.types(". venv/bin/activate; pulumi up --skip-preview")
    shown = desk.types_page(page)
    assert SHOWN.get(page, "") in shown
