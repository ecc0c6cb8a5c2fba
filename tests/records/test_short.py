"""Records of depth print as a line or two, not as arrays."""

from __future__ import annotations

import numpy as np

from vaediag.records.estimate import Estimate, Estimates
from vaediag.records.evidence import Ais, Iwae, ParetoK
from vaediag.records.independence import Coordinates, Independence, ResidualCorrelation

MANY = np.arange(300.0)


def test_bounds():
    two = np.array([1.0, 2.0])
    iwae = Iwae(np.array([1, 100]), two, 0.1 * two, two - 1, np.array([0.0, 0.05]), MANY, MANY, MANY, MANY)
    assert repr(iwae) == (
        "Iwae(K = 1: 1.00 ± 0.10, K = 100: 2.00 ± 0.20 nats per image; gain 1.000 ± 0.050; 300 images)"
    )
    assert repr(ParetoK(MANY, MANY, 0.5, 0.25, 0.1)) == "ParetoK(25% of 300 images above 0.5, 10% exact)"
    one = Estimate(-3.0, 0.1, "nats per image")
    ais = Ais(
        MANY, MANY, MANY, MANY, MANY, one, Estimate(1.0, 0.2, "nats"), 1000, 16, 10, Estimate(0.8, None), None, True
    )
    assert repr(ais) == (
        "Ais(log p(x) -3.00 ± 0.10 nats per image; ELBO lower by 1.00 ± 0.20 nats; 300 images, 1000 temperatures, "
        "16 chains; reliable)"
    )


def test_independence():
    near = Estimates(np.array([0.1, 0.2, 0.0, 0.0]), np.full(4, 0.01))
    lags = ResidualCorrelation("lags", "normal scores", np.zeros((15, 15)), np.zeros((15, 15)), near)
    found = Independence(Estimate(2.0, 0.1, "nats"), lags, Coordinates("patch", 36, 64, MANY), "posterior", 300, True)
    assert repr(found) == (
        "Independence(cost at least 2.00 ± 0.10 nats, patch of 36 of 64 values; correlation right 0.100 ± 0.010, "
        "below 0.200 ± 0.010, below right 0.000 ± 0.010, below left 0.000 ± 0.010; z posterior, 300 images)"
    )
