"""A review as a comment in Markdown, never longer than a forge takes.

The order is that of importance, and each part gets a share of the room that is left, so that
however much changes, the first line, the cautions and the costs are there.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from arize_tasks.cli.preview.differences import Change
from arize_tasks.cli.preview.gates import GateChange
from arize_tasks.cli.preview.headline import counted, headline
from arize_tasks.cli.preview.review import ADOPT, Review, TaskChange, runs_lost
from arize_tasks.cli.preview.runs import Bound, Firing, Why
from arize_tasks.cli.preview.steps import (
    CREATE,
    DELETE,
    MANDATORY,
    REPLACE,
    UPDATE,
    Finding,
    name_in,
)
from arize_tasks.cli.preview.text import LONGEST_VALUE, block, code, cut, plain, prose, value

LONGEST_COMMENT = 60_000
"""In characters. GitHub refuses comments from 65,536 on; the rest is for what others add."""

OPEN_ROWS = 12
"""A table of more rows is folded; arbitrary: about one screen."""

FIELDS_OF_A_ROW, NAMES_OF_A_ROW = 12, 6  # arbitrary: what one still reads
LONGEST_DETAIL = 8_000
"""Of one value's difference in the details, in characters; arbitrary: a long prompt."""

_TAIL = 600  # kept free for what ends the comment; it is about half of that at most

_ORDER = (REPLACE, DELETE, ADOPT, UPDATE, CREATE)
_WORDS = {
    REPLACE: "replaced",
    DELETE: "deleted",
    ADOPT: "taken over",
    UPDATE: "changes",
    CREATE: "new",
}

_DONE = {REPLACE: "replaced", DELETE: "deleted", UPDATE: "changed", CREATE: "created"}


def marker(review: Review) -> str:
    """Give the hidden first line: it tells this comment from others, and stack from stack."""
    return f"<!-- arize-tasks preview-comment {review.stack} -->"


