"""What a task is: its fields, what a change of each does, and the rules between them.

A new field is one line here and one in the face (`resources/`); `tests/test_shape.py` names what
is missing until both are there. Sources: POST and PATCH /v2/tasks, and Arize's request models.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from arize_tasks.schema.base import exactly_one_of
from arize_tasks.schema.behaviour import (
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
from arize_tasks.schema.collections import TASKS
from arize_tasks.schema.fields import AnyCase, EmptyIsNone, Flag, Fraction, ListOf, Text
from arize_tasks.schema.free_form import with_nulls_as_text
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.marks import marks_of
from arize_tasks.schema.meaning import json_text
from arize_tasks.schema.named import NamedSpec
from arize_tasks.schema.unknown import UNKNOWN, has_unknown
from arize_tasks.task.evaluators import Evaluator, QueryFilters
from arize_tasks.task.run_configuration import RunConfiguration


class TaskSpec(NamedSpec):
    """What all tasks have."""

    type: Annotated[str, REPLACES, DEFINES] = Field(description="a task type")
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

    def definition_hash(self) -> Any:
        """Digest what the task evaluates and how, as declared; UNKNOWN while a part is unknown.

        Not in it: name, space, sampling, continuity. The version prefix tells digests apart
        should the rule ever change.
        """
        marks = marks_of(type(self))
        parts = {name: value for name, value in self.definition().items() if marks[name].defines}
        if has_unknown(parts):
            return UNKNOWN
        text = json_text(parts, ascii_only=False)
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
    # PATCH refuses these: a task can't move to another project, dataset or experiment.
    project: Annotated[Text | None, REPLACES, DEFINES, NameOf("project", into="project_id")] = (
        Field(None, description="the name or ID of a project")
    )
    project_id: Annotated[Text | None, REPLACES, DEFINES, INTERNAL, IdOf("project", "project")] = (
        Field(None, description="the ID of a project")
    )
    experiments: Annotated[
        ListOf[Text] | None,
        EmptyIsNone,
        REPLACES,
        DEFINES,
        UNORDERED,
        NameOf("experiment", into="experiment_ids", within="dataset_id"),
        Each("the name or ID of an experiment"),
    ] = Field(None, description="a list of experiments: names or IDs")
    experiment_ids: Annotated[
        ListOf[Text] | None,
        EmptyIsNone,
        REPLACES,
        DEFINES,
        UNORDERED,
        IdOf("experiment", "experiments", within="dataset_id"),
        Each("the ID of an experiment"),
    ] = Field(None, description="a list of experiment IDs")
    sampling_rate: Annotated[Fraction | None, UPDATES] = Field(
        None, description="a fraction from 0 to 1 (0.15 for 15 % of the spans)"
    )
    is_continuous: Annotated[Flag | None, UPDATES] = Field(None, description="true or false")
    # The two fields for which PATCH takes a null; for any other it is an error.
    query_filter: Annotated[Text | None, CLEARABLE, DEFINES] = Field(
        None, description="a non-empty string (leave it out for no filter)"
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
        known = self.known()
        if known.keys() >= {"query_filter", "query_filters"}:
            yield "query_filter and query_filters exclude each other; give one of them"
        if "evaluators" in known:
            evaluators = [item for item in self.evaluators if item is not UNKNOWN]
            yield from self._evaluator_rules(evaluators, known)
            yield from self._query_rules()

    @classmethod
    def needs_not_say(cls, name: str, arguments: Mapping[str, Any]) -> bool:
        """Leave out the default of projects, which must not be said of a dataset's task."""
        return name == "is_continuous" and arguments[name] is False and "dataset" in arguments

    @classmethod
    def elsewhere(cls, name: str) -> str | None:
        """Name the other kind of task, where the field belongs to it."""
        return "run_experiment tasks" if name in RunExperimentTaskSpec.model_fields else None

    def _scope_rules(self) -> Iterator[str]:
        known = self.known()
        if self.project is None and self.dataset is None:
            yield "neither project nor dataset is given; give exactly one of them"
        elif "project" in known and "dataset" in known:
            yield "project and dataset are both given; give exactly one of them"
        elif "dataset" in known and self.project is None:
            yield from exactly_one_of(self, "experiments", "experiment_ids")
            if "sampling_rate" in known:
                yield f"sampling_rate: belongs to tasks over a project; {_NOT_DATASET}"
            # False is allowed here, and is what the service shows of such a task.
            if self.is_continuous is True:
                yield f"is_continuous: can be true only for tasks over a project; {_NOT_DATASET}"
        elif "project" in known and self.dataset is None:
            for name in sorted(known.keys() & {"experiments", "experiment_ids"}):
                yield (
                    f"{name}: belongs to tasks over a dataset; remove it, or give dataset "
                    "instead of project"
                )

    def _evaluator_rules(
        self, evaluators: list[Evaluator], known: Mapping[str, Any]
    ) -> Iterator[str]:
        # By ID where there is one: the same evaluator may be listed by its name as well.
        written = [e.evaluator if e.evaluator_id is None else e.evaluator_id for e in evaluators]
        texts = [text for text in written if text is not None and text is not UNKNOWN]
        if len(set(texts)) < len(texts):
            yield "evaluators: duplicate evaluator; list each once"
        shapes = {item.takes_spans for item in evaluators}
        if {True, False} <= shapes:
            yield (
                "evaluators: some have query_mappings (for traces or sessions) and some have not "
                "(for spans); make two tasks"
            )
        if False in shapes and "query_filter" in known:
            yield (
                "query_filter: belongs to span evaluators; beside query_mappings, write "
                "query_filters"
            )
        if True in shapes and "query_filters" in known:
            yield (
                "query_filters: belongs to trace or session evaluators; for span evaluators, "
                "write query_filter"
            )

    def _query_rules(self) -> Iterator[str]:
        filters = self.query_filters
        if filters is UNKNOWN:
            return
        declared = set() if filters is None else filters.declared_ids()
        for position, item in enumerate(self.evaluators):
            if declared is not None and item is not UNKNOWN and item.queries() - declared:
                yield (
                    f"evaluators[{position}].query_mappings: query_ids names a query that "
                    "query_filters does not have; add it to query_filters.filters"
                )


