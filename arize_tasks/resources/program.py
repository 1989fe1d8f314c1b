"""What is refused where the program says it, before Pulumi hears of it."""

from __future__ import annotations

import difflib
import functools

import pulumi
from pulumi.runtime import is_config_secret

from arize_tasks.errors import ArizeTasksError
from arize_tasks.resources import private
from arize_tasks.settings import SETTINGS


class InvalidArgumentError(pulumi.RunError):
    """An argument that is refused where the program gives it. Pulumi shows no traceback."""


def refuse_key_in_clear() -> None:
    """Refuse an API key in the stack's config that is not marked secret.

    Raises:
        InvalidArgumentError: The engine would store it in plaintext, in state, history and backups.
    """
    if private.is_mocked():
        return  # a unit test stores nothing
    # The program gets a secret decrypted, so the value itself does not tell how it is stored.
    if pulumi.Config("arize").get("apiKey") and not is_config_secret("arize:apiKey"):
        raise InvalidArgumentError(
            "arize:apiKey is in the stack's config in plaintext, and Pulumi would store it in "
            "plaintext.\n"
            "  Fix: pulumi config set --secret arize:apiKey   (and create a new key: this one "
            "is in a file in plaintext)"
        )


@functools.cache  # the config of a program does not change
def refuse_misspelt_settings() -> None:
    """Refuse a key of the stack's config that is nearly one of ours: it would be ignored.

    Raises:
        InvalidArgumentError: There is one.
    """
    known = {setting.config_key: setting.config_key.casefold() for setting in SETTINGS}
    for key in private.config_keys():
        if not key.startswith("arize:") or key in known:
            continue
        near = difflib.get_close_matches(key.casefold(), known.values(), n=1, cutoff=0.85)
        meant = next((right for right, folded in known.items() if folded in near), None)
        if meant is not None:
            raise InvalidArgumentError(
                f"{key} is no setting; did you mean {meant}?\n"
                f"  Fix: pulumi config rm {key}, and set {meant}"
            )


def shown_by_its_message(error: ArizeTasksError) -> ArizeTasksError:
    """Make an error a `pulumi.RunError` as well, so that Pulumi shows its message, untraced.

    It stays what it is, with its attributes: a program can still tell one reason from another.
    """
    # Below the provider nothing knows Pulumi, so the tree of errors can't derive from its class.
    kind = type(error)
    error.__class__ = type(kind.__name__, (kind, pulumi.RunError), {"__module__": kind.__module__})
    return error
