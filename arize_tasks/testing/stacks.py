"""A stack for one test: a copy of the project, with its state beside it, on the real engine."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from pulumi.automation import (
    ConfigValue,
    LocalWorkspace,
    LocalWorkspaceOptions,
    Stack,
    create_stack,
)

from arize_tasks.errors import EmulatorError
from arize_tasks.provider.places import PLACE


def new_stack(
    project: Path,
    folder: Path,
    *,
    name: str,
    environment: Mapping[str, str],
    config: Mapping[str, ConfigValue],
) -> Stack:
    """Make the stack; see `Emulator.stack`.

    Args:
        project: The folder with Pulumi.yaml.
        folder: Where copy and state go.
        name: Of the stack.
        environment: More variables for its commands.
        config: Its config.
    """
    if shutil.which("pulumi") is None:
        raise EmulatorError(
            "There is no pulumi command on PATH.",
            why="a stack of a test runs on the real engine.",
            fix="install the Pulumi CLI; tests with mocks do without.",
        )
    if not any((project / f"Pulumi.{ending}").exists() for ending in ("yaml", "yml", "json")):
        raise EmulatorError(
            f"There is no Pulumi.yaml in {project}.",
            fix="give the folder of the project, such as Path(__file__).parent.",
        )
    state = folder / "state"
    state.mkdir(parents=True)
    copy = shutil.copytree(project, folder / "project", ignore=_not_of_the_program)
    _run_with_this_python(copy)
    variables = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "test",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        PLACE: str(folder / "journal.sqlite3"),
        **environment,
    }
    stack = create_stack(name, work_dir=str(copy), opts=LocalWorkspaceOptions(env_vars=variables))
    stack.set_all_config(dict(config))
    return stack


def _not_of_the_program(folder: str, names: list[str]) -> list[str]:
    """Return what is not copied: virtual environments, caches, and the config of real stacks."""
    here = Path(folder)
    stacks = [n for n in names if n.startswith("Pulumi.") and n.count(".") > 1]
    return stacks + [
        name
        for name in names
        if name in (".git", "__pycache__", "node_modules") or (here / name / "pyvenv.cfg").exists()
    ]


def _run_with_this_python(project: Path) -> None:
    """Let the program run in the Python of the tests, which has what it needs."""
    workspace = LocalWorkspace(work_dir=str(project))
    settings = workspace.project_settings()
    # A virtual environment that Pulumi.yaml names is not in the copy.
    settings.runtime, settings.backend = "python", None
    workspace.save_project_settings(settings)
