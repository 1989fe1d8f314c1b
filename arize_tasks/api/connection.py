"""One account of the service: all that is asked of it goes through one transport."""

from __future__ import annotations

import threading

from arize_tasks.api.endpoints import TasksApi
from arize_tasks.api.names import Names
from arize_tasks.api.scores import ScoresApi
from arize_tasks.api.transport import Transport
from arize_tasks.settings import Settings


class Connection:
    """The endpoints, and what is remembered of their answers.

    Args:
        settings: All settings.
        interrupted: When it is set, requests and waits under way raise `InterruptedByUserError`
            within a fraction of a second, and no new one begins.

    Attributes:
        api: The endpoints, by ID and without judgement.
        names: Resolves names to IDs.
        scores: Reads rows, spans and evaluator versions, by ID.
        transport: Sends the requests.
        clock: What time it is at the server.
        sightings: What the service has shown to exist.
    """

    def __init__(self, settings: Settings, *, interrupted: threading.Event | None = None) -> None:
        self.transport = Transport(settings, interrupted=interrupted)
        self.clock, self.sightings = self.transport.clock, self.transport.sightings
        self.api = TasksApi(self.transport)
        self.names = Names(self.api)
        self.scores = ScoresApi(self.transport, self.api)
