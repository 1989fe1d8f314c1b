"""Say which folder holds the `pulumi` to use, and build one first where there is none.

Whoever has the Pulumi CLI keeps it: the one on PATH is taken. Where there is none, the engine is
built from Go modules, once, into the user's cache. Standard library only, as this runs before any
virtual environment exists. The folder is the only thing on stdout; what is going on is on stderr.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

HERE = Path(__file__).resolve().parent

CLI_VERSION = "3.274.1"
# Nothing older was tried; from here on all that this project relies on was measured.
OLDEST_VERSION = (3, 259, 0)
# The newest version whose Go module still holds the Python language host; later ones keep it in a
# module of its own that cannot be fetched as a module. It works with CLI_VERSION.
LANGUAGE_HOST_VERSION = "3.79.0"

SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"
CLI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
LANGUAGE_HOST_PACKAGE = f"{SDK_MODULE}/python/cmd/pulumi-language-python"
# Scripts that stand ready in the SDK's module; the engine looks for them beside itself.
SDK_SCRIPTS = (
    "python/cmd/pulumi-language-python-exec",
    "python/dist/pulumi-resource-pulumi-python",
)

PARTS = ("pulumi", "pulumi-language-python", *(Path(script).name for script in SDK_SCRIPTS))
# What a CLI needs beside it for a Python program with dynamic resources. (The `-exec` script is not
# asked for: a language host may bring its own.)
COMPANIONS = ("pulumi-language-python", "pulumi-resource-pulumi-python")

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SIGN_OF_LIFE_SECONDS = 30
QUOTED_LINES = 15
VENDOR_DOCS = "https://www.pulumi.com/docs/install/"


class EngineError(Exception):
    """Something that the user must mend; its text is shown as it is."""


def say(line: str) -> None:
    """Print a line of progress."""
    print(f"engine: {line}", file=sys.stderr, flush=True)


def minutes(seconds: float) -> str:
    """Give a duration as people say it."""
    whole = int(seconds)
    return f"{whole // 60} min {whole % 60:02d} s" if whole >= 60 else f"{whole} s"


# --- the user's own CLI --------------------------------------------------------------------------


def own_cli() -> Path | None:
    """Find the folder of the `pulumi` on PATH, if it can run Python programs."""
    found = shutil.which("pulumi")
    if found is None:
        return None
    # Homebrew and others put a link on PATH and the companions beside its target.
    folders = (Path(found).absolute().parent, Path(found).resolve().parent)
    for name in COMPANIONS:
        if shutil.which(name) is None and not any(is_program(folder / name) for folder in folders):
            say(f"not taking {found}: it has no {name}, on PATH or beside it")
            return None
    try:
        answer = subprocess.run(  # noqa: S603 - the user's own pulumi, as they would run it
            [found, "version"],
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        say(f"not taking {found}: `pulumi version` does not work ({error})")
        return None
    version = re.match(r"v?(\d+)\.(\d+)\.(\d+)", answer.stdout.strip())
    if answer.returncode != 0 or version is None:
        say(f"not taking {found}: `pulumi version` does not answer with a version")
        return None
    if tuple(map(int, version.groups())) < OLDEST_VERSION:
        oldest = ".".join(map(str, OLDEST_VERSION))
        say(f"not taking {found}: it is {version[0]}; this project needs {oldest} or newer")
        return None
    return folders[0]


def is_program(path: Path) -> bool:
    """Tell whether there is a file that can be executed."""
    return path.is_file() and os.access(path, os.X_OK)


# --- building one --------------------------------------------------------------------------------


def cache_folder() -> Path:
    """Give the folder that holds what is built, by XDG's rule (a relative one is ignored)."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not base.is_absolute():
        base = Path.home() / ".cache"
    return base / "arize-tasks"


