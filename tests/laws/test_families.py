"""Every family that a head can make, every view and score, at ordinary and extreme parameters, against float64."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy import special, stats

from vaediag.backend import tf, tfd
from vaediag.distributions import Rescaled
from vaediag.laws.density import log_prob
from vaediag.laws.pit import SCORE_LIMIT, cdf_pair, normal_scores
from vaediag.laws.pixel import pixel
from vaediag.laws.residual import residual
from vaediag.laws.scores import crps, interval_score
from vaediag.laws.traits import traits
from vaediag.laws.views import view


def _load():
    spec = importlib.util.spec_from_file_location("reference", Path(__file__).parent / "reference.py")
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


ref = _load()
SEED = tf.constant([3, 4], tf.int32)
LEVELS = (0.003, 0.05, 0.5, 0.8, 0.997)
BYTES = np.arange(256.0)
COUNTS = np.arange(6000.0)


def f32(values):
    return np.asarray(values, np.float32)


def row(*values: float) -> np.ndarray:
    """One code, one pixel per value."""
    return np.asarray([values], np.float32)


def each(make, *parameters):
    """A reference per pixel from the float32 parameters that the law has."""
    return [make(*(float(p) for p in pixel)) for pixel in zip(*(q[0] for q in parameters), strict=True)]


# ---- densities -------------------------------------------------------------------------------------------------------

LOC, SCALE = row(0.3, -2.0, 1e3, 0.0), row(1.2, 1e-3, 50.0, 1e4)


def real(law, scipy, *, lead=()):
    refs = each(lambda m, s: ref.Density(scipy(*lead, m, s)), LOC, SCALE)
    z = np.array([-300.0, -5.6, -1.0, 0.0, 0.4, 3.0, 40.0])[:, None]
    return law(LOC, SCALE), refs, LOC[0] + SCALE[0] * z


def beta():
    a, b = row(2.0, 0.3, 200.0, 1e-2), row(5.0, 0.4, 3e3, 5.0)
    x = np.array([0.0, 1e-6, 0.05, 0.3, 0.999, 1.0, 1.5])[:, None] + 0 * a
    return tfd.Beta(a, b), each(lambda p, q: ref.Density(stats.beta(p, q)), a, b), x


def logit_normal():
    m, s = row(0.3, -4.0, 0.0, 2.0), row(1.2, 0.05, 6.0, 0.5)
    x = np.array([-0.1, 0.0, 1e-6, 0.02, 0.4, 0.95, 1.0])[:, None] + 0 * m
    return tfd.LogitNormal(m, s), each(lambda p, q: ref.Density(ref.OfLogit(stats.norm(p, q))), m, s), x


def continuous_bernoulli():
    logits = row(0.0, 3.0, -40.0, 1e-3)
    x = np.array([-0.1, 0.0, 1e-3, 0.4, 0.95, 1.0, 2.0])[:, None] + 0 * logits
    return tfd.ContinuousBernoulli(logits), each(lambda t: ref.Density(ref.ContinuousBernoulli(t)), logits), x


def log_normal():
    m, s = row(0.3, -4.0, 2.0), row(1.0, 0.02, 0.5)
    x = np.exp(m + s * np.array([-4.0, -1.0, 0.0, 0.5, 3.0])[:, None])
    x = np.concatenate([x, row(-1.0, 0.0, 0.0)])
    return tfd.LogNormal(m, s), each(lambda p, q: ref.Density(stats.lognorm(q, scale=np.exp(p))), m, s), x


def truncated_normal():
    m, s = row(0.3, 0.9, -0.5, 0.5, -5.0), row(0.1, 0.5, 0.3, 30.0, 0.1)
    refs = each(lambda p, q: ref.Density(stats.truncnorm(-p / q, (1 - p) / q, p, q)), m, s)
    x = np.array([-0.1, 0.0, 0.002, 0.3, 0.6, 1.0, 1.2])[:, None] + 0 * m
    return tfd.TruncatedNormal(m, s, 0.0, 1.0), refs, x


def normal_mixture():
    m, s = f32([[[-1.0, 0.0, 3.0], [0.5, 0.5, 0.5]]]), f32([[[0.2, 1.0, 0.05], [0.1, 1.0, 5.0]]])
    weights = f32([0.2, 0.5, 0.3])
    law = tfd.MixtureSameFamily(tfd.Categorical(probs=weights), tfd.Normal(m, s))
    parts = [[stats.norm(*map(float, p)) for p in zip(m[0, i], s[0, i], strict=True)] for i in range(2)]
    refs = [ref.Density(ref.Mixture(np.float64(weights), each_)) for each_ in parts]
    return law, refs, np.array([-9.0, -1.1, 0.2, 0.5, 3.01, 30.0])[:, None] + row(0.0, 0.0)


CONTINUOUS = {
    "normal": lambda: real(tfd.Normal, stats.norm),
    "laplace": lambda: real(tfd.Laplace, stats.laplace),
    "logistic": lambda: real(tfd.Logistic, stats.logistic),
    "student_t": lambda: real(lambda m, s: tfd.StudentT(5.0, m, s), stats.t, lead=(5.0,)),
    "beta": beta,
    "logit_normal": logit_normal,
    "continuous_bernoulli": continuous_bernoulli,
    "log_normal": log_normal,
    "truncated_normal": truncated_normal,
    "normal_mixture": normal_mixture,
}

# ---- discrete laws ---------------------------------------------------------------------------------------------------

ON_AND_OFF = np.array([-1.0, 0.0, 1.0, 3.0, 3.5, 17.0, 255.0, 256.0])


def logistic_bytes(m, s):
    """Masses of round(X) clipped to 0 .. 255, X logistic; each from the tail where it keeps its digits."""
    edges = np.concatenate([[-np.inf], np.arange(255) + 0.5, [np.inf]])
    t = (edges - m) / s
    lower, upper = special.expit(t), special.expit(-t)
    return np.where(t[1:] > 0, upper[:-1] - upper[1:], lower[1:] - lower[:-1])


def quantized(m, s):
    return tfd.QuantizedDistribution(tfd.Logistic(m - f32(0.5), s), 0.0, 255.0)


BYTE_LOC, BYTE_SCALE = row(100.3, 3.0, 254.0, 17.2, 128.0), row(5.0, 0.4, 2.0, 0.03, 300.0)


def discretized():
    refs = each(lambda m, s: ref.Masses(BYTES, logistic_bytes(m + 0.5 - 0.5, s)), BYTE_LOC, BYTE_SCALE)
    return quantized(BYTE_LOC, BYTE_SCALE), refs, ON_AND_OFF[:, None] + 0 * BYTE_LOC


def rescaled(first, step):
    law, refs, x = discretized()
    refs = [ref.Masses(first + step * one.at, one.mass) for one in refs]
    return Rescaled(law, first, step), refs, first + step * x


def _two_logistics():
    m = np.stack([BYTE_LOC, BYTE_LOC[:, ::-1]], -1)
    s = np.stack([BYTE_SCALE, BYTE_SCALE[:, ::-1]], -1)
    weights = f32([0.25, 0.75])
    parts = np.array([[logistic_bytes(*map(float, p)) for p in zip(m[0, i], s[0, i], strict=True)] for i in range(5)])
    return weights, m, s, [ref.Masses(BYTES, weights.astype(float) @ part) for part in parts]


def discretized_mixture():
    weights, m, s, refs = _two_logistics()
    law = tfd.MixtureSameFamily(tfd.Categorical(probs=weights), quantized(m, s))
    return law, refs, ON_AND_OFF[:, None] + 0 * BYTE_LOC


def mixture_discretized():
    """The mixture first, its grid afterwards, on [0, 1]."""
    weights, m, s, refs = _two_logistics()
    inner = tfd.MixtureSameFamily(tfd.Categorical(probs=weights), tfd.Logistic(m - f32(0.5), s))
    law = Rescaled(tfd.QuantizedDistribution(inner, 0.0, 255.0), 0.0, 1 / 255)
    return law, [ref.Masses(one.at / 255, one.mass) for one in refs], ON_AND_OFF[:, None] / 255 + 0 * BYTE_LOC


def categorical():
    logits = f32([[3 * np.sin(BYTES / 9), -np.abs(BYTES - 200), np.where(BYTES == 17, 30.0, 0.0)]])
    refs = [ref.Masses(BYTES, special.softmax(one.astype(float))) for one in logits[0]]
    return tfd.Categorical(logits=logits), refs, ON_AND_OFF[:, None] + row(0.0, 0.0, 0.0)


RATES = row(3.0, 1e-3, 40.0, 700.0)


def poisson():
    refs = each(lambda rate: ref.Masses(COUNTS, stats.poisson.pmf(COUNTS, rate)), RATES)
    return tfd.Poisson(RATES), refs, np.append(ON_AND_OFF, [40.0, 690.0])[:, None] + 0 * RATES


def negative_binomial():
    size, p = row(2.5, 0.3, 40.0, 1e3), row(0.6, 0.95, 0.2, 0.3)
    refs = each(lambda n, q: ref.Masses(COUNTS, stats.nbinom.pmf(COUNTS, n, 1 - q)), size, p)
    return tfd.NegativeBinomial(size, probs=p), refs, np.append(ON_AND_OFF, [40.0, 430.0])[:, None] + 0 * size


def binomial():
    n, p = row(10.0, 255.0, 255.0, 1.0), row(0.3, 0.4, 0.001, 0.9)
    refs = each(lambda k, q: ref.Masses(np.arange(k + 1), stats.binom.pmf(np.arange(k + 1), k, q)), n, p)
    return tfd.Binomial(n, probs=p), refs, np.append(ON_AND_OFF, [100.0])[:, None] + 0 * n


def _zero_inflated(weight, masses):
    return (1 - weight) * masses + weight * (COUNTS == 0)


ATOM = row(0.3, 0.01, 0.93, 0.5)


def zero_inflated_poisson():
    refs = each(lambda w, r: ref.Masses(COUNTS, _zero_inflated(w, stats.poisson.pmf(COUNTS, r))), ATOM, RATES)
    law = tfd.Inflated(tfd.Poisson(RATES), inflated_loc_probs=ATOM)
    return law, refs, np.append(ON_AND_OFF, [40.0, 690.0])[:, None] + 0 * RATES


def poisson_with_an_atom():
    _, refs, x = zero_inflated_poisson()
    which = tfd.Categorical(probs=np.stack([ATOM, 1 - ATOM], -1))
    return tfd.Mixture(which, [tfd.Deterministic(0 * ATOM), tfd.Poisson(RATES)]), refs, x


def zero_inflated_negative_binomial():
    size, p = row(2.5, 0.3, 40.0, 1e3), row(0.6, 0.95, 0.2, 0.3)
    refs = each(
        lambda w, n, q: ref.Masses(COUNTS, _zero_inflated(w, stats.nbinom.pmf(COUNTS, n, 1 - q))), ATOM, size, p
    )
    law = tfd.ZeroInflatedNegativeBinomial(total_count=size, probs=p, inflated_loc_probs=ATOM)
    return law, refs, np.append(ON_AND_OFF, [40.0, 430.0])[:, None] + 0 * size


def mixture_of_poissons():
    rates, weights = f32([[[2.0, 9.0], [30.0, 900.0]]]), f32([0.4, 0.6])
    law = tfd.MixtureSameFamily(tfd.Categorical(probs=weights), tfd.Poisson(rates))
    masses = stats.poisson.pmf(COUNTS, rates[0].astype(float)[..., None])
    refs = [ref.Masses(COUNTS, weights.astype(float) @ one) for one in masses]
    return law, refs, np.append(ON_AND_OFF, [880.0])[:, None] + row(0.0, 0.0)


def bernoulli():
    logits = row(0.5, -12.0, 14.0)
    refs = each(lambda t: ref.Masses(np.arange(2.0), np.array([special.expit(-t), special.expit(t)])), logits)
    return tfd.Bernoulli(logits), refs, np.array([0.0, 1.0])[:, None] + 0 * logits


DISCRETE = {
    "bernoulli": bernoulli,
    "categorical": categorical,
    "discretized": discretized,
    "discretized on [0, 1]": lambda: rescaled(0.0, 1 / 255),
    "discretized on [-1, 1]": lambda: rescaled(-1.0, 2 / 255),
    "discretized mixture": discretized_mixture,
    "mixture discretized": mixture_discretized,
    "poisson": poisson,
    "negative_binomial": negative_binomial,
    "binomial": binomial,
    "zero_inflated_poisson": zero_inflated_poisson,
    "poisson with an atom": poisson_with_an_atom,
    "zero_inflated_negative_binomial": zero_inflated_negative_binomial,
    "mixture of poissons": mixture_of_poissons,
}
CASES = CONTINUOUS | DISCRETE
LOOSE = {"truncated_normal": 2e-3}  # 50 sigma outside its interval it is taken for an exponential law


@cache
def case(name):
    """(law, reference per pixel, x [m, pixels] as float32)."""
    law, refs, x = CASES[name]()
    return law, refs, np.asarray(x, np.float32)


def asked(question, x):
    """`question(x)` as float64 `[m, pixels]`; the law has one row."""
    return np.broadcast_to(np.asarray(question(tf.constant(x)), float), x.shape)


def expected(refs, x, question):
    exact = x.astype(float)
    return np.stack([np.asarray(question(one)(exact[:, i]), float) for i, one in enumerate(refs)], 1)


def on_grid(name, x):
    """float32 values of a rescaled grid, as the float64 points they stand for."""
    law = case(name)[0]
    if not isinstance(law, Rescaled):
        return x.astype(float)
    k = (x.astype(float) - law.first) / law.step
    near = np.round(k)
    return law.first + law.step * np.where(np.abs(k - near) < 0.01, near, k)


def scales(refs):
    return np.array([max(one.stddev(), 1e-12) for one in refs])


@pytest.mark.parametrize("name", CASES)
def test_log_score(name):
    law, refs, x = case(name)
    x64 = on_grid(name, x)
    found, truth = asked(lambda v: log_prob(law, v), x), expected(refs, x64, lambda r: r.log_prob)
    sure = np.isposinf(truth) | (truth > -80)
    np.testing.assert_allclose(found[sure], truth[sure], rtol=2e-4, atol=3e-4)
    assert (found[~sure] < -60).all()
    assert np.isneginf(found[np.isneginf(truth) & ~np.isclose(x64, np.round(x64))]).all() or name in CONTINUOUS


@pytest.mark.parametrize("name", CASES)
def test_pit_and_normal_scores(name):
    law, refs, x = case(name)
    x64 = on_grid(name, x)
    below, upto = (asked(lambda v, side=side: cdf_pair(law, v, seed=SEED)[side], x) for side in (0, 1))
    low, high = expected(refs, x64, lambda r: r.below), expected(refs, x64, lambda r: r.cdf)
    np.testing.assert_allclose(below, low, atol=2e-4)
    np.testing.assert_allclose(upto, high, atol=2e-4)
    scores = asked(lambda v: normal_scores(law, v, seed=SEED), x)
    ends = [np.clip(stats.norm.ppf(np.clip(p, 0, 1)), -SCORE_LIMIT, SCORE_LIMIT) for p in (low - 2e-4, high + 2e-4)]
    assert (scores >= ends[0] - 2e-3).all()
    assert (scores <= ends[1] + 2e-3).all()


@pytest.mark.parametrize("name", CASES)
def test_moments_entropy_and_mode(name):
    law, refs, _ = case(name)
    values = {}
    for what in ("mean", "stddev", "entropy", "mode", "sample"):
        found, note = view(law, what, seed=SEED)
        values[what] = np.asarray(found, float)[0]
        assert note is None or "Monte Carlo" not in note or (what, name) == ("entropy", "normal_mixture"), (what, note)
    sd = scales(refs)
    means = np.array([one.mean() for one in refs])
    assert (np.abs(values["mean"] - means) <= LOOSE.get(name, 2e-4) * sd + 2e-6 * np.abs(means) + 1e-6).all()
    np.testing.assert_allclose(values["stddev"], sd, rtol=LOOSE.get(name, 5e-4), atol=1e-6)
    if name != "normal_mixture":
        np.testing.assert_allclose(values["entropy"], [one.entropy() for one in refs], atol=2e-3, rtol=5e-4)
    modes = on_grid(name, values["mode"])
    at_mode = np.array([one.log_prob(np.array([m]))[0] for one, m in zip(refs, modes, strict=True)])
    for one, best in zip(refs, at_mode, strict=True):
        if name in DISCRETE:
            assert best >= np.log(one.mass.max()) - 1e-4
        elif np.isfinite(best):
            assert best >= one.log_prob(np.array([one.quantile(p) for p in (0.1, 0.3, 0.5, 0.7, 0.9)])).max() - 1e-4
    assert np.isfinite(values["sample"]).all()


@pytest.mark.parametrize("name", CASES)
def test_quantiles_and_interval_width(name):
    law, refs, _ = case(name)
    sd = scales(refs)
    for p in LEVELS:
        found, note = view(law, "quantile", seed=SEED, p=p)
        assert note is None or note == "inverted CDF"
        found = on_grid(name, np.asarray(found)[0])
        for i, one in enumerate(refs):
            if name in DISCRETE:  # float32 F may fall on the other side of p
                assert one.below(found[i : i + 1])[0] <= p + 2e-5
                assert one.cdf(found[i : i + 1])[0] >= p - 2e-5
            else:
                truth = one.quantile(p)
                assert abs(found[i] - truth) < LOOSE.get(name, 1e-3) * 10 * sd[i] + 1e-5 * abs(truth), (p, i)
    width = np.asarray(view(law, "interval_width", seed=SEED, level=0.8)[0], float)[0]
    truth = np.array([one.quantile(0.9) - one.quantile(0.1) for one in refs])
    assert (np.abs(width - truth) <= 2e-3 * sd + 1e-5 * np.abs(truth) + 1e-5).all()


@pytest.mark.parametrize("name", CASES)
def test_crps(name):
    law, refs, x = case(name)
    found, truth = asked(lambda v: crps(law, v, seed=SEED), x), expected(refs, on_grid(name, x), lambda r: r.crps)
    assert (np.abs(found - truth) <= 1e-3 * truth + 1e-4 * scales(refs) + 1e-6).all()


@pytest.mark.parametrize("name", CASES)
def test_interval_score(name):
    law, refs, x = case(name)
    found = asked(lambda v: interval_score(law, v, level=0.9, seed=SEED), x)
    exact = on_grid(name, x)
    low, high = (np.array([one.quantile(p) for one in refs]) for p in (0.05, 0.95))
    truth = high - low + 20 * (np.maximum(low - exact, 0) + np.maximum(exact - high, 0))
    slack = 2e-3 * scales(refs) * 21 + 1e-5
    assert (np.abs(found - truth) <= slack + 1e-4 * truth).all()


@pytest.mark.parametrize("name", CASES)
def test_residual_and_pixel(name):
    law, refs, x = case(name)
    sd = scales(refs)
    found = asked(lambda v: residual(law, v, seed=SEED).value, x)
    truth = (on_grid(name, x) - np.array([one.mean() for one in refs])) / sd
    np.testing.assert_allclose(found, truth, rtol=2e-3, atol=2e-3)
    one = pixel(law, (0,), seed=SEED, observed=float(x[1, 0]))
    assert one.discrete == (name in DISCRETE)
    step = 1.0 if one.discrete else float(one.support[1] - one.support[0])
    assert float(np.sum(one.density) * step) == pytest.approx(1, abs=0.02)
    exact = np.exp(refs[0].log_prob(on_grid(name, one.support)))
    np.testing.assert_allclose(one.density, exact, rtol=2e-3, atol=1e-6 + 1e-4 * exact.max())
    assert one.notes.keys() <= {"mode", "stddev", "mean"}


def test_kinds():
    """What rules and pictures go by."""
    assert traits(case("discretized on [-1, 1]")[0]).step == pytest.approx(2 / 255)
    assert traits(case("discretized on [-1, 1]")[0]).binary is False
    assert traits(case("zero_inflated_poisson")[0]).family == "zero_inflated_poisson"
    assert traits(case("zero_inflated_negative_binomial")[0]).family == "zero_inflated_negative_binomial"
    assert traits(case("poisson with an atom")[0]).discrete
    assert traits(case("categorical")[0]).width == 256
    assert traits(case("discretized mixture")[0]).width == 2
    assert traits(tfd.FiniteDiscrete([0.0, 0.3], probs=[0.5, 0.5])).step is None
