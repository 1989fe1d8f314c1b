"""Run the main job for people to watch: real Pulumi, the SDK page's tasks, the emulator.

Everything that it makes (stack, state, Pulumi's home, emulator) lives in a scratch folder and is
gone afterwards; of the caller's own Pulumi and Arize settings nothing is read or changed.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PROJECT = "arize-tasks-demo"
STACK = "demo"
# The program's own configuration: what the emulator's world holds under the same names.
PROGRAM_KEYS = (
    "experiment",
    "project",
    "dataset",
    "evaluator",
    "code_evaluator",
    "ai_integration",
)
STEPS = 6
# Arbitrary: the emulator needs about a second for either; a Pulumi that is told to stop, a few.
EMULATOR_START_SECONDS = 30
EMULATOR_STOP_SECONDS = 5
STOP_SECONDS = 30

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class DemoError(Exception):
    """A step failed; its text is all that the user needs."""


class Ended(KeyboardInterrupt):
    """A signal that reached this process alone, unlike Ctrl-C, which Pulumi gets as well."""


# --- steps ---------------------------------------------------------------------------------------


def main() -> None:
    """Run all steps."""
    for program in ("pulumi", "pulumi-language-python"):
        if shutil.which(program) is None:
            raise DemoError(f"there is no {program} on PATH; start the demo with: make demo")
    with tempfile.TemporaryDirectory(
        prefix="arize-tasks-demo-", ignore_cleanup_errors=True
    ) as folder:
        scratch = Path(folder)
        environment = clean_environment(scratch)

        heading(1, "the emulator: a stand-in for Arize on this machine, with the SDK page's world")
        with emulator(scratch, environment) as url:
            say(f"it listens on {url} (open it in a browser to watch tasks and runs)")
            pulumi = Pulumi(scratch, environment)

            heading(
                2, "pulumi stack init, pulumi config set: a stack that lives in a scratch folder"
            )
            pulumi.prepare(url, fixtures(url))

            heading(
                3, "pulumi up: creates the tasks of the SDK page and waits for the runs it starts"
            )
            pulumi.run("up", "--yes", "--skip-preview", configured=True)

            heading(4, "pulumi stack output: what the program tells its readers")
            pulumi.run("stack", "output")

            heading(5, "pulumi up once more: nothing changed, so nothing is done and nothing runs")
            pulumi.run("up", "--yes", "--skip-preview", "--expect-no-changes", configured=True)

            heading(6, "what there is now")
            summarise(pulumi.resources())
    say("")
    say(REAL_SERVICE)


REAL_SERVICE = f"""\
The emulator and the scratch stack are gone. The same against the real service, in a stack of its
own (the tasks are real there, and their runs cost what your model calls cost):

  . .venv/bin/activate
  export PATH="$(make engine-path):$PATH"        # only where pulumi is not on PATH already
  pulumi stack init prod
  pulumi config set --secret arize:apiKey        # asks for the key
  pulumi config set arize:space <your space>
  pulumi config set {PROGRAM_KEYS[0]} <…>      # and so on:
                                                 # {", ".join(PROGRAM_KEYS[1:])}
  pulumi preview
  pulumi up
