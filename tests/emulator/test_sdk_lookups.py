"""Arize's own Python SDK, looking up what tasks refer to."""

from __future__ import annotations

import pytest
from arize import ArizeClient
from arize._generated.api_client.exceptions import (
    UnauthorizedException,
)

from tests.emulator.process import Emulator


def test_any_call_with_a_wrong_key_is_unauthorized(emulator: Emulator) -> None:
    stranger = ArizeClient(
        api_key="wrong", single_host="127.0.0.1", single_port=emulator.port, api_scheme="http"
    )
    with pytest.raises(UnauthorizedException):
        stranger.tasks.list()


def test_lookups_by_name_find_every_kind(sdk: ArizeClient, emulator: Emulator) -> None:
    fixtures = emulator.fixtures
    assert sdk.spaces.get(space="my-space").id == fixtures["space_id"]
    assert sdk.projects.get(project="my-project", space="my-space").id == fixtures["project_id"]
    dataset = sdk.datasets.get(dataset="my-dataset", space="my-space")
    assert dataset.versions is not None
    assert [version.id for version in dataset.versions] == [fixtures["dataset_version_id"]]
    evaluator = sdk.evaluators.get(evaluator="my-evaluator", space="my-space")
    assert evaluator.version is not None
    assert evaluator.version.id == fixtures["latest_evaluator_version_id"]
    integration = sdk.ai_integrations.get(integration="my-openai-integration", space="my-space")
    assert integration.id == fixtures["ai_integration_id"]
    experiments = sdk.experiments.list(dataset=fixtures["dataset_id"]).experiments
    assert experiments is not None
    assert [experiment.id for experiment in experiments] == [fixtures["experiment_id"]]
