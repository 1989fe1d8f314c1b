"""A gate on scores as a Pulumi resource: a bad score stops the deployment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pulumi import Input, Output, ResourceOptions

from arize_tasks.gate.args import CriterionArgs
from arize_tasks.provider.gates import GateProvider
from arize_tasks.resources.base import ArizeResource
from arize_tasks.task_run.resource import TaskRun


class EvaluationGate(ArizeResource, module="arize", name="EvaluationGate"):
    """A gate on the scores of an experiment, or of the spans that a run took.

    Creating it reads every row, judges the scores and keeps the verdict with its evidence; a
    verdict that blocks fails the update, so that what depends on this resource is not deployed. It
    owns nothing on the server. A verdict that let through is kept, with no request, until what it
    depends on changes; one that blocked is judged again at every update.

    Example:
        import arize_tasks

        arize_tasks.EvaluationGate(
            "answers-good-enough",
            dataset="answers",
            experiment="v13",
            criteria=[
                {"evaluator": "correctness", "label": "correct", "min_share": 0.9},
                {"evaluator": "helpfulness", "min_mean": 0.75, "enforce": False},
            ],
        )

    Attributes:
        verdict: pass, fail, inconclusive, incomplete or stale.
        passed: Whether it is a pass.
        blocked: Whether it stops the deployment.
        summary: One line for people.
        results: The numbers of each criterion.
        attempt: Which try it is on new rows since the last pass, from 1.
        experiment_id: The experiment that was judged.
        run_id: The run that was judged.
        baseline_id: The experiment that it was compared with.
        judged_at: When.
        evidence: IDs, versions, digests of rows and criteria, and the worst examples; no text of a
            row.
        endpoint: The base URL at which it lives.

    Destroyed:
        Nothing happens on the server: a gate owns nothing there.

    Source: POST /v2/experiments/{id}/runs/search, POST /v2/spans, GET /v2/experiments/{id},
    GET /v2/evaluators/{id} and its versions, GET /v2/task-runs/{run_id}.
    """

    verdict: Output[str]
    passed: Output[bool]
    blocked: Output[bool]
    summary: Output[str]
    results: Output[list[dict[str, Any]]]
    attempt: Output[int]
    experiment_id: Output[str | None]
    run_id: Output[str | None]
    baseline_id: Output[str | None]
    judged_at: Output[str]
    evidence: Output[dict[str, Any]]
    endpoint: Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        criteria: Input[Sequence[Input[CriterionArgs]]],
        run: TaskRun | Input[str] | None = None,
        experiment: Input[str] | None = None,
        dataset: Input[str] | ArizeResource | None = None,
        space: Input[str] | None = None,
        baseline: Input[str] | None = None,
        # A default that is not None, since None is an answer of its own.
        confidence: Input[float] | None = 0.95,
        min_samples: Input[int] = 30,
        max_missing: Input[float] = 0.0,
        where: Input[str] | None = None,
        inconclusive: Input[Literal["block", "allow"]] = "block",
        enforce: Input[bool] = True,
        max_age_seconds: Input[float] | None = None,
        settle_seconds: Input[float] = 120,
        opts: ResourceOptions | None = None,
    ) -> None:
        """A gate on the scores of an experiment, or of the spans that a run took.

        Args:
            resource_name: Pulumi's name for the resource.
            criteria: What is demanded, each a dict (or `CriterionArgs`) with `evaluator` (name, ID,
                resource or eval column) and exactly one of `min_share`, `max_share` (both with
                `label`), `min_mean`, `max_mean`, `max_drop` (with `baseline`; with `label` for a
                share); optionally `scale`, `where` and `enforce`. All of them must pass, but those
                with `enforce` False, which are judged and shown and never block.
            run: The run whose scores are judged: a `TaskRun` or its ID. Exactly one of `run` and
                `experiment`. Of one over a project, the spans of its data window are judged, a
                trace with one vote. Default: none.
            experiment: The experiment whose scores are judged: an ID, or a name in `dataset`.
                Default: none.
            dataset: Name or ID of the dataset in which names of experiments are looked up. Default:
                for `baseline`, the dataset of the experiment that is judged.
            space: Name or ID of the space in which names are looked up. Default: `arize:space`,
                else `ARIZE_SPACE`.
            baseline: The experiment that `max_drop` measures from: a name or an ID. Default: none.
            confidence: How sure each of the two verdicts pass and fail must be, a fraction above
                0.5 and below 1. Default: 0.95. None compares the observed value.
            min_samples: Fewest examples that decide anything, ≥ 1. Default: 30.
            max_missing: Largest share of rows without a value, a fraction from 0 to 1; a missing
                one counts as the worst. Default: 0.
            where: Which rows are meant, in the API's filter language. Default: those that the
                evaluator scores, by its own filter and its task's.
            inconclusive: block or allow, where the sample is too small to tell. Default: block.
            enforce: False: never blocks, only reports. Default: true.
            max_age_seconds: Greatest age of the run when it is judged, seconds, > 0; only with
                `run`. A stored pass does not grow old. Default: any age.
            settle_seconds: Longest wait for scores after the run's end, seconds, ≥ 0. Default: 120.
            opts: Pulumi's resource options. Default: none.
        """
        declared: dict[str, Any] = {
            "criteria": criteria,
            # Its ID is an Output, so that the gate waits for the run.
            "run": run.id if isinstance(run, TaskRun) else run,
            **(run._gate_inputs if isinstance(run, TaskRun) else {}),
            "experiment": experiment,
            "dataset": dataset,
            "space": space,
            "baseline": baseline,
            "confidence": confidence,
            "min_samples": min_samples,
            "max_missing": max_missing,
            "where": where,
            "inconclusive": inconclusive,
            "enforce": enforce,
            "max_age_seconds": max_age_seconds,
            "settle_seconds": settle_seconds,
        }
        super().__init__(GateProvider(), resource_name, declared, opts)
