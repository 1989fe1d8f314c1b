"""The laws of every kind that lives in a collection, for each of its fields."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pulumi.runtime.proto.provider_pb2 import DiffResponse

from arize_tasks.provider.tasks import TaskProvider
from arize_tasks.schema.kind import TOKENS
from arize_tasks.schema.kinds import kind_of
from arize_tasks.schema.marks import marks_of
from tests.emulator.process import Emulator
from tests.kinds.lives import FIELDS, LIVES, RELEASED, Field, Life, Values
from tests.plugin.conftest import StartPlugin
from tests.plugin.plugin import Failed, Plugin, plain

NOTHING = DiffResponse.DIFF_NONE


def real(values: Values, emulator: Emulator) -> Any:
    """Put the emulator's own IDs in."""
    fixtures = emulator.fixtures
    text = json.dumps(values).replace('"ORGANIZATION"', json.dumps(fixtures["organization_id"]))
    return json.loads(text.replace('"SPACE"', json.dumps(fixtures["space_id"])))


def declared(life: Life, field: Field, name: str, value: Any) -> Values:
    rest = {key: own for key, own in life.base.items() if key not in field.without}
    found = {**rest, **field.beside, "name": "mine", name: value}
    return {key: own for key, own in found.items() if own is not None}


class One:
    """A thing under the provider's verbs, as the engine calls them."""

    def __init__(self, plugin: Plugin, values: Values) -> None:
        self.plugin = plugin
        self.inputs, failures = plugin.check(values)
        assert failures == []
        self.id, self.state = plugin.create(self.inputs)

    def checked(self, values: Values) -> Values:
        inputs, failures = self.plugin.check(values, self.inputs)
        assert failures == []
        return inputs

    def changes(self, inputs: Values) -> bool:
        return bool(self.plugin.diff(self.id, self.state, inputs).changes != NOTHING)

    def update(self, inputs: Values) -> None:
        self.state = self.plugin.update(self.id, self.state, inputs)
        self.inputs = inputs

    def refresh(self) -> None:
        seen = self.plugin.read(self.id, self.state)
        assert seen.id == self.id
        self.state = plain(seen.properties)
        self.inputs = plain(seen.inputs)


def effects(emulator: Emulator) -> list[str]:
    log = (e for e in emulator.requests() if e["effect"] and e["method"] != "GET")
    return [e["method"] for e in log]


def test_every_class_and_field_is_here() -> None:
    for face, life in LIVES.items():
        kind = kind_of(TOKENS + face)
        assert kind is not None
        spec = kind.spec_class(life.base.get("type", ""))
        assert spec is not None
        given = {name for name in spec.model_fields if not marks_of(spec)[name].internal}
        assert given - {"name", "space", "adopt", "type"} == set(life.fields), face


@pytest.mark.parametrize(("face", "name"), FIELDS)
def test_field_lives(face: str, name: str, start: StartPlugin, emulator: Emulator) -> None:
    life = LIVES[face]
    field = life.fields[name]
    before, after = (
        real(declared(life, field, name, v), emulator) for v in (field.before, field.after)
    )
    one = One(start(life.provider()), before)

    # Made as declared: nothing changes, and nothing has drifted.
    assert not one.changes(one.checked(before))
    emulator.clear_requests()
    one.refresh()
    assert not one.changes(one.checked(before))

    # Changed: by one request of the right kind, after which nothing changes.
    inputs = one.checked(after)
    assert one.changes(inputs) or field.changed == RELEASED
    if one.changes(inputs):
        one.update(inputs)
    assert effects(emulator) == ([] if field.changed == RELEASED else [field.changed])
    one.refresh()
    assert not one.changes(one.checked(after))

    # Removed: cleared, or a version without it; or it stays and is no longer managed.
    if field.removed is None:
        return
    emulator.clear_requests()
    without = {key: value for key, value in after.items() if key != name}
    inputs = one.checked(without)
    if one.changes(inputs):
        one.update(inputs)
    default = json.dumps(after.get(name)) == json.dumps(_default(face, life, name))
    expected = [] if field.removed == RELEASED or default else [field.removed]
    assert effects(emulator) == expected
    one.refresh()
    assert not one.changes(one.checked(without))


def _default(face: str, life: Life, name: str) -> Any:
    kind = kind_of(TOKENS + face)
    assert kind is not None
    spec = kind.spec_class(life.base.get("type", ""))
    assert spec is not None
    return spec.model_fields[name].default


