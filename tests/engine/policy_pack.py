"""A copy of a policy pack that the engine built here can run, and what a pack found."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

from tests.engine.stack import Outcome

ROOT = Path(__file__).parents[2]


# The language host that an engine built here has knows nothing of today's Python policy packs, so
# the tests start the pack themselves. Users' packs say `runtime: python`, which their CLI knows.
LAUNCHER = """#!/bin/sh
exec python3 -u -m pulumi.policy "$1" {folder}
"""


def runnable(pack: Path, folder: Path) -> Path:
    """Copy a pack, and give the program that starts the copy: the engine takes one, too."""
    shutil.copytree(pack, folder, ignore=shutil.ignore_patterns("__pycache__"))
    assert "runtime: python\n" in (folder / "PulumiPolicy.yaml").read_text()
    return launcher(folder)


def launcher(folder: Path) -> Path:
    """Write the program that starts the pack in a folder."""
    program = folder / "start"
    program.write_text(LAUNCHER.format(folder=shlex.quote(str(folder))))
    program.chmod(0o755)
    return program


def using(pack: Path, config: dict[str, Any], folder: Path) -> tuple[str, ...]:
    """Give the arguments for a command of Pulumi that obeys a pack under a config."""
    written = folder / "policy.json"
    written.write_text(json.dumps(config))
    return "--policy-pack", str(pack), "--policy-pack-config", str(written)


def findings(outcome: Outcome) -> set[tuple[str, str, str]]:
    """Give (rule, Pulumi name, level) of everything that a pack found."""
    events = [event["policyEvent"] for event in outcome.events if "policyEvent" in event]
    return {
        (
            event["policyName"],
            event.get("resourceUrn", "").rpartition("::")[2],
            event["enforcementLevel"],
        )
        for event in events
    }
