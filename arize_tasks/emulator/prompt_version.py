"""A version of a prompt: what its body may hold, and how it is stored."""

from __future__ import annotations

import hashlib
import json

from arize_tasks.emulator.evaluator_rules import PROVIDER_PARAMETERS
from arize_tasks.emulator.run_configuration import INVOCATION_PARAMETERS, TOOL_CALL
from arize_tasks.emulator.schema import Field, list_of, one_of, record, text, well_formed
from arize_tasks.emulator.service import Json, Service
from arize_tasks.emulator.store import Resource
from arize_tasks.emulator.values import mint
from arize_tasks.emulator.world import USER_ID

KIND = "PromptVersion"


_MESSAGE = record(
    {
        "role": Field(one_of("USER", "ASSISTANT", "SYSTEM", "TOOL"), required=True),
        "content": Field(text(), nullable=True),
        "tool_call_id": Field(text()),
        "tool_calls": Field(list_of(TOOL_CALL)),
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
        "provider_params": Field(PROVIDER_PARAMETERS),
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
