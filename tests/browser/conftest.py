"""Fixtures of the tests in a real browser."""

from __future__ import annotations

import pytest

from tests.browser.chromium import NO_BROWSER, Chromium, find
from tests.ci import in_ci


@pytest.fixture(scope="session")
def chromium() -> Chromium:
    """Debian's Chromium; that there is none is a failure in CI, where nothing may be left out."""
    program = find()
    if program is None:
        if in_ci():
            pytest.fail(NO_BROWSER)
        pytest.skip(NO_BROWSER)
    return Chromium(program)
