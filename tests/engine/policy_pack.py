"""A copy of a policy pack that the engine built here can run, and what a pack found."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from tests.engine.stack import Outcome

ROOT = Path(__file__).parents[2]


def runnable(pack: Path, folder: Path) -> Path:
    """Copy a pack; see `engine/launchers` for why the copy has another runtime."""
    shutil.copytree(pack, folder, ignore=shutil.ignore_patterns("__pycache__"))
    project = folder / "PulumiPolicy.yaml"
    text = project.read_text()
    assert "runtime: python\n" in text
    project.write_text(text.replace("runtime: python\n", "runtime: pypack\n"))
    return folder


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
