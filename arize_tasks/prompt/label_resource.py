"""Labels of prompts as Pulumi resources."""

from __future__ import annotations

from typing import Any

from pulumi import Input, Output, ResourceOptions

from arize_tasks.prompt.provider import PromptLabelProvider
from arize_tasks.resources.base import ArizeResource


class PromptLabel(ArizeResource, module="arize", name="PromptLabel"):
    """A label of a prompt, such as production: it leads to one version.

    Behind a gate (opts=pulumi.ResourceOptions(depends_on=[gate])) it moves only on a pass. A label
    that somebody else has moved is moved back by the next `pulumi up`.

    Example:
        import arize_tasks

        greeting = arize_tasks.Prompt(
            "greeting",
            provider="open_ai",
            model="gpt-4o",
            messages=[{"role": "user", "content": "Greet {name}."}],
        )
        arize_tasks.PromptLabel(
            "greeting-in-production",
            prompt=greeting,
            label="production",
            version_id=greeting.version_id,
        )

    Attributes:
        prompt_id: The ID that `prompt` resolved to.
        endpoint: The base URL at which it lives.

    Destroyed:
        The label is taken away only where it still leads to the version of the program.

    Source: PUT, DELETE /v2/prompt-versions/{id}/labels, GET /v2/prompts/{id}/labels/{label}.
    """

    prompt: Output[str]
    prompt_id: Output[str]
    label: Output[str]
    version_id: Output[str]
    space: Output[str | None]
    endpoint: Output[str]

    def __init__(
        self,
        resource_name: str,
        *,
        prompt: Input[str] | ArizeResource,
        label: Input[str],
        version_id: Input[str],
        space: Input[str] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        """A label of a prompt, such as production: it leads to one version.

        Args:
            resource_name: Pulumi's name for the resource.
            prompt: Name, ID or `Prompt`. A change makes a new label.
            label: The label, such as production; upper and lower case differ. A change makes a new
                label.
            version_id: ID of the version that it leads to, such as `prompt.version_id`. A change
                moves the label.
            space: Name or ID of the space in which the prompt's name is looked up. Default:
                `arize:space`, else `ARIZE_SPACE`.
            opts: Pulumi's resource options. Default: none.
        """
        declared: dict[str, Any] = {
            "prompt": prompt,
            "label": label,
            "version_id": version_id,
            "space": space,
        }
        super().__init__(PromptLabelProvider(), resource_name, declared, opts)
