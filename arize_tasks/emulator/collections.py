"""Collections that need no rules of their own: named things in a space, with or without versions.

A row of fields makes the five endpoints of a collection (and one that appends a version): strict
bodies, names that are unique in the space, pages, 404 for what is hidden.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from arize_tasks.emulator.lookups import get_visible, list_page, spaces_of
from arize_tasks.emulator.problems import Problem, missing
from arize_tasks.emulator.schema import Field, Fields, identifier, record, text
from arize_tasks.emulator.service import Call, Json, Service
from arize_tasks.emulator.store import Resource
from arize_tasks.emulator.values import mint, now
from arize_tasks.emulator.world import USER_ID

NAME = Field(text(1, 255), required=True)


@dataclass(frozen=True)
class Collection:
    """One collection.

    Attributes:
        path: Below /v2; also the key of the array in a list's answer.
        kind: Of its members, as in their identifiers.
        word: What one is called in a refusal.
        fields: Beside name and space_id: what can be given, and patched.
        versioned: What belongs to a version: it is never patched, but appended.
    """

    path: str
    kind: str
    word: str
    fields: Fields = field(default_factory=dict)
    versioned: Fields = field(default_factory=dict)

    def endpoints(self) -> list[tuple[str, str, int, Callable[[Service, Call], Json | None]]]:
        """The rows of the table of routes: method, path, status, handler."""
        one = f"/v2/{self.path}/{{id}}"
        rows: list[tuple[str, str, int, Callable[[Service, Call], Json | None]]] = [
            ("GET", f"/v2/{self.path}", 200, self.list),
            ("POST", f"/v2/{self.path}", 201, self.create),
            ("GET", one, 200, self.get),
            ("PATCH", one, 200, self.update),
            ("DELETE", one, 204, self.delete),
        ]
        return [*rows, ("POST", f"{one}/versions", 201, self.append)] if self.versioned else rows

    def list(self, service: Service, call: Call) -> Json:
        """GET of the collection."""
        return list_page(service, call, self.kind, self.path, space_ids=spaces_of(service, call))

    def create(self, service: Service, call: Call) -> Json:
        """POST to the collection."""
        body = call.json()
        own = {"name": NAME, "space_id": Field(identifier, required=True), **self.fields}
        version = {"version": Field(record(self.versioned), required=True)}
        record({**own, **(version if self.versioned else {})})(body, "")
        space = get_visible(service.store, body["space_id"], "Space")
        self._refuse_taken_name(service, space.id, body["name"])
        id_, at = mint(self.kind, service.store.next_number()), service.clock.stamp()
        stamps = {"created_at": at, "updated_at": at, "created_by_user_id": USER_ID}
        thing = {"id": id_, **dict.fromkeys(self.fields), **body, **stamps}
        if self.versioned:
            thing["version"] = self._version(service, id_, body["version"])
        service.store.add(
            Resource(id=id_, kind=self.kind, name=body["name"], body=thing, space_id=space.id)
        )
        service.note_made(id_, now())
        return thing

    def get(self, service: Service, call: Call) -> Json:
        """GET of one."""
        return self._named(service, call).body

    def update(self, service: Service, call: Call) -> Json:
        """PATCH of one."""
        resource, body = self._named(service, call), call.json()
        fields = {
            name: Field(own.check, nullable=own.nullable) for name, own in self.fields.items()
        }
        record({"name": Field(NAME.check), **fields})(body, "")
        if body.get("name", resource.name) != resource.name:
            self._refuse_taken_name(service, resource.space_id, body["name"])
        resource.name = body.get("name", resource.name)
        return self._saved(service, resource, body)

    def append(self, service: Service, call: Call) -> Json:
        """POST of a version, which is the latest at once."""
        resource, body = self._named(service, call), call.json()
        record(self.versioned)(body, "")
        version = self._version(service, resource.id, body)
        self._saved(service, resource, {"version": version})
        return version

    def delete(self, service: Service, call: Call) -> None:
        """DELETE of one, with its versions."""
        id_ = self._named(service, call).id
        service.note_deleted(id_)
        service.store.remove(id_)

    def _version(self, service: Service, of: str, body: Json) -> Json:
        id_ = mint(f"{self.kind}Version", service.store.next_number())
        return {"id": id_, f"{self.kind.lower()}_id": of, **body}

    def _saved(self, service: Service, resource: Resource, changes: Json) -> Json:
        resource.body = {**resource.body, **changes, "updated_at": service.clock.stamp()}
        service.store.save(resource)
        return resource.body

    def _named(self, service: Service, call: Call) -> Resource:
        id_ = call.part_id("id")
        resource = service.store.get(id_, self.kind)
        if resource is None or service.is_too_new(id_):
            raise missing(self.word, id_)
        return resource

    def _refuse_taken_name(self, service: Service, space_id: str | None, name: Any) -> None:
        if service.store.select(
            self.kind, name=name, space_ids=[str(space_id)], limit=1, hidden=True
        ):
            raise Problem(
                409,
                f"{self.word} named '{name}' already exists in this space.",
                rule="names-unique-in-space",
            )
