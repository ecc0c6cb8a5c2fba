"""Oracles, each compiled once and diagnosed several times: every test of numbers reads from these."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import pytest

from vaediag_models import oracles

IMAGES, SEEDS = 600, (0, 1, 2)
LINEAR = {
    "exact": lambda: oracles.linear_gaussian(12, 3, 0.5, 1, event_shape=(2, 2, 3)),
    "orthogonal": lambda: oracles.linear_gaussian(30, 2, 0.8, 2, orthogonal=True, mean=-3.0),
    "one latent": lambda: oracles.linear_gaussian(4, 1, 1.5, 3, mean=100.0),
    "small sigma": lambda: oracles.miscalibrated(40, 2, 0.5, 4, factor=0.8, encoder="true"),
    "large sigma": lambda: oracles.miscalibrated(24, 2, 0.5, 4, factor=1.25),
    "narrow": lambda: oracles.wrong_posterior(64, 3, 0.5, 5, factor=0.7),
    "dead": lambda: oracles.collapsed(16, 3, 0.5, 6, dead=(1,)),
}
OTHERS = {
    "cells": lambda: oracles.binary_cells(24, 2, 1, event_shape=(4, 6, 1)),
    "heavy tails": lambda: oracles.heavy_tails(32, 2, 0.5, 7, degrees=5.0),
}


def load(name: str):
    """A helper module beside the tests: tests are not a package that could be imported from."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[1] / f"{name}.py")
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def truths():
    return load("truths")


@pytest.fixture(scope="session")
def repeated():
    """The class `Repeated`."""
    return load("repeated").Repeated


@pytest.fixture(scope="session")
def diagnosed(repeated):
    """name -> (oracle, its diagnoses for SEEDS), made at first use."""

    @cache
    def made(name: str):
        model = (LINEAR | OTHERS)[name]()
        once = repeated(model.vae)
        return model, [once(model.simulate(IMAGES, 100 + seed), seed=seed) for seed in SEEDS]

    return made
