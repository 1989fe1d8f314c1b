"""What can be found wrong with a declaration by asking the server, before anything is changed.

Each name and ID is asked for once a process, however many resources mention it. Nothing is sent
where nothing may be (`Session.may_ask`), and what can't be asked is not wrong.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arize_tasks import errors
from arize_tasks.api.models import FoundRecord
from arize_tasks.api.names import collection_of, scope_needed
from arize_tasks.provider import host
from arize_tasks.provider.memory import memory
from arize_tasks.provider.names_taken import name_taken
from arize_tasks.provider.owner import owner
from arize_tasks.provider.session import Session
from arize_tasks.schema.base import Mention, Owner, Spec
from arize_tasks.schema.ids import looks_like_id
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.kinds import kind_called
from arize_tasks.schema.plan import declared_name
from arize_tasks.schema.unknown import UNKNOWN, is_given


def missing(session: Session, spec: Any, old: Spec | None) -> list[str]:
    """Say what is mentioned and not there, or not one thing.

    Args:
        session: The account.
        spec: What is declared; sentences begin with the place in it.
        old: What was declared last time: what stands there too, was found then.
    """
    if spec.space is UNKNOWN:
        return []
    # Of the same space only: in another one the same text may mean nothing, or another thing.
    known = _texts(old) if old is not None and getattr(old, "space", None) == spec.space else set()

    def asked(of: Spec) -> list[Mention]:
        new = (m for m in of.mentions() if (m.kind, m.text) not in known)
        return [mention for mention in new if collection_of(mention.kind) is not None]

    if not asked(spec) or not session.may_ask:
        return []

    # Resolved before it is judged: a version is checked against the ID of its evaluator.
    def known_id(kind: str, text: str, *, within: Owner | None = None) -> Any:
        try:
            one = found(session, kind, text, spec.space, within)
        except errors.ArizeTasksError:  # what is wrong with it is said where it stands
            return UNKNOWN
        return one if one is UNKNOWN else one.id

    resolved = spec.resolve(known_id)
    sentences = (_wrong(session, mention, spec.space) for mention in asked(resolved))
    return list(dict.fromkeys(sentence for sentence in sentences if sentence))


def _texts(old: Spec) -> set[tuple[str, str]]:
    return {(mention.kind, mention.text) for mention in old.mentions()}


def found(
    session: Session, kind: str, text: str, space: str | None, within: Owner | None = None
) -> FoundRecord:
    """Return what a name or ID means; UNKNOWN where that can't be asked, or is only being made."""
    chosen = session.space_for(space)
    own = None if looks_like_id(text) else kind_called(kind)
    if own is not None and own.collection is not None and not own.collection.remembered:
        return _named(session, own, text, chosen)
    try:
        return session.ask(
            lambda: session.connection.names.find(kind, text, space=chosen, within=within)
        )
    except errors.NameNotFoundError:
        if own is None or not _is_being_made(session, own, text):
            raise
        return UNKNOWN  # type: ignore[no-any-return]


def _wrong(session: Session, mention: Mention, space: str | None) -> str | None:
    noun = mention.kind.replace("_", " ")
    if mention.kind == "evaluator version" and _is_version(session, mention):
        return None
    # What it belongs to says where a name is looked up, and is compared with what an ID leads to.
    within = mention.belongs_to
    by_name = within is not None and not looks_like_id(mention.text)
    if within is not None and by_name and not is_given(within[1]):
        return None
    try:
        one = found(session, mention.kind, mention.text, space, within if by_name else None)
    except errors.NameResolutionError as error:
        # It may be the space, which the name is looked up in, that does not exist.
        place = mention.place if error.kind == mention.kind else error.kind
        return f"{place}: {error.what[0].lower()}{error.what[1:].rstrip('.')}; {error.hint}"
    except errors.InvalidArgumentsError as error:
        return error.failures[0]
    # 400 as well: so the service answers to an ID that is malformed.
    except (errors.NotFoundError, errors.BadRequestError, errors.PermissionDeniedError) as error:
        # An empty 400 was seen for good versions: without their owner it proves nothing.
        empty = isinstance(error, errors.BadRequestError) and not error.detail
        if mention.kind == "evaluator version" and empty and not mention.belongs_to:
            return None
        return (
            f"{mention.place}: there is no {noun} with this ID, or the API key has no access to it"
        )
    if one is UNKNOWN or within is None or by_name:
        return None
    return _elsewhere(session, mention, one)


def _elsewhere(session: Session, mention: Mention, one: FoundRecord) -> str | None:
    """Say that what an ID leads to belongs to something else than it should."""
    field, owner = mention.belongs_to or ("", None)
    if not is_given(owner):
        return None
    if field == "task_id":  # what belongs to a task's dataset
        task_id, field = str(owner), "dataset_id"
        owner = session.ask(lambda: session.connection.names.dataset_of("task_id", task_id))
    theirs = getattr(one, field)
    # An answer that names no owner proves nothing.
    if theirs is None or owner is UNKNOWN or theirs == owner:
        return None
    noun, kind = (word.replace("_", " ") for word in (mention.kind, field.removesuffix("_id")))
    return f"{mention.place}: this {noun} belongs to another {kind}{_called(session, kind, theirs)}"


def _called(session: Session, kind: str, id_: str) -> str:
    """Name what a thing belongs to, for who has to find it: by its name where that can be read."""
    with contextlib.suppress(errors.ArizeTasksError):
        owner = session.ask(lambda: session.connection.names.find(kind, id_))
        if owner is not UNKNOWN and owner.name:
            return f", {owner.name!r} ({id_})"
    return f" ({id_})"


