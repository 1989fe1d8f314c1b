"""The providers of prompts and labels. Module path and names are frozen in every user's state."""

from __future__ import annotations

from arize_tasks.provider.protocol import ArizeResourceProvider


class PromptProvider(ArizeResourceProvider):
    """What the state of a prompt refers to."""

    resource = "Prompt"


class PromptLabelProvider(ArizeResourceProvider):
    """What the state of a label refers to."""

    resource = "PromptLabel"
