"""A GitHub Actions workflow run here: its `run:` steps as shell, with the environment of a job.

What `uses:` an action is not run, and every action must be known. Expressions are allowed in `env`
and `if` only, and each must be known; so a template that grows asks for a look at this.
"""

from __future__ import annotations

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
    result = Job()
    base = {**environment, **_evaluated(job.get("env", {}), values)}
    for step in job["steps"]:
        if "uses" in step:
            assert step["uses"].partition("@")[0] in ACTIONS, step["uses"]
            continue
        name = step["name"]
        assert "${{" not in step["run"], f"{name}: an expression in a script can inject code"
        condition = step.get("if")
        assert condition in (None, *EVEN_AFTER_A_FAILURE), condition
        if result.failed and condition is None:
            continue
        done = subprocess.run(
            [*SHELL, "-c", step["run"]],
            cwd=folder,
            env={**base, **_evaluated(step.get("env", {}), values)},
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
    return result


def _evaluated(env: dict[str, Any], values: dict[str, str]) -> dict[str, str]:
    def value(found: re.Match[str]) -> str:
        return values[found[1]]

    return {name: re.sub(r"\$\{\{ (.*?) \}\}", value, str(text)) for name, text in env.items()}
