"""What the gates of an update said of scores, each criterion beside what it came to before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arize_tasks.cli.commenting.sections import Reviewer, Section, Stop
from arize_tasks.cli.commenting.steps import DELETE, FAILED, UNFINISHED, Step
from arize_tasks.cli.commenting.tables import OPEN_ROWS, Part, counted, rows
from arize_tasks.cli.commenting.text import code, first_line, plain, prose
from arize_tasks.cli.commenting.values import number_in, text_in
from arize_tasks.scoring.messages import figure, limit
from arize_tasks.scoring.questions import FAIL, INCOMPLETE, INCONCLUSIVE, PASS, STALE

NOT_JUDGED, UNKNOWN_END = "not judged", "unknown"

_SIGNS = {
    PASS: "✅ pass",
    FAIL: "❌ **fail**",
    INCONCLUSIVE: "⚠️ inconclusive",
    INCOMPLETE: "⚠️ incomplete",
    STALE: "⚠️ stale",
    NOT_JUDGED: "❌ **not judged**",
    UNKNOWN_END: "❔ **unknown**: the log ends before the gate does",
}


# What is asked of the evaluator, beside a share.
_ASKED = {"min_mean": " mean", "max_mean": " mean", "max_drop": " against the baseline"}


@dataclass(frozen=True)
class Criterion:
    """What one criterion came to.

    Attributes:
        subject: What it asks of: the evaluator, with the labels that count.
        question: The name of its bar.
        verdict: pass, fail, inconclusive or incomplete.
        observed: What was measured; None where nothing could be.
        low: Lowest value that is likely.
        high: Highest value that is likely.
        bar: As declared.
        n: How many examples voted.
        missing: How many rows could not be judged.
        enforced: Whether it counts for the verdict of the whole.
        labelled: Whether labels are counted, and not scores.
    """

    subject: str
    question: str
    verdict: str
    observed: float | None
    low: float | None
    high: float | None
    bar: float
    n: int
    missing: int
    enforced: bool
    labelled: bool


@dataclass(frozen=True)
class Judged:
    """What a gate said.

    Attributes:
        verdict: pass, fail, inconclusive, incomplete or stale; or why there is none.
        blocked: Whether it stops the update.
        summary: The same in words.
        criteria: What each criterion came to; empty where no score was read.
        confidence: Of each end of an interval; None where the observed value decides.
    """

    verdict: str
    blocked: bool = False
    summary: str = ""
    criteria: tuple[Criterion, ...] = ()
    confidence: float | None = None


@dataclass(frozen=True)
class GateOutcome:
    """A gate that an update has asked.

    Attributes:
        name: The resource's.
        urn: The resource's.
        now: What it said.
        before: What it said in the state before; None for a new one.
        stopped: Whether it failed the update.
        reason: Why it did, in a sentence.
    """

    name: str
    urn: str
    now: Judged
    before: Judged | None
    stopped: bool
    reason: str = ""


class GateOutcomes(Reviewer):
    """Says what gates said."""

    def section(self) -> Section:
        """Return what the comment says."""
        asked = tuple(self._outcome(step) for step in self.steps if step.action != DELETE)
        blocking = [gate for gate in asked if gate.stopped and gate.now.blocked]
        unjudged = [gate for gate in asked if gate.stopped and not gate.now.blocked]
        groups = [
            (blocking, "blocked the deployment"),
            (unjudged, "could not be judged"),
        ]
        return Section(
            kind=self.kind,
            changes=asked,
            headline=tuple(_headline([gate for gate in asked if not gate.stopped])),
            part=_part(asked) if asked else None,
            tail=tuple(self._tail()),
            stops=tuple(
                Stop(
                    f"{counted(len(gates), 'gate')} {verb}",
                    tuple((gate.name, gate.reason) for gate in gates),
                )
                for gates, verb in groups
                if gates
            ),
        )

    def _outcome(self, step: Step) -> GateOutcome:
        now = Judged(UNKNOWN_END) if step.ended == UNFINISHED else _judged(step.result)
        failed = step.ended == FAILED
        # Where the scores could not be read, the engine repeats what it had.
        if failed and not now.blocked:
            now = Judged(NOT_JUDGED)
        # The first sentence: the others are in the table.
        reason = now.summary.partition(". ")[0] or first_line(self.log.error_of(step.urn))
        return GateOutcome(
            name=step.name,
            urn=step.urn,
            now=now,
            before=_judged(step.outputs) if step.outputs else None,
            stopped=failed,
            reason=reason if failed else "",
        )

    def _tail(self) -> Iterator[str]:
        kept = [step for step in self.log.steps if step.kind is self.kind and not step.changes]
        if kept:
            verdicts = Counter(_judged(step.outputs).verdict for step in kept)
            said = ", ".join(f"{n:,} {prose(verdict)}" for verdict, n in verdicts.most_common())
            yield f"Not judged again: {counted(len(kept), 'gate')} ({said}), as before."
        gone = [step for step in self.steps if step.action == DELETE]
        if gone:
            yield f"Removed from the stack: {counted(len(gone), 'gate')}."


def _judged(outputs: Mapping[str, Any]) -> Judged:
    verdict = text_in(outputs, "verdict")
    if not verdict:
        return Judged(NOT_JUDGED)
    results, asked = (_dicts(outputs.get(name)) for name in ("results", "criteria"))
    # In the order of the criteria, which say the labels.
    asked = asked if len(asked) == len(results) else [{}] * len(results)
    return Judged(
        verdict=verdict,
        blocked=outputs.get("blocked") is True,
        summary=text_in(outputs, "summary"),
        criteria=tuple(_criterion(one, own) for one, own in zip(results, asked, strict=True)),
        confidence=number_in(outputs, "confidence"),
    )


def _dicts(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _criterion(result: Mapping[str, Any], asked: Mapping[str, Any]) -> Criterion:
    label = asked.get("label")
    labels = label if isinstance(label, list) else [label] if label else []
    evaluator = plain(result.get("evaluator") or result.get("column") or "")
    return Criterion(
        subject=f"{evaluator}={' or '.join(map(plain, labels))}" if labels else evaluator,
        question=text_in(result, "question"),
        verdict=text_in(result, "verdict"),
        observed=number_in(result, "observed"),
        low=number_in(result, "low"),
        high=number_in(result, "high"),
        bar=number_in(result, "bar") or 0.0,
        n=int(number_in(result, "n") or 0),
        missing=int(number_in(result, "missing") or 0),
        enforced=result.get("enforced") is not False,
        labelled=bool(labels),
    )


def _headline(gates: Sequence[GateOutcome]) -> Iterator[str]:
    passed = sum(gate.now.verdict == PASS for gate in gates)
    unknown = sum(gate.now.verdict == UNKNOWN_END for gate in gates)
    others = len(gates) - passed - unknown
    if passed:
        yield f"{counted(passed, 'gate')} passed"
    if others:
        yield f"{counted(others, 'gate')} did not pass and blocked nothing"
    if unknown:
        yield f"{counted(unknown, 'gate')} without a known end"


def _part(gates: Sequence[GateOutcome]) -> Part:
    shown = rows(
        (0 if gate.stopped else 1, gate.name, cells) for gate in gates for cells in _cells(gate)
    )
    head = (
        "| gate | asks | observed | needs | verdict | before |",
        "|---|---|---|---|---|---|",
    )
    return Part(f"Gates ({len(gates):,})", head, shown, 0.5, len(shown) > OPEN_ROWS, rank=0)


def _cells(gate: GateOutcome) -> Iterator[tuple[str, ...]]:
    old = {(one.subject, one.question): one for one in gate.before.criteria} if gate.before else {}
    if not gate.now.criteria:
        said = prose(gate.now.summary.partition(": ")[2])
        yield ("", said, "", _sign(gate.now.verdict, blocks=gate.now.blocked), _whole(gate.before))
        return
    for one in gate.now.criteria:
        before = old.get((one.subject, one.question))
        yield (
            f"{code(one.subject)}{_ASKED.get(one.question, '')}",
            _unbroken(_observed(one, gate.now.confidence)),
            _unbroken(limit(one.question, one.labelled, one.bar)),
            _verdict(one, blocks=gate.now.blocked),
            _whole(gate.before) if before is None else f"{_verdict(before)}: {_value(before)}",
        )


def _unbroken(text: str) -> str:
    """Keep a number and its unit on one line, however narrow the column is."""
    for unit in (" %", " points", "≥ ", "≤ "):
        text = text.replace(unit, unit.replace(" ", "\N{NO-BREAK SPACE}"))
    return text


def _verdict(one: Criterion, *, blocks: bool = False) -> str:
    if one.enforced:
        return _sign(one.verdict, blocks=blocks)
    return f"{prose(one.verdict)} (not enforced)"


def _whole(judged: Judged | None) -> str:
    return "*first time*" if judged is None else _sign(judged.verdict, blocks=False)


def _sign(verdict: str, *, blocks: bool) -> str:
    sign = _SIGNS.get(verdict, prose(verdict))
    return f"{sign} (blocks)" if blocks and verdict in (INCONCLUSIVE, INCOMPLETE, STALE) else sign


def _observed(one: Criterion, confidence: float | None) -> str:
    missing = f", {one.missing:,} missing" if one.missing else ""
    if one.observed is None:
        return f"nothing{missing}"
    between = ""
    if one.low is not None and one.high is not None:
        ends = (figure(one.question, one.labelled, end, one.bar) for end in (one.low, one.high))
        bounds = f"{confidence * 100:g} % bounds " if confidence else ""
        between = f" ({bounds}{' to '.join(ends)})"
    return f"{_value(one)}{between}, {counted(one.n, 'example')}{missing}"


def _value(one: Criterion) -> str:
    if one.observed is None:
        return "nothing"
    return figure(one.question, one.labelled, one.observed, one.bar)
