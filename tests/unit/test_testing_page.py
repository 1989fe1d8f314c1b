"""docs/testing.md: its code is run, its tables are true."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from arize_tasks.testing import Emulator
from tests.unit.mocked import FUNCTIONS, record_of, smallest, token_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
# Example 10 is run by tests/engine/test_example_testing.py.
EXAMPLE = [path.read_text("utf-8") for path in (ROOT / "examples" / "10-testing").glob("*.py")]


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_code_is_a_part_of_the_example_that_is_run_or_runs_by_itself(number: int) -> None:
    block = BLOCKS[number]
    if any(block in text for text in EXAMPLE):
        return
    command = [sys.executable, "-W", "error", "-c", block]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_functions_have_their_token_and_what_is_needed() -> None:
    rows = []
    for function in FUNCTIONS:
        needed = ", ".join(f'"{name}"' for name in smallest(function))
        some = "a list of " if record_of(function)[1] else ""
        rows.append(f"| `{function}` | `{token_of(function)}` | {some}`{{{needed}}}` |")
    table = PAGE.partition("<!-- functions -->\n")[2].partition("<!-- end -->")[0]
    assert sorted(table.splitlines()[2:]) == sorted(rows)


def test_all_that_the_emulator_offers_has_a_row() -> None:
    rows = "\n".join(line for line in PAGE.splitlines() if line.startswith("|"))
    offered = {name for name in dir(Emulator) if not name.startswith("_")}
    offered |= {"url", "api_key", "space", "fixtures"}
    assert {name for name in offered if not re.search(rf"`{name}[`(]", rows)} == set()
