"""The handlers for everything that can only be read, and the paging that all lists share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from arize_tasks.emulator.problems import Problem, invalid, missing
from arize_tasks.emulator.schema import Check, one_of, text
from arize_tasks.emulator.service import Call, Json, Service
from arize_tasks.emulator.store import Resource, Store
from arize_tasks.emulator.values import checked_id, decode_cursor, encode_cursor, kind_of
from arize_tasks.emulator.world import ORGANIZATION_ID

DEFAULT_LIMIT, LARGEST_LIMIT = 50, 100
LONGEST_FILTER = 255

# How each kind is called in a refusal.
WORDS = {
    "Space": "Space",
    "Model": "Project",
    "Dataset": "Dataset",
    "Experiment": "Experiment",
    "Prompt": "Prompt",
    "PromptVersion": "Prompt version",
    "Evaluator": "Evaluator",
    "EvaluatorVersion": "Evaluator version",
    "LlmIntegration": "AI integration",
    "OnlineTask": "Task",
    "TaskRun": "Task run",
}

Present = Callable[[Service, Resource, Call], Json]


def _plain(service: Service, resource: Resource, call: Call) -> Json:
    return resource.body


def _with_dataset_versions(service: Service, resource: Resource, call: Call) -> Json:
    versions = service.store.select("DatasetVersion", parent_ids=[resource.id])
    return {**resource.body, "versions": [version.body for version in versions]}


def _with_version(service: Service, resource: Resource, call: Call) -> Json:
    versions = service.store.select("EvaluatorVersion", parent_ids=[resource.id])
    wanted = call.query.get("version_id")
    if wanted is None:
        if not versions:  # not known; clients cannot read an evaluator without a version
            raise missing("Evaluator version", "latest", rule="no-version-left")
        return {**resource.body, "version": versions[0].body}
    for version in versions:
        if version.id == checked_id(wanted, "version_id") and not service.is_too_new(wanted):
            return {**resource.body, "version": version.body}
    raise missing("Evaluator version", wanted, rule="version-of-evaluator")


@dataclass(frozen=True)
class Lookup:
    """One readable collection.

    Attributes:
        kind: The kind of its members.
        plural: The key of the array in a list's answer.
        by_space: Whether space_id and space_name narrow its list.
        type_filter: The query parameter that narrows by type, and its values.
        present: How one member is answered by GET.
    """

    kind: str
    plural: str
    by_space: bool = True
    type_filter: tuple[str, Check] | None = None
    present: Present = _plain


# Path below /v2 -> what is there.
LOOKUPS: dict[str, Lookup] = {
    "spaces": Lookup("Space", "spaces", by_space=False),
    "projects": Lookup(
        "Model",
        "projects",
        type_filter=("project_type", one_of("APPLICATION", "HARNESS", "EXPERIMENT")),
    ),
    "datasets": Lookup("Dataset", "datasets", present=_with_dataset_versions),
    "evaluators": Lookup("Evaluator", "evaluators", present=_with_version),
    "experiments": Lookup("Experiment", "experiments"),
}


def list_handler(lookup: Lookup) -> Callable[[Service, Call], Json]:
    """The handler that lists a collection."""

    def handle(service: Service, call: Call) -> Json:
        parents, type_ = [], None
        if lookup.kind == "Space" and call.query.get("org_id", ORGANIZATION_ID) != ORGANIZATION_ID:
            raise missing("Organization", call.query["org_id"])
        if lookup.kind == "Experiment" and "dataset_id" in call.query:
            if "space_id" in call.query:
                raise Problem(
                    400,
                    "At most one of dataset_id and space_id can be given.",
                    rule="experiments-list-scope",
                )
            id_ = checked_id(call.query["dataset_id"], "dataset_id")
            parents = [get_visible(service.store, id_, "Dataset").id]
        if lookup.type_filter is not None:
            name, check = lookup.type_filter
            type_ = call.query.get(name)
            if type_ is not None:
                check(type_, name)
        return list_page(
            service,
            call,
            lookup.kind,
            lookup.plural,
            space_ids=spaces_of(service, call) if lookup.by_space else None,
            parent_ids=parents,
            type=type_,
        )

    return handle


def get_handler(lookup: Lookup) -> Callable[[Service, Call], Json]:
    """The handler that reads one member of a collection."""

    def handle(service: Service, call: Call) -> Json:
        resource = named(service, call, "id", lookup.kind)
        return lookup.present(service, resource, call)

    return handle


def list_evaluator_versions(service: Service, call: Call) -> Json:
    """GET /v2/evaluators/{id}/versions."""
    evaluator = named(service, call, "id", "Evaluator")
    return list_page(
        service, call, "EvaluatorVersion", "evaluator_versions", parent_ids=[evaluator.id]
    )


def get_evaluator_version(service: Service, call: Call) -> Json:
    """GET /v2/evaluator-versions/{id}."""
    return named(service, call, "id", "EvaluatorVersion").body


def get_visible(store: Store, id_: str, kind: str) -> Resource:
    """A resource of a kind; a 404 if it is missing or hidden from the key."""
    resource = store.get(id_, kind)
    if resource is None:
        raise missing(WORDS[kind], id_)
    return resource


def named(service: Service, call: Call, part: str, kind: str) -> Resource:
    """The resource that a part of the path names; a 404 also if it is too new for a read-lag."""
    id_ = call.part_id(part)
    if service.readings["foreign-id-kind"] == "400" and kind_of(id_) != kind:
        raise invalid(
            part, f"is not the identifier of a {WORDS[kind].lower()}", rule="foreign-id-kind"
        )
    resource = get_visible(service.store, id_, kind)
    if service.is_too_new(resource.id):
        raise missing(WORDS[kind], resource.id)
    return resource


def spaces_of(service: Service, call: Call) -> list[str] | None:
    """The spaces that space_id and space_name leave; None if neither is given.

    `space_name` is a part of the name in any case; one that matches nothing leaves no space.
    """
    id_, name = call.query.get("space_id"), part_of_name(call, "space_name")
    if id_ is None and name is None:
        return None
    found = service.store.select("Space", name_contains=name)
    if id_ is not None:
        wanted = get_visible(service.store, checked_id(id_, "space_id"), "Space").id
        found = [space for space in found if space.id == wanted]
    return [space.id for space in found]


def part_of_name(call: Call, parameter: str) -> str | None:
    """What a parameter narrows a list by, if it is there; a 400 if it is too long."""
    part = call.query.get(parameter)
    text(maximum=LONGEST_FILTER)(part or "", parameter)
    return part


def page_bounds(call: Call) -> tuple[int, int | None]:
    """The limit, and below which sequence number the page of the cursor is, if there is one."""
    limit = call.query.get("limit", str(DEFAULT_LIMIT))
    if not re.fullmatch("[0-9]{1,3}", limit) or not 1 <= int(limit) <= LARGEST_LIMIT:
        raise invalid(
            "limit",
            f"must be an integer between 1 and {LARGEST_LIMIT}",
            rule="unfit-limit-or-cursor",
        )
    cursor = call.query.get("cursor")
    if cursor is None:
        return int(limit), None
    return int(limit), decode_cursor(cursor) + (1 if call.shifted else 0)


def page_of(plural: str, found: list[Resource], limit: int) -> Json:
    """A list's answer, made of up to `limit` resources and one more if there is one."""
    shown, more = found[:limit], len(found) > limit
    pagination: dict[str, Any] = {"has_more": more}
    if more:
        pagination["next_cursor"] = encode_cursor(shown[-1].sequence)
    return {plural: [resource.body for resource in shown], "pagination": pagination}


def list_page(service: Service, call: Call, kind: str, plural: str, **tests: Any) -> Json:
    """One page of the resources of a kind; `tests` as in `Store.select`."""
    limit, before = page_bounds(call)
    found = service.store.select(
        kind,
        name_contains=part_of_name(call, "name"),
        before=before,
        limit=limit + 1,
        until=service.listed_until(),
        **tests,
    )
    return page_of(plural, found, limit)
