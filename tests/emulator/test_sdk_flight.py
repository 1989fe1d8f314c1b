"""What Arize's SDK reads by Arrow Flight, with the client that the documentation tells to make."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from arize import ArizeClient

from tests.emulator.process import Emulator

PAGE = Path(__file__).parents[2] / "docs" / "emulator.md"


def documented_client(emulator: Emulator) -> ArizeClient:
    """The client of the documentation's table, with the key and the port of this emulator."""
    (arguments,) = re.findall(r"`ArizeClient\((.*)\)`", PAGE.read_text())
    given = dict(re.findall(r'(\w+)="?([^",]*)"?', arguments))
    number = {name: emulator.port for name, value in given.items() if value == "8787"}
    return ArizeClient(**{**given, "api_key": emulator.api_key, **number})


def test_documented_client_goes_nowhere_else(emulator: Emulator) -> None:
    client = documented_client(emulator)
    config = client.sdk_config
    hosts = {getattr(config, name) for name in ("api_host", "otlp_host", "flight_host")}
    ports = {getattr(config, name) for name in ("api_port", "otlp_port", "flight_port")}
    assert (hosts, ports) == ({"127.0.0.1"}, {emulator.port})
    assert {space.name for space in client.spaces.list().spaces or []} == {"my-space", "my-space-2"}


def test_all_at_once_fails_here_and_the_pages_are_walked(emulator: Emulator) -> None:
    client, experiment = documented_client(emulator), emulator.fixtures["experiment_id"]
    with pytest.raises(RuntimeError, match="Failed to get experiment"):
        client.experiments.list_runs(experiment=experiment, all=True)
    with pytest.raises(RuntimeError, match="Failed to get dataset"):
        client.datasets.list_examples(dataset=emulator.fixtures["dataset_id"], all=True)
    found, cursor = 0, None
    while True:
        page = client.experiments.list_runs(experiment=experiment, limit=8, cursor=cursor)
        assert page.pagination is not None
        found += len(page.experiment_runs or [])
        cursor = page.pagination.next_cursor
        if cursor is None:
            break
    assert found == 20
