"""What identifiers look like: base64 of resources, UUIDs or free text of examples and rows."""

from __future__ import annotations

import base64
import uuid

import pytest

from tests.emulator.process import Emulator
from tests.emulator.scores import new_experiment, read_rows


def kind_of(id_: str) -> str:
    return base64.b64decode(id_).decode().partition(":")[0]


def is_base64_id(text: str) -> bool:
    """Whether a client would take a text for the identifier of a resource."""
    try:
        return ":" in base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode()
    except ValueError:
        return False


@pytest.mark.parametrize(
    ("fixture", "kind"),
    [
        ("agent_integration_id", "RemoteEndpointIntegration"),
        ("ai_integration_id", "LlmIntegration"),
        ("dataset_version_id", "DatasetVersion"),
        ("evaluator_version_id", "EvaluatorVersion"),
        ("project_id", "Model"),
    ],
)
def test_identifier_names_the_kind(emulator: Emulator, fixture: str, kind: str) -> None:
    assert kind_of(emulator.fixtures[fixture]) == kind


def test_identifier_of_an_integration_of_either_type_is_a_remote_endpoints(
    emulator: Emulator,
) -> None:
    space_id = emulator.fixtures["space_id"]
    for type_ in ("AGENT", "EVALUATOR"):
        made = emulator.create("integrations", space_id=space_id, name=type_, type=type_)
        assert (made["type"], kind_of(made["id"])) == (type_, "RemoteEndpointIntegration")


def test_seeded_examples_have_identifiers_that_people_read(emulator: Emulator) -> None:
    ids = emulator.fixtures["example_ids"]
    assert (ids[0], ids[-1], len(set(ids))) == ("ex_001", "ex_020", 20)


def test_examples_and_rows_that_are_made_have_uuids(emulator: Emulator) -> None:
    space_id = emulator.fixtures["space_id"]
    dataset = emulator.create("datasets", space_id=space_id, name="mine", examples=3)
    emulator.create("dataset-versions", dataset_id=dataset["id"], examples=2, keep=1)
    path = f"/v2/datasets/{dataset['id']}"
    versions = [version["id"] for version in emulator.call("GET", path).json()["versions"]]
    new, old = (
        [
            example["id"]
            for example in emulator.call(
                "GET", f"{path}/examples?dataset_version_id={version}"
            ).json()["examples"]
        ]
        for version in versions
    )
    assert (len(new), len(old), len({*new, *old})) == (3, 3, 5)
    for id_ in (*new, *old):
        assert str(uuid.UUID(id_)) == id_
    for row in read_rows(emulator, new_experiment(emulator, "new")):
        assert str(uuid.UUID(row["id"])) == row["id"]
        assert not is_base64_id(row["example_id"])
