"""The pages about size show what was measured, and the plot is drawn from the same."""

from __future__ import annotations

import json
from typing import Any

from bench.scale import figures

MEASURED: dict[str, Any] = json.loads(figures.MEASURED.read_text(encoding="utf-8"))


def test_figures_are_those_that_were_measured() -> None:
    texts = [file.read_text(encoding="utf-8") for file in figures.PAGES]
    assert [figures.page(text, MEASURED) for text in texts] == texts, "run `make docs`"
    assert figures.PLOT.read_text(encoding="utf-8") == figures.plot(MEASURED), "run `make docs`"
    assert [text.count("<!-- end of ") for text in texts] == [3, 2]


def test_no_count_was_off_and_every_size_was_measured() -> None:
    rows = figures.rows_of(MEASURED)
    assert [row.work for row in rows if row.is_count and row.verdict != "met"] == []
    sizes: dict[tuple[Any, ...], set[Any]] = {}
    for row in rows:
        if row.of:
            kind = (row.of["verb"], row.of.get("checkpoints"))
            sizes.setdefault(kind, set()).add(row.of["number"])
    tasks = {10, 100, 1_000}
    for verb in figures.VERBS:
        assert sizes[verb, 1] == tasks
        assert sizes[verb, 0] == tasks | {3_000}
    assert sizes["run", None] == {1, 10, 100}
