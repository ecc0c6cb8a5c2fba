"""Facts about the values of x, and which likelihoods they speak against."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag.backend import tfd
from vaediag.diagnostics.audit import facts, finalize, off_support
from vaediag.distributions import Rescaled
from vaediag.laws.traits import traits

QUANTIZED = tfd.QuantizedDistribution(tfd.Logistic(100.0, 9.0), 0.0, 255.0)
LAWS = {
    "normal": tfd.Normal(0.0, 1.0),
    "logit_normal": tfd.LogitNormal(0.0, 1.0),
    "log_normal": tfd.LogNormal(0.0, 1.0),
    "categorical": tfd.Categorical(logits=np.zeros(256, np.float32)),
    "quantized": QUANTIZED,
    "bytes in [0, 1]": Rescaled(QUANTIZED, 0.0, 1 / 255),
    "binomial": tfd.Binomial(20.0, probs=0.3),
    "zero-inflated": tfd.Inflated(tfd.Poisson(1.0), inflated_loc_probs=0.3),
    "bernoulli": tfd.Bernoulli(logits=0.0),
    "beta": tfd.Beta(2.0, 2.0),
    "poisson": tfd.Poisson(1.0),
}
RNG = np.random.default_rng(0)


def audited(family: str, x, *, constant=(False,), free_scale=False, not_finite=0):
    kind = traits(LAWS[family])
    sums = {name: np.float64(value) for name, value in facts(kind)(np.asarray(x, np.float32)).items()}
    items = finalize(
        sums, traits=kind, constant=np.array(constant), free_scale=free_scale, not_finite=not_finite, images=len(x)
    )
    return {item.id: item for item in items}, off_support(sums)


@pytest.mark.parametrize(
    ("family", "x"),
    [
        ("normal", RNG.normal(5, 3, (20, 4))),
        ("bernoulli", RNG.integers(0, 2, (20, 4))),
        ("beta", RNG.random((20, 4))),
        ("poisson", RNG.poisson(5, (20, 4))),
        ("zero-inflated", RNG.poisson(0.3, (20, 4))),
        ("quantized", RNG.integers(0, 256, (20, 4))),
        ("categorical", RNG.integers(0, 256, (20, 4))),
        ("bytes in [0, 1]", RNG.integers(0, 256, (20, 4)) / 255),
    ],
)
def test_nothing_to_say(family, x):
    assert audited(family, x) == ({}, 0)


@pytest.mark.parametrize(
    ("family", "x", "fact", "fraction"),
    [
        ("bernoulli", [[0, 0.5], [1, 0.25]], "grey", 0.5),
        ("bernoulli", [[0, -1], [1, 1]], "off_support", 0.25),
        ("bernoulli", [[0, 255], [17, 1]], "byte_range", 0.5),
        ("beta", [[0.5, 1.5], [0.3, -0.1]], "off_support", 0.5),
        ("beta", [[7, 255], [200, 17]], "byte_range", 1),
        ("normal", [[3, 200], [17, 5]], "integers", 1),
        ("normal", [[0, 0], [0, 0.3]], "atom", 0.75),
        ("normal", [[1, 1], [0.2, 0.3]], "atom", 0.5),
        ("poisson", [[0.5, 2], [3, 4]], "off_support", 0.25),
        ("poisson", [[-1, 2], [3, 4]], "off_support", 0.25),
        ("beta", [[0, 0.5], [1, 0.25]], "edge", 0.5),
        ("logit_normal", [[0, 0.5], [0.1, 0.25]], "edge", 0.25),
        ("log_normal", [[0, 0.5], [3.1, 0.25]], "edge", 0.25),
        ("quantized", [[0.1, 0.5], [0.7, 1]], "off_support", 0.75),
        ("quantized", [[256, 5], [7, 1]], "off_support", 0.25),
        ("categorical", [[0.5, 17], [255, 1]], "off_support", 0.25),
        ("bytes in [0, 1]", [[0.0, 1.0], [0.5 / 255, 100 / 255]], "off_support", 0.25),
        ("bytes in [0, 1]", [[0, 255], [17, 100]], "byte_range", 0.75),
        ("binomial", [[0, 21], [17, 3]], "off_support", 0.25),
    ],
)
def test_what_speaks_against_the_likelihood(family, x, fact, fraction):
    found, _ = audited(family, x)
    assert list(found) == [fact]
    assert found[fact].fraction == pytest.approx(fraction)


def test_share_outside_the_support():
    assert audited("beta", [[0.5, 1.5], [0.3, -0.1]])[1] == 0.5
    assert audited("normal", [[-1e9, 1e9]])[1] == 0


def test_pixels_that_never_change_matter_only_with_a_sigma_of_their_own():
    x = RNG.normal(size=(5, 4))
    constant = (True, False, False, True)
    assert audited("normal", x, constant=constant)[0] == {}
    found = audited("normal", x, constant=constant, free_scale=True)[0]["constant_pixels"]
    assert found.fraction == 0.5
    assert found.detail.startswith("2 of 4 pixels")


def test_images_that_are_not_finite():
    found, _ = audited("normal", RNG.normal(size=(8, 4)), not_finite=2)
    assert found["not_finite"].fraction == 0.25


def test_no_image_at_all():
    found, outside = audited("bernoulli", np.zeros((0, 4)), not_finite=0)
    assert found == {}
    assert np.isnan(outside)


def test_where_the_edge_values_lie_is_said():
    detail = audited("beta", [[0, 0, 0.5, 1]])[0]["edge"].detail
    assert "0.5 exactly 0" in detail
    assert "0.25 exactly 1" in detail
