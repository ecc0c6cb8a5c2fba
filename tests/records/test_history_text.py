"""`print(history)`: a short table, and what to know of the training."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from vaediag.records.history_facts import lasting, lives


@pytest.fixture(scope="module")
def made():
    spec = importlib.util.spec_from_file_location("histories", Path(__file__).parents[1] / "histories.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.history


@pytest.mark.parametrize(
    "kind",
    [
        {},
        {"times": 500, "latents": 128},
        {"missing": (0, 4, 11)},
        {"times": 1, "latents": 1},
        {"times": 0, "pictures": False},
        {"model": "m" * 300, "losses": {"l" * 90: np.arange(12.0)}, "trouble": ("x" * 500,) * 12},
    ],
)
def test_it_is_short_and_narrow(made, kind):
    lines = str(made(**kind)).splitlines()
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 100
    assert lines[0].startswith("Assumed: p(x | z) normal, one sigma per image; q(z | x)")


def test_it_says_what_happened(made):
    text = " ".join(str(made(missing=(8,), postponed=np.arange(12) % 2, cost=np.array([5.0] + [0.5] * 11))).split())
    assert "digits-normal-image on digits (test): 256 images, seed 0; 12 diagnoses" in text
    assert "1 80.4 ± 1.6 17.11 ± 0.34 -97.5 ± 2.0 1.457 ± 0.015" in text
    assert "9 – – – – – –" in text
    assert "Latents: 1 of 6 alive; z0 silent since epoch 3" in text
    assert "No numbers after epoch 9: NaN weights" in text
    assert "Findings at the last diagnosis (1 problem, 1 note): collapse (since epoch 4), posterior_mean (since" in text
    assert "Cost: 10 s (41.2 % of 26 s of training): the first 5 s, then 0.5 s each." in text
    assert "6 more diagnoses were due and left out to keep to 5 %; budget=None makes all" in text


def test_of_many_the_first_and_the_last_are_shown(made):
    lines = str(made(500)).splitlines()
    assert any(line.split()[:1] == ["1"] for line in lines)
    assert any(line.split()[:1] == ["500"] for line in lines)
    assert "488 of 500 diagnoses are not shown" in lines


def test_a_latent_that_came_back_is_alive(made):
    kl = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]).T
    found = [(life.state, life.since) for life in lives(made(3, 3, kl=kl, kl_error=kl))]
    assert found == [("alive", None), ("died", 2), ("died", 1)]


def test_a_diagnosis_without_numbers_breaks_no_stretch(made):
    found = {line.id: line for line in lasting(made(10, missing=(4, 9)))}
    assert found["posterior_mean"].runs == ((0, 8),)
    assert found["posterior_mean"].severities[4] is None
    assert found["scale"].runs == ((0, 6),)
    assert [line.id for line in lasting(made(10))] == ["collapse", "posterior_mean", "scale", "bias"]
