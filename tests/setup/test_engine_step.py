"""The engine step, run as users run it: the real script, on a PATH made for each test."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import wait_for

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "engine" / "ensure.py"
PARTS = {
    "pulumi",
    "pulumi-language-python",
    "pulumi-language-python-exec",
    "pulumi-resource-pulumi-python",
}

# Stands for Go: every call is noted; what it "compiles" is an empty script, after BUILD_SECONDS.
WORKING_GO = """\
echo "$@" >> "$TMPDIR/go-calls"
case "$*" in
  "env GOVERSION") echo go1.99.0 ;;
  *-deps*) echo "go: downloading one" >&2; echo a; echo b ;;
  *"-m -f"*) echo "$TMPDIR/sdk" ;;
  build*)
    sleep "${BUILD_SECONDS:-0}"
    while [ "$1" != -o ]; do shift; done
    printf '#!/bin/sh\\n' > "$2"; chmod +x "$2" ;;
esac
"""


class Machine:
    """A machine with nothing on PATH but a shell's basics and what a test puts there."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.cache = folder / "cache"
        self.engine = self.cache / "arize-tasks" / "pulumi-3.274.1"
        self.tmp = folder / "tmp"
        for each in (self.bin, self.tmp / "sdk/python/cmd", self.tmp / "sdk/python/dist"):
            each.mkdir(parents=True)
        (self.tmp / "sdk/python/cmd/pulumi-language-python-exec").touch()
        (self.tmp / "sdk/python/dist/pulumi-resource-pulumi-python").touch()
        basics = folder / "basics"
        basics.mkdir()
        for name in ("sh", "sleep", "chmod"):
            for place in ("/bin", "/usr/bin"):
                if Path(place, name).exists():
                    (basics / name).symlink_to(Path(place, name))
                    break
        self.environment = {
            "PATH": f"{self.bin}{os.pathsep}{basics}",
            "HOME": str(folder),
            "XDG_CACHE_HOME": str(self.cache),
            "TMPDIR": str(self.tmp),
        }

    def add(self, name: str, script: str = "", folder: Path | None = None) -> Path:
        path = (folder or self.bin) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return path

    def add_pulumi(self, version: str, folder: Path | None = None) -> None:
        self.add("pulumi", f"echo {version}", folder)
        self.add("pulumi-language-python", folder=folder)
        self.add("pulumi-resource-pulumi-python", folder=folder)

    def start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, SCRIPT],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self) -> tuple[int, str, str]:
        process = self.start()
        out, err = process.communicate(timeout=60)
        assert "Traceback" not in err
        return process.returncode, out, err

    def go_calls(self) -> list[str]:
        noted = self.tmp / "go-calls"
        return noted.read_text().splitlines() if noted.exists() else []

    def left_in_cache(self) -> set[str]:
        folder = self.cache / "arize-tasks"
        return {each.name for each in folder.iterdir()} if folder.exists() else set()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_no_pulumi_and_no_go_says_what_to_install(machine: Machine) -> None:
    code, out, err = machine.run()
    assert (code, out) == (1, "")
    assert "Install one of the two" in err
    assert "the Pulumi CLI 3.259.0 or newer" in err
    assert "Go 1.26" in err
    assert machine.left_in_cache() == set()


def test_pulumi_with_its_language_host_is_taken(machine: Machine) -> None:
    machine.add_pulumi("v3.272.1")
    assert machine.run() == (0, f"{machine.bin}\n", "")


def test_pulumi_linked_from_beside_its_language_host_is_taken(machine: Machine) -> None:
    cellar = machine.tmp / "cellar"
    machine.add_pulumi("v3.300.0-alpha.1+abc", cellar)
    (machine.bin / "pulumi").symlink_to(cellar / "pulumi")
    assert machine.run() == (0, f"{machine.bin}\n", "")


@pytest.mark.parametrize(
    ("version", "reason"),
    [("v3.258.9", "it is v3.258.9; this project needs 3.259.0"), ("what", "does not answer")],
)
def test_pulumi_of_unfit_version_falls_through_to_building(
    machine: Machine, version: str, reason: str
) -> None:
    machine.add_pulumi(version)
    machine.add("go", WORKING_GO)
    code, out, err = machine.run()
    assert (code, out) == (0, f"{machine.engine / 'bin'}\n")
    assert reason in err


