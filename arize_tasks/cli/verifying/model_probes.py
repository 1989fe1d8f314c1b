"""Probes of experiments that the service drives: they call a model, once a run."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

from arize_tasks.api.transport import Answer
from arize_tasks.cli.verifying.asking import (
    Json,
    is_success,
    object_of,
    status_of,
    text_in,
    word,
)
from arize_tasks.cli.verifying.findings import (
    CannotTell,
    Finding,
    Found,
    ProbeEnded,
    SomethingElse,
    cannot_tell,
)
from arize_tasks.cli.verifying.row_probes import rows_of
from arize_tasks.cli.verifying.task_probes import (
    changes_of_task,
    echo_task,
    echoed,
    first_task,
    read_task,
    unknown_fields,
)
from arize_tasks.cli.verifying.world import (
    EXPECTED,
    QUESTION,
    Model,
    World,
    status_word,
)

CHAIN_REFUSED = (422, 400)
LOOK_SECONDS = 0.1
# What a run configuration may hold in an answer although nobody sent it. Source: Arize's OpenAPI.
DEFAULTS_OF_THE_API = {"provider_parameters"}


@dataclass(frozen=True)
class ModelRun:
    """A run of an experiment that the service drives, watched from its trigger to its end.

    Attributes:
        triggered: What the trigger answered.
        sights: Of each look at it, its status and the experiment that it named.
        ended: As it ended.
    """

    triggered: Json
    sights: list[tuple[str, Any]]
    ended: Json


def model_of(world: World) -> Model:
    """Return the model that may be called."""
    if world.model is None:
        raise cannot_tell("needs --llm")
    return world.model


def run_configuration(model: Model) -> Json:
    """Return the smallest configuration that calls a model."""
    return {
        "experiment_type": "LLM_GENERATION",
        "ai_integration_id": model.integration_id,
        **({"model_name": model.name} if model.name else {}),
        "input_variable_format": "F_STRING",
        "messages": [{"role": "USER", "content": f"Answer with one word: {{{QUESTION}}}"}],
        "invocation_parameters": {},
    }


def model_task(world: World) -> Json:
    """The task whose runs call the model."""
    configuration = run_configuration(model_of(world))

    def make() -> Json:
        body = {
            "type": "RUN_EXPERIMENT",
            "dataset_id": world.dataset()["id"],
            "run_configuration": configuration,
        }
        return world.mine.make("task", "experiments", body)

    return world.once("the task that calls a model", make)


def chained_tasks(world: World) -> Finding:
    """Trigger an experiment with a chained task of a project."""
    return world.once("chained-tasks", lambda: _chained(world))


def _chained(world: World) -> Finding:
    answer = _triggered(world, "chained", evaluation_task_ids=[first_task(world).task["id"]])
    if is_success(answer):
        _first_run(world, answer)
        return Found("any-scope")
    if answer.status not in CHAIN_REFUSED:
        return SomethingElse(status_of(answer))
    # The same without the chain: is that what was refused?
    alone = _triggered(world, "alone")
    if not is_success(alone):
        return CannotTell(f"a run without a chained task is answered with {status_of(alone)}, too")
    _first_run(world, alone)
    return Found("dataset-only")


def experiment_visible(world: World) -> Finding:
    """Trigger an experiment and read the run until its end."""
    finding = _visible(_any_run(world))
    for label in ("again", "once-more"):
        if not isinstance(finding, CannotTell):
            break
        try:
            finding = _visible(_watched(world, _triggered(world, label)))
        except ProbeEnded:
            break  # at the limit, say; what is known is as good as it gets
    return finding


def _visible(run: ModelRun) -> Finding:
    if run.triggered.get("experiment_id"):
        return Found("at-trigger")
    end = status_word(run.ended)
    if end != "COMPLETED":
        return CannotTell(f"the run ended {word(end)}")
    if not run.ended.get("experiment_id"):
        return SomethingElse("a run that has completed names no experiment")
    if any(status == "PENDING" and id_ for status, id_ in run.sights):
        return SomethingElse("while the run is PENDING")
    running = [id_ for status, id_ in run.sights if status == "RUNNING"]
    if not running:
        return CannotTell("the run was never seen RUNNING")
    return Found("when-running" if any(running) else "at-end")


def row_columns(world: World) -> Finding:
    """Run an experiment and list its rows."""
    run = _any_run(world)
    experiment_id = text_in(run.ended, "experiment_id")
    if not experiment_id:
        return CannotTell(f"the run ended {word(status_word(run.ended))}, without an experiment")

    def look() -> list[Json] | None:
        try:
            rows = rows_of(world, experiment_id)
        except ProbeEnded:
            return None  # a replica may not know it yet
        return rows.listed + rows.searched or None

    rows = world.service.until(look)
    if rows is None:
        return CannotTell("the experiment shows no rows")
    carried = {column in row for row in rows for column in (QUESTION, EXPECTED)}
    if len(carried) == 2:
        return SomethingElse("some of the dataset's columns, or in one of both lists")
    return Found("dataset-columns" if carried.pop() else "without")


def echo_of_everything(world: World) -> Finding:
    """Create tasks with odd values, one with a run configuration, and read them."""
    changes = changes_of_task(read_task(world, echo_task(world)))
    sent = run_configuration(model_of(world))
    read = read_task(world, model_task(world)).get("run_configuration")
    return echoed([*changes, *changes_of_configuration(sent, read)])


def changes_of_configuration(sent: Json, read: Any) -> list[tuple[str, str]]:
    """Return what was changed of a run configuration."""
    if not isinstance(read, dict):
        return [("", "no run configuration")]
    parameters = read.get("invocation_parameters") or {}
    added = set(parameters) if isinstance(parameters, dict) else set()
    filled_in = {
        key
        for key, value in read.items()
        if key not in sent and key not in DEFAULTS_OF_THE_API and value is not None
    }
    return [
        *unknown_fields(added),
        *([("defaults-filled-in", "")] if filled_in else []),
    ]


# --- runs that call the model


def _any_run(world: World) -> ModelRun:
    """Return the run that the probe of chained tasks has left, or one without a chain."""
    with contextlib.suppress(ProbeEnded):  # the same without it
        chained_tasks(world)
    return world.once("a run that calls the model", lambda: _watched(world, _triggered(world, "a")))


def _first_run(world: World, answer: Answer) -> None:
    world.once("a run that calls the model", lambda: _watched(world, answer))


def _triggered(world: World, label: str, **more: Any) -> Answer:
    """Trigger a run over one example, which counts as a call unless it is refused."""
    model, task = model_of(world), model_task(world)
    if model.calls >= model.limit:
        raise cannot_tell(f"the limit of {model.limit} model calls is reached")
    model.calls += 1
    name = f"{world.mine.prefix}-{label}"
    answer = world.trigger(task, experiment_name=name, max_examples=1, **more)
    if 400 <= answer.status < 500:
        model.calls -= 1
    return answer


def _watched(world: World, answer: Answer) -> ModelRun:
    sights: list[tuple[str, Any]] = []

    def look(run: Json) -> None:
        sights.append((status_word(run), run.get("experiment_id")))

    ended = world.ended(answer, on_look=look, every=LOOK_SECONDS)
    return ModelRun(object_of(answer), sights, ended)
