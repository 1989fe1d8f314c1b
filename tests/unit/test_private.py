"""What is left where Pulumi's SDK has no longer what is not documented."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from arize_tasks.resources.private import config_keys, wait_for_the_resource_alone


class Known:
    def __init__(self) -> None:
        self.tracked = True

    def _untrack(self) -> None:
        self.tracked = False


class Older:
    """As an SDK without it has outputs: every attribute is one of the value to come."""

    def __getattr__(self, name: str) -> Callable[[], None]:
        raise AssertionError(name)


def test_output_is_untracked_where_that_can_be_done_and_left_alone_elsewhere() -> None:
    known = Known()
    wait_for_the_resource_alone([None, Older(), known])
    assert not known.tracked


@pytest.mark.parametrize(
    ("config", "keys"),
    [
        ('{"arize:apikey": "a"}', ["arize:apikey"]),
        # An SDK that gets the config in another way: nothing is said, and nothing fails.
        (None, []),
        ("", []),
        ("not JSON", []),
        ("[1]", []),
    ],
)
def test_keys_of_the_config_are_none_where_the_sdk_keeps_them_elsewhere(
    config: str | None, keys: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PULUMI_CONFIG", raising=False)
    if config is not None:
        monkeypatch.setenv("PULUMI_CONFIG", config)
    assert config_keys() == keys
