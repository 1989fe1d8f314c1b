"""What is refused where the program says it, before Pulumi hears of it."""

from __future__ import annotations

from typing import Any

import pulumi
from pulumi import Output
from pulumi.runtime import is_config_secret

from arize_tasks.spec.free_form import nones


class InvalidArgumentError(pulumi.RunError):
    """An argument that is refused where the program gives it. Pulumi shows no traceback."""


def refuse_key_in_clear() -> None:
    """Refuse an API key in the stack's config that is not marked secret.

    Raises:
        InvalidArgumentError: The engine would store it in clear, in state, history and backups.
    """
    if pulumi.Config("arize").get("apiKey") and not is_config_secret("arize:apiKey"):
        raise InvalidArgumentError(
            "arize:apiKey is in the stack's config in clear, and Pulumi would store it so.\n"
            "  Fix: pulumi config set --secret arize:apiKey   (and make a new key: this one is "
            "in a file in clear)"
        )


def without_lost_none(run_configuration: Any) -> Any:
    """Refuse a None inside a free-form object, which Pulumi would drop without a word.

    Raises:
        InvalidArgumentError: There is one.
    """
    if isinstance(run_configuration, Output):
        return run_configuration.apply(without_lost_none)
    found = "\n".join(nones(run_configuration))
    if found:
        raise InvalidArgumentError(found)
    return run_configuration
