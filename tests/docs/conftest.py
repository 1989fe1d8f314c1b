"""Fixtures of the tests of pages: the browser of tests/browser."""

from tests.browser.conftest import chromium as chromium
