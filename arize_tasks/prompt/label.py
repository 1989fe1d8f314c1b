"""What a label of a prompt is: a name that leads to one version of it.

Source: PUT /v2/prompt-versions/{id}/labels, GET /v2/prompts/{id}/labels/{label}.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from arize_tasks.schema.base import Spec
from arize_tasks.schema.behaviour import INTERNAL, LOCAL, REPLACES, UPDATES, IdOf, NameOf
from arize_tasks.schema.fields import Text
from arize_tasks.schema.kind import Kind


class PromptLabelSpec(Spec):
    """A label, such as production, and the version that it leads to."""

    space: Annotated[Text | None, LOCAL, NameOf("space")] = Field(
        None, description="the name or ID of a space"
    )
    prompt: Annotated[Text, REPLACES, NameOf("prompt", into="prompt_id")] = Field(
        description="the name or ID of a prompt"
    )
    prompt_id: Annotated[Text | None, REPLACES, INTERNAL, IdOf("prompt", "prompt")] = Field(
        None, description="the ID of a prompt"
    )
    label: Annotated[Text, REPLACES] = Field(description="a non-empty string, such as production")
    version_id: Annotated[Text, UPDATES, IdOf("prompt version")] = Field(
        description="the ID of a version of the prompt"
    )


PROMPT_LABEL = Kind(
    noun="prompt label",
    specs={"": PromptLabelSpec},
    classes={"PromptLabel": ()},
    handler="arize_tasks.prompt.label_handler:PromptLabelHandler",
)
