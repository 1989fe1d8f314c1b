"""A glance at the benchmark of error rates (`python -m bench.gates`), seeded, at the ceiling."""

from __future__ import annotations

import pytest

from bench.gates import measure, systems

SYSTEMS = {system.name: system for system in systems()}


@pytest.mark.parametrize(
    "name", ["share 0.97", "5 levels, 90 % at the top", "pairs, 3% worse, 1% better"]
)
def test_gate_is_seldom_wrong_where_a_plain_t_interval_often_is(name: str) -> None:
    point = measure(SYSTEMS[name], 30, 2_000)
    assert point.is_sound
    assert point.plain_passed > 0.2
