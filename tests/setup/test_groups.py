"""Tests that share what is dear to set up run in one worker: that is what groups are for."""

from __future__ import annotations

import pytest


@pytest.mark.xdist_group("shared")
def test_group_is_seen_by_the_plugin_that_distributes_tests(request: pytest.FixtureRequest) -> None:
    distributes = request.config.getoption("loadgroup", default=False)
    assert request.node.nodeid.endswith("@shared") == distributes
