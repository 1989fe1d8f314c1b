"""Names that are taken: by what, and what to do about it."""

from __future__ import annotations

from arize_tasks.provider.journal import Owner
from arize_tasks.schema.kind import Kind
from arize_tasks.schema.messages import an


def name_taken(
    kind: Kind, name: str, id_: str | None, resource: Owner | None, holder: Owner | None
) -> tuple[str, str]:
    """Say that a name is taken, by what, and what to do about it.

    Args:
        kind: Of what.
        name: The name that the program gives.
        id_: Of the thing that has it, where it is known.
        resource: Which resource asks for the name.
        holder: Which resource is known to have created or adopted that thing.
    """
    noun, place = kind.noun, "space" if kind.is_in_a_space else "account"
    what = f"{an(noun)} named {name!r} already exists in this {place}"
    what += f" ({id_})" if id_ else ""
    adopt = f"to take that {noun} over, give adopt={id_ or '<its name or ID>'!r}"
    itself = "set opts=ResourceOptions(delete_before_replace=True), or leave name out"
    if kind.names_stay_taken:
        itself = f"leave name out, since the name of {an(noun)} that was deleted stays taken"
    alias = "give the alias of its old name: opts=ResourceOptions(aliases=[Alias(name={old!r})])"
    if holder is not None and holder == resource:
        return (
            f"{what}: it is this resource's own. A forced replacement (--replace, taint) creates "
            f"the new {noun} before it deletes the old one, and names are unique in {an(place)}",
            itself,
        )
    if holder is not None and resource is not None and _same_stack(holder, resource):
        old = holder.urn.rpartition("::")[2]
        return (
            f"{what}: the resource {old!r} of this stack holds it",
            f"if you have renamed that resource, {alias.format(old=old)}; otherwise choose another "
            f"name, or {adopt}",
        )
    return (
        what,
        "if a resource of this stack holds it under another Pulumi name, "
        f"{alias.format(old='<old name>')}; if this resource itself holds it and its replacement "
        f"is forced, {itself}; otherwise choose another name, or {adopt} (another stack may own "
        "it)",
    )


def _same_stack(one: Owner, other: Owner) -> bool:
    return (one.backend, one.organization, one.stack) == (
        other.backend,
        other.organization,
        other.stack,
    )
