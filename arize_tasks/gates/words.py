"""What a gate says: the sentences of criteria, in figures that a person can follow."""

from __future__ import annotations

from collections.abc import Sequence

from arize_tasks.errors import server_words
from arize_tasks.gates.intervals import Interval
from arize_tasks.gates.questions import EQUAL, Asked, Sample
from arize_tasks.gates.votes import Row, Votes, errors_of
from arize_tasks.spec.gates import MEANS, SHARES
from arize_tasks.spec.ids import looks_like_id

EXAMPLES_SHOWN = 3
"""Of the worst examples in a sentence; the evidence names ten."""

ERROR_SHOWN = 60
"""Of the commonest error of the rows, in characters; arbitrary: what it is, not what was asked."""

COLUMNS_SHOWN = 10


def subject(asked: Asked) -> str:
    """Name what is asked of: `correctness = correct`, `helpfulness mean`."""
    criterion = asked.criterion
    name = asked.column.name if looks_like_id(criterion.evaluator) else criterion.evaluator
    if criterion.label is not None:
        return f"{name} = {' or '.join(criterion.label)}"
    return f"{name} mean" if criterion.question in MEANS else name


def bar(asked: Asked) -> str:
    """Write the bar: `≥ 90 %`, `≤ 0.2`."""
    return f"{'≥' if asked.wants_more else '≤'} {_bar(asked)}"


def passed(asked: Asked, sample: Sample, votes: Votes, ends: Interval, baseline: str) -> str:
    """Say that a criterion is met."""
    measured = _measured(asked, sample, votes, ends)
    if asked.question == "max_drop":
        return f"{subject(asked)} no worse than {baseline}: {measured}, allowed {_bar(asked)}"
    return f"{subject(asked)} {measured}, bar {bar(asked)}"


def failed(
    asked: Asked,
    sample: Sample,
    votes: Votes,
    ends: Interval,
    baseline: str,
    confidence: float | None,
    worst: Sequence[str],
) -> str:
    """Say that a criterion is missed, how surely, and where to look."""
    side = "below" if asked.wants_more else "above"
    doubt = "" if confidence is None else f" beyond doubt ({confidence * 100:g} %)"
    text = (
        f"{_about(asked, baseline, 'worse than')}{_measured(asked, sample, votes, ends)} is {side} "
        f"{_limit(asked)}{doubt}."
    )
    if worst:
        end = ", …" if len(worst) > EXAMPLES_SHOWN else "."
        text += f" Worst examples: {', '.join(worst[:EXAMPLES_SHOWN])}{end}"
    return text


def inconclusive(
    asked: Asked,
    sample: Sample,
    votes: Votes,
    ends: Interval,
    baseline: str,
    deciding: int | None,
    blocks: bool,
) -> str:
    """Say that the sample decides nothing, how many examples would, and what else helps.

    Args:
        asked: The criterion.
        sample: Its votes as numbers.
        votes: Its votes.
        ends: Where the true value may lie.
        baseline: What the baseline is called.
        deciding: How many examples would decide; None where no number would.
        blocks: Whether it stops the deployment, which is one more thing to change.
    """
    rate = (
        "At this rate no number of examples would decide."
        if deciding is None
        else f"At this rate about {_roughly(deciding):,} examples would decide."
    )
    move, straddled = "lower the bar", f"the bar of {_bar(asked)}"
    if not asked.wants_more:
        move = "raise the bar"
    if asked.question == "max_drop":
        move, straddled = "allow a wider drop", _limit(asked)
    remedies = f'{move}, or set inconclusive="allow"' if blocks else f"or {move}"
    lies, doubt = "straddles", ""
    if asked.holds(ends.low) == asked.holds(ends.high):  # it is judged with more caution than shown
        lies = "is above" if ends.low >= asked.bar else "is below"
        doubt = ", but not beyond doubt"
    return (
        f"{_about(asked, baseline, 'against')}{_measured(asked, sample, votes, ends)} {lies} "
        f"{straddled}{doubt}. {rate} Add examples, {remedies}."
    )


def too_few(
    asked: Asked, sample: Sample, votes: Votes, ends: Interval, baseline: str, smallest: int
) -> str:
    """Say that there are fewer examples than are demanded."""
    return (
        f"{_about(asked, baseline, 'against')}{_measured(asked, sample, votes, ends)}: "
        f"{_count(sample.n, 'example')}, and min_samples is {smallest}. Add examples, or lower "
        "min_samples."
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


def _about(asked: Asked, baseline: str, relation: str) -> str:
    if asked.question == "max_drop":
        return f"{subject(asked)} {relation} {baseline}: "
    return f"{subject(asked)} "


def _measured(asked: Asked, sample: Sample, votes: Votes, ends: Interval) -> str:
    criterion, (low, high) = asked.criterion, ends
    if criterion.question == "max_drop":
        worse = sum(1 for change in votes.values.values() if change < 0)
        better = sum(1 for change in votes.values.values() if change > 0)
        points = criterion.label is not None
        mean, low_text, high_text = (
            _change(v, asked.bar, points) for v in (sample.mean, low, high)
        )
        unit = " points" if points else ""
        return (
            f"{worse} of {sample.n} got worse, {better} better, {mean}{unit} "
            f"({low_text} to {high_text})"
        )
    if criterion.question in SHARES:
        low_text = _percent(low, asked.bar).removesuffix(" %")
        return (
            f"{sample.mean * sample.n:g}/{sample.n} = {_percent(sample.mean, asked.bar)} "
            f"({low_text}–{_percent(high, asked.bar)})"
        )
    return (
        f"{_decimal(sample.mean, asked.bar)} "
        f"({_decimal(low, asked.bar)}–{_decimal(high, asked.bar)})"
    )


def _bar(asked: Asked) -> str:
    criterion = asked.criterion
    if criterion.question == "max_drop":
        return f"−{criterion.bar * (100 if criterion.label is not None else 1):g}"
    if criterion.question in SHARES:
        return f"{criterion.bar * 100:g} %"
    return f"{criterion.bar:g}"


def _limit(asked: Asked) -> str:
    return f"the allowed {_bar(asked)}" if asked.question == "max_drop" else _bar(asked)


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
        return f"−{text[1:]}" if text.strip("-0.") else text[1:]
    return f"{plus}{text}" if text.strip("0.") else text


def _rounded(value: float, bar: float, decimals: int) -> str:
    """Round for a person, but never onto the bar what is not there."""
    while abs(value - bar) > EQUAL * 100 and decimals < 6 and _same(value, bar, decimals):
        decimals += 1
    return f"{value:.{decimals}f}"


def _same(value: float, bar: float, decimals: int) -> bool:
    return round(value, decimals) == round(bar, decimals)
