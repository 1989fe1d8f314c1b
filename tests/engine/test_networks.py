"""Previews behind proxies and certificates that can't be used: one sentence, no traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.stack import Stack, traced

PROGRAM = """
import arize_tasks
arize_tasks.EvaluationTask("task", type="template_evaluation", project="my-project",
                           evaluators=[{"evaluator": "my-evaluator"}])
"""


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("ALL_PROXY", "socks://127.0.0.1:7890/", "ALL_PROXY is no proxy that can be used"),
        ("ALL_PROXY", "ftp://127.0.0.1:7890/", "ALL_PROXY is no proxy that can be used"),
        ("HTTPS_PROXY", "http://[::1", "HTTPS_PROXY is no proxy that can be used"),
        ("SSL_CERT_FILE", "/nowhere/ca.pem", "SSL_CERT_FILE names what can't be used"),
        ("SSL_CERT_DIR", "/nowhere", "SSL_CERT_DIR names what can't be used"),
    ],
)
def test_preview_names_the_variable_that_is_wrong(
    variable: str, value: str, said: str, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(PROGRAM)
    stack.configure("arize:baseUrl", "https://arize.invalid")
    stack.environment[variable] = value
    outcome = stack.preview(check=False)
    assert outcome.code != 0
    assert said in outcome.output
    assert f"correct {variable}" in outcome.output
    assert not traced(outcome.output)


def test_preview_is_not_stopped_by_what_needs_no_reading(
    tmp_path: Path, make_stack: Callable[[str], Stack]
) -> None:
    stack = make_stack(PROGRAM)
    stack.environment |= {
        "NO_PROXY": "fe80::/10,[::1],localhost,%%",
        "SSLKEYLOGFILE": str(tmp_path / "nowhere" / "keys"),
        "ALL_PROXY": "socks://127.0.0.1:7890/",  # loopback is reached directly
    }
    assert stack.preview().steps == {"task": "create"}
