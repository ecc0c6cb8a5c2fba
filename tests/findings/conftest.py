"""The synthetic diagnoses of tests/synthetic.py, as a fixture: tests are not a package that could be imported from."""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

import pytest

from vaediag.findings import evaluate


@pytest.fixture(scope="session")
def synthetic():
    spec = importlib.util.spec_from_file_location("synthetic", Path(__file__).parents[1] / "synthetic.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """Every finding of every test here keeps its evidence short."""
    module = importlib.import_module("vaediag.findings.evaluate")
    told = module._told

    def checked(findings):
        for finding in told(findings):
            assert len(finding.evidence) <= 320, finding.evidence
            first = finding.evidence.split("; ")[0]
            assert first.count("(") == first.count(")"), first
        return told(findings)

    monkeypatch.setattr(module, "_told", checked)


@pytest.fixture(scope="session")
def ids():
    """diagnosis -> ids of its findings, in order."""
    return lambda diagnosis: [finding.id for finding in evaluate(diagnosis)]


@pytest.fixture(scope="session")
def only():
    """diagnosis -> its one finding."""

    def one(diagnosis):
        (finding,) = evaluate(diagnosis)
        return finding

    return one
