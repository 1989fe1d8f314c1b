"""What `make dist` builds: the wheel is made from the sdist, and installed on its own."""

from __future__ import annotations

import re
import subprocess
import tarfile
import zipfile

import pytest

from tests.packaged import ROOT, Packaged

# What the code reads at run time, and what tools look for beside it.
NEEDED = {
    "arize_tasks/py.typed",
    "arize_tasks/emulator/ledger.json",
    "arize_tasks/emulator/page.html",
    "arize_tasks/cli/history/page.css",
    "pulumi_arize_tasks/pulumi-plugin.json",
}


def declared_version() -> str:
    found = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert found is not None
    return found[1]


def said(packaged: Packaged, *command: str) -> str:
    program, *arguments = command
    done = subprocess.run(
        [packaged.venv / "bin" / program, *arguments],
        cwd=packaged.folder,  # where there is no checkout to import from
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_wheel_has_the_package_and_its_data_and_nothing_else(packaged: Packaged) -> None:
    with zipfile.ZipFile(packaged.wheel) as wheel:
        files = set(wheel.namelist())
    assert files >= NEEDED
    folders = {name.partition("/")[0] for name in files}
    about = f"pulumi_arize_tasks-{declared_version()}.dist-info"
    assert folders == {"arize_tasks", "pulumi_arize_tasks", about}
    package = {path.relative_to(ROOT).as_posix() for path in (ROOT / "arize_tasks").rglob("*.*")}
    missing = {name for name in package - files if "__pycache__" not in name}
    assert missing == {"arize_tasks/pulumi-plugin.json"}  # it is at its second place there


def test_sdist_has_what_a_wheel_is_built_from_and_no_tests(packaged: Packaged) -> None:
    with tarfile.open(packaged.sdist) as archive:
        files = {name.partition("/")[2] for name in archive.getnames()}
    assert files >= {"pyproject.toml", "hatch_build.py", "README.md", "CHANGELOG.md"}
    folders = {name.partition("/")[0] for name in files if "/" in name}
    assert folders == {"arize_tasks"}


@pytest.mark.parametrize("command", ["arize-tasks", "arize-emulator"])
def test_commands_say_the_version(packaged: Packaged, command: str) -> None:
    assert said(packaged, command, "--version") == f"{command} {declared_version()}"


def test_package_is_imported_from_where_it_is_installed(packaged: Packaged) -> None:
    program = "import arize_tasks; arize_tasks.EvaluationTask; print(arize_tasks.__file__)"
    assert said(packaged, "python", "-c", program).startswith(str(packaged.venv.resolve()))


def test_changelog_has_the_version_and_a_head_for_what_comes() -> None:
    heads = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert heads[:2] == ["Unreleased", declared_version()]
