"""Every block of code in the documentation is what it says, and runs as it stands."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs import placeholders
from tests.docs.blocks import NOT_RUN, ROOT, Block, blocks
from tests.emulator.process import Emulator
from tests.engine.stack import Stack
from tests.packaged import Packaged

BLOCKS = blocks()
READERS: dict[str, Callable[[str], Any]] = {"json": json.loads, "yaml": yaml.safe_load}


def of_kind(*kinds: str) -> list[Block]:
    return [block for block in BLOCKS if block.kind in kinds]


def by_page(found: list[Block]) -> Iterator[tuple[str, list[Block]]]:
    for page, own in groupby(found, lambda block: block.page):
        yield page, list(own)


@pytest.fixture(name="furnished")
def _furnished(emulator: Emulator) -> Emulator:
    placeholders.furnish(emulator)
    return emulator


def test_every_block_says_a_language_that_is_known() -> None:
    assert [f"{block.place}: {block.language!r}" for block in BLOCKS if not block.kind] == []


def test_what_is_not_run_is_there_and_little() -> None:
    for of in NOT_RUN:
        assert any(block.is_called(of) for block in BLOCKS), of
    assert len(NOT_RUN) <= 10


@pytest.mark.parametrize("block", of_kind("data"), ids=lambda block: block.place)
def test_data_can_be_read(block: Block) -> None:
    assert READERS[block.language](block.text)


def stack_of(
    found: list[Block], emulator: Emulator, packaged: Packaged, folder: Path
) -> tuple[Stack, list[str]]:
    """Give a stack with the programs of all those pages, and how the pages are called in it."""
    pages = [
        {
            "name": re.sub(r"\W+", "-", page),
            "blocks": [
                {"place": block.place, "text": placeholders.in_python(block.text, emulator)}
                for block in own
            ],
        }
        for page, own in by_page(found)
    ]
    program = Path(__file__).with_name("all_pages.py").read_text(encoding="utf-8")
    stack = Stack(folder, emulator, program, environment={"PATH": packaged.path()})
    (stack.project / "pages.json").write_text(json.dumps(pages), encoding="utf-8")
    return stack, [str(page["name"]) for page in pages]


def test_programs_of_all_pages_can_be_previewed(
    furnished: Emulator, packaged: Packaged, tmp_path: Path
) -> None:
    """One stack, one preview, with a key: every name in the pages is looked up."""
    stack, pages = stack_of(of_kind("program"), furnished, packaged, tmp_path)
    for secret in ("openai_key", "europe_key"):
        stack.configure(secret, furnished.api_key, secret=True)
    found = stack.preview()
    made = {
        event["resourcePreEvent"]["metadata"]["urn"]
        for event in found.events
        if "resourcePreEvent" in event
    }
    for page in pages:
        assert any(f"docs:{page}:Page$pulumi-python:dynamic/arize:" in urn for urn in made), page
    assert {request["method"] for request in furnished.requests()} <= {"GET", "POST"}
    assert [line for line in found.output.splitlines() if "warning:" in line] == []
    for line in next(
        block.text for block in of_kind("output") if "adopts" in block.text
    ).splitlines():
        assert line in found.output


def test_runs_and_gates_of_the_pages_get_through_after_the_quick_start(
    furnished: Emulator, packaged: Packaged, tmp_path: Path
) -> None:
    """What the quick start leaves behind are rows that have labels already.

    The judge finds what passes the bars of the pages: with what it finds otherwise, they decide
    nothing.
    """
    programs = of_kind("program")
    first = [block for block in programs if block.page == "README.md"]
    (tmp_path / "first").mkdir()
    stack_of(first, furnished, packaged, tmp_path / "first")[0].up()
    waiting = {
        block.page
        for block in programs
        if re.search(r"\b(TaskRun|EvaluationGate)\(", block.text) and block not in first
    }
    assert "docs/how-to/gate-a-release.md" in waiting
    (tmp_path / "then").mkdir()
    furnished.outcome(scores={"correctness": {"share": 0.97}}, times=100)
    blocks_ = [block for block in programs if block.page in waiting]
    stack, pages = stack_of(blocks_, furnished, packaged, tmp_path / "then")
    done = stack.up()
    for page in pages:
        assert any(f"docs:{page}:Page$" in held["urn"] for held in stack.everything_held()), page
    assert done.code == 0


@pytest.mark.parametrize("block", of_kind("script", "test"), ids=lambda block: block.place)
def test_script_runs(block: Block, furnished: Emulator, packaged: Packaged, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(block.text, encoding="utf-8")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ARIZE_", "PULUMI_"))}
    environment = {**kept, "ARIZE_API_KEY": furnished.api_key, "ARIZE_BASE_URL": furnished.url}
    command = [str(packaged.venv / "bin" / "python"), "test_it.py"]
    if block.kind == "test":  # our pytest, with the package from the wheel
        command = [sys.executable, "-m", "pytest", "test_it.py"]
        environment["PYTHONPATH"] = str(next(packaged.venv.glob("lib/python*/site-packages")))
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_is_installed_by_a_name_that_no_index_has() -> None:
    """Nothing is released: who installs the name gets nothing, or what a stranger put there."""
    told = [*ROOT.glob("README.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*/README.md")]
    said = [*told, *ROOT.glob("arize_tasks/**/*.py")]
    assert len(said) > 200
    by_name = re.compile(r"""pip3? install[^\n#]*[\s'"=]pulumi-arize-tasks\b(?!\S*\.whl)""")
    assert by_name.search("pip install --upgrade 'pulumi-arize-tasks[emulator]'")
    assert [str(path.relative_to(ROOT)) for path in said if by_name.search(path.read_text())] == []
