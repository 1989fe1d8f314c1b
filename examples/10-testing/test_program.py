"""What the program declares, with Pulumi's mocks: no engine, no service, milliseconds."""

# Pulumi's mocks are hardly typed.
# pyright: basic

from typing import Any

import pulumi
import pytest

from release import declare_release


class Mocks(pulumi.runtime.Mocks):
    """Answers in the place of the engine and of Arize, and remembers what was declared."""

    def __init__(self) -> None:
        self.declared: dict[str, Any] = {}

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.declared[args.name] = args.inputs
        # The ID and the outputs: what the program gives, and what it reads beside that.
        return f"{args.name}-id", {**args.inputs, "verdict": "pass"}

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        assert args.token == "arize:index:getEvaluator"
        return {"id": "judge-id", "name": args.args["evaluator"], "latest_version_id": "version-7"}


@pytest.fixture
def declared() -> dict[str, Any]:
    """The arguments of every resource of the program, by its name."""
    mocks = Mocks()
    pulumi.runtime.set_mocks(mocks)

    @pulumi.runtime.test
    def program() -> None:
        declare_release(min_share=0.95)

    program()
    return mocks.declared


def test_judge_is_pinned_to_its_latest_version(declared: dict[str, Any]) -> None:
    assert declared["release-check"]["evaluators"] == [
        {"evaluator": "my-evaluator", "evaluator_version_id": "version-7"}
    ]


def test_gate_judges_the_run_by_the_share_that_is_asked_for(declared: dict[str, Any]) -> None:
    gate = declared["good-enough"]
    assert gate["run"] == "release-check-run-id"
    assert [criterion["min_share"] for criterion in gate["criteria"]] == [0.95]


def test_production_is_sampled_and_not_read_whole(declared: dict[str, Any]) -> None:
    assert declared["production-monitor"]["sampling_rate"] <= 0.1