# The message is of a version and not of the thing; the key is never shown (see below).
SHOWN = [(face, name) for face, name in FIELDS if name not in ("commit_message", "api_key")]


@pytest.mark.parametrize(("face", "name"), SHOWN)
def test_drift_of_a_field_is_seen_and_mended(
    face: str, name: str, start: StartPlugin, emulator: Emulator
) -> None:
    life = LIVES[face]
    field = life.fields[name]
    before, after = (
        real(declared(life, field, name, v), emulator) for v in (field.before, field.after)
    )
    one = One(start(life.provider()), before)
    # Another stack does it, with the same classes: what it sends is judged by the tests above.
    other = start(life.provider())
    theirs, failures = other.check({**after, "adopt": one.id})
    assert failures == []
    other.create(theirs, "theirs")
    one.refresh()
    inputs = one.checked(before)
    assert one.changes(inputs)
    emulator.clear_requests()
    one.update(inputs)
    assert effects(emulator) == [field.changed]
    one.refresh()
    assert not one.changes(one.checked(before))


def things(emulator: Emulator, life: Life) -> list[Values]:
    """What there is of a kind beside the seed."""
    listed = emulator.call("GET", life.path, params={"limit": 100}).json()
    (plural,) = [key for key in listed if key != "pagination"]
    return [one for one in listed[plural] if not one["name"].startswith("my-")]


@pytest.mark.parametrize("face", LIVES)
def test_lost_answer_makes_no_second_one(face: str, start: StartPlugin, emulator: Emulator) -> None:
    life = LIVES[face]
    made = []
    for name in ("mine", None):
        emulator.fault(method="POST", path=life.path, when="after", kind="drop", times=1)
        made.append(One(start(life.provider()), {**life.base, **({"name": name} if name else {})}))
    assert {thing["id"] for thing in things(emulator, life)} == {one.id for one in made}
    assert all(one.state["created_at"] for one in made)


@pytest.mark.parametrize(
    ("face", "name"),
    [("TemplateEvaluator", "template"), ("CodeEvaluator", "variables"), ("Prompt", "messages")],
)
def test_version_whose_answer_was_lost_is_appended_once(
    face: str, name: str, start: StartPlugin, emulator: Emulator
) -> None:
    life = LIVES[face]
    one = One(start(life.provider()), life.base)
    inputs = one.checked({**life.base, name: life.fields[name].after})
    emulator.clear_requests()
    path = f"{life.path}/*/versions"
    emulator.fault(method="POST", path=path, when="after", kind="drop", times=1)
    one.update(inputs)  # it looks whether the version is there
    assert effects(emulator) == ["POST"]
    versions = emulator.call("GET", f"{life.path}/{one.id}/versions").json()
    (plural,) = [key for key in versions if key != "pagination"]
    assert len(versions[plural]) == 2
    assert one.state["version_id"] == versions[plural][0]["id"]

    # A, B, and A again: another version, although there was one like it.
    back = one.checked(life.base)
    one.update(back)
    versions = emulator.call("GET", f"{life.path}/{one.id}/versions").json()
    assert len(versions[plural]) == 3


def test_judge_that_a_task_uses_is_not_deleted_and_the_task_is_named(
    start: StartPlugin, emulator: Emulator
) -> None:
    life = LIVES["TemplateEvaluator"]
    one = One(start(life.provider()), life.base)
    body = {
        "name": "nightly tone",
        "type": "TEMPLATE_EVALUATION",
        "project_id": emulator.fixtures["project_id"],
        "evaluators": [{"evaluator_id": one.id}],
    }
    assert emulator.call("POST", "/v2/tasks", body).status_code == 201
    with pytest.raises(Failed, match="The evaluator is in use, so it was not deleted") as failed:
        start(life.provider()).delete(one.id, one.state)
    assert "nightly tone" in failed.value.message


def test_name_of_a_deleted_judge_stays_taken_and_that_is_said(
    start: StartPlugin, emulator: Emulator
) -> None:
    life = LIVES["TemplateEvaluator"]
    one = One(start(life.provider()), {**life.base, "name": "tone"})
    assert emulator.call("DELETE", f"{life.path}/{one.id}").status_code == 204
    plugin = start(life.provider())
    inputs, failures = plugin.check({**life.base, "name": "tone"})
    assert failures == []  # nothing visible has it
    with pytest.raises(Failed, match="choose another name") as failed:
        plugin.create(inputs, "another")
    assert "nothing that can be seen has it" in failed.value.message


