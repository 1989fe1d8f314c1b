"""The handlers for labels, each of which points to one version of a prompt at most.

To set or to remove a label does not count as an update of the prompt; that is not documented.
"""

from __future__ import annotations

from typing import Any

from arize_tasks.emulator.lookups import named
from arize_tasks.emulator.problems import missing
from arize_tasks.emulator.prompt_version import KIND
from arize_tasks.emulator.schema import Field, list_of, record, refuse_duplicates, text, well_formed
from arize_tasks.emulator.service import Call, Json, Service
from arize_tasks.emulator.store import Resource


def _labels(value: Any, where: str) -> None:
    """Labels; that one cannot be given twice, or be empty, is not documented."""
    list_of(text(1))(value, where)
    refuse_duplicates(value, where, rule="unfit-labels")


_check_labels = well_formed(record({"labels": Field(_labels, required=True)}))


def get_labelled_version(service: Service, call: Call) -> Json:
    """GET /v2/prompts/{id}/labels/{label}: the version that it points to."""
    prompt = named(service, call, "id", "Prompt")
    return labelled_version(service, prompt, call.parts["label"]).body


def set_labels(service: Service, call: Call) -> Json:
    """PUT /v2/prompt-versions/{id}/labels: these, and no others; other versions lose them."""
    version, body = named(service, call, "id", KIND), call.json()
    _check_labels(body, "")
    labels = body["labels"]
    for other in service.store.select(KIND, parent_ids=[version.parent_id or ""], hidden=True):
        kept = [label for label in other.body["labels"] if label not in labels]
        if other.id != version.id and kept != other.body["labels"]:
            _save(service, other, kept)
    _save(service, version, labels)
    return version.body


def remove_label(service: Service, call: Call) -> None:
    """DELETE /v2/prompt-versions/{id}/labels/{label}: from this version only."""
    version, label = named(service, call, "id", KIND), call.parts["label"]
    if label not in version.body["labels"]:
        raise missing("Label", label, rule="delete-missing-label")
    _save(service, version, [one for one in version.body["labels"] if one != label])


def readable_versions(service: Service, prompt: Resource) -> list[Resource]:
    """The versions of a prompt, newest first, without those that are too new for a read-lag."""
    versions = service.store.select(KIND, parent_ids=[prompt.id])
    return [version for version in versions if not service.is_too_new(version.id)]


def labelled_version(service: Service, prompt: Resource, label: str) -> Resource:
    """The version that a label points to; a 404 if there is none."""
    for version in readable_versions(service, prompt):
        if label in version.body["labels"]:
            return version
    raise missing("Label", label)


def _save(service: Service, version: Resource, labels: list[str]) -> None:
    version.body["labels"] = labels
    service.store.save(version)