"""


class Pulumi:
    """The real `pulumi` on a stack in the scratch folder, its output shown as it comes."""

    def __init__(self, scratch: Path, environment: dict[str, str]) -> None:
        self._environment = environment
        self._home = scratch / "project"
        self._config = self._home / f"Pulumi.{STACK}.yaml"

    def prepare(self, url: str, world: dict[str, str]) -> None:
        """Make the stack and its configuration."""
        # `stack init` writes the stack's file beside Pulumi.yaml, so it gets one of its own; all
        # later commands run in the checkout and are told where that file is.
        self._home.mkdir()
        shutil.copyfile(ROOT / "Pulumi.yaml", self._home / "Pulumi.yaml")
        self.run("stack", "init", STACK, folder=self._home)

        plain = {"arize:baseUrl": url, "arize:space": world["space"]}
        plain |= {f"{PROJECT}:{key}": world[key] for key in PROGRAM_KEYS}
        arguments = [part for key in plain for part in ("--plaintext", f"{key}={plain[key]}")]
        secret = f"arize:apiKey={world['api_key']}"
        self.run("config", "set-all", *arguments, "--secret", secret, configured=True)

    def run(self, *arguments: str, configured: bool = False, folder: Path = ROOT) -> None:
        """Run one command and wait for it."""
        command = ["pulumi", *arguments]
        say("$ " + shlex.join("arize:apiKey=…" if "apiKey=" in part else part for part in command))
        if folder == ROOT:
            command += ["--stack", STACK]
        if configured:
            command += ["--config-file", str(self._config)]
        process = subprocess.Popen(command, cwd=folder, env=self._environment)  # noqa: S603 - pulumi
        try:
            code = process.wait()
        except KeyboardInterrupt as stop:
            say("\ndemo: stopping; waiting for pulumi to end")
            if not isinstance(stop, Ended):  # Ctrl-C: pulumi was told by the terminal
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=STOP_SECONDS)
            end(process, STOP_SECONDS)
            raise
        if code != 0:
            raise DemoError(f"`pulumi {arguments[0]}` ended with code {code}; its words are above")

    def resources(self) -> list[dict[str, Any]]:
        """Read the stack's resources from its state."""
        command = ["pulumi", "stack", "export", "--stack", STACK]
        done = subprocess.run(  # noqa: S603 - pulumi
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise DemoError(
                f"`pulumi stack export` ended with code {done.returncode}:\n{done.stderr}"
            )
        resources: list[dict[str, Any]] = json.loads(done.stdout)["deployment"]["resources"]
        return resources


def summarise(resources: list[dict[str, Any]]) -> None:
    """Print each task, and each run with how it ended."""
    ours = [each for each in resources if "dynamic/arize:" in each["type"]]
    for each in ours:
        kind = each["type"].rpartition(":")[2]
        outputs = each.get("outputs", {})
        line = f"  {kind:18} {each['urn'].rpartition('::')[2]:28}"
        if "status" in outputs:
            counts = (
                (key, outputs.get(f"num_{key}")) for key in ("successes", "errors", "skipped")
            )
            line += f" {outputs['status']}: " + ", ".join(
                f"{number:g} {key}" for key, number in counts if isinstance(number, int | float)
            )
        elif "verdict" in outputs:
            line += f" {outputs['verdict']}"
        elif isinstance(outputs.get("name"), str):
            line += f" {outputs['name']!r}"
        say(line)
    runs = sum("status" in each.get("outputs", {}) for each in ours)
    say(f"Tasks and runs in the stack: {len(ours)}, of which runs: {runs}. Every step passed.")


# --- the emulator --------------------------------------------------------------------------------


@contextlib.contextmanager
def emulator(scratch: Path, environment: dict[str, str]) -> Iterator[str]:
    """Run the emulator on a free port; give its address, and end it whatever happens."""
    program = Path(sys.executable).with_name("arize-emulator")
    if not program.exists():
        raise DemoError(f"there is no {program.name} in .venv; start the demo with: make demo")
    log = scratch / "emulator.log"
    with log.open("w") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [program, "--port", "0"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C must not end it before Pulumi has finished with it
        )
    try:
        yield address(process, log)
    finally:
        end(process, EMULATOR_STOP_SECONDS)


def address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Wait until the emulator says where it listens."""
    deadline = time.monotonic() + EMULATOR_START_SECONDS
    while time.monotonic() < deadline:
        said = log.read_text()
        found = re.search(r"listening on (http://\S+)", said)
        if found:
            return found[1]
        if process.poll() is not None:
            raise DemoError(f"the emulator ended with code {process.returncode}:\n{said}")
        time.sleep(0.05)
    raise DemoError(f"the emulator did not start in {EMULATOR_START_SECONDS} s:\n{log.read_text()}")


def fixtures(url: str) -> dict[str, str]:
    """Ask the emulator for the names and IDs of its world."""
    # No proxy of the caller's stands between this machine and itself.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{url}/emulator/fixtures", timeout=10) as answer:
            world: dict[str, str] = json.load(answer)
    except (OSError, ValueError) as error:
        raise DemoError(f"the emulator does not tell its fixtures: {error}") from error
    missing = {"api_key", "space", *PROGRAM_KEYS} - world.keys()
    if missing:
        raise DemoError(f"the emulator's fixtures lack {', '.join(sorted(missing))}")
    return world


# --- processes and environment -------------------------------------------------------------------


def clean_environment(scratch: Path) -> dict[str, str]:
    """Give the caller's environment without its Arize and Pulumi settings."""
    (scratch / "state").mkdir()
    theirs = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ARIZE_", "PULUMI_"))
    }
    return {
        **theirs,
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{theirs.get('PATH', '')}",
        "PULUMI_BACKEND_URL": (scratch / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "demo",
        "PULUMI_HOME": str(scratch / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PYTHONUNBUFFERED": "1",
        "VIRTUAL_ENV": sys.prefix,
    }


def end(process: subprocess.Popen[bytes], patience_seconds: float) -> None:
    """Ask a process to stop, and make it stop where it does not."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=patience_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def interrupt(number: int, frame: FrameType | None) -> None:
    """End on the first signal; further ones do not disturb the cleaning up.

    (Pulumi hears a second Ctrl-C itself, and then ends at once.)
    """
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt if number == signal.SIGINT else Ended


# What a failure anywhere must name.
step = "the start"


def heading(number: int, title: str) -> None:
    """Say which step begins."""
    global step
    step = f"step {number} ({title.partition(':')[0]})"
    say(f"\n[{number}/{STEPS}] {title}")


def say(line: str) -> None:
    """Print a line at once, so that it stands in order with what other processes print."""
    print(line, flush=True)


if __name__ == "__main__":
    for each in SIGNALS:
        signal.signal(each, interrupt)
    try:
        main()
    except DemoError as error:
        sys.exit(f"\ndemo: FAILED at {step}: {error}")
    except KeyboardInterrupt:
        print(
            f"\ndemo: interrupted at {step}; emulator and scratch stack are gone", file=sys.stderr
        )
        sys.exit(130)