@pytest.mark.parametrize("face", LIVES)
def test_thing_that_is_gone_is_told_from_one_that_is_not_shown(
    face: str, start: StartPlugin, emulator: Emulator
) -> None:
    life = LIVES[face]
    one = One(start(life.provider()), life.base)
    emulator.hide(one.id)
    seen = one.plugin.read(one.id, one.state)
    assert seen.id == ""  # hidden from lists as well: nobody can tell it from a deletion
    emulator.hide(one.id, hidden=False)
    assert emulator.call("DELETE", f"{life.path}/{one.id}").status_code == 204
    assert one.plugin.read(one.id, one.state).id == ""
    one.plugin.delete(one.id, one.state)  # of what is gone is no error


@pytest.mark.parametrize("face", LIVES)
def test_thing_that_is_only_read_is_there_whole(
    face: str, start: StartPlugin, emulator: Emulator
) -> None:
    life = LIVES[face]
    one = One(start(life.provider()), {**life.base, "name": "mine"})
    seen = plain(one.plugin.read(one.id, {"face": face}).properties)
    assert seen["name"] == "mine"
    given = {name: value for name, value in one.inputs.items() if value is not None}
    named = {"ai_integration"}  # by ID there
    assert {name: seen.get(name) for name in given if name not in named} == {
        name: value for name, value in given.items() if name not in named
    }


@pytest.mark.parametrize("face", LIVES)
def test_name_that_is_taken_is_said_at_preview_with_the_way_out(
    face: str, start: StartPlugin, emulator: Emulator
) -> None:
    life = LIVES[face]
    one = One(start(life.provider()), {**life.base, "name": "mine"})
    _, failures = start(life.provider()).check({**life.base, "name": "mine"})
    assert len(failures) == 1
    assert "already exists in this" in failures[0]
    assert f"adopt='{one.id}'" in failures[0]


def test_name_means_what_has_it_now_also_within_one_command(
    start: StartPlugin, emulator: Emulator
) -> None:
    judges, task = LIVES["TemplateEvaluator"], {"type": "template_evaluation"}
    plugin = start(TaskProvider())
    evaluators = plugin.also(judges.provider())
    one = One(evaluators, {**judges.base, "name": "tone"})
    declared = {**task, "project": "my-project", "evaluators": [{"evaluator": "tone"}]}
    inputs, failures = plugin.check(declared)
    assert failures == []
    first = plugin.create(inputs, "first")[1]
    one.update(one.checked({**judges.base, "name": "old tone"}))
    other_id, _ = evaluators.create(evaluators.check({**judges.base, "name": "tone"})[0], "other")
    second = plugin.create(plugin.check(declared)[0], "second")[1]
    assert first["evaluators"][0]["evaluator_id"] == one.id
    assert second["evaluators"][0]["evaluator_id"] == other_id


def test_key_that_somebody_took_away_is_drift(start: StartPlugin, emulator: Emulator) -> None:
    life = LIVES["AiIntegration"]
    values = {**life.base, "api_key": "sk-first"}
    one = One(start(life.provider()), values)
    assert one.state["has_api_key"] is True
    emulator.call("PATCH", f"{life.path}/{one.id}", {"api_key": None})
    one.refresh()
    inputs = one.checked(values)
    assert one.changes(inputs)
    one.update(inputs)
    assert one.state["has_api_key"] is True


def test_secret_that_an_answer_to_another_field_quotes_is_masked(
    start: StartPlugin, emulator: Emulator
) -> None:
    life = LIVES["AiIntegration"]
    values = {**life.base, "headers": {"x-team": "HEADER-SECRET"}, "base_url": "https://a.example"}
    one = One(start(life.provider()), values)
    inputs = one.checked({**values, "base_url": "https://b.example"})
    problem = {"status": 400, "title": "Bad Request", "detail": "refused with HEADER-SECRET set"}
    emulator.fault(method="PATCH", kind="body", status=400, body=problem)
    with pytest.raises(Failed) as failed:
        one.update(inputs)
    assert "refused with" in failed.value.message
    assert "HEADER-SECRET" not in failed.value.message
