"""Previews of every kind of change, recorded from the real engine.

`python -m tests.cli.previews [NAME …]` makes the recordings anew, and the texts beside them
(`--texts`: only those). What differs from one recording to the next (IDs, times, ports) is written
as if it did not, and the engine's debug lines are left out; everything else is as the engine wrote
it.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from arize_tasks.cli.commenting.markdown import markdown
from arize_tasks.cli.commenting.reading import read_log
from arize_tasks.cli.commenting.review import review
from arize_tasks.schema.facts import MARK
from tests.cli.scenarios import FAILED, SCENARIOS, Scenario
from tests.emulator.process import Emulator
from tests.engine.cells import PROGRAM, write_cells
from tests.engine.policy_pack import launcher
from tests.engine.stack import Stack

RECORDINGS = Path(__file__).parents[1] / "recordings" / "previews"

POLICIES = """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

def rate(args, report):
    if (args.props.get("sampling_rate") or 0) > 0.5:
        report("the sampling rate is above 0.5 | ask <us> or @octocat first")

def named(args, report):
    if args.resource_type.endswith("EvaluationTask") and not args.props.get("name"):
        report("give the task a name")

def capped(args):
    if (args.props.get("sampling_rate") or 0) > 0.8:
        args.props["sampling_rate"] = 0.8
        return args.props

PolicyPack("test-pack", [
    ResourceValidationPolicy(
        "rate-cap", "Sampling is capped.", rate, enforcement_level=EnforcementLevel.MANDATORY
    ),
    ResourceValidationPolicy("named", "Tasks have names.", named),
    ResourceValidationPolicy(
        "lowered", "Sampling is lowered.", remediate=capped,
        enforcement_level=EnforcementLevel.REMEDIATE,
    ),
])
"""


def policy_pack(folder: Path) -> Path:
    """Write the pack that judges the scenario `policies`."""
    folder.mkdir()
    (folder / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (folder / "__main__.py").write_text(POLICIES)
    return launcher(folder)


def preview(stack: Stack, scenario: Scenario) -> list[str]:
    """Deploy the first half, preview the second; gives the lines of the engine's event log."""
    (stack.project / "__main__.py").write_text(program(scenario, changed=False))
    write_cells(stack.project, scenario.cells, changed=False)
    for outcome in scenario.outcomes:
        stack.emulator.outcome(**outcome)
    if scenario.deployed:
        stopped = scenario.blocked or FAILED in scenario.outcomes
        stack.up("--continue-on-error", check=not stopped)
    scenario.between(stack)
    (stack.project / "__main__.py").write_text(program(scenario, changed=True))
    kept = [cell for cell in scenario.cells if cell.name not in scenario.removed]
    write_cells(stack.project, [*kept, *scenario.added], changed=True)
    log = stack.folder / "preview.jsonl"
    stack.run("preview", *arguments(stack, scenario), "--event-log", str(log), check=False)
    return log.read_text().splitlines()


def arguments(stack: Stack, scenario: Scenario) -> list[str]:
    given = list(scenario.arguments)
    if scenario.policies:
        given += ["--policy-pack", str(policy_pack(stack.folder / "policies"))]
    return given


def program(scenario: Scenario, *, changed: bool) -> str:
    return f"changed = {changed}\n{PROGRAM}\n{scenario.more}"


# What differs from one recording to the next, and what it is written as.
VOLATILE = [
    (re.compile(r"http://127\.0\.0\.1:\d+"), "http://127.0.0.1:8787"),
    (
        re.compile(r'"(created_at|updated_at|judged_at|run_(?:started|finished)_at)": ?"[^"]+"'),
        r'"\1": "…"',
    ),
    (re.compile(r'"timestamp": ?\d+'), '"timestamp": 0'),
    (re.compile(r"::default::[0-9a-f-]{36}"), "::default::0"),
    (re.compile(r'("id": ?)"[0-9a-f]{8}-[0-9a-f-]{27}"'), r'\1"0"'),
    (re.compile(r"\bgate-[0-9a-f]{12}\b"), "gate-0"),
    (re.compile(r"\bin \d+\.\d s"), "in 0.1 s"),
    (re.compile(r'"(duration_?[Ss]econds)": ?[\d.]+'), r'"\1": 0.1'),
    (re.compile(r"using pulumi-analyzer[^\"]*\""), 'using the analyzer"'),
    (re.compile(r"\|local\|[^\"]*"), "|local|policies"),
]


def recorded(lines: list[str]) -> str:
    """Write the lines of an event log as they are kept."""
    kept = [line for line in lines if '"severity":"debug"' not in line or MARK in line]
    return _settled("\n".join(kept) + "\n")


def _settled(text: str) -> str:
    for pattern, written in VOLATILE:
        text = pattern.sub(written, text)
    return text


def _short(value: Any) -> Any:
    """Leave out where in the program each resource stands: paths of this machine."""
    if isinstance(value, dict):
        left_out = ("sourcePosition", "stackTrace", "created", "modified", "duration")
        return {key: _short(item) for key, item in value.items() if key not in left_out}
    return [_short(item) for item in value] if isinstance(value, list) else value


def record(scenario: Scenario, emulator: Emulator) -> None:
    """Make the recordings of one scenario."""
    emulator.reset()
    with tempfile.TemporaryDirectory() as folder:
        stack = Stack(Path(folder) / "stack", emulator, "")
        lines = preview(stack, scenario)
        (RECORDINGS / f"{scenario.name}.jsonl").write_text(recorded(lines))
        if scenario.json_too:
            shown = stack.run("preview", "--json", check=False).output
            found = _short(json.loads(shown[shown.index("{") :]))
            (RECORDINGS / f"{scenario.name}.json").write_text(
                _settled(json.dumps(found, indent=1)) + "\n"
            )


def write_texts() -> None:
    """Write what the command makes of each recording; to be read before it is kept."""
    for path in recordings():
        text = markdown(review(read_log(path.read_text())))
        path.with_name(f"{path.name}.md").write_text(text)


def recordings() -> list[Path]:
    return sorted([*RECORDINGS.glob("*.jsonl"), *RECORDINGS.glob("*.json")])


def main() -> int:
    """Record all scenarios, those that are named, or none (`--texts`); then write the texts."""
    wanted = sys.argv[1:] or [scenario.name for scenario in SCENARIOS]
    RECORDINGS.mkdir(parents=True, exist_ok=True)
    emulator = Emulator("--run-seconds", "0.2")
    try:
        for scenario in SCENARIOS:
            if scenario.name in wanted:
                record(scenario, emulator)
                print(f"recorded {scenario.name}")
    finally:
        emulator.stop()
    write_texts()
    return 0


if __name__ == "__main__":
    sys.exit(main())
