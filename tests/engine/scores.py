"""Experiments with scores for the tests of gates, and what became of the gates."""

from __future__ import annotations

from typing import Any

from tests.emulator.process import Emulator
from tests.engine.stack import Outcome, Stack

SHARE = {"evaluator": "my-evaluator", "label": "correct", "min_share": 0.9}
ROWS = 200


class World:
    """Experiments over one dataset of 200 examples, with the scores that a test orders."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        space = emulator.fixtures["space_id"]
        self.dataset = emulator.create("datasets", space_id=space, name="answers", examples=ROWS)

    def experiment(self, name: str, **wish: Any) -> str:
        made = self.emulator.create("experiments", dataset_id=self.dataset["id"], name=name)
        if wish:
            self.emulator.score(made["id"], correctness=wish)
        return str(made["id"])


def up_all(stack: Stack) -> Outcome:
    """Deploy what can be, whatever fails."""
    return stack.up("--continue-on-error", check=False)


def verdicts(stack: Stack) -> dict[str, tuple[str, bool]]:
    """Give the verdict of each gate, and whether what depends on it is there."""
    state = stack.state()
    return {
        name: (resource["outputs"]["verdict"], f"release-{name}" in state)
        for name, resource in state.items()
        if resource["type"].endswith(":EvaluationGate")
    }


def reads_of_rows(emulator: Emulator) -> int:
    return sum("/runs" in request["path"] for request in emulator.requests())
