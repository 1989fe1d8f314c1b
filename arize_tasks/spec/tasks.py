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
from arize_tasks.spec.base import Spec
from arize_tasks.spec.behaviour import (
    CLEARABLE,
    DEFINES,
    INTERNAL,
    LOCAL,
    REPLACES,
    UNORDERED,
    UPDATES,
    Each,
    IdOf,
    NameOf,
)
from arize_tasks.spec.evaluators import Evaluator, QueryFilters
from arize_tasks.spec.fields import AnyCase, EmptyIsNone, Flag, Fraction, ListOf, Text
from arize_tasks.spec.run_configuration import RunConfiguration
from arize_tasks.spec.sentences import did_you_mean
from arize_tasks.spec.unknown import UNKNOWN, has_unknown, is_given, plain


class TaskSpec(Spec):
    """What all tasks have."""

    # The optional fields that the server fills in where the program gives nothing. What is
    # managed among them is kept in the state, since a value there does not tell who gave it.
    OPTIONAL: ClassVar[tuple[str, ...]] = ()

    type: Annotated[str, REPLACES, DEFINES] = Field(description="a task type")
    name: Annotated[Text | None, UPDATES] = Field(None, description="text, not empty")
    space: Annotated[Text | None, LOCAL, NameOf("space")] = Field(
        None, description="the name or ID of a space"
    )
    dataset: Annotated[Text | None, REPLACES, DEFINES, NameOf("dataset", into="dataset_id")] = (
        Field(None, description="the name or ID of a dataset")
    )
    dataset_id: Annotated[Text | None, REPLACES, DEFINES, INTERNAL, IdOf("dataset", "dataset")] = (
        Field(None, description="the ID of a dataset")
    )
    adopt: Annotated[Text | None, LOCAL, NameOf("task")] = Field(
        None, description="the name or ID of a task that exists"
    )
    # Of Pulumi's options: without it a check can't tell that the name will be free by then.
    delete_before_replace: Annotated[Flag | None, LOCAL, INTERNAL] = Field(
        None, description="true or false"
    )

    def definition_hash(self) -> Any:
        """Digest what the task evaluates and how, as declared; UNKNOWN while a part is unknown.

        Not in it: name, space, sampling, continuity. The version prefix tells digests apart
        should the rule ever change.
        """
        parts = {
            name: value for name, value in self.definition().items() if self.has_mark(name, DEFINES)
        }
        if has_unknown(parts):
            return UNKNOWN
        text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        # "surrogatepass": a lone surrogate is odd text, but text.
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return f"{DEFINITION_VERSION}:{digest[:32]}"


