"""What can be wrong with each resource, in the sentences that other tests hold."""

from __future__ import annotations

import re

from tests.engine.bad_programs import MISTAKES
from tests.scoring.test_demands import WRONG as WRONG_GATES
from tests.unit.test_kinds_wrong import KINDS, WRONG

# The short words of the bad programs, and the class that each makes.
_MAKES = {
    "task": "EvaluationTask",
    "on_dataset": "EvaluationTask",
    "trace": "EvaluationTask",
    "experiment": "RunExperimentTask",
    "judge": "RunExperimentTask",
    "run": "TaskRun",
}
_TYPES = {"TEMPLATE": "TemplateEvaluator", "CODE": "CodeEvaluator"}


def said_of(name: str) -> list[str]:
    """Give the sentences about one class, each once, by the argument that they begin with."""
    found = [
        sentence
        for program, sentences in MISTAKES.values()
        for sentence in sentences
        if _made_by(program) == name
    ]
    for noun, values, _ in WRONG:
        kind = KINDS[noun]
        if _TYPES.get(values.get("type", ""), next(iter(kind.classes))) == name:
            found += kind.examine(values)[1]
    if name == "EvaluationGate":
        found += [sentence for _, sentences in WRONG_GATES for sentence in sentences]
    return sorted(dict.fromkeys(found))


def _made_by(program: str) -> str:
    first = re.match(r"(\w+)\(", program)
    return _MAKES.get(first[1], first[1]) if first else ""
