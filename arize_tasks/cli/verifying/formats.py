"""Probes of how answers are written: times, enum values, refusals."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable

from arize_tasks.api.endpoints import path_of
from arize_tasks.api.transport import Answer
from arize_tasks.cli.verifying.asking import Json, is_success, status_of, value_of, word
from arize_tasks.cli.verifying.findings import (
    CannotTell,
    Finding,
    Found,
    ProbeEnded,
    SomethingElse,
)
from arize_tasks.cli.verifying.own_things import COLLECTIONS
from arize_tasks.cli.verifying.task_probes import first_task
from arize_tasks.cli.verifying.world import World

_DAY_AND_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
_STAMPS = {
    "milliseconds": re.compile(rf"{_DAY_AND_TIME}\.\d{{3}}Z"),
    "seconds": re.compile(rf"{_DAY_AND_TIME}Z"),
    "microseconds": re.compile(rf"{_DAY_AND_TIME}\.\d{{6}}Z"),
    "offset": re.compile(rf"{_DAY_AND_TIME}(\.\d+)?[+-]\d\d:\d\d"),
}
# Of the form of a task's ID, and of no task. The number fits into 32 bits.
_NO_TASK = base64.b64encode(b"OnlineTask:2147483600:none").decode()


def timestamps(world: World) -> Finding:
    """Look how times are written."""
    texts = [
        text for item in _samples(world) if isinstance(text := item.get("created_at"), str) and text
    ]
    if not texts:
        return CannotTell("the space has nothing with a time")
    found = {_stamp(text) for text in texts}
    if len(found) == 1 and (name := found.pop()) in _STAMPS:
        return Found(name)
    shapes = sorted({_shape(text) for text in texts})
    return SomethingElse("times such as " + ", ".join(shapes[:3]))


def enum_case(world: World) -> Finding:
    """Look how enum values are written."""
    words = [text for item in _samples(world) if isinstance(text := item.get("type"), str) and text]
    if not words:
        return CannotTell("the space has no task and no evaluator")
    if all(text.isupper() for text in words):
        return Found("upper")
    if all(text.islower() for text in words):
        return Found("lower")
    return SomethingElse("types such as " + ", ".join(sorted({word(text) for text in words})[:3]))


def foreign_id_kind(world: World) -> Finding:
    """Read a task by the identifier of a space."""
    answer = world.service.get(path_of("tasks", world.space_id))
    if answer.status in (404, 400):
        return Found(str(answer.status))
    return SomethingElse(status_of(answer))


def problem_bodies(world: World) -> Finding:
    """Read a task that is not there."""
    answer = world.service.get(path_of("tasks", _NO_TASK))
    if is_success(answer):
        return SomethingElse(f"{status_of(answer)} for a task that is not there")
    value = value_of(answer)
    if isinstance(value, dict):
        return _of_document(value)
    return _of_text(answer)


def _of_document(value: Json) -> Finding:
    absent = [key for key in ("status", "title", "detail") if key not in value]
    if not absent:
        return Found("full")
    if absent in (["status"], ["detail"]):
        return Found(f"no-{absent[0]}")
    return SomethingElse(f"a JSON object without {', '.join(absent)}")


def _of_text(answer: Answer) -> Finding:
    if not answer.text.strip():
        return Found("empty")
    if "html" in answer.headers.get("content-type", "") or answer.text.lstrip().startswith("<"):
        return Found("html")
    return SomethingElse("a text that is neither JSON nor HTML")


def _stamp(text: str) -> str:
    return next((name for name, form in _STAMPS.items() if form.fullmatch(text)), "")


def _shape(text: str) -> str:
    """Return how a time is written, and nothing of what it says."""
    # All letters but the T between day and time and the Z at the end.
    return re.sub(r"(?!(?<=9)T(?=9)|(?<=9)Z$)[^\W\d_]", "a", re.sub(r"\d", "9", text[:40]))


def _samples(world: World) -> Iterable[Json]:
    """Return things with times and types: a task of our own, or what the space has."""
    if world.own is not None:
        try:
            return [first_task(world).task]
        except ProbeEnded:
            pass  # what others have made will do
    for kind in ("task", "evaluator", "project", "dataset"):
        path = path_of(COLLECTIONS[kind])
        found = world.service.items(path, COLLECTIONS[kind], space_id=world.space_id)
        if found:
            return found
    return []
