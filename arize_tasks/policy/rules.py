"""What a company may rule, as functions of what is declared: each gives a sentence per violation.

Pure, and blind to Pulumi. A rule that needs a value which is not known yet says nothing about it.
Sentences name arguments and limits, and quote no value of the program: any may be secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from arize_tasks.dataset.spec import DatasetSpec
from arize_tasks.evaluator.spec import EvaluatorSpec, TemplateEvaluatorSpec
from arize_tasks.gate.spec import GateSpec
from arize_tasks.policy.resources import Seen
from arize_tasks.schema.fields import as_datetime
from arize_tasks.schema.ids import looks_like_id
from arize_tasks.schema.unknown import UNKNOWN, is_given
from arize_tasks.task.spec import EvaluationTaskSpec, RunExperimentTaskSpec, TaskSpec
from arize_tasks.task_run.extent import DEFAULT_MAX_SPANS, SPANS, bound_of, is_experiment
from arize_tasks.task_run.spec import GATES, TaskRunSpec

# ---- tasks ----------------------------------------------------------------------------------


def sampling_rate(seen: Seen, max_sampling_rate: float) -> Iterator[str]:
    """A continuous task samples at most so much."""
    task = seen.spec
    if not isinstance(task, EvaluationTaskSpec) or task.is_continuous is not True:
        return
    remedy = f"write {max_sampling_rate:g} or less"
    if task.sampling_rate is None:
        # Under a cap of 1 every span is allowed, whatever the service takes.
        if max_sampling_rate < 1:
            yield (
                f"sampling_rate is not given, so the service may take every span; {remedy}, the "
                "cap for continuous tasks"
            )
    elif task.sampling_rate is not UNKNOWN and task.sampling_rate > max_sampling_rate:
        yield f"sampling_rate is above the cap for continuous tasks; {remedy}"


def continuous_filter(seen: Seen) -> Iterator[str]:
    """A continuous task has a filter of its own, or each of its evaluators has one."""
    task = seen.spec
    if not isinstance(task, EvaluationTaskSpec) or task.is_continuous is not True:
        return
    if task.query_filter is not None or task.query_filters is not None:
        return
    evaluators = task.evaluators if is_given(task.evaluators) else [UNKNOWN]
    if any(item is not UNKNOWN and item.query_filter is None for item in evaluators):
        yield (
            "a continuous task has no filter, so it evaluates spans of every kind; give "
            "query_filter (or query_filters)"
        )


def pinned_evaluators(seen: Seen) -> Iterator[str]:
    """Every evaluator names the version that runs."""
    task = seen.spec
    if not isinstance(task, EvaluationTaskSpec) or not is_given(task.evaluators):
        return
    for position, item in enumerate(task.evaluators):
        if item is not UNKNOWN and item.evaluator_version_id is None:
            yield (
                f"evaluators[{position}] has no evaluator_version_id, so whatever version is the "
                "latest runs; pin one"
            )


def names(seen: Seen, pattern: str) -> Iterator[str]:
    """A task's name matches."""
    if not isinstance(seen.spec, TaskSpec) or seen.task_name is UNKNOWN:
        return
    if not re.fullmatch(pattern, seen.task_name):
        which = "name" if seen.spec.name is not None else "Pulumi name, which its name is made of,"
        yield f"the task's {which} must match {pattern!r} as a whole"


def models(seen: Seen, allowed: Sequence[str]) -> Iterator[str]:
    """An experiment, and an LLM judge, call one of these models."""
    place, call = _model_call(seen)
    if not hasattr(call, "model_name"):  # an agent, or not known yet
        return
    model = call.model_name
    if model is None:
        yield (
            f"{place}model_name is not given, so a default decides which model is "
            f"called; name one of {_listed(allowed)}"
        )
    elif model is not UNKNOWN and model not in allowed:
        yield f"{place}model_name is not allowed; name one of {_listed(allowed)}"