def built_engine() -> Path:
    """Give the folder of the engine built here; build it if it is not there."""
    home = cache_folder() / f"pulumi-{CLI_VERSION}"
    if is_whole(home):
        return home / "bin"
    go = find_go()
    home.parent.mkdir(parents=True, exist_ok=True)
    with locked(home.with_name(f"{home.name}.lock")):
        if is_whole(home):  # somebody else built it while this process waited
            return home / "bin"
        for leftover in home.parent.glob(f"{home.name}.building-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        # Built beside its place, renamed at the end: a killed build is never taken for whole.
        building = Path(tempfile.mkdtemp(prefix=f"{home.name}.building-", dir=home.parent))
        try:
            building.chmod(0o755)
            build(go, building / "bin")
            if home.exists():
                shutil.rmtree(home)
            building.rename(home)
        finally:
            shutil.rmtree(building, ignore_errors=True)
    return home / "bin"


def is_whole(home: Path) -> bool:
    """Tell whether an engine stands there with all its parts."""
    return all(is_program(home / "bin" / part) for part in PARTS)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock file; the system lets go of it when this process ends, however it ends."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another process is building the engine; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def needed_go() -> str:
    """Give the oldest Go that builds both modules: what the newer of the two go.mod files says."""
    lines = (
        re.search(r"^go (\S+)$", (HERE / module / "go.mod").read_text(), re.MULTILINE)
        for module in ("cli", "language-python")
    )
    return max((line[1] for line in lines if line), key=version_key)


def version_key(version: str) -> tuple[int, ...]:
    """Make a Go version comparable: `go1.25.11` is (1, 25, 11)."""
    return tuple(map(int, re.findall(r"\d+", version)))[:3]


def find_go() -> str:
    """Find a Go that is new enough."""
    needed = needed_go()
    remedy = (
        "Install one of the two and run this again:\n"
        f"  - the Pulumi CLI {'.'.join(map(str, OLDEST_VERSION))} or newer: {VENDOR_DOCS}\n"
        f"  - Go {needed} or newer; the engine is then built with it, once (about 6 minutes)"
    )
    go = shutil.which("go")
    if go is None:
        raise EngineError(
            f"there is no usable `pulumi` on PATH, and no `go` to build one with.\n{remedy}"
        )
    answer = subprocess.run(  # noqa: S603 - the user's own go
        [go, "env", "GOVERSION"],
        capture_output=True,
        text=True,
        env=go_environment(),
        stdin=subprocess.DEVNULL,
    )
    version = answer.stdout.strip()
    if answer.returncode != 0 or not version:
        raise EngineError(
            "there is no usable `pulumi` on PATH, and `go env GOVERSION` fails:\n"
            f"{quote(answer.stderr.splitlines())}\n{remedy}"
        )
    # With GOTOOLCHAIN=auto and the like, Go may fetch a newer one of itself: the user's decision.
    may_switch = os.environ.get("GOTOOLCHAIN", "local") != "local"
    if version_key(version) < version_key(needed) and not may_switch:
        raise EngineError(
            f"there is no usable `pulumi` on PATH, and {go} is too old to build one ({version})."
            f"\n{remedy}"
        )
    return go


def go_environment() -> dict[str, str]:
    """Give Go's environment: the caller's (GOFLAGS and all), less what would disturb the build."""
    return {
        "GOTOOLCHAIN": "local",  # no other Go is downloaded unless the caller asks for it
        **os.environ,
        "GOWORK": "off",  # a workspace file above the checkout is none of ours
        "CGO_ENABLED": "0",  # no C compiler needed
    }


def build(go: str, target: Path) -> None:
    """Build every part into `target`."""
    started = time.monotonic()
    cli, host = HERE / "cli", HERE / "language-python"
    target.mkdir()

    say(
        f"building the pulumi CLI {CLI_VERSION} from Go modules (about 6 minutes, once)"
        " [1/3] downloading the modules"
    )
    packages = run_go(
        [go, "list", "-mod=readonly", "-deps", CLI_PACKAGE], cli, "modules downloaded"
    )

    say(f"[2/3] compiling {len(packages)} packages (those that Go's cache has are skipped)")
    compile_go(go, cli, CLI_PACKAGE, CLI_VERSION, target / "pulumi")

    say("[3/3] building the Python language host")
    compile_go(go, host, LANGUAGE_HOST_PACKAGE, LANGUAGE_HOST_VERSION, target / PARTS[1])
    where = run_go([go, "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", SDK_MODULE], cli, "")
    for script in SDK_SCRIPTS:
        copy = target / Path(script).name
        shutil.copyfile(Path(where[-1]) / script, copy)
        copy.chmod(0o755)

    say(f"built in {minutes(time.monotonic() - started)}")


def compile_go(go: str, module: Path, package: str, version: str, target: Path) -> None:
    """Compile one program; without the stamp, `pulumi version` would print nothing."""
    stamp = f"-s -w -X {SDK_MODULE}/go/common/version.Version=v{version}"
    command = [go, "build", "-mod=readonly", "-v", "-ldflags", stamp, "-o", str(target), package]
    run_go(command, module, "packages compiled")


def run_go(command: list[str], folder: Path, counted: str) -> list[str]:
    """Run Go, with a sign of life every now and then that counts the lines it writes on stderr.

    Returns: Its lines of stdout.
    Raises:  EngineError with its last words, when it fails.
    """
    started = time.monotonic()
    with subprocess.Popen(  # noqa: S603 - the user's own go
        command,
        cwd=folder,
        env=go_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        # A group of its own, so that Go and its compilers can be ended together.
        start_new_session=True,
    ) as process:
        said: deque[str] = deque(maxlen=QUOTED_LINES)
        lines = 0

        def listen() -> None:
            nonlocal lines
            # When a build is interrupted, its pipe may be closed while its last lines are read.
            with contextlib.suppress(ValueError):
                for line in process.stderr or ():
                    lines += 1
                    said.append(line.rstrip())

        def show_life() -> None:
            while not finished.wait(SIGN_OF_LIFE_SECONDS):
                say(f"  … {minutes(time.monotonic() - started)}, {lines} {counted}")

        finished = threading.Event()
        threads = [threading.Thread(target=each, daemon=True) for each in (listen, show_life)]
        try:
            for thread in threads:
                thread.start()
            output = (process.stdout.read() if process.stdout else "").splitlines()
            process.wait()
        except BaseException:
            end_group(process)
            raise
        finally:
            finished.set()
        threads[0].join()
    if process.returncode != 0:
        raise EngineError(
            f"building the engine failed: `go {command[1]}` ended with code {process.returncode}."
            f" Its last lines:\n{quote(said)}\n"
            "Where this cannot be mended (a network without Go modules, a small disk), install the"
            f" Pulumi CLI instead: {VENDOR_DOCS}"
        )
    return output


def end_group(process: subprocess.Popen[str]) -> None:
    """End a process and all it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)


def quote(lines: deque[str] | list[str]) -> str:
    """Indent the last lines of somebody else's output."""
    return "\n".join(f"  | {line}" for line in list(lines)[-QUOTED_LINES:]) or "  | (nothing)"


# --- the command ---------------------------------------------------------------------------------


def interrupt(number: int, frame: FrameType | None) -> None:
    """End on the first signal; further ones do not disturb the cleaning up."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def main() -> int:
    """Print the folder of the `pulumi` to use."""
    for number in SIGNALS:
        signal.signal(number, interrupt)
    try:
        folder = own_cli() or built_engine()
    except EngineError as error:
        say(str(error))
        return 1
    except OSError as error:
        say(f"cannot write the engine's folder: {error}")
        return 1
    except KeyboardInterrupt:
        say("interrupted; nothing was kept but what Go has in its own caches")
        return 130
    print(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