DEFINITION_VERSION = "v1"
"""Changes with the rule of `definition_hash`, since a changed digest makes runs run again."""


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
    project: Annotated[Text | None, REPLACES, DEFINES, NameOf("project", into="project_id")] = (
        Field(None, description="the name or ID of a project")
    )
    project_id: Annotated[Text | None, REPLACES, DEFINES, INTERNAL, IdOf("project", "project")] = (
        Field(None, description="the ID of a project")
    )
    experiment_ids: Annotated[
        ListOf[Text] | None,
        EmptyIsNone,
        REPLACES,
        DEFINES,
        UNORDERED,
        IdOf("experiment", within="dataset_id"),
        Each("the ID of an experiment"),
    ] = Field(None, description="a list of experiment IDs")
    sampling_rate: Annotated[Fraction | None, UPDATES] = Field(
        None, description="a fraction from 0 to 1 (0.15 for 15 % of the spans)"
    )
    is_continuous: Annotated[Flag | None, UPDATES] = Field(None, description="true or false")
    query_filter: Annotated[Text | None, CLEARABLE, DEFINES] = Field(
        None, description="text, not empty (leave it out for no filter)"
    )
    query_filters: Annotated[QueryFilters | None, CLEARABLE, DEFINES] = Field(
        None, description="a dict with filters and expression"
    )
    evaluators: Annotated[
        Annotated[ListOf[Evaluator], Field(min_length=1)],
        UPDATES,
        DEFINES,
        UNORDERED,
        Each("a dict with evaluator (name or ID) or evaluator_id"),
    ] = Field(
        description="a list of at least one evaluator, each a dict with evaluator (name or ID) or "
        "evaluator_id"
    )

    def rules(self) -> Iterator[str]:
        """The scope decides which fields there can be; filters and evaluators have one shape."""
        yield from self._scope_rules()
        if is_given(self.query_filter) and is_given(self.query_filters):
            yield "query_filter and query_filters exclude each other; give one of them"
        if is_given(self.evaluators):
            yield from self._evaluator_rules([item for item in self.evaluators if is_given(item)])
            yield from self._query_rules()

    @classmethod
    def elsewhere(cls, name: str) -> str | None:
        """Name the other kind of task, where the field belongs to it."""
        return "run_experiment tasks" if name in RunExperimentTaskSpec.model_fields else None

    def _scope_rules(self) -> Iterator[str]:
        if self.project is None and self.dataset is None:
            yield "neither project nor dataset is given; give exactly one of them"
        elif is_given(self.project) and is_given(self.dataset):
            yield "project and dataset are both given; give exactly one of them"
        elif is_given(self.dataset) and self.project is None:
            if self.experiment_ids is None:
                yield (
                    "experiment_ids: is missing; a task over a dataset needs at least one "
                    "experiment ID"
                )
            if is_given(self.sampling_rate):
                yield f"sampling_rate: belongs to tasks over a project; {_NOT_DATASET}"
            if self.is_continuous is True:
                yield f"is_continuous: can be true only for tasks over a project; {_NOT_DATASET}"
        elif is_given(self.project) and self.dataset is None and is_given(self.experiment_ids):
            yield (
                "experiment_ids: belongs to tasks over a dataset; remove it, or give dataset "
                "instead of project"
            )

    def _evaluator_rules(self, known: list[Evaluator]) -> Iterator[str]:
        written = [e.evaluator if e.evaluator_id is None else e.evaluator_id for e in known]
        texts = [text for text in written if is_given(text)]
        if len(set(texts)) < len(texts):
            yield "evaluators: the same evaluator is there twice; list each once"
        shapes = {item.takes_spans for item in known}
        if {True, False} <= shapes:
            yield (
                "evaluators: some have query_mappings (for traces or sessions) and some have not "
                "(for spans); make two tasks"
            )
        if False in shapes and is_given(self.query_filter):
            yield (
                "query_filter: belongs to span evaluators; beside query_mappings, write "
                "query_filters"
            )
        if True in shapes and is_given(self.query_filters):
            yield (
                "query_filters: belongs to trace or session evaluators; for span evaluators, "
                "write query_filter"
            )

    def _query_rules(self) -> Iterator[str]:
        declared: set[str] | None = set()
        if self.query_filters is not None:
            declared = self.query_filters.declared_ids() if is_given(self.query_filters) else None
        for position, item in enumerate(self.evaluators):
            if declared is not None and is_given(item) and item.queries() - declared:
                yield (
                    f"evaluators[{position}].query_mappings: query_ids names a query that "
                    "query_filters does not have; add it to query_filters.filters"
                )


_NOT_DATASET = "remove it, or give project instead of dataset"


class RunExperimentTaskSpec(TaskSpec):
    """An experiment that the server drives over a dataset."""

    OPTIONAL: ClassVar[tuple[str, ...]] = ("name",)

    type: Annotated[Literal["RUN_EXPERIMENT"], AnyCase, REPLACES, DEFINES] = Field(
        description="run_experiment"
    )
    run_configuration: Annotated[RunConfiguration, UPDATES, DEFINES] = Field(
        description="a dict with experiment_type and what belongs to it"
    )

    def rules(self) -> Iterator[str]:
        """A dataset is needed."""
        if self.dataset is None:
            yield "dataset: is missing; give the name or ID of a dataset"

    @classmethod
    def elsewhere(cls, name: str) -> str | None:
        """Name the other kind of task, where the field belongs to it."""
        if name not in EvaluationTaskSpec.model_fields:
            return None
        return "evaluation tasks (template_evaluation, code_evaluation)"


TASK_SPECS: dict[str, type[EvaluationTaskSpec] | type[RunExperimentTaskSpec]] = {
    "TEMPLATE_EVALUATION": EvaluationTaskSpec,
    "CODE_EVALUATION": EvaluationTaskSpec,
    "RUN_EXPERIMENT": RunExperimentTaskSpec,
}
"""Which spec judges which task type."""


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
    task_type = plain(values.get("type"))
    if task_type is UNKNOWN:
        return None, []
    chosen = spec_class(task_type)
    if chosen is not None:
        return chosen.examine(values)
    words = [word.lower() for word in TASK_SPECS]
    verb = "is missing; it must" if task_type is None else "must"
    failures = [f"type: {verb} be one of {', '.join(words)}{did_you_mean(task_type, words)}"]
    meant = _meant(values)
    if meant is not None:
        failures += meant.examine({**values, "type": UNKNOWN})[1]
    return None, failures


def _meant(
    values: Mapping[str, Any],
) -> type[EvaluationTaskSpec] | type[RunExperimentTaskSpec] | None:
    """Tell by what only one kind of task has which kind is meant, where that is clear."""
    evaluates, runs = (values.get(k) is not None for k in ("evaluators", "run_configuration"))
    if evaluates == runs:
        return None
    return EvaluationTaskSpec if evaluates else RunExperimentTaskSpec
