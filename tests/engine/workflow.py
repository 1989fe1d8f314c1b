"""Jobs of CI run here: the `run:` steps of GitHub Actions, and the scripts of GitLab CI, as shell.

What `uses:` an action is not run, and every action must be known. Expressions are allowed in `env`
and `if` only, and each must be known; so a template that grows asks for a look at this.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

# What they do to a job that already has its checkout, Python and CLI: nothing.
ACTIONS = {
    "actions/checkout",
    "actions/setup-python",
    "actions/cache/restore",
    "actions/cache/save",
    "pulumi/actions",
}
EVEN_AFTER_A_FAILURE = ("${{ !cancelled() }}", "always()")
STEP_SECONDS = 240
# How GitHub starts the shell of a step that names none.
SHELL = ("bash", "-e")


@dataclass
class Job:
    """What running a job came to.

    Attributes:
        failed: The names of the steps that failed, in order.
        output: What each step printed, by its name.
    """

    failed: list[str] = field(default_factory=list)
    output: dict[str, str] = field(default_factory=dict)


def run_job(
    workflow: Path, folder: Path, environment: dict[str, str], values: dict[str, str]
) -> Job:
    """Run the one job of a workflow.

    Args:
        workflow: The file.
        folder: The checkout.
        environment: Of the runner.
        values: What expressions give, such as `vars.PULUMI_STACK`.
    """
    (job,) = yaml.safe_load(workflow.read_text())["jobs"].values()
    base = {**environment, **_evaluated(job.get("env", {}), values)}
    return run_steps(job["steps"], folder, base, values)


def run_steps(
    steps: list[dict[str, Any]], folder: Path, base: dict[str, str], values: dict[str, str]
) -> Job:
    """Run the steps of a job, or of a composite action."""
    result = Job()
    for step in steps:
        if "uses" in step:
            assert step["uses"].partition("@")[0] in ACTIONS, step["uses"]
            continue
        name = step["name"]
        assert "${{" not in step["run"], f"{name}: an expression in a script can inject code"
        condition = step.get("if")
        assert condition in (None, *EVEN_AFTER_A_FAILURE), condition
        if result.failed and condition is None:
            continue
        step_env = {**_with_path(base), **_evaluated(step.get("env", {}), values)}
        _run(result, name, step["run"], folder, step_env)
    return result


def run_gitlab_job(file: Path, name: str, folder: Path, environment: dict[str, str]) -> Job:
    """Run one job of a .gitlab-ci.yml; what comes after the script cannot fail it.

    Args:
        file: The file.
        name: The job's.
        folder: The checkout.
        environment: Of the runner, CI/CD variables included.
    """
    read = yaml.safe_load(file.read_text())
    job = {**read["default"], **read[name]}
    base = {**environment, **_expanded({**read["variables"], **job.get("variables", {})}, folder)}
    result = Job()
    # One shell for both, as on a runner.
    _run(result, "script", "\n".join([*job["before_script"], *job["script"]]), folder, base)
    after = Job()
    _run(after, "after_script", "\n".join(job.get("after_script", [])), folder, base)
    result.output |= after.output
    return result


def _run(result: Job, name: str, script: str, folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        [*SHELL, "-c", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=STEP_SECONDS,
        check=False,
    )
    result.output[name] = done.stdout
    if done.returncode != 0:
        result.failed.append(name)


def _with_path(base: dict[str, str]) -> dict[str, str]:
    """Put in front of PATH what earlier steps wrote to GITHUB_PATH."""
    file = Path(base.get("GITHUB_PATH") or os.devnull)
    added = file.read_text().split("\n") if file.is_file() else []
    return {**base, "PATH": os.pathsep.join([*filter(None, reversed(added)), base["PATH"]])}


def _expanded(variables: dict[str, Any], folder: Path) -> dict[str, str]:
    return {k: str(v).replace("$CI_PROJECT_DIR", str(folder)) for k, v in variables.items()}


def _evaluated(env: dict[str, Any], values: dict[str, str]) -> dict[str, str]:
    def value(found: re.Match[str]) -> str:
        return values[found[1]]

    return {name: re.sub(r"\$\{\{ (.*?) \}\}", value, str(text)) for name, text in env.items()}
