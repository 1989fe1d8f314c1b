"""One session with the service: the probes, and afterwards the removal of what they made."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

from arize_tasks.api.transport import Transport
from arize_tasks.cli.verifying.asking import Service
from arize_tasks.cli.verifying.findings import Finding
from arize_tasks.cli.verifying.interruption import Interruption
from arize_tasks.cli.verifying.own_things import OwnThings
from arize_tasks.cli.verifying.printing import line
from arize_tasks.cli.verifying.probes import LLM, READ, WRITE, look_at_all
from arize_tasks.cli.verifying.removing import remove_all
from arize_tasks.cli.verifying.world import Model, World
from arize_tasks.errors import ArizeTasksError, InterruptedByUserError
from arize_tasks.settings import Settings

Say = Callable[[str], None]


@dataclass
class Session:
    """What came of it.

    Attributes:
        level: How far the service was probed.
        findings: By the ID of the behaviour, as far as the probes came.
        left: What could not be removed, or may be left, in words.
        stopped: Why the probes ended early; None where they did not.
    """

    level: str
    findings: dict[str, Finding] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)
    stopped: ArizeTasksError | None = None

    def look(self, world: World, say: Say) -> None:
        """Ask all probes, and say what each finds."""
        for id_, finding in look_at_all(world, self.level):
            self.findings[id_] = finding
            say(line(id_, finding))


def read_only(settings: Settings, space_id: str, wait_seconds: float, say: Say) -> Session:
    """Probe the service with lists and reads only.

    Raises:
        ArizeTasksError: The service can't be reached any more.
    """
    session = Session(READ)
    with contextlib.closing(Transport(settings)) as transport:
        session.look(World(Service(transport, wait_seconds), space_id), say)
    return session


def with_own_things(
    settings: Settings,
    space_id: str,
    *,
    prefix: str,
    model: Model | None,
    wait_seconds: float,
    say: Say,
) -> Session:
    """Probe the service with things of our own, and remove them, whatever happens.

    The first Ctrl-C ends the probes, the second the removal.

    Args:
        settings: Key and endpoint.
        space_id: Where things are made.
        prefix: What their names begin with.
        model: What may be called, if anything.
        wait_seconds: The longest wait for something to show.
        say: Tells people of the progress.
    """
    session = Session(WRITE if model is None else LLM)
    with (
        Interruption() as interruption,
        contextlib.closing(Transport(settings, interrupted=interruption.first)) as probing,
        contextlib.closing(Transport(settings, interrupted=interruption.second)) as removing,
    ):
        own = OwnThings(Service(probing, wait_seconds), space_id, prefix)
        try:
            session.look(World(own.service, space_id, own, model), say)
        except ArizeTasksError as error:
            session.stopped = error
        finally:
            if isinstance(session.stopped, InterruptedByUserError):
                say("stopping: what was made is removed first; Ctrl-C again stops that as well.")
            else:
                say("removing what was made")
            session.left = remove_all(own, Service(removing, wait_seconds))
            if session.left:
                # Here, so that it is said whatever ends the command.
                say("\n  ".join(["this could not be removed:", *session.left]))
        if interruption.first.is_set() and session.stopped is None:
            session.stopped = InterruptedByUserError()
    return session
