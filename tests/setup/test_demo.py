"""What the demo does when a step fails or is interrupted: the real driver, a false pulumi."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Notes its environment; `up` does what the test says.
FALSE_PULUMI = """\
#!/bin/sh
env > "$NOTES/environment"
case "$1" in up) eval "$UP" ;; esac
"""


class Demo:
    """The demo driver with a pulumi whose `up` is a line of shell."""

    def __init__(self, folder: Path, up: str) -> None:
        self.notes = folder / "notes"
        self.tmp = folder / "tmp"
        programs = folder / "bin"
        for each in (self.notes, self.tmp, programs):
            each.mkdir()
        for name in ("pulumi", "pulumi-language-python"):
            (programs / name).write_text(FALSE_PULUMI)
            (programs / name).chmod(0o755)
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "scripts" / "demo.py"],
            env={
                **os.environ,
                "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
                "NOTES": str(self.notes),
                "UP": up,
                "TMPDIR": str(self.tmp),
                "ARIZE_API_KEY": "the user's own",
                "PULUMI_BACKEND_URL": "the user's own",
                "PULUMI_ACCESS_TOKEN": "the user's own",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_for_up(self) -> None:
        deadline = time.monotonic() + 60
        while not (self.notes / "up").exists():
            assert time.monotonic() < deadline
            assert self.process.poll() is None
            time.sleep(0.05)

    def finish(self) -> str:
        said, _ = self.process.communicate(timeout=60)
        assert "Traceback" not in said
        assert list(self.tmp.iterdir()) == [], "the scratch folder is still there"
        found = re.search(r"it listens on (\S+)", said)
        assert found, said
        address = urlsplit(found[1])
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address.hostname, address.port or 80), timeout=5)
        return said


def test_demo_failing_step_is_named_and_ends_the_emulator(tmp_path: Path) -> None:
    demo = Demo(tmp_path, up="exit 7")
    said = demo.finish()
    assert demo.process.returncode == 1
    assert "FAILED at step 3 (pulumi up): `pulumi up` ended with code 7" in said

    environment = (demo.notes / "environment").read_text()
    assert "the user's own" not in environment
    assert f"PULUMI_HOME={demo.tmp}" in environment


def test_demo_interrupted_ends_pulumi_and_emulator(tmp_path: Path) -> None:
    stopped = "touch $NOTES/told; kill $!; exit 1"
    demo = Demo(tmp_path, up=f"sleep 600 & trap '{stopped}' INT; touch $NOTES/up; wait")
    demo.wait_for_up()
    demo.process.send_signal(signal.SIGTERM)
    said = demo.finish()
    assert demo.process.returncode == 130
    assert "interrupted at step 3 (pulumi up)" in said
    assert (demo.notes / "told").exists()
