"""How a client is made, and what it says about itself."""

from __future__ import annotations

import inspect
import subprocess
import sys
import warnings
from typing import Any

import pytest

from arize_tasks import errors
from arize_tasks.client import arize_client as module
from arize_tasks.client.arize_client import ArizeClient, ArizePreReleaseWarning
from arize_tasks.client.tasks import TasksClient
from arize_tasks.settings import Settings

FUNCTIONS = [
    "list",
    "create",
    "create_evaluation_task",
    "create_run_experiment_task",
    "get",
    "update",
    "delete",
    "trigger_run",
    "list_runs",
    "get_run",
    "wait_for_run",
    "cancel_run",
]


@pytest.fixture
def _first_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARIZE_DISABLE_PRERELEASE_WARNING")
    module._warned.clear()


def test_tasks_has_the_twelve_functions_and_no_others() -> None:
    public = [name for name in dir(TasksClient) if not name.startswith("_")]
    assert sorted(public) == sorted(FUNCTIONS)


def test_settings_arguments_win_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARIZE_API_KEY", "from-environment")
    monkeypatch.setenv("ARIZE_REGION", "eu-west-1a")
    monkeypatch.setenv("ARIZE_SPACE", "theirs")
    client = ArizeClient(space="mine", max_retries=0, request_timeout_seconds=2)
    assert client.settings == Settings(
        api_key="from-environment",
        endpoint="https://api.eu-west-1a.arize.com",
        space="mine",
        max_retries=0,
        request_timeout_seconds=2,
        api_key_place="ARIZE_API_KEY in the environment",
    )


def test_settings_wrong_value_is_refused_when_made() -> None:
    with pytest.raises(errors.ConfigurationError, match="base_url= must be an https URL"):
        ArizeClient(base_url="http://api.arize.com")


def test_api_key_is_demanded_at_the_first_request_only(emulator: Any) -> None:
    with ArizeClient(base_url=emulator.url) as client:
        with pytest.raises(errors.ConfigurationError, match="ARIZE_API_KEY"):
            client.tasks.get_run("run")
        assert emulator.requests() == []


def test_repr_shows_the_endpoint_and_not_the_key() -> None:
    client = ArizeClient("ak-0123456789-secret", base_url="https://api.example.com")
    assert repr(client) == "ArizeClient('https://api.example.com')"
    assert "secret" not in repr(client.settings)


@pytest.mark.usefixtures("_first_use")
def test_pre_release_warning_comes_once_and_names_its_switch(client: ArizeClient) -> None:
    with pytest.warns(ArizePreReleaseWarning, match="ARIZE_DISABLE_PRERELEASE_WARNING") as caught:
        client.tasks.list()
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client.tasks.list()


@pytest.mark.usefixtures("_first_use")
def test_pre_release_warning_is_silenced_by_the_environment(
    client: ArizeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARIZE_DISABLE_PRERELEASE_WARNING", "true")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client.tasks.list()


@pytest.mark.usefixtures("_first_use")
def test_pre_release_warning_is_not_repeated_by_deployments(emulator: Any) -> None:
    settings = Settings(api_key=emulator.api_key, endpoint=emulator.url)
    with (
        ArizeClient.from_settings(settings, warn_pre_release=False) as client,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("error")
        client.tasks.list()


def test_every_function_is_documented_with_its_endpoint() -> None:
    for name in FUNCTIONS:
        assert "Source: " in inspect.cleandoc(getattr(TasksClient, name).__doc__)


def test_import_of_errors_and_settings_needs_no_library() -> None:
    program = (
        "import sys, arize_tasks.errors, arize_tasks.settings\n"
        "print(sorted({'httpx', 'pydantic', 'pulumi', 'tenacity'} & sys.modules.keys()))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
