"""What a comment says of the changes of one kind, and what is true of every kind.

`Reviewer` is what a kind gets that adds nothing: a table of its changes, what is lost, what nobody
could verify. A kind that has more to say names a class below it (`Kind.review`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from arize_tasks.cli.commenting.differences import Change, differences, fields_of, secrets_in_both
from arize_tasks.cli.commenting.steps import (
    CREATE,
    DELETE,
    FAILED,
    PLANNED,
    REPLACE,
    UNFINISHED,
    UPDATE,
    Log,
    Step,
)
from arize_tasks.cli.commenting.tables import (
    OPEN_ROWS,
    Part,
    counted,
    field_lines,
    rows,
    secret_line,
)
from arize_tasks.cli.commenting.tenses import ADOPT, TENSES
from arize_tasks.cli.commenting.text import plain, prose
from arize_tasks.schema import behaviour
from arize_tasks.schema.facts import LOST, NEW_VERSION, ROWS, SENTENCE, UNVERIFIED, USED_BY
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.marks import marks_of

MOST_NAMED = 5  # of what uses something; arbitrary: a line that can be read
ORDER = (REPLACE, DELETE, ADOPT, UPDATE, CREATE)
NOT_DONE = {FAILED: "**failed**", UNFINISHED: "**unfinished**"}


@dataclass(frozen=True)
class Caution:
    """What to beware of, and at which resources.

    Attributes:
        text: The sentence.
        names: The resources that it is about.
    """

    text: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class ResourceChange:
    """A resource that changes.

    Attributes:
        name: The resource's.
        urn: The resource's.
        action: create, adopt, update, replace or delete.
        changes: The fields that change; of a new one all, of a deleted or adopted one none.
        adopts: Of an adopted one: what is adopted, and what will change about it, in the
            provider's words; `UNKNOWN` where it could not be asked.
        secrets: Fields that are secret, so that nobody can say whether they change.
        redefined: Whether what follows from its definition changes.
        new_version: Whether a version is appended.
        rows: How many rows are added, changed and removed; empty where none are.
        unverified: Whether it is replaced only if a name means another thing than before.
        stays: Whether the service keeps what the stack lets go of (`retain_on_delete`).
        loses: The noun of what is deleted with it; empty where nothing is.
        lost: How many those are; None when it is not known.
        or_more: Whether they are that many or more.
        used_by: What still uses it when it is deleted.
        notes: What else the provider said of it.
        warnings: What its kind warns of.
        ended: How it ended: planned, done, failed or unfinished.
    """

    name: str
    urn: str
    action: str
    changes: tuple[Change, ...] = ()
    adopts: Any = None
    secrets: tuple[str, ...] = ()
    redefined: bool = False
    new_version: bool = False
    rows: str = ""
    unverified: bool = False
    stays: bool = False
    loses: str = ""
    lost: int | None = None
    or_more: bool = False
    used_by: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    ended: str = PLANNED

    @property
    def is_to_come_about(self) -> bool:
        """Whether it is done, or planned."""
        return self.ended not in NOT_DONE

    @property
    def what_is_lost(self) -> str:
        """What is deleted with it: `its 14 runs`, `its runs`; empty where it is nothing."""
        if not self.loses or self.lost == 0:
            return ""
        if self.lost is None:
            return f"its {self.loses}s"
        more = " or more" if self.or_more else ""
        return f"its {self.lost:,}{more} {self.loses}{'' if self.lost == 1 and not more else 's'}"


@dataclass(frozen=True)
class Stop:
    """What stopped an update.

    Attributes:
        said: The part of the headline: how many of what.
        reasons: Why, one for each: the name of the resource or policy, and the words.
    """

    said: str
    reasons: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Section:
    """What a comment says of one kind.

    Attributes:
        kind: The kind.
        changes: Its resources that change.
        headline: Its parts of the one line that says it all.
        cautions: What to beware of.
        part: The table.
        tail: Lines at the end.
        values: Fields that change, with the resource's name: long ones are shown whole.
        more: What programs get of the kind beside its changes.
        stops: What of it stopped the update: the parts of the headline, and the reasons.
    """

    kind: Kind
    changes: tuple[Any, ...] = ()
    headline: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()
    part: Part | None = None
    tail: tuple[str, ...] = ()
    values: tuple[tuple[str, Change], ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    stops: tuple[Stop, ...] = ()


class Reviewer:
    """Reviews the changes of one kind.

    Args:
        kind: The kind.
        log: Of the whole stack.
    """

    share = 0.7
    """Of the room in the comment that is left, from 0 to 1."""

    is_on_the_service = True
    """Whether there is something that the service can keep when the stack lets it go."""

    def __init__(self, kind: Kind, log: Log) -> None:
        self.kind, self.log, self.tense = kind, log, TENSES[log.command]
        # By name: the engine's own order differs from one command to the next.
        changing = (step for step in log.steps if step.kind is kind and step.changes)
        self.steps = sorted(changing, key=lambda step: (step.name, step.urn))

    # ---- what a kind adds ----------------------------------------------------------------------

    def warnings(self, step: Step) -> Iterator[str]:
        """Return what a reviewer is warned of at a resource."""
        return iter(())

    # ---- what all have -------------------------------------------------------------------------

    def section(self) -> Section:
        """Return what the comment says."""
        changes = tuple(self.change(step) for step in self.steps)
        return Section(
            kind=self.kind,
            changes=changes,
            headline=tuple(self.headline(changes)),
            cautions=tuple(self._cautions(changes)),
            part=self._part(changes) if changes else None,
            values=tuple((one.name, change) for one in changes for change in one.changes),
        )

    def change(self, step: Step) -> ResourceChange:
        """Return what becomes of a resource."""
        facts, said = self.log.facts(step.urn), self.log.said(step.urn)
        told = {fact.get(SENTENCE) for fact in facts}  # which the comment says in its own words
        kept = step.action in (UPDATE, REPLACE)
        # An adoption is a create to the engine: check() says in this input what is taken over.
        adopts = step.new.get("adopting") if step.action == CREATE else None
        old, new = (self._declared(inputs) for inputs in (step.old, step.new))
        changes = differences(old, new) if kept else [] if adopts is not None else fields_of(new)
        ends = step.action in (REPLACE, DELETE)
        goes = ends and not step.retained
        rows = next((str(fact[ROWS]) for fact in facts if ROWS in fact), "")
        lost: Mapping[str, Any] = next((fact[LOST] for fact in facts if LOST in fact), {})
        return ResourceChange(
            name=step.name,
            urn=step.urn,
            action=step.action if adopts is None else ADOPT,
            changes=tuple(changes if step.action != DELETE else ()),
            adopts=adopts,
            secrets=tuple(secrets_in_both(old, new)) if kept else (),
            redefined=kept
            and not rows
            and _derived(self.kind, step.old) != _derived(self.kind, step.new),
            new_version=bool(rows) or any(NEW_VERSION in fact for fact in facts),
            rows=rows,
            # The update has looked it up.
            unverified=step.ended == PLANNED and any(UNVERIFIED in fact for fact in facts),
            stays=ends and step.retained and self.is_on_the_service,
            loses=self.kind.loses if goes else "",
            lost=lost.get("number") if goes else None,
            or_more=bool(lost.get("or_more")),
            used_by=tuple(name for fact in facts for name in fact.get(USED_BY, ())),
            notes=tuple(text for text in said if text not in told),
            warnings=tuple(self.warnings(step)) if adopts is None else (),
            ended=step.ended,
        )

    def headline(self, changes: Sequence[ResourceChange]) -> Iterator[str]:
        """Say how many are new, change, and go, and what goes with them."""
        done = [one for one in changes if one.is_to_come_about]
        certain = [one for one in done if not (one.action == REPLACE and one.unverified)]
        by_action = {action: [c for c in certain if c.action == action] for action in ORDER}
        updated, gone = by_action[UPDATE], by_action[DELETE]
        unverified = [one for one in done if one.action == REPLACE and one.unverified]
        verbs = self.tense.verbs
        groups = [
            (by_action[CREATE], *verbs[CREATE]),
            (by_action[ADOPT], *verbs[ADOPT]),
            ([c for c in updated if c.new_version], *self.tense.version),
            ([c for c in updated if not c.new_version], *verbs[UPDATE]),
            (by_action[REPLACE], *verbs[REPLACE]),
            (unverified, "may be replaced", "may be replaced"),
            ([c for c in gone if not c.stays], *verbs[DELETE]),
            ([c for c in gone if c.stays], *self.tense.leaves),
            ([c for c in changes if c.ended == FAILED], "failed", "failed"),
            ([c for c in changes if c.ended == UNFINISHED], "is unfinished", "are unfinished"),
        ]
        said = [(group, one if len(group) == 1 else many) for group, one, many in groups if group]
        for place, (group, verb) in enumerate(said):
            # One sentence is made of them all, so the first says what is counted.
            number = f"{len(group):,}" if place else counted(len(group), self.kind.noun)
            yield f"{number} {verb}{self._losing(group)}"

    def _losing(self, changes: Sequence[ResourceChange]) -> str:
        """Say what is deleted with them; empty where nothing is."""
        losing = [one for one in changes if one.what_is_lost and one.is_to_come_about]
        if not losing:
            return ""
        if len(changes) == 1:
            # May be replaced and lose.
            verb = "lose" if changes[0].unverified else self.tense.lose[0]
            return f" and {verb} {losing[0].what_is_lost}"
        verb = self.tense.lose[1]
        known = [change.lost for change in losing if change.lost is not None]
        if len(known) < len(losing):
            return f" and {verb} their {losing[0].loses}s"
        more = " or more" if any(change.or_more for change in losing) else ""
        return f" and {verb} their {sum(known):,}{more} {losing[0].loses}s"

    def _part(self, changes: Sequence[ResourceChange]) -> Part:
        noun = self.kind.noun
        shown = rows((ORDER.index(one.action), one.name, self.cells(one)) for one in changes)
        head = (f"| {noun} | | what |", "|---|---|---|")
        title = f"{noun[0].upper()}{noun[1:]}s ({len(changes):,})"
        return Part(title, head, shown, self.share, len(shown) > OPEN_ROWS)

    def cells(self, one: ResourceChange) -> tuple[str, ...]:
        """Write the cells of a resource's row, after its name."""
        word = self.tense.words[one.action]
        if one.unverified and one.action == REPLACE:
            word = "may be replaced"
        if one.redefined and one.action == UPDATE:
            word += self.tense.redefined
        if one.new_version and one.action == UPDATE:
            word = "new version"
        if one.stays and one.action == DELETE:
            word = self.tense.leaves[0]
        word = NOT_DONE.get(one.ended, word)
        lines = field_lines(one.changes, new=one.action == CREATE)
        if one.stays and one.action == REPLACE:
            lines.append("the old one stays on the service")
        if one.adopts is not None:
            lines.append(prose(plain(one.adopts)))
        if one.rows:
            lines.append(f"rows: `{one.rows}`")
        lines.extend(secret_line(one.secrets, self.tense.may_change))
        if not lines and not one.notes and one.action == UPDATE:
            lines.append("no declared field, only the recorded state")
        if one.what_is_lost:
            lines.append(
                f"{'would lose' if one.unverified else self.tense.lose[0]} {one.what_is_lost}"
            )
        lines.extend(f"*{prose(note)}*" for note in one.notes)
        return (word, "<br>".join(lines))

    def _cautions(self, changes: Sequence[ResourceChange]) -> Iterator[Caution]:
        for one in changes:
            if one.what_is_lost:
                yield Caution(self._loss(one), (one.name,))
            if one.used_by:
                yield Caution(f"deleted, and still used by {_some(one.used_by)}", (one.name,))
        for one in changes:
            yield from (Caution(text, (one.name,)) for text in one.warnings)

    def _loss(self, one: ResourceChange) -> str:
        lost = one.what_is_lost
        if one.action == DELETE:
            return f"deleted, and {lost} with it"
        if one.unverified:
            return (
                f"may be replaced, which deletes {lost}: a name could not be looked up; the "
                f"update looks it up, and replaces nothing if it resolves to the same ID"
            )
        return f"replaced: the old {self.kind.noun} is deleted, and {lost} with it"

    @cached_property
    def _of_rows(self) -> set[str]:
        """The fields that hold rows."""
        return {
            name
            for spec in self.kind.specs.values()
            for name, marks in marks_of(spec).items()
            if marks.behaviour is behaviour.ROWS
        }

    def _declared(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is declared; rows by their number, since their places mean nothing."""
        return {
            name: counted(len(value), "row") if name in self._of_rows and _is_rows(value) else value
            for name, value in inputs.items()
            if name not in self.kind.derived
        }


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, Mapping) for row in value)


def _some(names: Sequence[str]) -> str:
    """List names, at most five."""
    more = len(names) - MOST_NAMED
    shown = ", ".join(names[:MOST_NAMED])
    return f"{shown} and {more:,} more" if more > 0 else shown


def _derived(kind: Kind, inputs: Mapping[str, Any]) -> list[Any]:
    # What was adopted at a create does not define the resource; diff() ignores it as well.
    return [inputs.get(name) for name in kind.derived if name != "adopting"]
