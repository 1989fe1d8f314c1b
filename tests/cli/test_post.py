"""`arize-tasks comment --post`, against a server that plays a forge's comments API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from arize_tasks.cli.__main__ import main
from tests.cli.updates import RECORDINGS
from tests.engine.forge import COMMIT, GITHUB, GITLAB, TOKEN, Api, Forge

LOG = str(RECORDINGS / "counts.jsonl")
TEXT = (RECORDINGS / "counts.jsonl.md").read_text(encoding="utf-8")
CI = ("GITHUB_ACTIONS", "GITLAB_CI")
TOKENS = {GITHUB.change: "GITHUB_TOKEN", GITLAB.change: "GITLAB_TOKEN"}


@pytest.fixture(params=[GITHUB, GITLAB], ids=["github", "gitlab"])
def forge(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Forge]:
    """A forge, and the environment of a job of its own on the commit of a merge."""
    api: Api = request.param
    stand_in = Forge(api, comments=100)  # exactly a page: there may be another one
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"ref": "refs/heads/main"}))
    github = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_API_URL": stand_in.url,
        "GITHUB_REPOSITORY": "acme/app",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_SHA": COMMIT,
        "GITHUB_TOKEN": TOKEN,
    }
    gitlab = {
        "GITLAB_CI": "true",
        "CI_API_V4_URL": stand_in.url,
        "CI_PROJECT_ID": "42",
        "CI_COMMIT_SHA": COMMIT,
        "GITLAB_TOKEN": TOKEN,
    }
    for name in (*CI, "CI_MERGE_REQUEST_IID"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (github if api is GITHUB else gitlab).items():
        monkeypatch.setenv(name, value)
    yield stand_in
    stand_in.stop()


def test_comment_is_added_once_and_replaced_later(
    forge: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    forge.comments.append({"id": 100, "body": "<!-- arize-tasks update-comment other/stack -->"})
    for _ in range(2):
        assert main(["comment", LOG, "--post"]) == 0
        shown = capsys.readouterr()
        assert shown.out == TEXT
        assert "posted: " in shown.err
    assert [comment["body"] for comment in forge.comments[101:]] == [TEXT]
    # The preview's is another one.
    forge.comments.append({"id": 102, "body": "<!-- arize-tasks preview-comment test/test -->\n"})
    assert main(["comment", LOG, "--post", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["stack"] == "test/test"
    assert len(forge.comments) == 103


def test_commit_of_no_pull_request_is_said_and_no_error(
    forge: Forge, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("GITHUB_SHA", "CI_COMMIT_SHA"):
        monkeypatch.setenv(name, "f" * 40)
    assert main(["comment", LOG, "--post"]) == 0
    assert "the commit belongs to no pull request" in capsys.readouterr().err
    assert len(forge.comments) == 100


def test_token_that_may_only_read_is_said_and_no_error(
    forge: Forge, capsys: pytest.CaptureFixture[str]
) -> None:
    forge.read_only = True
    assert main(["comment", LOG, "--post"]) == 0
    assert "this job may not comment here" in capsys.readouterr().err


def test_wrong_or_missing_token_is_an_error_that_says_what_to_give(
    forge: Forge, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = TOKENS[forge.api.change]
    monkeypatch.setenv(name, "WRONG-TOKEN")
    assert main(["comment", LOG, "--post"]) == 1
    shown = capsys.readouterr()
    assert shown.out == TEXT  # the job's summary has it all the same
    assert "HTTP 401" in shown.err
    assert "Bad credentials" in shown.err
    assert "WRONG-TOKEN" not in shown.err
    monkeypatch.delenv(name)
    assert main(["comment", LOG, "--post"]) == 1
    assert f"{name} is not set" in capsys.readouterr().err


def test_forge_that_does_not_answer_is_an_error_without_a_traceback(
    forge: Forge, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("GITHUB_API_URL", "CI_API_V4_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert main(["comment", LOG, "--post"]) == 1
    shown = capsys.readouterr()
    assert "did not answer as expected" in shown.err
    assert "Traceback" not in shown.err


def test_outside_of_ci_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in CI:
        monkeypatch.delenv(name, raising=False)
    assert main(["comment", LOG, "--post"]) == 1
    assert "--post does not know where to post" in capsys.readouterr().err
