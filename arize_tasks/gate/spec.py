"""What a gate is: whose scores, and how old they may be; what it demands is `criteria.py`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from arize_tasks.schema.behaviour import INTERNAL, LOCAL, REEVALUATES, IdOf, NameOf
from arize_tasks.schema.fields import Flag, ListOf, Number, PositiveWhole, Seconds, Text
from arize_tasks.schema.ids import looks_like_id
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.unknown import UNKNOWN
from arize_tasks.scoring.criteria import DemandSpec

SETTLE_SECONDS = 120


class GateSpec(DemandSpec):
    """A gate: whose scores are judged, when they are old, and how long they may take to appear."""

    run: Annotated[Text | None, REEVALUATES, IdOf("task run", "experiment")] = Field(
        None, description="a task run: the resource, or its ID"
    )
    experiment: Annotated[Text | None, REEVALUATES, NameOf("experiment", into="experiment_id")] = (
        Field(None, description="the name or ID of an experiment")
    )
    experiment_id: Annotated[Text | None, REEVALUATES, INTERNAL, IdOf("experiment")] = Field(
        None, description="the ID of an experiment"
    )
    # LOCAL: these say where names are looked up, and what was found is compared by ID.
    dataset: Annotated[Text | None, LOCAL, NameOf("dataset")] = Field(
        None, description="the name or ID of a dataset"
    )
    space: Annotated[Text | None, LOCAL, NameOf("space")] = Field(
        None, description="the name or ID of a space"
    )
    where: Annotated[Text | None, REEVALUATES] = Field(
        None, description="a non-empty string (leave it out for all rows)"
    )
    # LOCAL: a pass outlives its run, whatever age is allowed later.
    max_age_seconds: Annotated[Seconds | None, LOCAL] = Field(
        None, description="a number of seconds above 0"
    )
    settle_seconds: Annotated[Annotated[Number, Field(ge=0)], LOCAL] = Field(
        SETTLE_SECONDS, description="a number of seconds, at least 0"
    )
    # What the arguments of the run and its task say: how many examples it takes at most, which
    # experiments it evaluates (the service does not tell), the dataset or project, whether it is
    # waited for, and what it evaluates how.
    run_examples: Annotated[PositiveWhole | None, LOCAL, INTERNAL] = Field(
        None, description="an integer"
    )
    run_dataset: Annotated[Text | None, LOCAL, INTERNAL, NameOf("dataset")] = Field(
        None, description="the name or ID of a dataset"
    )
    run_project: Annotated[Text | None, LOCAL, INTERNAL, NameOf("project")] = Field(
        None, description="the name or ID of a project"
    )
    run_experiment_ids: Annotated[ListOf[Text] | None, LOCAL, INTERNAL] = Field(
        None, description="a list of names or IDs"
    )
    run_evaluators: Annotated[ListOf[Text] | None, LOCAL, INTERNAL] = Field(
        None, description="a list of names or IDs"
    )
    run_wait: Annotated[Flag | None, LOCAL, INTERNAL] = Field(None, description="true or false")
    run_definition_hash: Annotated[Text | None, LOCAL, INTERNAL] = Field(
        None, description="a digest"
    )

    def rules(self) -> Iterator[str]:
        """One source of rows; and the demand's own rules."""
        yield from super().rules()
        if self.baseline is not None and self._measures_no_drop():
            yield "baseline: is there for max_drop, which no criterion has; remove it, or add one"
        known = self.known()
        if known.get("run_project") and self.baseline is not None:
            yield (
                "baseline: max_drop compares example by example, and the run is over a project, "
                "whose spans are no examples; remove it, or judge the run of an experiment"
            )
        if self.run_wait is False:
            yield "run: is not waited for, so there is nothing to judge; remove wait=False there"
        if self.run is None and self.experiment is None:
            yield "neither run nor experiment is given; give exactly one of them"
        # Also where the run is only being made: afterwards it would have been paid for.
        elif self.run is not None and self.experiment is not None:
            yield "run and experiment are both given; give exactly one of them"
        named = "experiment" in known and not looks_like_id(str(self.experiment))
        if named and self.dataset is None:
            yield (
                "dataset: is needed because experiment is a name, which is unique in its dataset "
                "only; give dataset, or the ID of the experiment"
            )
        if self.max_age_seconds is not None and self.run is None and self.experiment is not None:
            yield (
                "max_age_seconds: belongs to run, since an experiment does not say when it was "
                "scored; remove it, or give run"
            )

    def _measures_no_drop(self) -> bool:
        # One that is not known yet may measure a drop.
        criteria = self.known().get("criteria", [UNKNOWN])
        return all(c is not UNKNOWN and c.max_drop is None for c in criteria)


GATE = Kind(
    noun="gate",
    specs={"": GateSpec},
    classes={"EvaluationGate": ()},
    handler="arize_tasks.gate.handler:GateHandler",
    review="arize_tasks.cli.commenting.preview.gates:GateReviewer",
    outcome="arize_tasks.cli.commenting.update.gates:GateOutcomes",
)
