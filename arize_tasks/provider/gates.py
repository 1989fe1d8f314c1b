"""The provider of score gates. Its module path and class name are frozen in every user's state."""

from __future__ import annotations

from arize_tasks.provider.protocol import ArizeResourceProvider


class GateProvider(ArizeResourceProvider):
    """Judges the scores of an experiment, and keeps the verdict."""

    resource = "EvaluationGate"


OUTPUTS = (
    "verdict",
    "passed",
    "blocked",
    "summary",
    "results",
    "attempt",
    "experiment_id",
    "run_id",
    "baseline_id",
    "judged_at",
    "evidence",
)
"""What a gate's state holds beside what is declared, and where it was judged."""
