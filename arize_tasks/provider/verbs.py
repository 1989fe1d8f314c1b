"""What a resource does under each of Pulumi's verbs, over plain data."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from arize_tasks.provider.once import seen_in_state
from arize_tasks.provider.session import Session

Data = dict[str, Any]
"""Plain data; what is not known yet is `UNKNOWN`."""


@dataclass(frozen=True)
class Difference:
    """What the next update would do.

    Attributes:
        changes: There is something to do in place.
        replaces: The arguments for which a new resource is made.
        deletes_first: The old one goes before the new one comes.
    """

    changes: bool = False
    replaces: tuple[str, ...] = ()
    deletes_first: bool = False


class KeptFailure(Exception):
    """The operation failed, but something is there: its ID and state are to be kept."""

    def __init__(self, message: str, id_: str, state: Data) -> None:
        super().__init__(message)
        self.id = id_
        self.state = state


class Verbs(ABC):
    """One kind of resource.

    Args:
        session: Gives the account; asked only where a request or a setting is needed.
    """

    def __init__(self, session: Callable[[], Session]) -> None:
        self._session = session

    @property
    def session(self) -> Session:
        """The account.

        Raises:
            ConfigurationError: A setting is wrong.
        """
        return self._session()

    def _begin(self, id_: str, state: Data) -> None:
        """Begin an operation on what a state holds.

        Raises:
            ConfigurationError: The state belongs to another endpoint.
        """
        self.session.check_endpoint(state)
        seen_in_state(id_)

    @abstractmethod
    def check(self, values: Data, old: Data) -> tuple[Data, list[str]]:
        """Judge what is declared; give the inputs to keep, and failures.

        Args:
            values: What is declared.
            old: The inputs kept last time; empty for a new resource.
        """

    @abstractmethod
    def diff(self, id_: str, state: Data, values: Data) -> Difference:
        """Compare the state with what is declared."""

    @abstractmethod
    def create(self, values: Data) -> tuple[str, Data]:
        """Make it; give its ID and state.

        Raises:
            KeptFailure: It is there, and not as it should be.
        """

    @abstractmethod
    def read(self, id_: str, state: Data) -> tuple[Data, Data] | None:
        """Give the state and the inputs that describe what is there; None when it is gone."""

    @abstractmethod
    def update(self, id_: str, state: Data, values: Data) -> Data:
        """Change it in place; give the new state."""

    @abstractmethod
    def delete(self, id_: str, state: Data) -> None:
        """Delete it; one that is gone already is fine."""
