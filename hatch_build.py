"""Puts the file where Pulumi looks for it that says: this package has no plugin to download.

Pulumi takes every distribution called `pulumi-…` for the SDK of a plugin, and asks the net for it
at each command, unless `pulumi_…/pulumi-plugin.json` says otherwise. Our module is `arize_tasks`,
so the file needs that second place, in the wheel and in an editable install.
"""

from __future__ import annotations

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCE = "arize_tasks/pulumi-plugin.json"
PLACE = "pulumi_arize_tasks/pulumi-plugin.json"


class NoPluginHook(BuildHookInterface):  # type: ignore[misc, type-arg]
    """Adds the file to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Say what goes where.

        Args:
            version: The wheel's kind, standard or editable.
            build_data: What the wheel is built from.
        """
        kind = "force_include_editable" if version == "editable" else "force_include"
        build_data[kind][SOURCE] = PLACE
