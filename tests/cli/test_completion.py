"""Completion as a shell asks for it: by a real bash, and light."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from arize_tasks.cli.__main__ import parser
from arize_tasks.cli.completion import COMMANDS
from arize_tasks.cli.frame import commands_of
from tests.cli import commands
from tests.packaged import Packaged

PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

# What bash does when a person presses Tab, with argcomplete's own function.
TAB = r"""
set -e
eval "$(register-python-argcomplete {program})"
COMP_TYPE=9 COMP_KEY=9
COMP_LINE='{line}'; COMP_POINT=${{#COMP_LINE}}
_python_argcomplete {program}
printf '%s\n' "${{COMPREPLY[@]}}"
"""


def completed(line: str, folder: Path, path: str = PATH) -> list[str]:
    """Press Tab at the end of a line, in bash."""
    bash = shutil.which("bash")
    assert bash, "bash is needed"
    program = line.split()[0]
    done = subprocess.run(
        [bash, "--norc", "-c", TAB.format(program=program, line=line)],
        # Nobody answers there: what would ask the network fails.
        env={**os.environ, "PATH": path, "ARIZE_BASE_URL": "http://[::1]:1"},
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return sorted(word.strip() for word in done.stdout.splitlines() if word.strip())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("arize-tasks re", ["report"]),
        ("arize-tasks journal ", ["--help", "--version", "-h", "close"]),
        ("arize-tasks report --st", ["--stack-outputs"]),
        ("arize-tasks report --stack-outputs ", ["folder/", "outputs.json"]),
        ("arize-tasks report --space ", []),
        ("arize-tasks import --kind p", ["project", "prompt"]),
        ("arize-tasks import --kind task --ki", ["--kind"]),
        ("arize-tasks preview-comment --format ", ["json", "markdown"]),
        ("arize-tasks preview-comment ou", ["outputs.json"]),
        ("arize-emulator --read", ["--reading", "--readings"]),
        ("arize-emulator --database ou", ["outputs.json"]),
    ],
)
def test_tab_completes_commands_options_choices_and_files(
    line: str, words: list[str], tmp_path: Path
) -> None:
    (tmp_path / "outputs.json").touch()
    (tmp_path / "folder").mkdir()
    assert completed(line, tmp_path) == words


def test_every_command_is_completed_where_the_package_is_installed(
    tmp_path: Path, packaged: Packaged
) -> None:
    found = completed("arize-tasks ", tmp_path, packaged.path())
    assert found == sorted(["--help", "--version", "-h", *commands_of(parser())])


def test_completion_loads_nothing_heavy() -> None:
    program = (
        "import sys, arize_tasks.cli.completion as c, json;"
        "c.described_parser(json.loads(c.COMMANDS.read_text()));"
        "import arize_tasks.cli.entry, arize_tasks.emulator.__main__; print(*sys.modules)"
    )
    loaded = subprocess.check_output([sys.executable, "-c", program], text=True).split()
    assert "argcomplete" in loaded
    assert not {"pydantic", "httpx", "pulumi", "starlette", "arize_tasks.cli.__main__"} & set(
        loaded
    )


def test_page_and_completion_say_what_the_parsers_say() -> None:
    assert COMMANDS.read_text("utf-8") == commands.as_json(), "run `make docs`"
    assert commands.PAGE.read_text("utf-8") == commands.render(), "run `make docs`"
