"""Names that we choose: the resource's, with a random suffix, as Pulumi does."""

from __future__ import annotations

import secrets
from string import hexdigits

from arize_tasks.provider import host

SUFFIX_CHARACTERS = 7  # as long as those of Pulumi's own names


def own_name() -> str:
    """Make a name for the resource that is operated on."""
    return _beginning() + secrets.token_hex(SUFFIX_CHARACTERS)[:SUFFIX_CHARACTERS]


def is_own_name(name: str) -> bool:
    """Distinguish a name that `own_name` made for this resource from one that a program gave."""
    suffix = name.removeprefix(_beginning())
    return suffix != name and len(suffix) == SUFFIX_CHARACTERS and set(suffix) <= set(hexdigits)


def _beginning() -> str:
    # The resource's name is private ground; where it is missing, a name is needed all the same.
    return f"{host.resource_name() or 'task'}-"
