"""The synthetic records of the report's tests, and histories."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


def _module(path):
    spec = importlib.util.spec_from_file_location(f"outward_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def build():
    return _module(TESTS / "report" / "builders.py")


@pytest.fixture(scope="session")
def histories():
    return _module(TESTS / "histories.py")
