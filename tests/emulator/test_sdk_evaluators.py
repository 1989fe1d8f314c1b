"""Arize's own Python SDK, reading evaluators: a version's column, choices and direction."""

from __future__ import annotations

from typing import Any

import pytest
from arize import ArizeClient
from arize._generated.api_client.exceptions import NotFoundException
from arize.evaluators.types import EvaluatorVersionCode

from tests.emulator.process import Emulator


def template_of(version: Any) -> Any:
    """The template's configuration, whatever the SDK has put around it."""
    return (getattr(version, "actual_instance", None) or version).template_config


def test_evaluator_version_names_the_column_and_what_may_stand_in_it(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    space_id = emulator.fixtures["space_id"]
    evaluator = emulator.create(
        "evaluators",
        space_id=space_id,
        name="toxic",
        column="Toxicity (v1)",
        classification_choices={"toxic": 1, "a bit": 0.5, "clean": 0},
        direction="MINIMIZE",
        include_explanations=False,
        data_granularity="TRACE",
    )
    config = template_of(sdk.evaluators.get(evaluator="toxic", space="my-space").version)
    assert (config.name, config.direction, config.data_granularity) == (
        "Toxicity (v1)",
        "MINIMIZE",
        "TRACE",
    )
    assert config.classification_choices == {"toxic": 1, "a bit": 0.5, "clean": 0}
    assert config.include_explanations is False
    free_form = emulator.create(
        "evaluator-versions", evaluator_id=evaluator["id"], classification_choices=None
    )
    read = sdk.evaluators.get_version(version_id=free_form["id"])
    assert template_of(read).classification_choices is None


def test_evaluator_version_of_code_names_the_column_and_its_rows(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    version = emulator.create(
        "evaluator-versions",
        evaluator_id=emulator.fixtures["code_evaluator_id"],
        column="short",
        query_filter="output = 'x'",
    )
    read = sdk.evaluators.get_version(version_id=version["id"])
    assert isinstance(read, EvaluatorVersionCode)
    config: Any = read.code_config
    assert (config.name, config.query_filter) == ("short", "output = 'x'")


def test_evaluator_by_version_answers_that_one_and_lists_all_newest_first(
    sdk: ArizeClient, emulator: Emulator
) -> None:
    fixtures = emulator.fixtures
    first, latest = fixtures["evaluator_version_id"], fixtures["latest_evaluator_version_id"]
    got = sdk.evaluators.get(evaluator=fixtures["evaluator_id"], version_id=first)
    version: Any = got.version
    assert (getattr(version, "actual_instance", None) or version).id == first
    listed = sdk.evaluators.list_versions(evaluator=fixtures["evaluator_id"]).evaluator_versions
    assert listed is not None
    ids = [(getattr(one, "actual_instance", None) or one).id for one in listed]
    assert ids == [latest, first]
    with pytest.raises(NotFoundException):
        sdk.evaluators.get(
            evaluator=fixtures["second_evaluator_id"], version_id=fixtures["evaluator_version_id"]
        )
