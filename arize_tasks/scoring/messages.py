"""What a gate says: the sentences of criteria, in figures that a person can follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from arize_tasks.errors import server_words
from arize_tasks.schema.ids import looks_like_id
from arize_tasks.scoring.criteria import MEANS, SHARES
from arize_tasks.scoring.intervals import Interval
from arize_tasks.scoring.questions import EQUAL, Asked, Sample
from arize_tasks.scoring.votes import Row, Votes, errors_of

EXAMPLES_SHOWN = 3
"""Of the worst examples in a sentence; the evidence names ten."""

ERROR_SHOWN = 60
"""Of the commonest error of the rows, in characters; arbitrary: what it is, not what was asked."""

COLUMNS_SHOWN = 10


def subject(asked: Asked) -> str:
    """Return what is asked of: `correctness=correct`, `helpfulness mean`."""
    criterion = asked.criterion
    name = asked.column.name if looks_like_id(criterion.evaluator) else criterion.evaluator
    if criterion.label is not None:
        return f"{name}={' or '.join(criterion.label)}"
    return f"{name} mean" if asked.question in MEANS else name


def bar(asked: Asked) -> str:
    """Return the threshold: `≥ 90 %`, `≤ 0.2`."""
    return f"{'≥' if asked.wants_more else '≤'} {_bar(asked)}"


@dataclass(frozen=True)
class Measured:
    """What the rows say about one criterion.

    Attributes:
        asked: The criterion.
        sample: Its observations as numbers.
        votes: Its observations.
        bounds: The confidence bounds of the true value.
        confidence: Of each bound.
        baseline: What the baseline is called.
    """

    asked: Asked
    sample: Sample
    votes: Votes
    bounds: Interval
    confidence: float
    baseline: str

    def about(self, relation: str) -> str:
        """Return the beginning of a sentence: what is measured, and its value."""
        versus = f" {relation} {self.baseline}" if self.asked.question == "max_drop" else ""
        return f"{subject(self.asked)}{versus}: {_measured(self)}"


def passed(measured: Measured) -> str:
    """Say that a criterion is met."""
    asked = measured.asked
    word, limit = "threshold", bar(asked)
    if asked.question == "max_drop":
        word, limit = "allowed", _bar(asked)
    return f"{measured.about('no worse than')}, {word} {limit}"


def failed(measured: Measured, worst: Sequence[str]) -> str:
    """Say that a criterion is missed, by how much, and where to look."""
    side = "below" if measured.asked.wants_more else "above"
    text = f"{measured.about('worse than')} is {side} the {_limit(measured.asked)}."
    if worst:
        end = ", …" if len(worst) > EXAMPLES_SHOWN else "."
        text += f" Worst examples: {', '.join(worst[:EXAMPLES_SHOWN])}{end}"
    return text


def inconclusive(measured: Measured, deciding: int | None, blocks: bool) -> str:
    """Say that the sample decides nothing, how many examples would, and what else helps.

    Args:
        measured: What the rows say.
        deciding: How many examples would decide; None where no number would.
        blocks: Whether it stops the deployment, which is one more thing to change.
    """
    asked = measured.asked
    number = "no number of" if deciding is None else f"about {_roughly(deciding):,}"
    move = "lower the threshold" if asked.wants_more else "raise the threshold"
    if asked.question == "max_drop":
        move = "allow a larger drop"
    remedies = f'{move}, or set inconclusive="allow"' if blocks else f"or {move}"
    return (
        f"{measured.about('against')} is too close to the {_limit(asked)} to decide. At this rate "
        f"{number} examples would decide. Add examples, {remedies}."
    )


def too_few(measured: Measured, smallest: int) -> str:
    """Say that there are fewer examples than are demanded."""
    return (
        f"{measured.about('against')}: {_count(measured.sample.n, 'example')}, and min_samples is "
        f"{smallest}. Add examples, or lower min_samples."
    )


def missing(asked: Asked, votes: Votes, baseline: str, allowed: float) -> str:
    """Say that rows could not be judged, how many are allowed to, and why they could not."""
    share = f"{_percent(votes.lost / votes.rows, allowed)}, allowed {allowed * 100:g} %"
    if votes.unmatched:
        return (
            f'{votes.lost} of {votes.rows} rows cannot be compared by "{asked.column.name}" with '
            f"{baseline} ({share}): {_reasons(votes.missing, votes.unmatched)}."
        )
    return (
        f'{votes.lost} of {votes.rows} rows have no "{asked.column.name}" ({share}): '
        f"{_reasons(votes.missing, 0)}."
    )


def _reasons(rows: Sequence[Row], unmatched: int) -> str:
    errors, commonest = errors_of(rows)
    parts = []
    if errors:
        # A row's error is the service's own text: of any length, and perhaps with line breaks.
        text = server_words(commonest)
        text = text if len(text) <= ERROR_SHOWN else f"{text[: ERROR_SHOWN - 1].rstrip()}…"
        parts.append(f'{_count(errors, "task error")} ("{text}")')
    if len(rows) > errors:
        parts.append(f"{len(rows) - errors} not judged")
    if unmatched:
        parts.append(f"{unmatched} without a match")
    return ", ".join(parts)


def no_column(name: str, columns: Sequence[str], whose: str) -> str:
    """Say that nothing was scored under this name, and what was."""
    if not columns:
        return f'no column "{name}"; {whose} has no scores at all.'
    more = ", …" if len(columns) > COLUMNS_SHOWN else ""
    return f'no column "{name}"; {whose} has: {", ".join(columns[:COLUMNS_SHOWN])}{more}.'


def no_part(name: str, part: str, whose: str) -> str:
    """Say that a column has only scores where labels are asked for, or only labels."""
    if part == "label":
        return f'"{name}" has scores and no labels in {whose}; ask for min_mean or max_mean.'
    return f'"{name}" has labels and no scores in {whose}; name a label and ask for its share.'


def no_label(name: str, absent: Sequence[str], there: Sequence[str]) -> str:
    """Say that no row has a label that is counted, and which labels there are."""
    quoted = " or ".join(f'"{label}"' for label in absent)
    more = ", …" if len(there) > COLUMNS_SHOWN else ""
    return (
        f'no row has the label {quoted} in "{name}"; the labels are: '
        f"{', '.join(there[:COLUMNS_SHOWN])}{more}."
    )


def off_scale(asked: Asked, outside: int, rows: int) -> str:
    """Say that scores lie outside the scale, which makes every interval wrong."""
    low, high = asked.scale_as_written
    return (
        f'{outside} of {rows} scores of "{asked.column.name}" are outside its scale of {low:g} to '
        f"{high:g}; give the criterion scale=[lowest, highest]."
    )


def perfect(asked: Asked, best: Sample, n: int, confidence: float) -> str:
    """Write the best result that so many examples can have: `20/20 (lowest 88.1 %)`."""
    ends = best.cautious_interval(confidence, n)
    end = ends.low if asked.wants_more else ends.high
    name = "lowest" if asked.wants_more else "highest"
    if asked.question in SHARES:
        return f"{n if asked.wants_more else 0}/{n} ({name} {_percent(end, asked.bar)})"
    return f"a mean of {best.mean:g} ({name} {_decimal(end, asked.bar)})"


def needed(examples: int, smallest: int) -> str:
    """Say how many examples are needed, and what demands them."""
    if smallest > examples:
        return f"{smallest} are needed (min_samples; {examples} without it)"
    return f"{examples} are needed"


def figure(question: str, labelled: bool, value: float, bar: float) -> str:
    """Write one measured value as the sentences do: `90.0 %`, `0.60`, `−2.0 points`.

    Args:
        question: The name of the bar.
        labelled: Whether labels are counted, and not scores.
        value: What was measured, or an end of its interval.
        bar: As declared; no rounding puts the value there.
    """
    if question == "max_drop":
        return f"{_change(value, -bar, labelled)}{' points' if labelled else ''}"
    return _percent(value, bar) if question in SHARES else _decimal(value, bar)


def limit(question: str, labelled: bool, bar: float) -> str:
    """Write a bar, as declared, as a comparison: `≥ 90 %`, `≤ 0.2`, `≥ −2 points`."""
    sign = "≤" if question in ("max_share", "max_mean") else "≥"
    if question == "max_drop":
        return f"{sign} −{bar * 100:g} points" if labelled else f"{sign} −{bar:g}"
    return f"{sign} {bar * 100:g} %" if question in SHARES else f"{sign} {bar:g}"


def _measured(measured: Measured) -> str:
    asked, sample, (low, high) = measured.asked, measured.sample, measured.bounds
    bounds = f"{measured.confidence * 100:g} % bounds"
    if asked.question == "max_drop":
        worse = sum(1 for change in measured.votes.values.values() if change < 0)
        better = sum(1 for change in measured.votes.values.values() if change > 0)
        # Of a share people think in points; scores have no unit.
        points = asked.criterion.label is not None
        mean, low_text, high_text = (
            _change(v, asked.bar, points) for v in (sample.mean, low, high)
        )
        return (
            f"{worse} of {sample.n} got worse, {better} better, "
            f"{mean}{' points' if points else ''} ({bounds} {low_text} to {high_text})"
        )
    if asked.question in SHARES:
        low_text = _percent(low, asked.bar).removesuffix(" %")
        return (
            f"{sample.mean * sample.n:g}/{sample.n} ({_percent(sample.mean, asked.bar)}, "
            f"{bounds} {low_text}–{_percent(high, asked.bar)})"
        )
    return (
        f"{_decimal(sample.mean, asked.bar)} "
        f"({bounds} {_decimal(low, asked.bar)}–{_decimal(high, asked.bar)})"
    )


def _bar(asked: Asked) -> str:
    criterion = asked.criterion
    if asked.question == "max_drop":
        return f"−{criterion.bar * (100 if criterion.label is not None else 1):g}"
    if asked.question in SHARES:
        return f"{criterion.bar * 100:g} %"
    return f"{criterion.bar:g}"


def _limit(asked: Asked) -> str:
    if asked.question == "max_drop":
        return f"allowed {_bar(asked)}"
    return f"{_bar(asked)} threshold"


def _roughly(n: int) -> int:
    """Round up to two figures: a forecast of a sample is no better than that."""
    step = int("1" + "0" * (len(str(n)) - 2)) if n >= 100 else 1
    return -(-n // step) * step


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _percent(value: float, bar: float) -> str:
    return f"{_rounded(value * 100, bar * 100, 1)} %"


def _decimal(value: float, bar: float) -> str:
    return _signed(_rounded(value, bar, 2), plus="")


def _change(value: float, bar: float, points: bool) -> str:
    factor = 100 if points else 1
    return _signed(_rounded(value * factor, bar * factor, 1 if points else 2), plus="+")


def _signed(text: str, *, plus: str) -> str:
    if text.startswith("-"):
        # What rounds to zero has no sign: −0.0 would read as a loss.
        return f"−{text[1:]}" if text.strip("-0.") else text[1:]
    return f"{plus}{text}" if text.strip("0.") else text


def _rounded(value: float, bar: float, decimals: int) -> str:
    """Round for a person, but never onto the bar what is not there."""
    while abs(value - bar) > EQUAL * 100 and decimals < 6 and _same(value, bar, decimals):
        decimals += 1
    return f"{value:.{decimals}f}"


def _same(value: float, bar: float, decimals: int) -> bool:
    return round(value, decimals) == round(bar, decimals)