def integrations(seen: Seen, allowed: Sequence[str]) -> Iterator[str]:
    """An experiment, and an LLM judge, go through one of these integrations."""
    place, call = _model_call(seen)
    for name in ("ai_integration", "ai_integration_id", "integration", "integration_id"):
        value = getattr(call, name, None)
        if is_given(value) and value not in allowed:
            yield f"{place}{name} is not allowed; write one of {_listed(allowed)}"


def _model_call(seen: Seen) -> tuple[str, Any]:
    """Return the way to what says how a model is called, and that itself."""
    if isinstance(seen.spec, RunExperimentTaskSpec):
        return "run_configuration.", seen.spec.run_configuration
    return "", seen.spec if isinstance(seen.spec, TemplateEvaluatorSpec) else None


def _listed(allowed: Sequence[str]) -> str:
    return ", ".join(map(repr, allowed))


# ---- runs -----------------------------------------------------------------------------------


def run_spans(seen: Seen, max_spans: int) -> Iterator[str]:
    """A run takes at most so many spans."""
    spans = _spans(seen)
    if not is_given(spans) or spans <= max_spans:
        return
    if seen.spec.max_spans is None:
        yield (
            f"max_spans is not given, so the run takes up to {spans} spans; write {max_spans} or "
            "less, the cap for one run"
        )
    else:
        yield f"max_spans is above the cap for one run; write {max_spans} or less"


def stack_spans(stack: Iterable[Seen], max_spans: int) -> Iterator[tuple[str, None]]:
    """All runs of a stack together take at most so many spans."""
    runs = [(seen, spans) for seen in stack if is_given(spans := _spans(seen))]
    if sum(spans for _, spans in runs) <= max_spans:
        return
    unbounded = sorted(seen.name for seen, _ in runs if seen.spec.max_spans is None)
    text = (
        f"the runs of the stack ({len(runs)}) may take more spans together than the cap of "
        f"{max_spans}; lower max_spans of the largest"
    )
    if unbounded:
        text += f", and give it where a run counts as {DEFAULT_MAX_SPANS}: {_listed(unbounded)}"
    yield text, None


def _spans(seen: Seen) -> Any:
    """The most spans that a run takes; None where it takes none, as experiments do."""
    run = seen.spec
    if not isinstance(run, TaskRunSpec):
        return None
    given = run.known().get
    # Whose run it is decides whether the default counts.
    if is_experiment(given) is None and run.task_type is UNKNOWN:
        return None
    bound = bound_of(given)
    if bound.unit != SPANS:
        return None
    return UNKNOWN if run.max_spans is UNKNOWN else bound.most


def run_window(seen: Seen, max_days: float) -> Iterator[str]:
    """A run's data window has an end, and at most so many days before it."""
    run = seen.spec
    if not isinstance(run, TaskRunSpec):
        return
    longest = timedelta(days=max_days)
    if is_given(run.lookback_seconds):
        if timedelta(seconds=float(run.lookback_seconds or 0)) > longest:
            yield (
                f"lookback_seconds is above the cap; write {max_days * 86400:g} or less "
                f"({max_days:g} days)"
            )
        return
    if not is_given(run.data_start_time) or run.data_end_time is UNKNOWN:
        return
    if run.data_end_time is None:
        yield (
            "data_start_time is given without an end, so the window grows until the run is "
            f"triggered; give data_end_time, at most {max_days:g} days later, or lookback_seconds "
            "instead"
        )
    elif as_datetime(str(run.data_end_time)) - as_datetime(str(run.data_start_time)) > longest:
        yield (
            f"the window from data_start_time to data_end_time is longer than {max_days:g} days; "
            "move one of them"
        )


def gated_run(seen: Seen) -> Iterator[str]:
    """A run has a gate on its counts."""
    run = seen.spec
    if not isinstance(run, TaskRunSpec):
        return
    # Not `not run.wait`: None means to wait, and UNKNOWN has no truth value.
    if run.wait is False:
        yield "wait is False, so no gate judges the run; remove it, and give max_error_rate"
    elif all(getattr(run, name) is None for name in GATES):
        yield "nothing gates the run; give max_error_rate or min_successes"


