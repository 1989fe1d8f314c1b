"""Labels of prompts: moved, moved back, and left where somebody else has put them."""

from __future__ import annotations

from typing import Any

import pytest

from arize_tasks.prompt.provider import PromptLabelProvider
from tests.emulator.process import Emulator
from tests.plugin.conftest import StartPlugin
from tests.plugin.plugin import Failed, plain
from tests.plugin.test_kinds import NOTHING, One, effects


def version(emulator: Emulator, prompt: dict[str, Any], text: str) -> str:
    body = {
        "commit_message": text,
        "provider": "OPEN_AI",
        "messages": [{"role": "USER", "content": text}],
    }
    answer = emulator.call("POST", f"/v2/prompts/{prompt['id']}/versions", body)
    return str(answer.json()["id"])


def prompt(emulator: Emulator, name: str) -> dict[str, Any]:
    body = {
        "name": name,
        "space_id": emulator.fixtures["space_id"],
        "version": {
            "commit_message": "first",
            "provider": "OPEN_AI",
            "messages": [{"role": "USER", "content": "first"}],
        },
    }
    made: dict[str, Any] = emulator.call("POST", "/v2/prompts", body).json()
    return made


def labels(emulator: Emulator, version_id: str) -> list[str]:
    found: list[str] = emulator.call("GET", f"/v2/prompt-versions/{version_id}").json()["labels"]
    return found


def test_label_moves_and_takes_no_other_with_it(start: StartPlugin, emulator: Emulator) -> None:
    tone = prompt(emulator, "tone")
    first, second = tone["version"]["id"], version(emulator, tone, "second")
    emulator.call("PUT", f"/v2/prompt-versions/{second}/labels", {"labels": ["staging"]})
    declared = {"prompt": "tone", "label": "production", "version_id": first}
    one = One(start(PromptLabelProvider()), declared)
    assert labels(emulator, first) == ["production"]
    one.refresh()
    assert not one.changes(one.checked(declared))

    moved = one.checked({**declared, "version_id": second})
    assert one.changes(moved)
    one.update(moved)
    assert labels(emulator, first) == []
    assert sorted(labels(emulator, second)) == ["production", "staging"]

    # Somebody moves it: that is drift, and the next update moves it back.
    emulator.call("PUT", f"/v2/prompt-versions/{first}/labels", {"labels": ["production"]})
    one.refresh()
    assert one.inputs["version_id"] == first
    assert one.changes(moved)
    one.update(moved)
    assert sorted(labels(emulator, second)) == ["production", "staging"]

    emulator.clear_requests()
    start(PromptLabelProvider()).delete(one.id, one.state)
    assert effects(emulator) == ["DELETE"]
    assert labels(emulator, second) == ["staging"]
    assert one.plugin.read(one.id, one.state).id == ""
    one.plugin.delete(one.id, one.state)  # of what is gone is no error


def test_label_that_somebody_moved_is_not_deleted(start: StartPlugin, emulator: Emulator) -> None:
    tone = prompt(emulator, "tone")
    first, second = tone["version"]["id"], version(emulator, tone, "second")
    one = One(
        start(PromptLabelProvider()),
        {"prompt": tone["id"], "label": "production", "version_id": first},
    )
    emulator.call("PUT", f"/v2/prompt-versions/{second}/labels", {"labels": ["production"]})
    emulator.clear_requests()
    one.plugin.delete(one.id, one.state)
    assert effects(emulator) == []
    assert labels(emulator, second) == ["production"]


def test_version_of_another_prompt_is_refused(start: StartPlugin, emulator: Emulator) -> None:
    tone, other = prompt(emulator, "tone"), prompt(emulator, "other")
    wrong = {"prompt": "tone", "label": "a", "version_id": other["version"]["id"]}
    plugin = start(PromptLabelProvider())
    emulator.clear_requests()
    assert plugin.check(wrong)[1] == ["version_id: this version belongs to another prompt"]
    blind = start(PromptLabelProvider(), {"arize:preflight": "never"})
    inputs, failures = blind.check(wrong)
    assert failures == []
    with pytest.raises(Failed, match="belongs to another prompt"):
        blind.create(inputs)
    assert effects(emulator) == []
    assert tone["id"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_lost_answer_moves_it_once(when: str, start: StartPlugin, emulator: Emulator) -> None:
    tone = prompt(emulator, "tone")
    emulator.fault(
        method="PUT", path="/v2/prompt-versions/*/labels", when=when, kind="drop", times=1
    )
    one = One(
        start(PromptLabelProvider()),
        {"prompt": "tone", "label": "production", "version_id": tone["version"]["id"]},
    )
    assert labels(emulator, tone["version"]["id"]) == ["production"]
    assert one.plugin.diff(one.id, one.state, one.inputs).changes == NOTHING


def test_label_of_a_prompt_that_is_gone_is_gone(start: StartPlugin, emulator: Emulator) -> None:
    tone = prompt(emulator, "tone")
    one = One(
        start(PromptLabelProvider()),
        {"prompt": "tone", "label": "production", "version_id": tone["version"]["id"]},
    )
    assert plain(one.plugin.read(one.id, one.state).properties)["label"] == "production"
    emulator.call("DELETE", f"/v2/prompts/{tone['id']}")
    assert one.plugin.read(one.id, one.state).id == ""
