"""What every provider class here has in common: the session, and errors that read well."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from pulumi.dynamic import ConfigureRequest, ResourceProvider

from arize_tasks.errors import ArizeTasksError
from arize_tasks.provider import host

if TYPE_CHECKING:
    from arize_tasks.provider.session import Session

Method = TypeVar("Method", bound=Callable[..., Any])


def said_plainly(method: Method) -> Method:
    """Let the errors that we raise on purpose reach the user as their message, untraced."""

    @functools.wraps(method)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except ArizeTasksError as error:
            host.fail(str(error))

    return wrapped  # type: ignore[return-value]  # it is called as the method is


class ArizeResourceProvider(ResourceProvider):
    """The base of our providers. Stateless when pickled: the state holds only a reference.

    Settings are read in `configure`, once per process; what is wrong with them is said by the
    first operation that needs them, since a preview may need none.
    """

    # Nothing in a pickled provider is secret, and the encrypted form costs dearly (the engine
    # would encrypt it again for every resource).
    serialize_as_secret_always = False

    def configure(self, req: ConfigureRequest) -> None:
        """Remember how to read the stack's config."""
        self._get = req.config.get

    @property
    def session(self) -> Session:
        """The account that this stack uses.

        Raises:
            ConfigurationError: A setting is wrong.
        """
        # Imported late: programs import this module for the class alone.
        from arize_tasks.provider.session import session_from_config

        return session_from_config(self._get)
