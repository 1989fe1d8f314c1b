"""The page about gates says what the code does."""

from __future__ import annotations

import inspect
import re

from arize_tasks import EvaluationGate, judge
from arize_tasks.gate.spec import SETTLE_SECONDS
from arize_tasks.scoring import criteria as spec
from bench.gate_figures import PAGE, PLOT, page, plot

TEXT = PAGE.read_text(encoding="utf-8")


def test_figures_are_in_step_with_the_code() -> None:
    assert page(TEXT) == TEXT, "run `make docs`"
    assert PLOT.read_text(encoding="utf-8") == plot(), "run `make docs`"
    assert TEXT.count("<!-- end of ") == 3


def test_page_names_every_bar_every_verdict_and_every_setting() -> None:
    named = set(re.findall(r"`(\w+)", TEXT)) | set(re.findall(r"\*\*(\w+)\*\*", TEXT))
    settings = set(inspect.signature(EvaluationGate).parameters)
    left_to_the_readme = {"resource_name", "opts", "dataset", "space", "criteria", "run"}
    assert settings | set(spec.QUESTIONS) <= named | left_to_the_readme | {"experiment"}
    assert {"pass", "fail", "inconclusive", "incomplete", "stale"} <= named


def test_defaults_are_the_same_in_the_resource_in_judge_and_in_the_spec() -> None:
    defaults = {
        "confidence": spec.CONFIDENCE,
        "min_samples": spec.MIN_SAMPLES,
        "max_missing": spec.MAX_MISSING,
        "inconclusive": "block",
        "enforce": True,
    }
    for face in (EvaluationGate, judge):
        parameters = inspect.signature(face).parameters
        assert {name: parameters[name].default for name in defaults} == defaults
    waits = inspect.signature(EvaluationGate).parameters["settle_seconds"].default
    assert waits == SETTLE_SECONDS