def production_wait(seen: Seen, production_stacks: str) -> Iterator[str]:
    """A run in a production stack is waited for."""
    run = seen.spec
    if not isinstance(run, TaskRunSpec) or not re.fullmatch(production_stacks, seen.stack):
        return
    if run.wait is False:
        yield (
            f"wait is False in a production stack (its name matches {production_stacks!r}), so "
            "nothing stops on a bad verdict; remove it"
        )


def production_gate(
    stack: Iterable[Seen], production_stacks: str
) -> Iterator[tuple[str, str | None]]:
    """A production stack has a gate that lets through only what is shown to be good."""
    # The whole name, as in every pattern of a rule: `prod.*` is not to mean dev-prod.
    ours = [seen for seen in stack if re.fullmatch(production_stacks, seen.stack)]
    gates = [(seen, _doubt(seen.spec)) for seen in ours if isinstance(seen.spec, GateSpec)]
    where = f"a production stack (its name matches {production_stacks!r})"
    if ours and not gates:
        yield (
            f"there is no EvaluationGate in {where}, so no score stops a deployment; add one with "
            "inconclusive='block'",
            None,
        )
    elif all(doubt is not None for _, doubt in gates):
        for seen, doubt in gates:
            yield f"{doubt}; {where} needs a gate that blocks when inconclusive", seen.urn


def protected_datasets(seen: Seen, production_stacks: str) -> Iterator[str]:
    """A dataset of a production stack is protected: with it, experiments lose their meaning."""
    if not isinstance(seen.spec, DatasetSpec) or not re.fullmatch(production_stacks, seen.stack):
        return
    if not seen.protected:
        yield (
            f"a dataset in a production stack (its name matches {production_stacks!r}) is not "
            "protected; give opts=ResourceOptions(protect=True)"
        )


def gated_evaluators(stack: Iterable[Seen]) -> Iterator[tuple[str, str]]:
    """Each evaluator that a stack changes is one whose scores a gate of the stack judges."""
    ours = list(stack)
    judged = {urn for seen in ours if isinstance(seen.spec, GateSpec) for urn in seen.judges}
    named = {
        criterion.evaluator
        for seen in ours
        if isinstance(seen.spec, GateSpec) and is_given(seen.spec.criteria)
        for criterion in seen.spec.criteria
        if criterion is not UNKNOWN
    }
    for seen in ours:
        if not isinstance(seen.spec, EvaluatorSpec) or UNKNOWN in named:
            continue
        if seen.urn not in judged and seen.spec.name not in named - {None}:
            yield (
                "no gate judges the scores of this evaluator, so a change of it stops nothing; "
                "add an EvaluationGate with a criterion for it",
                seen.urn,
            )


def _doubt(gate: GateSpec) -> str | None:
    """Say what of a gate lets through what is not shown to be good; None where nothing does."""
    if gate.enforce is False:
        return "enforce is False, so the gate stops nothing: remove it"
    if gate.inconclusive == "allow":
        return "inconclusive is allow, so undecided criteria pass: write block"
    if gate.confidence is None:
        return "confidence is None, so chance decides near the threshold: write 0.95"
    return None


def override_named(stack: Iterable[Seen], pattern: str) -> Iterator[tuple[str, str]]:
    """Only runs of tasks with such names judge rows again that have a label."""
    for seen in stack:
        run = seen.spec
        if not isinstance(run, TaskRunSpec) or run.override_evaluations is not True:
            continue
        name = _name_of_task(seen, run)
        if name is None:
            yield (
                "override_evaluations is true, and the task is given by an ID, which does not tell "
                "its name; give the task's resource or its name",
                seen.urn,
            )
        elif name is not UNKNOWN and not re.fullmatch(pattern, name):
            yield (
                "override_evaluations is true, which is only for tasks whose name matches "
                f"{pattern!r} as a whole; remove it, or let another task's run do it",
                seen.urn,
            )


def _name_of_task(seen: Seen, run: TaskRunSpec) -> Any:
    """The name of a run's task; None where only its ID is known."""
    if len(seen.tasks) == 1:
        return seen.tasks[0].task_name
    if run.task is UNKNOWN:
        return UNKNOWN
    return None if looks_like_id(run.task) else run.task