def _is_version(session: Session, mention: Mention) -> bool:
    """Report whether an evaluator has a version, where it is known which evaluator is meant."""
    owner = mention.belongs_to[1] if mention.belongs_to else None
    if not is_given(owner):
        return False
    find = session.connection.names.find_version
    try:
        session.ask(lambda: find(str(owner), mention.text))
    except (errors.NotFoundError, errors.BadRequestError, errors.PermissionDeniedError):
        return False
    return True


# ---- names ---------------------------------------------------------------------------------


def _named(session: Session, kind: Kind, name: str, space: str | None) -> FoundRecord:
    """Find a thing of a kind by its name; one that the same program makes may not be there yet."""
    if not space:
        raise scope_needed("space", kind.noun)
    space_id = session.ask(lambda: session.connection.names.resolve("space", space))
    one = _bearer(session, kind, space_id, name)
    if one is not None:
        return one  # type: ignore[no-any-return]
    if _is_being_made(session, kind, name):
        return UNKNOWN  # type: ignore[no-any-return]
    like = session.named_in(kind, space_id).near(name)
    raise errors.NameNotFoundError(kind.noun, name, within=f" in the space {space!r}", near=like)


def _is_being_made(session: Session, kind: Kind, name: str) -> bool:
    """Report whether a resource of the program bears a name."""
    given = list(session.names_given)  # a copy: other operations add to it
    return any(key[0] == kind.noun and key[-1] == name for key in given)


def _bearer(session: Session, kind: Kind, space_id: Any, name: str) -> Any:
    """Return what bears a name in a space, None where nothing does; UNKNOWN where none can ask."""
    if space_id is None or space_id is UNKNOWN:
        return UNKNOWN
    return session.ask(lambda: session.named_in(kind, space_id).find(name))


def taken_name(session: Session, kind: Kind, spec: Any, old: Mapping[str, Any]) -> str | None:
    """Say that an explicit name is taken: by a resource of the program, or on the server.

    Args:
        session: The account.
        kind: Of what.
        spec: What is declared.
        old: The inputs kept last time; empty for a new resource.
    """
    name, urn = spec.name, host.urn() or ""
    where = _where(session, kind, spec)
    if not is_given(name) or spec.space is UNKNOWN or where is None:
        return None
    place = spec.space or session.settings.space
    own = (kind.noun, place, *where, name)
    # The server would refuse only the second create, after the first thing was made.
    first = session.names_given.setdefault(own, urn)
    if first != urn:
        return (
            f"name: '{first.rpartition('::')[2]}' has the same; names are unique in "
            f"{'a space' if kind.is_in_a_space else 'an account'}, so give one of them another"
        )
    if spec.adopt is not None or old.get("name") == name or not session.may_ask:
        return None
    try:
        holder = _bearer(session, kind, _space_id(session, where, spec), str(name))
    except errors.ArizeTasksError:
        return None  # a wrong scope is said elsewhere, and the server judges the name in the end
    if holder in (None, UNKNOWN) or holder.id in session.names_given_up:
        return None
    resource = owner(session)
    entry = memory().find(resource) if resource is not None else None
    if entry is not None and (entry.request.chosen == name or entry.id == holder.id):
        return None  # what an update which died has created
    theirs = memory().holder(holder.id)
    what, fix = name_taken(kind, str(name), holder.id, resource, theirs)
    sentence = f"name: {what}; {fix}"
    if (
        spec.delete_before_replace and not kind.names_stay_taken
    ):  # perhaps this one has it, and its replacement is forced
        host.say(f"name: {what}; it is free once the resource that holds it is deleted")
        return None
    if old:  # the holder may get another name by the same update, or be this one
        session.names_in_the_way[urn] = holder.id, sentence
        return None
    return sentence


def _where(session: Session, kind: Kind, spec: Any) -> tuple[str, Any] | None:
    """Return what says in which space a thing is: the argument's name, and what it mentions."""
    if not kind.is_in_a_space:
        return "", ""
    for own in (declared_name(spec, field) for field in kind.scope):
        if is_given(getattr(spec, own, None)):
            return own, getattr(spec, own)
    in_settings = session.settings.space if "space_id" in kind.scope else None
    return ("space", in_settings) if in_settings else None


def _space_id(session: Session, where: tuple[str, Any], spec: Any) -> Any:
    """Return the ID of that space; empty where names are unique in the account."""
    scope, text = where
    if not scope:
        return ""
    one = found(session, scope, text, spec.space)
    if one is UNKNOWN:
        return UNKNOWN
    return one.id if scope == "space" else getattr(one, "space_id", None)


# ---- what is lost --------------------------------------------------------------------------


@dataclass(frozen=True)
class Lost:
    """What the service deletes together with a thing.

    Attributes:
        number: How many.
        noun: Of one.
        or_more: Whether they are that many or more.
    """

    number: int
    noun: str
    or_more: bool = False

    def __str__(self) -> str:
        """Name it: `its 14 runs`."""
        more = " or more" if self.or_more else ""
        return f"its {self.number:,}{more} {self.noun}{'' if self.number == 1 else 's'}"

    def as_fact(self) -> dict[str, Any]:
        """Return the same as data."""
        return {"number": self.number, "or_more": self.or_more}


def meant_the_same(refusal: str) -> errors.ArizeTasksError:
    """Make the error of a replacement that was planned unverified and turns out to be none."""
    return errors.ArizeTasksError(
        f"{refusal}: the changed names resolve to the same IDs as before.",
        why="they could not be looked up when the change was planned.",
        fix="run `pulumi up` again; arize:preflight must not be never.",
    )
