"""What is said of a loss whose weights are hidden by chance."""

from __future__ import annotations

import numpy as np

from vaediag.training.choose import Candidate
from vaediag.training.fit import Fit
from vaediag.training.reading import Model, _advice, formula
from vaediag.training.recipes import Recipe, Sizes

MODEL = Model(Sizes((2, 2, 3), 2), "normal", 0.5)


def candidate(errors):
    fit = Fit(np.array([166.1, 1.836, 0.0]), np.array(errors), np.zeros((3, 3)), 1.0, 1.0)
    return Candidate(("square", "draw", (False, False)), Recipe(None, None, 0.0, ()), fit, (), 0.0)


def test_a_weight_that_is_not_known_is_printed_with_its_error():
    assert "166.1 · Σ (x − mean)² + (1.84 ± 0.80) · KL" in formula(candidate([0.3, 0.8, 0.0]))
    assert "+ 1.836 · KL" in formula(candidate([0.3, 0.001, 0.0]))


def test_only_a_sigma_that_is_told_is_advised():
    assert "that σ" in " ".join(_advice(("squared_errors",), MODEL, 0.55))
    untold = " ".join(_advice(("squared_errors",), MODEL, None))
    assert "that σ" not in untold
    assert "Train it with −log p(x | z)" in untold
