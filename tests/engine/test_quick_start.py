"""The quick start of the README, as printed, from an empty folder; and its links."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.emulator.process import Emulator

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "examples").glob("*/*.md")]
PAGES += (ROOT / "examples").glob("*.md")
QUICK_START = README.partition("## A stack of your own")[2].partition("\n## ")[0]


def file_of(name: str) -> str:
    """The text that the quick start gives a file."""
    found = re.search(rf"`{re.escape(name)}`:\n\n```\w+\n(.*?)```", QUICK_START, re.DOTALL)
    assert found is not None, name
    return found[1]


def commands() -> list[str]:
    """The lines that are typed, in order."""
    typed = re.sub(r"```.*?```", "", QUICK_START, flags=re.DOTALL)
    return [line.strip() for line in typed.splitlines() if line.startswith("    ")]


def shell(folder: Path, lines: list[str], **environment: str) -> str:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ARIZE_", "PULUMI_"))}
    done = subprocess.run(
        ["bash", "-euc", "\n".join(lines)],
        cwd=folder,
        env={**kept, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_quick_start_works_as_printed(emulator: Emulator, tmp_path: Path) -> None:
    folder, home = tmp_path / "quality", tmp_path / "home"
    (tmp_path / "backend").mkdir()
    folder.mkdir()
    home.mkdir()
    for name in ("Pulumi.yaml", "__main__.py"):
        (folder / name).write_text(file_of(name))
    script = []
    for line in commands():
        # What a terminal would be asked for, and where this test's service is.
        if line.endswith("arize:apiKey"):
            line = f"printf %s '{emulator.api_key}' | {line}"
            script.append(f"pulumi config set arize:baseUrl {emulator.url}")
        script.append(line.replace("/path/to/this/checkout", str(ROOT)))
    assert [line.split()[0] for line in commands()][-2:] == ["pulumi", "pulumi"]
    said = shell(
        folder,
        script,
        PULUMI_BACKEND_URL=f"file://{tmp_path / 'backend'}",
        PULUMI_HOME=str(home),
        PULUMI_CONFIG_PASSPHRASE="test",
        PULUMI_SKIP_CONFIRMATIONS="true",
        PULUMI_SKIP_UPDATE_CHECK="true",
    )
    assert re.search(r'verdict\s*:\s*"passed"', said), said


def test_readme_can_be_read_in_a_minute() -> None:
    assert len(README.splitlines()) <= 130


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (page.parent / file) if file else page
        assert there.exists(), target
        if anchor and there.suffix == ".md":
            heads = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
            assert anchor in slugs, target
