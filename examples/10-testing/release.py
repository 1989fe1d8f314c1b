"""A release that waits for a run and for its scores."""

from dataclasses import dataclass

import pulumi

import arize_tasks


@dataclass
class Release:
    """What the tests look at."""

    check: arize_tasks.EvaluationTask
    run: arize_tasks.TaskRun
    gate: arize_tasks.EvaluationGate
    monitor: arize_tasks.EvaluationTask


def declare_release(min_share: float) -> Release:
    """Judge the experiment; let production be monitored only if it is good enough."""
    judge = arize_tasks.get_evaluator_output("my-evaluator")
    check = arize_tasks.EvaluationTask(
        "release-check",
        type="template_evaluation",
        dataset="my-dataset",
        experiments=["my-experiment"],
        evaluators=[
            {"evaluator": "my-evaluator", "evaluator_version_id": judge.latest_version_id},
        ],
    )
    run = arize_tasks.TaskRun(
        "release-check-run",
        task=check,
        triggers=[check.definition_hash],
        override_evaluations=True,
        max_error_rate=0.05,
    )
    gate = arize_tasks.EvaluationGate(
        "good-enough",
        run=run,
        criteria=[{"evaluator": "my-evaluator", "label": "correct", "min_share": min_share}],
        confidence=None,  # the observed share decides: an example has few rows
        min_samples=10,
    )
    # Stands for whatever must wait for the verdict: a service, a flag, the next environment.
    monitor = arize_tasks.EvaluationTask(
        "production-monitor",
        type="template_evaluation",
        project="my-project",
        is_continuous=True,
        sampling_rate=0.1,
        evaluators=[{"evaluator": "my-evaluator"}],
        opts=pulumi.ResourceOptions(depends_on=[gate]),
    )
    return Release(check, run, gate, monitor)