@dataclass(frozen=True)
class Part:
    """One part of the comment.

    Attributes:
        title: Its heading.
        head: The lines before the rows, such as a table's header.
        rows: Its rows, the most important first.
        share: Of the room that is left, from 0 to 1.
        folded: Whether it must be opened to be read.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[str, ...]
    share: float
    folded: bool = False

    def text(self, room: int) -> str:
        """Write as many rows as there is room for, and how many are left out."""
        room = int(room * self.share)
        begin, end = self._frame()
        shown: list[str] = []
        length = len(begin) + len(end) + 120  # and the line that counts what is left out
        for row in self.rows:
            length += len(row) + 1
            if length > room:
                break
            shown.append(row)
        missing = len(self.rows) - len(shown)
        more = f"\n\n*… and {missing:,} more that do not fit here.*" if missing else ""
        return f"{begin}{chr(10).join(shown)}{more}\n{end}"

    def _frame(self) -> tuple[str, str]:
        head = "".join(f"{line}\n" for line in self.head)
        if self.folded:
            return f"\n<details><summary>{self.title}</summary>\n\n{head}", "\n</details>\n"
        return f"\n**{self.title}**\n\n{head}", ""


def markdown(review: Review, *, longest: int = LONGEST_COMMENT) -> str:
    """Write the comment.

    Args:
        review: What to say.
        longest: In characters.
    """
    where = f" in {code(review.stack)}" if review.stack else ""
    text = f"{marker(review)}\n### Evaluation tasks{where}\n\n**{headline(review)}**\n"
    for part in _parts(review):
        if part.rows:
            text += part.text(longest - _TAIL - len(text))
    return text + "".join(f"\n{line}\n" for line in _tail(review))


def _parts(review: Review) -> Iterator[Part]:
    errors = [f"- {_about(error.urn)}{prose(error.text)}" for error in review.errors]
    yield Part("Why the preview failed", (), tuple(errors), 0.25)
    cautions = [f"- ⚠️ {_names(one.names)}: {prose(one.text)}" for one in review.cautions]
    yield Part("Beware", (), tuple(cautions), 0.25)
    rows = _rows((run.bound.most is not None, run.name, _run_cells(run)) for run in review.runs)
    head = ("| run | of task | why | window | at most | gates |", "|---|---|---|---|---|---|")
    yield Part(f"Runs that will fire ({len(review.runs):,})", head, rows, 0.5, _long(rows))
    rows = _rows((_ORDER.index(task.action), task.name, _task_cells(task)) for task in review.tasks)
    title = f"Tasks ({len(review.tasks):,})"
    yield Part(title, ("| task | | what |", "|---|---|---|"), rows, 0.7, _long(rows))
    rows = _rows((_ORDER.index(gate.action), gate.name, _gate_cells(gate)) for gate in review.gates)
    title = f"Gates on scores ({len(review.gates):,})"
    yield Part(title, ("| gate | | what |", "|---|---|---|"), rows, 0.6, _long(rows))
    findings = tuple(_findings(review.findings))
    yield Part("Policies", (), findings, 0.6, _long(findings))
    yield Part("Long values", (), tuple(_details(review)), 1, folded=True)


def _long(rows: Sequence[str]) -> bool:
    return len(rows) > OPEN_ROWS


def _tail(review: Review) -> Iterator[str]:
    if review.settled:
        names = _names(review.settled)
        yield f"Only waited for or judged again, without a new run: {names}."
    if review.dropped:
        yield (
            f"Runs that leave the stack: {_names(review.dropped)}. What is unfinished is cancelled "
            "(`on_delete`), what is finished stays on the service."
        )
    if review.others:
        said = ", ".join(f"{number:,} {_DONE[action]}" for action, number in review.others.items())
        yield f"Other resources of the stack: {said}."
    if not review.tells_all:
        yield "Read from `pulumi preview --json`, which says nothing of policies."


def _rows(ranked: Iterable[tuple[int, str, tuple[str, ...]]]) -> tuple[str, ...]:
    """Write table rows: by rank, and among equals first what stands for most.

    What is alike but for the name shares a row.
    """
    names: dict[tuple[int, tuple[str, ...]], list[str]] = {}
    for rank, name, cells in ranked:
        names.setdefault((rank, cells), []).append(name)
    ordered = sorted(names.items(), key=lambda item: (item[0][0], -len(item[1])))
    return tuple(f"| {' | '.join((_names(own), *cells))} |" for (_, cells), own in ordered)


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(code(name, longest=60) for name in names[:NAMES_OF_A_ROW])
    missing = len(names) - NAMES_OF_A_ROW
    return f"{shown} and {missing:,} more" if missing > 0 else shown


def _about(urn: str | None) -> str:
    return f"{code(name_in(urn))}: " if urn and "pulumi:Stack" not in urn else ""


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    """Write what policies found; what is alike but for the resource shares a line."""
    names: dict[tuple[str, str, str, str], list[str]] = {}
    for one in sorted(findings, key=lambda one: one.level != MANDATORY):
        about = names.setdefault((one.level, one.policy, one.pack, one.text), [])
        about.extend([name_in(one.urn)] if one.urn and "pulumi:Stack" not in one.urn else [])
    for (level, policy, pack, text), own in names.items():
        who = f"{_names(own)}: " if own else ""
        said = prose(text) or "the policy changes what the program gives"
        yield f"- **{level}** {code(policy)} of {code(pack)}: {who}{said}"


def _run_cells(run: Firing) -> tuple[str, ...]:
    why = "<br>".join(_why(one) for one in run.why[:FIELDS_OF_A_ROW])
    gates = ", ".join(code(gate) for gate in run.gates) or "**none**"
    task = "*made in this update*" if run.task is None else code(run.task)
    return (task, why, prose(run.window), _bound(run), gates if run.waits else "*not waited for*")


def _why(why: Why) -> str:
    return _change(why.change) if why.change else prose(why.text)


def _bound(run: Firing) -> str:
    bound: Bound = run.bound
    if bound.most is None:
        return f"**no known limit** of {bound.unit}"
    text = counted(bound.most, bound.unit.removesuffix("s"))
    text += " (the service's default)" if bound.is_default else ""
    return text if run.evaluators in (None, 1) else f"{text}, {run.evaluators} evaluators"


def _task_cells(task: TaskChange) -> tuple[str, ...]:
    word = _WORDS[task.action]
    if task.unverified and task.action == REPLACE:
        word = "may be replaced"
    if task.redefined and task.action == UPDATE:
        word += ", and its definition"
    lines = _fields(task)
    if task.adopts is not None:
        lines.append(prose(plain(task.adopts)))
    if task.secrets:
        named = ", ".join(code(name) for name in task.secrets)
        lines.append(f"{named}: secret, may change")
    if not lines and task.action == UPDATE:
        lines.append("no declared field: only what the stack remembers")
    if task.loses_runs and task.runs_lost != 0:
        lines.append(f"{'would lose' if task.unverified else 'loses'} {runs_lost(task)}")
    lines.extend(f"*{prose(note)}*" for note in task.notes)
    return (word, "<br>".join(lines))


def _gate_cells(gate: GateChange) -> tuple[str, ...]:
    lines = _fields(gate)
    if gate.secrets:
        lines.append(f"{', '.join(code(name) for name in gate.secrets)}: secret, may change")
    lines.extend(f"*{prose(note)}*" for note in gate.notes)
    return (_WORDS[gate.action], "<br>".join(lines))


def _fields(changed: TaskChange | GateChange) -> list[str]:
    lines = [_change(change, new=changed.action == CREATE) for change in changed.changes]
    missing = len(lines) - FIELDS_OF_A_ROW
    if missing > 0:
        lines[FIELDS_OF_A_ROW:] = [f"and {counted(missing, 'field')} more"]
    return lines


def _change(change: Change, *, new: bool = False) -> str:
    shown = value(change.new) if new else f"{value(change.old)} → {value(change.new)}"
    return f"{code(change.path)}: {shown}"


def _details(review: Review) -> Iterator[str]:
    """Show whole what the tables had to shorten."""
    resources: tuple[TaskChange | GateChange, ...] = (*review.tasks, *review.gates)
    changes = [(one.name, change) for one in resources for change in one.changes]
    changes += [(run.name, why.change) for run in review.runs for why in run.why if why.change]
    for name, change in changes:
        old, new = ("" if v is None else plain(v) for v in (change.old, change.new))
        if any(len(text) > LONGEST_VALUE or "\n" in text for text in (old, new)):
            lines = difflib.unified_diff(old.splitlines(), new.splitlines(), n=2, lineterm="")
            shown = cut("\n".join(list(lines)[2:]), LONGEST_DETAIL)
            yield f"{code(name)} {code(change.path)}\n{block(shown, language='diff')}\n"