_NOT_DATASET = "remove it, or give project instead of dataset"


class RunExperimentTaskSpec(TaskSpec):
    """An experiment that the server drives over a dataset."""

    type: Annotated[Literal["RUN_EXPERIMENT"], AnyCase, REPLACES, DEFINES] = Field(
        description="run_experiment"
    )
    run_configuration: Annotated[RunConfiguration, UPDATES, DEFINES] = Field(
        description="a dict with experiment_type and what belongs to it"
    )

    @classmethod
    def heard(cls, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return a free-form object that holds a null as JSON text: Pulumi would drop the null."""
        configuration = with_nulls_as_text(record.get("run_configuration"))
        return super().heard({**record, "run_configuration": configuration})

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


TASK_SPECS: dict[str, type[TaskSpec]] = {
    "TEMPLATE_EVALUATION": EvaluationTaskSpec,
    "CODE_EVALUATION": EvaluationTaskSpec,
    "RUN_EXPERIMENT": RunExperimentTaskSpec,
}
"""Which spec judges which task type."""


TASK = Kind(
    noun="task",
    specs=TASK_SPECS,
    classes={
        "Task": tuple(TASK_SPECS),
        "EvaluationTask": ("TEMPLATE_EVALUATION", "CODE_EVALUATION"),
        "RunExperimentTask": ("RUN_EXPERIMENT",),
    },
    handler="arize_tasks.task.handler:TaskHandler",
    collection=TASKS,
    scope=("project_id", "dataset_id"),
    computed=("last_run_at", "created_at", "updated_at", "created_by_user_id"),
    derived=("definition_hash", "adopting"),
    loses="run",
    review="arize_tasks.cli.commenting.preview.tasks:TaskReviewer",
)
