"""`make live`: on a service that is the emulator here; real Pulumi, and nothing left of either."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.emulator.process import Emulator

ROOT = Path(__file__).resolve().parents[2]


def live(tmp_path: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    """Run it with these Arize settings and no others; gives exit code and what it says."""
    theirs = {name: text for name, text in os.environ.items() if not name.startswith("ARIZE_")}
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "live.py", *arguments],
        env={**theirs, "TMPDIR": str(tmp_path), "PULUMI_BACKEND_URL": "the user's own", **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=240,
    )
    assert "Traceback" not in done.stdout
    return done.returncode, done.stdout


def account(emulator: Emulator) -> dict[str, str]:
    return {
        "ARIZE_API_KEY": emulator.api_key,
        "ARIZE_BASE_URL": emulator.url,
        "ARIZE_SPACE": "my-space",
    }


def test_live_without_a_key_says_so_and_does_nothing(tmp_path: Path) -> None:
    assert live(tmp_path) == (0, "ARIZE_API_KEY is not set: nothing is done.\n")
    assert live(tmp_path, ARIZE_API_KEY=" ")[0] == 0


def test_live_without_a_space_is_one_message(tmp_path: Path) -> None:
    code, said = live(tmp_path, ARIZE_API_KEY="a-key")
    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith("live: ARIZE_SPACE is not set")


def test_live_verifies_and_plays_an_example_and_leaves_nothing(
    emulator: Emulator, tmp_path: Path
) -> None:
    names = {"ARIZE_PROJECT": "my-project", "ARIZE_EVALUATOR": "my-evaluator"}
    code, said = live(tmp_path, "--yes", **account(emulator), **names)
    assert code == 0, said
    assert "behaviours found" in said
    assert said.count("$ pulumi ") == 8
    assert emulator.api_key not in said
    assert emulator.admin("GET", "state")["task_count"] == 0
    assert list(tmp_path.iterdir()) == []


def test_live_without_names_for_the_example_only_verifies(
    emulator: Emulator, tmp_path: Path
) -> None:
    code, said = live(tmp_path, "--yes", **account(emulator))
    assert code == 0
    assert said.endswith(
        "ARIZE_PROJECT and ARIZE_EVALUATOR not set: example 01-continuous-monitoring is left out.\n"
    )


def test_live_failing_example_is_destroyed_all_the_same(emulator: Emulator, tmp_path: Path) -> None:
    names = {"ARIZE_PROJECT": "my-project", "ARIZE_EVALUATOR": "nobody's"}
    code, said = live(tmp_path, "--yes", **account(emulator), **names)
    assert code == 1
    assert "live: `pulumi preview` ended with code" in said
    assert "$ pulumi destroy" in said
    assert list(tmp_path.iterdir()) == []


def test_live_asks_before_it_makes_anything(emulator: Emulator, tmp_path: Path) -> None:
    code, said = live(tmp_path, **account(emulator))
    assert code == 1
    assert "add --yes to begin without the question" in said
    assert "live: `arize-tasks verify` ended with code 1; see above" in said
