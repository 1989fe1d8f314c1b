"""Fixtures for all tests."""

from arize_tasks.testing import arize_emulator as arize_emulator
