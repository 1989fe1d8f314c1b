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
from tests.docs.blocks import NOT_RUN, Block, blocks
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


def test_programs_of_all_pages_can_be_previewed(
    furnished: Emulator, packaged: Packaged, tmp_path: Path
) -> None:
    """One stack, one preview, with a key: every name in the pages is looked up."""
    pages = [
        {
            "name": re.sub(r"\W+", "-", page),
            "blocks": [
                {"place": block.place, "text": placeholders.in_python(block.text, furnished)}
                for block in own
            ],
        }
        for page, own in by_page(of_kind("program"))
    ]
    program = Path(__file__).with_name("all_pages.py").read_text(encoding="utf-8")
    stack = Stack(tmp_path, furnished, program, environment={"PATH": packaged.path()})
    (stack.project / "pages.json").write_text(json.dumps(pages), encoding="utf-8")
    for secret in ("openai_key", "europe_key"):
        stack.configure(secret, furnished.api_key, secret=True)
    found = stack.preview()
    made = {
        event["resourcePreEvent"]["metadata"]["urn"]
        for event in found.events
        if "resourcePreEvent" in event
    }
    for page in pages:
        kinds = f"docs:{page['name']}:Page$pulumi-python:dynamic/arize:"
        assert any(kinds in urn for urn in made), page["name"]
    assert {request["method"] for request in furnished.requests()} <= {"GET", "POST"}
    assert [line for line in found.output.splitlines() if "warning:" in line] == []
    for line in next(
        block.text for block in of_kind("output") if "adopts" in block.text
    ).splitlines():
        assert line in found.output


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