def test_pulumi_without_language_host_and_failing_build_quotes_go(machine: Machine) -> None:
    machine.add("pulumi", "echo v3.272.1")
    machine.add(
        "go", 'test "$1" = env && echo go1.99.0 && exit; echo "dial tcp: oh no" >&2; exit 7'
    )
    code, out, err = machine.run()
    assert (code, out) == (1, "")
    assert "it has no pulumi-language-python" in err
    assert "`go list` ended with code 7" in err
    assert "| dial tcp: oh no" in err
    assert "install the Pulumi CLI instead" in err
    assert machine.left_in_cache() == {"pulumi-3.274.1.lock"}


def test_go_too_old_is_refused_unless_it_may_switch(machine: Machine) -> None:
    machine.add("go", 'test "$1" = env && echo go1.20.3 && exit; echo "switched" >&2; exit 1')
    code, out, err = machine.run()
    assert (code, out) == (1, "")
    assert "too old to build one (go1.20.3)" in err
    machine.environment["GOTOOLCHAIN"] = "auto"
    assert "| switched" in machine.run()[2]


def test_build_is_whole_and_done_once(machine: Machine) -> None:
    machine.add("go", WORKING_GO)
    code, out, err = machine.run()
    assert (code, out) == (0, f"{machine.engine / 'bin'}\n")
    assert [f"[{n}/3]" in err for n in (1, 2, 3)] == [True] * 3
    assert {each.name for each in (machine.engine / "bin").iterdir()} == PARTS
    assert all(os.access(machine.engine / "bin" / part, os.X_OK) for part in PARTS)

    (machine.bin / "go").unlink()
    assert machine.run() == (0, f"{machine.engine / 'bin'}\n", "")


def test_build_with_a_part_missing_is_not_taken_for_whole(machine: Machine) -> None:
    machine.add("go", WORKING_GO)
    machine.run()
    (machine.engine / "bin" / "pulumi-language-python-exec").unlink()
    assert machine.run()[0] == 0
    assert {each.name for each in (machine.engine / "bin").iterdir()} == PARTS


def test_two_builds_at_once_build_once(machine: Machine) -> None:
    machine.add("go", WORKING_GO)
    machine.environment["BUILD_SECONDS"] = "0.5"
    both = [machine.start(), machine.start()]
    said = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert {out for out, _ in said} == {f"{machine.engine / 'bin'}\n"}
    assert sum(call.startswith("build") for call in machine.go_calls()) == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_build_ends_go_and_leaves_nothing(
    machine: Machine, number: signal.Signals
) -> None:
    process = start_endless_build(machine)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert "interrupted" in err
    assert "Traceback" not in err
    assert machine.left_in_cache() == {"pulumi-3.274.1.lock"}
    # Whoever inherits a dead process buries it late.
    wait_for(lambda: not is_alive(go_process(machine)), seconds=30)


def test_killed_build_is_not_taken_for_whole(machine: Machine) -> None:
    process = start_endless_build(machine)
    process.kill()
    process.communicate(timeout=30)
    os.killpg(go_process(machine), signal.SIGKILL)
    assert not machine.engine.exists()

    machine.add("go", WORKING_GO)
    assert machine.run()[0] == 0
    assert machine.left_in_cache() == {"pulumi-3.274.1.lock", "pulumi-3.274.1"}


def start_endless_build(machine: Machine) -> subprocess.Popen[str]:
    """Start a build whose compiler never ends and never stops talking; wait until it compiles."""
    # So much at a time that whoever listens is behind when the end comes.
    talking = "while :; do echo '" + "compiling\n" * 5000 + "' >&2; done"
    endless = f'case "$1" in build) echo $$ > "$TMPDIR/go-pid"; {talking} ;; esac\n'
    machine.add("go", endless + WORKING_GO)
    process = machine.start()
    wait_for((machine.tmp / "go-pid").exists, seconds=30)
    return process


def go_process(machine: Machine) -> int:
    return int((machine.tmp / "go-pid").read_text())


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
