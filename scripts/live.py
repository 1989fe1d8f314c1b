"""Try this package on a real account: `arize-tasks verify --write`, then an example's whole life.

The examples' tests order outcomes from the emulator, which no real service takes; so here one
example is previewed, deployed, deployed again and destroyed, in a stack of its own that is gone
afterwards. Settings come from the environment; without a key nothing is done.
"""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "01-continuous-monitoring"
STACK = "live"
# The example's own setting -> where it comes from.
FROM = {"project": "ARIZE_PROJECT", "evaluator": "ARIZE_EVALUATOR"}
# Of the spans that come while the task exists, which is a minute or two.
SAMPLING_RATE = "0.01"


class LiveError(Exception):
    """A step failed; its text is all that the user needs."""


def main(arguments: list[str]) -> None:
    """Run all steps; `--yes` does not ask before things are made."""
    if not os.environ.get("ARIZE_API_KEY", "").strip():
        say("ARIZE_API_KEY is not set: nothing is done.")
        return
    space = os.environ.get("ARIZE_SPACE", "").strip()
    if not space:
        raise LiveError("ARIZE_SPACE is not set; give the name or ID of a space for trials.")
    verify = ["verify", "--write", "--space", space, *arguments]
    run([sys.executable, "-m", "arize_tasks.cli", *verify], ROOT, dict(os.environ))
    missing = [name for name in FROM.values() if not os.environ.get(name, "").strip()]
    if missing:
        say(f"{' and '.join(missing)} not set: example {EXAMPLE.name} is left out.")
        return
    live_of_the_example()


def live_of_the_example() -> None:
    """Deploy and destroy the example in a stack of its own; keep that where it isn't destroyed."""
    scratch = Path(tempfile.mkdtemp(prefix="arize-tasks-live-"))
    folder = scratch / "project"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("venv", "Pulumi.*.yaml"))
    (folder / "venv").symlink_to(sys.prefix)  # its Pulumi.yaml names one
    environment = own_backend(scratch)

    def pulumi(*words: str) -> None:
        run(["pulumi", *words, "--stack", STACK], folder, environment)

    run(["pulumi", "stack", "init", STACK], folder, environment)
    for key, name in FROM.items():
        pulumi("config", "set", key, environment[name])
    pulumi("config", "set", "sampling_rate", SAMPLING_RATE)
    try:
        pulumi("preview")
        pulumi("up", "--yes", "--skip-preview")
        pulumi("up", "--yes", "--skip-preview", "--expect-no-changes")
    finally:
        keep_on_after_ctrl_c()
        try:
            pulumi("destroy", "--yes", "--skip-preview")
        except LiveError as error:
            how = f"in {folder}, with PULUMI_BACKEND_URL={environment['PULUMI_BACKEND_URL']}"
            raise LiveError(f"{error}\nDestroy the stack {STACK!r} {how}.") from None
        shutil.rmtree(scratch)


def own_backend(scratch: Path) -> dict[str, str]:
    """Return the environment with Pulumi's files in a folder, and the caller's key."""
    (scratch / "state").mkdir()
    theirs = {key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")}
    return {
        **theirs,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{theirs.get('PATH', '')}",
        "PULUMI_BACKEND_URL": (scratch / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "live",
        "PULUMI_HOME": str(scratch / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "VIRTUAL_ENV": sys.prefix,
    }


def run(command: list[str], folder: Path, environment: dict[str, str]) -> None:
    """Run a command, its output shown as it comes."""
    shown = ["arize-tasks", *command[3:]] if command[0] == sys.executable else command
    say(f"$ {shlex.join(shown)}")
    with subprocess.Popen(command, cwd=folder, env=environment) as process:  # noqa: S603 - ours
        try:
            code = process.wait()
        except KeyboardInterrupt:
            # The terminal has told the command as well; what it removes may take a while.
            keep_on_after_ctrl_c()
            process.wait()
            raise
    if code != 0:
        raise LiveError(f"`{shlex.join(shown[:2])}` ended with code {code}; see above")


def keep_on_after_ctrl_c() -> None:
    """Let Ctrl-C reach only the command that runs (which SIG_IGN would keep from it, too)."""
    signal.signal(signal.SIGINT, lambda *_: None)


def say(text: str) -> None:
    """Tell people something, in order with what other processes print."""
    print(text, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except LiveError as error:
        sys.exit(f"live: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
