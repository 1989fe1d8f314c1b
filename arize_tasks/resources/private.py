"""What is private of Pulumi's and used in the program's process; see also provider/host.py."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress

import pulumi
import pulumi.runtime


def wait_for_the_resource_alone(outputs: Iterable[object]) -> None:
    """Let the end of the program wait for a resource, not for each of its outputs as well.

    Pulumi's SDK looks at every output that is not known yet whenever one becomes known, which is
    quadratic, and a task has some twenty. They become known, or fail, with the resource. Where the
    SDK has no such method (it calls it itself, where another output takes over), a program of many
    tasks is only slower.

    Args:
        outputs: Of one resource.
    """
    for output in outputs:
        # Asked of the class: an output itself has every attribute, which then is one of its value.
        untrack = getattr(type(output), "_untrack", None)
        if untrack is not None:
            untrack(output)


def is_mocked() -> bool:
    """Report whether the program runs in a unit test, under `pulumi.runtime.set_mocks`.

    The SDK has no public way to ask. Where it calls its monitor otherwise, functions ask the
    service in a unit test, too, as they did before they knew of mocks.
    """
    monitor = getattr(pulumi.runtime.mocks, "MockMonitor", None)
    return monitor is not None and isinstance(pulumi.runtime.settings.get_monitor(), monitor)


def config_keys() -> list[str]:
    """Return the keys of the stack's config; none where the SDK gets it in another way.

    `pulumi.Config` gives the value of a key that is known, and lists none.
    """
    with suppress(ValueError):
        found = json.loads(os.environ.get("PULUMI_CONFIG", ""))
        return [str(key) for key in found] if isinstance(found, dict) else []
    return []
