"""Chains of known width, place and memory: autoregressive ones."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag.probes.mixing import mixing


def chains(memory, *, offset=0.0, width=1.0, n=2000, steps=25, climb=0.0):
    """Stationary e(t) with correlation `memory` from step to step; log p grows by `climb` over the kept steps."""
    rng = np.random.default_rng(0)
    e = np.empty((steps, n, 2))
    e[0] = rng.standard_normal((n, 2))
    for t in range(1, steps):
        e[t] = memory * e[t - 1] + np.sqrt(1 - memory**2) * rng.standard_normal((n, 2))
    log_prob = rng.standard_normal((steps, n)) + climb * np.linspace(0, 1, steps)[:, None]
    return offset + width * e, log_prob, np.full((steps, n), 0.6)


@pytest.mark.parametrize("memory", [0.0, 0.7, 0.95])
@pytest.mark.parametrize(("offset", "width"), [(0.0, 1.0), (2.0, 1.0), (1.0, 0.2), (0.0, 5.0)])
def test_width_and_offset_of_autoregressive_chains(memory, offset, width):
    found = mixing(*chains(memory, offset=offset, width=width))
    assert found is not None
    assert found.reliable
    np.testing.assert_allclose(found.width.value, 1 / width, rtol=0.06)
    np.testing.assert_allclose(np.square(found.offset.value), offset**2, rtol=0.06, atol=0.1 * width**2 + 0.02)
    np.testing.assert_allclose(found.memory, memory**12, atol=0.06)
    assert (found.width.standard_error < 0.05 / width).all()


def test_chains_that_stay_or_climb_are_not_relied_on():
    slow = mixing(*chains(0.9999))
    assert slow is not None
    assert not slow.reliable
    assert np.isnan(slow.width.value).all()
    climbing = mixing(*chains(0.5, climb=2.0))
    assert climbing is not None
    assert climbing.climb is not None
    assert abs(climbing.climb.value - 1) < 0.1
    assert not climbing.reliable
    path, log_prob, chance = chains(0.5)
    rejected = mixing(path, log_prob, chance / 3)
    assert rejected is not None
    assert not rejected.reliable


def test_a_short_chain_tells_nothing_and_no_image_none():
    short = mixing(*chains(0.5, steps=5))
    assert short is not None
    assert not short.reliable
    assert short.climb is None
    assert mixing(*chains(0.5, n=0)) is None
