"""What is demanded of scores, and how strictly they are judged; it needs no service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from arize_tasks.schema.base import Spec
from arize_tasks.schema.behaviour import (
    INTERNAL,
    REEVALUATES,
    UNORDERED,
    UPDATES,
    Each,
    IdOf,
    NameOf,
)
from arize_tasks.schema.fields import (
    AnyCaseLower,
    Flag,
    Fraction,
    ListOf,
    MayBeUnknown,
    Number,
    PositiveWhole,
    Text,
)
from arize_tasks.schema.unknown import UNKNOWN, has_unknown

SHARES = ("min_share", "max_share")
MEANS = ("min_mean", "max_mean")
QUESTIONS = (*SHARES, *MEANS, "max_drop")
"""The bars; each criterion has one of them, and its name is the criterion's question."""

CONFIDENCE = 0.95
MIN_SAMPLES = 30
MAX_MISSING = 0.0

_ONE_BAR = "give exactly one of min_share, max_share, min_mean, max_mean and max_drop"

# At one half the interval has no width, and below that its ends change places.
Confidence = Annotated[Number, Field(gt=0.5, lt=1)]
BlockOrAllow = Annotated[Literal["block", "allow"], AnyCaseLower]


def _in_a_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


OneOrMore = BeforeValidator(_in_a_list)
"""For a list of strings of which a single one may be written without brackets."""


class Criterion(Spec):
    """One question to the scores of one evaluator, with the bar that the answer must reach."""

    evaluator: Annotated[Text, NameOf("evaluator")] = Field(
        description="the name or ID of an evaluator, or the name of its eval column"
    )
    label: Annotated[
        Annotated[ListOf[Text], Field(min_length=1)] | None,
        OneOrMore,
        UNORDERED,
        Each("a label (a string)"),
    ] = Field(None, description="a label, or a list of at least one")
    min_share: Fraction | None = Field(
        None, description="a fraction from 0 to 1 (0.9 for 90 % of the examples)"
    )
    max_share: Fraction | None = Field(
        None, description="a fraction from 0 to 1 (0.05 for 5 % of the examples)"
    )
    min_mean: Number | None = Field(None, description="a number on the evaluator's scale")
    max_mean: Number | None = Field(None, description="a number on the evaluator's scale")
    # 0 makes sense with confidence=None only (`_bar_rules`).
    max_drop: Annotated[Number, Field(ge=0)] | None = Field(
        None, description="a number of at least 0 (0.05 for 5 points of a share)"
    )
    scale: Annotated[
        Annotated[list[Annotated[Number, MayBeUnknown]], Field(min_length=2, max_length=2)] | None,
        Each("a number"),
    ] = Field(None, description="a list of the lowest and the highest score, such as [0, 1]")
    where: Text | None = Field(None, description="a non-empty string (leave it out for all rows)")
    enforce: Flag | None = Field(None, description="true or false")

    def rules(self) -> Iterator[str]:
        """One bar; a label where there is a share, a scale where there are scores."""
        bars = self._bars()
        if not bars:
            yield f"min_share: is missing; {_ONE_BAR}"
        elif len(bars) > 1:
            yield (
                f"{bars[0]}: excludes {', '.join(bars[1:])}; {_ONE_BAR}, and list the evaluator "
                "again for another one"
            )
        if self.label is None and any(name in SHARES for name in bars):
            yield "label: is needed for a share; name the label (or labels) that are counted"
        if self.label is not None and any(name in MEANS for name in bars):
            yield "label: belongs to shares, and a mean is of scores; remove it, or write min_share"
        if self.scale is not None and self.label is not None:
            yield "scale: belongs to scores, and this criterion counts labels; remove it"
        yield from self._scale_rules()
        # A share is within 0 and 1, so a drop of 1 would allow anything.
        if self.label is not None and self.known().get("max_drop", 0) >= 1:
            yield "max_drop: must be below 1 beside label (0.05 for 5 points of the share)"

    def _scale_rules(self) -> Iterator[str]:
        if self.scale is None or has_unknown(self.scale):
            return
        low, high = self.scale
        if low >= high:
            yield "scale: must be the lowest and then the highest score, such as [0, 1]"
            return
        for name, bar in self.known().items():
            if name in MEANS and not low <= bar <= high:
                yield f"{name}: must lie within scale"

    def _bars(self) -> list[str]:
        return [name for name in QUESTIONS if getattr(self, name) is not None]

    @property
    def question(self) -> str:
        """The name of the bar that is given."""
        return self._bars()[0]

    @property
    def bar(self) -> Any:
        """The bar's value, a number; `UNKNOWN` where it is not known yet."""
        return getattr(self, self.question)


class DemandSpec(Spec):
    """What is demanded of scores, and how strictly that is judged."""

    criteria: Annotated[
        Annotated[ListOf[Criterion], Field(min_length=1)],
        REEVALUATES,
        UNORDERED,
        Each("a dict with evaluator and one of min_share, max_share, min_mean, max_mean, max_drop"),
    ] = Field(
        description="a list of at least one criterion, each a dict with evaluator and one of "
        "min_share, max_share, min_mean, max_mean, max_drop"
    )
    baseline: Annotated[Text | None, REEVALUATES, NameOf("experiment", into="baseline_id")] = Field(
        None, description="the name or ID of an experiment"
    )
    baseline_id: Annotated[Text | None, REEVALUATES, INTERNAL, IdOf("experiment")] = Field(
        None, description="the ID of an experiment"
    )
    # None is a choice here (the observed value is compared), so the default is the caller's.
    confidence: Annotated[Confidence | None, REEVALUATES] = Field(
        None, description="a fraction above 0.5 and below 1 (None compares the observed value)"
    )
    min_samples: Annotated[PositiveWhole, REEVALUATES] = Field(
        MIN_SAMPLES, description="an integer of at least 1"
    )
    max_missing: Annotated[Fraction, REEVALUATES] = Field(
        MAX_MISSING, description="a fraction from 0 to 1 (0.05 for 5 % of the rows)"
    )
    # These two change what follows from a verdict: no row has to be read again.
    inconclusive: Annotated[BlockOrAllow, UPDATES] = Field("block", description="block or allow")
    enforce: Annotated[Flag, UPDATES] = Field(True, description="true or false")

    def rules(self) -> Iterator[str]:
        """A bar can be reached by some sample; a drop has something to be measured from."""
        criteria = self.known().get("criteria", ())
        if criteria and all(c is not UNKNOWN and c.enforce is False for c in criteria):
            yield "criteria: none is enforced; write enforce=False beside criteria, for all of them"
        for position, criterion in enumerate(criteria):
            if criterion is not UNKNOWN:
                for text in self._bar_rules(criterion):
                    yield f"criteria[{position}].{text}"

    def _bar_rules(self, criterion: Criterion) -> Iterator[str]:
        if criterion.max_drop is not None and self.baseline is None:
            yield "max_drop: needs a baseline to be measured from; give baseline"
        if self.confidence is None or self.confidence is UNKNOWN:
            return
        if criterion.max_drop == 0:
            yield (
                "max_drop: must be above 0, since no sample can show that nothing at all was lost "
                "(0.05 for 5 points of a share); or write confidence=None"
            )
        for name, end in (("min_share", 1), ("max_share", 0)):
            if getattr(criterion, name) == end:
                inside = "below 1" if end else "above 0"
                yield (
                    f"{name}: must be {inside}, since no sample can show a share of exactly {end}; "
                    "or write confidence=None"
                )
