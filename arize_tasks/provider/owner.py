"""Which resource is operated on: of which stack, organization, backend and endpoint."""

from __future__ import annotations

from arize_tasks.provider import host
from arize_tasks.provider.journal import Owner
from arize_tasks.provider.places import backend
from arize_tasks.provider.session import Session


def owner(session: Session) -> Owner | None:
    """Return the resource that is operated on; None where its URN can't be told."""
    urn = host.urn()
    if urn is None:
        return None
    return Owner(backend(), host.organization(), urn, session.endpoint)


def closing_command() -> str:
    """Return the command that lets go what is open for the resource that is operated on."""
    return f"`arize-tasks journal close '{host.urn() or '<URN>'}'`"
