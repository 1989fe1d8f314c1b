"""A version of a prompt: what its body may hold, and how it is stored."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from arize_tasks.emulator.run_configuration import INVOCATION_PARAMETERS, TOOL_CALL
from arize_tasks.emulator.schema import Field, boolean, list_of, one_of, record, text, well_formed
from arize_tasks.emulator.service import Json, Service
from arize_tasks.emulator.store import Resource
from arize_tasks.emulator.values import mint
from arize_tasks.emulator.world import USER_ID

KIND = "PromptVersion"


def _text_or_null(value: Any, where: str) -> None:
    if value is not None:
        text()(value, where)


_MESSAGE = record(
    {
        "role": Field(one_of("USER", "ASSISTANT", "SYSTEM", "TOOL"), required=True),
        "content": Field(text(), nullable=True),
        "tool_call_id": Field(text()),
        "tool_calls": Field(list_of(TOOL_CALL)),
    }
)
_FLAGS = record({"anthropic_beta": Field(list_of(_text_or_null), nullable=True)})
_AZURE = record(
    {
        "azure_deployment_name": Field(text()),
        "azure_openai_endpoint": Field(text()),
        "azure_openai_version": Field(text()),
    }
)
_PROVIDER_PARAMS = record(
    {
        "azure_params": Field(_AZURE),
        "anthropic_headers": Field(_FLAGS),
        "anthropic_version": Field(text()),
        "bedrock_options": Field(record({"use_converse_endpoint": Field(boolean)})),
        "region": Field(text()),
    }
)
PROMPT_VERSION = record(
    {
        # That an empty message is refused is known of evaluators only.
        "commit_message": Field(text(1), required=True),
        "provider": Field(
            one_of("OPEN_AI", "AZURE_OPEN_AI", "AWS_BEDROCK", "VERTEX_AI", "ANTHROPIC", "CUSTOM"),
            required=True,
        ),
        "model": Field(text()),
        "messages": Field(list_of(_MESSAGE, minimum=1), required=True),
        "input_variable_format": Field(one_of("F_STRING", "MUSTACHE", "NONE")),
        "invocation_params": Field(INVOCATION_PARAMETERS),
        "provider_params": Field(_PROVIDER_PARAMS),
    }
)
check_prompt_version = well_formed(PROMPT_VERSION)


def add_prompt_version(service: Service, prompt: Resource, sent: Json, at: float) -> Resource:
    """Store a checked body as the newest version of a prompt.

    Parameters that are not sent are absent from answers, which is documented. `model` is always
    in answers, and never null, by the TypeScript types; so it is empty where none was sent.

    Args:
        service: Where to.
        prompt: Whose version it is.
        sent: The body.
        at: When it was made, for readers who are behind.
    """
    store = service.store
    count = len(store.select(KIND, parent_ids=[prompt.id], hidden=True))
    stem = json.dumps([prompt.id, count, sent], sort_keys=True)
    id_ = mint(KIND, store.next_number())
    body = {
        "id": id_,
        "prompt_id": prompt.id,
        "commit_hash": hashlib.sha256(stem.encode()).hexdigest()[:40],
        "input_variable_format": "F_STRING",
        "model": "",
        **sent,
        "created_at": service.clock.stamp(),
        "created_by_user_id": USER_ID,
        "labels": [],
    }
    version = Resource(
        id=id_,
        kind=KIND,
        name=prompt.name,
        body=body,
        space_id=prompt.space_id,
        parent_id=prompt.id,
    )
    store.add(version)
    service.note_made(id_, at)
    return version
