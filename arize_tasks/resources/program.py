"""What is refused where the program says it, before Pulumi hears of it."""

from __future__ import annotations

import pulumi
from pulumi.runtime import is_config_secret

from arize_tasks.errors import ArizeTasksError


class InvalidArgumentError(pulumi.RunError):
    """An argument that is refused where the program gives it. Pulumi shows no traceback."""


def refuse_key_in_clear() -> None:
    """Refuse an API key in the stack's config that is not marked secret.

    Raises:
        InvalidArgumentError: The engine would store it in plaintext, in state, history and backups.
    """
    # The program gets a secret decrypted, so the value itself does not tell how it is stored.
    if pulumi.Config("arize").get("apiKey") and not is_config_secret("arize:apiKey"):
        raise InvalidArgumentError(
            "arize:apiKey is in the stack's config in plaintext, and Pulumi would store it in "
            "plaintext.\n"
            "  Fix: pulumi config set --secret arize:apiKey   (and create a new key: this one "
            "is in a file in plaintext)"
        )


def shown_by_its_message(error: ArizeTasksError) -> ArizeTasksError:
    """Make an error a `pulumi.RunError` as well, so that Pulumi shows its message, untraced.

    It stays what it is, with its attributes: a program can still tell one reason from another.
    """
    # Below the provider nothing knows Pulumi, so the tree of errors can't derive from its class.
    kind = type(error)
    error.__class__ = type(kind.__name__, (kind, pulumi.RunError), {"__module__": kind.__module__})
    return error
