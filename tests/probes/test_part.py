"""A bound that is moved to another takes over what it has no error of."""

from __future__ import annotations

import numpy as np

from vaediag.probes.part import Part, average, known


def test_a_known_number_above_its_ceiling_has_the_ceilings_error():
    terms = np.random.default_rng(0).normal(-1, 1, 400)
    ceiling = average(terms)
    bound = known(0.0, 400).at_most(ceiling).estimate()
    assert bound == ceiling.estimate()
    assert bound.standard_error > 0.04


def test_an_estimate_keeps_its_own_error():
    low, high = Part(1.0, np.array([1.0, -1.0])), Part(2.0, np.array([3.0, -3.0]))
    assert low.at_most(high) is low
    assert high.at_most(low).value == 1.0
    np.testing.assert_array_equal(high.at_most(low).influence, high.influence)
