"""Turns what pydantic found into sentences that name the field, what is allowed and the remedy."""

from __future__ import annotations

import difflib
import typing
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

Path = tuple[str | int, ...]


def dotted(path: Iterable[str | int]) -> str:
    """Write a path as people do: `evaluators[0].column_mappings.input`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def sentence(model: type[BaseModel], error: Any) -> str:
    """Say in one line what is wrong at one place, without quoting the value there."""
    path, field, owner = _place(model, error["loc"])
    where = dotted(path)
    kind = error["type"]
    if kind == "arize_tasks":
        return f"{where}: {error['msg']}"
    if kind == "extra_forbidden":
        return f"{where}: there is no such argument{_did_you_mean(str(path[-1]), owner)}"
    what = _description(field)
    if kind == "missing":
        return f"{where}: is missing; it must be {what}"
    if kind == "union_tag_not_found":
        return f"{where}.experiment_type: is missing; it must be one of {_tags(error)}"
    if kind == "union_tag_invalid":
        return f"{where}.experiment_type: must be one of {_tags(error)}"
    return f"{where}: must be {what}"


def _place(model: type[BaseModel], loc: Sequence[str | int]) -> tuple[Path, FieldInfo | None, type[BaseModel]]:
    """Follow a pydantic location to the deepest field that has a description.

    Tags of unions stand in pydantic's locations but not in what people write: they are left out.
    """
    path: list[str | int] = []
    field: FieldInfo | None = None
    owner = model
    choices: list[type[BaseModel]] = [model]
    for step in loc:
        tagged = [choice for choice in choices if getattr(choice, "tag", None) == step]
        if tagged and len(choices) > 1:
            choices = tagged
            continue
        path.append(step)
        for choice in choices:
            if isinstance(step, str) and step in choice.model_fields:
                owner, field = choice, choice.model_fields[step]
                choices = models_in(field.annotation)
                break
        else:
            if isinstance(step, str) and choices:
                owner = choices[0]
    return tuple(path), field, owner


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """Give the models that a field's annotation holds, at any depth of lists and unions."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in typing.get_args(annotation) for found in models_in(part)]


def _description(field: FieldInfo | None) -> str:
    return (field.description if field else None) or "a value of another type"


def _tags(error: Any) -> str:
    return str(error["ctx"].get("expected_tags", "LLM_GENERATION, TEMPLATE_EVALUATION, AGENT_CALL")).replace("'", "")


def _did_you_mean(name: str, owner: type[BaseModel]) -> str:
    allowed = sorted(owner.model_fields)
    close = difflib.get_close_matches(_snake(name), allowed, n=1, cutoff=0.6)
    if close:
        return f"; did you mean {close[0]}?"
    return f"; the arguments here are {', '.join(allowed)}"


def _snake(name: str) -> str:
    """Write `columnMappings` as `column_mappings`: the TypeScript SDK's names are a common slip."""
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
