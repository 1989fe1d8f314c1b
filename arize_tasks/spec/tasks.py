"""What a task is: its fields, what a change of each does, and the rules between them.

A new field is one line here and one in the face (`resources/`); `tests/test_shape.py` names what
is missing until both are there. Sources: POST and PATCH /v2/tasks, and Arize's request models.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from arize_tasks.errors import InvalidArgumentsError
from arize_tasks.spec.base import Spec, exactly_one_of, sort_key
from arize_tasks.spec.behaviour import (
    CLEARABLE,
    DEFINES,
    LOCAL,
    REPLACES,
    UNORDERED,
    UPDATES,
    IdOf,
    NameOf,
)
from arize_tasks.spec.fields import AnyCase, DictOf, Flag, Fraction, ListOf, Text
from arize_tasks.spec.run_configuration import RunConfiguration
from arize_tasks.spec.sentences import Path
from arize_tasks.spec.unknown import UNKNOWN, has_unknown, is_given, without_none

QueryId = Annotated[str, Field(pattern="^[A-E]$")]


class QueryFilter(Spec):
    """One named query of a trace or session task."""

    id: QueryId = Field(description="one letter from A to E")
    filter: Annotated[str, Field(max_length=2000)] = Field(
        description="a filter of at most 2,000 characters"
    )


class QueryFilters(Spec):
    """The named queries of a trace or session task, and how they combine."""

    filters: Annotated[ListOf[QueryFilter], Field(min_length=1, max_length=5)] = Field(
        description="a list of 1 to 5 dicts with id and filter"
    )
    expression: Annotated[str, Field(max_length=512)] | None = Field(
        None, description='an expression over the ids, such as "A AND B" (at most 512 characters)'
    )

    def rules(self) -> Iterator[tuple[Path, str]]:
        """Ids are unique; several filters need an expression."""
        if not is_given(self.filters):
            return
        ids = [item.id for item in self.filters if is_given(item) and is_given(item.id)]
        if len(set(ids)) < len(ids):
            yield ("filters",), "each id (A to E) can be used once"
        if len(self.filters) > 1 and self.expression is None:
            yield ("expression",), 'is needed with two or more filters, such as "A AND B"'


class QueryMapping(Spec):
    """Where a variable of a trace or session evaluator takes its value from."""

    variable_name: Annotated[str, Field(min_length=1, max_length=256)] = Field(
        description="the template variable's name (at most 256 characters)"
    )
    query_ids: Annotated[ListOf[QueryId], Field(max_length=5)] = Field(
        description="a list of at most 5 letters from A to E (empty: any query)"
    )
    attribute_path: Annotated[str, Field(max_length=1024)] = Field(
        description="a span attribute's path, such as attributes.input.value "
        "(at most 1,024 characters)"
    )


class Evaluator(Spec):
    """One evaluator of a task: which, pinned to what, fed with what."""

    evaluator: Annotated[Text | None, NameOf("evaluator", into="evaluator_id")] = Field(
        None, description="the name or ID of an evaluator"
    )
    evaluator_id: Annotated[Text | None, IdOf("evaluator", "evaluator")] = Field(
        None, description="the ID of an evaluator"
    )
    evaluator_version_id: Annotated[Text | None, IdOf("evaluator version")] = Field(
        None, description="the ID of a version of the evaluator; without it, the latest runs"
    )
    query_filter: str | None = Field(
        None, description="a filter (text), joined to the task's own with AND"
    )
    column_mappings: DictOf[str] | None = Field(
        None, description="a dict of template variable → column (texts)"
    )
    query_mappings: Annotated[
        Annotated[ListOf[QueryMapping], Field(min_length=1, max_length=50)] | None, UNORDERED
    ] = Field(
        None,
        description="a list of 1 to 50 dicts with variable_name, query_ids and attribute_path",
    )

    def rules(self) -> Iterator[tuple[Path, str]]:
        """One way to say which; one shape, of a span or of a trace or session."""
        yield from exactly_one_of(self, "evaluator", "evaluator_id")
        if is_given(self.query_mappings):
            for name in ("query_filter", "column_mappings"):
                if is_given(getattr(self, name)):
                    yield (name,), (
                        "belongs to span evaluators and query_mappings to trace or session "
                        "evaluators: give one of them"
                    )


class TaskSpec(Spec):
    """What all tasks have."""

    # The optional fields that the server fills in where the program gives nothing. What is
    # managed among them is kept in the state, since a value there does not tell who gave it.
    OPTIONAL: ClassVar[tuple[str, ...]] = ()

    type: Annotated[str, REPLACES, DEFINES] = Field(description="a task type")
    name: Annotated[Text | None, UPDATES] = Field(None, description="a name (not empty)")
    space: Annotated[Text | None, LOCAL] = Field(None, description="the name or ID of a space")
    dataset: Annotated[
        Text | None, REPLACES, DEFINES, NameOf("dataset", into="dataset_id")
    ] = Field(None, description="the name or ID of a dataset")
    dataset_id: Annotated[Text | None, REPLACES, IdOf("dataset", "dataset")] = Field(
        None, description="the ID of a dataset"
    )

    def definition_hash(self) -> Any:
        """Digest what the task evaluates and how, as declared; UNKNOWN while a part is unknown.

        Not in it: name, space, sampling, continuity. The version prefix tells digests apart
        should the rule ever change.
        """
        parts: dict[str, Any] = {}
        for name, value in self._given_fields():
            if self.has_mark(name, DEFINES):
                parts[name] = _canonical(value, unordered=self.has_mark(name, UNORDERED))
        if has_unknown(parts):
            return UNKNOWN
        text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return "v1:" + hashlib.sha256(text.encode()).hexdigest()[:32]


class EvaluationTaskSpec(TaskSpec):
    """LLM or code evaluators over a project's spans or a dataset's experiments."""

    OPTIONAL: ClassVar[tuple[str, ...]] = (
        "name",
        "sampling_rate",
        "is_continuous",
        "query_filter",
        "query_filters",
    )

    type: Annotated[
        Literal["TEMPLATE_EVALUATION", "CODE_EVALUATION"], AnyCase, REPLACES, DEFINES
    ] = Field(description="template_evaluation or code_evaluation")
    project: Annotated[
        Text | None, REPLACES, DEFINES, NameOf("project", into="project_id")
    ] = Field(None, description="the name or ID of a project")
    project_id: Annotated[Text | None, REPLACES, IdOf("project", "project")] = Field(
        None, description="the ID of a project"
    )
    experiment_ids: Annotated[
        ListOf[Text] | None, REPLACES, DEFINES, UNORDERED, IdOf("experiment")
    ] = Field(None, description="a list of experiment IDs")
    sampling_rate: Annotated[Fraction | None, UPDATES] = Field(
        None, description="a fraction from 0 to 1 (0.15 for 15 % of the spans)"
    )
    is_continuous: Annotated[Flag | None, UPDATES] = Field(None, description="true or false")
    query_filter: Annotated[str | None, CLEARABLE, DEFINES] = Field(
        None, description="a filter (text)"
    )
    query_filters: Annotated[QueryFilters | None, CLEARABLE, DEFINES] = Field(
        None, description="a dict with filters and expression"
    )
    evaluators: Annotated[
        Annotated[ListOf[Evaluator], Field(min_length=1)], UPDATES, DEFINES, UNORDERED
    ] = Field(description="a list of at least one evaluator, each a dict with evaluator_id or evaluator")

    def rules(self) -> Iterator[tuple[Path, str]]:
        """The scope decides which fields there can be; filters and evaluators have one shape."""
        yield from self._scope_rules()
        if is_given(self.query_filter) and is_given(self.query_filters):
            yield ("query_filters",), "query_filter and query_filters exclude each other: give one of them"
        yield from self._evaluator_rules()

    def _scope_rules(self) -> Iterator[tuple[Path, str]]:
        if self.project is None and self.dataset is None:
            yield (), "neither project nor dataset is given: give exactly one of them"
        if is_given(self.project) and is_given(self.dataset):
            yield (), "project and dataset are both given: give exactly one of them"
        elif is_given(self.dataset):
            if self.experiment_ids is None or self.experiment_ids == []:
                yield ("experiment_ids",), "is missing: a task over a dataset needs at least one experiment ID"
            if is_given(self.sampling_rate):
                yield ("sampling_rate",), "belongs to tasks over a project; remove it, or give project instead of dataset"
            if self.is_continuous is True:
                yield ("is_continuous",), "can be true only for tasks over a project; remove it, or give project instead of dataset"
        elif is_given(self.project) and is_given(self.experiment_ids) and self.experiment_ids:
            yield ("experiment_ids",), "belongs to tasks over a dataset; remove it, or give dataset instead of project"

    def _evaluator_rules(self) -> Iterator[tuple[Path, str]]:
        if not is_given(self.evaluators):
            return
        known = [item for item in self.evaluators if is_given(item)]
        for name in ("evaluator", "evaluator_id"):
            texts = [getattr(item, name) for item in known if is_given(getattr(item, name))]
            if len(set(texts)) < len(texts):
                yield ("evaluators",), "the same evaluator is there twice: list each once"
        shapes = {item.query_mappings is not None for item in known}
        if len(shapes) > 1:
            yield ("evaluators",), (
                "some have query_mappings (traces, sessions) and some have not (spans): "
                "use two tasks"
            )
        if shapes == {True} and is_given(self.query_filter):
            yield ("query_filter",), "belongs to span evaluators; with query_mappings use query_filters"
        if shapes == {False} and is_given(self.query_filters):
            yield ("query_filters",), "belongs to trace or session evaluators; with span evaluators use query_filter"
        yield from self._query_id_rules(known)

    def _query_id_rules(self, evaluators: list[Evaluator]) -> Iterator[tuple[Path, str]]:
        if not is_given(self.query_filters) or not is_given(self.query_filters.filters):
            return
        filters = self.query_filters.filters
        if has_unknown([item if item is UNKNOWN else item.id for item in filters]):
            return
        declared = {item.id for item in filters}
        for position, evaluator in enumerate(evaluators):
            for mapping in evaluator.query_mappings or [] if is_given(evaluator.query_mappings) else []:
                if not is_given(mapping) or not is_given(mapping.query_ids):
                    continue
                if {query for query in mapping.query_ids if is_given(query)} - declared:
                    yield ("evaluators", position, "query_mappings"), (
                        "query_ids names a query that query_filters.filters does not declare"
                    )


class RunExperimentTaskSpec(TaskSpec):
    """An experiment that the server drives over a dataset."""

    OPTIONAL: ClassVar[tuple[str, ...]] = ("name",)

    type: Annotated[Literal["RUN_EXPERIMENT"], AnyCase, REPLACES, DEFINES] = Field(
        description="run_experiment"
    )
    run_configuration: Annotated[RunConfiguration, UPDATES, DEFINES] = Field(
        description="a dict with experiment_type and what belongs to it"
    )

    def rules(self) -> Iterator[tuple[Path, str]]:
        """A dataset is needed."""
        if self.dataset is None:
            yield ("dataset",), "is missing: give the name or ID of a dataset"


TASK_SPECS: dict[str, type[EvaluationTaskSpec] | type[RunExperimentTaskSpec]] = {
    "TEMPLATE_EVALUATION": EvaluationTaskSpec,
    "CODE_EVALUATION": EvaluationTaskSpec,
    "RUN_EXPERIMENT": RunExperimentTaskSpec,
}
"""Which spec judges which task type."""


def _canonical(value: Any, *, unordered: bool = False) -> Any:
    """Give plain data in which equal meaning is an equal value."""
    if isinstance(value, Spec):
        return {
            name: _canonical(item, unordered=value.has_mark(name, UNORDERED))
            for name, item in value._given_fields()
        }
    if isinstance(value, list):
        items = [_canonical(item) for item in value]
        return sorted(items, key=sort_key) if unordered else items
    return without_none(value)


def spec_class(task_type: Any) -> type[EvaluationTaskSpec] | type[RunExperimentTaskSpec] | None:
    """Give the spec for a task type in any case, or None where there is none."""
    return TASK_SPECS.get(task_type.upper()) if isinstance(task_type, str) else None


def task_spec(values: Mapping[str, Any]) -> EvaluationTaskSpec | RunExperimentTaskSpec:
    """Read the declaration of any task.

    Raises:
        InvalidArgumentsError: It is not right; it says everything that is wrong.
    """
    spec, failures = examine_task(values)
    if failures or spec is None:
        raise InvalidArgumentsError(failures)
    return spec


def examine_task(
    values: Mapping[str, Any],
) -> tuple[EvaluationTaskSpec | RunExperimentTaskSpec | None, list[str]]:
    """Judge the declaration of any task, by the rules of its type.

    Returns:
        The spec (None where the type is missing, wrong or unknown), and what is wrong.
    """
    task_type = values.get("type")
    if task_type is UNKNOWN:
        return None, []
    chosen = spec_class(task_type)
    if chosen is None:
        return None, ["type: must be one of template_evaluation, code_evaluation, run_experiment"]
    return chosen.examine(values)
