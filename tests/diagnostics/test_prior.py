"""The marginal predictive law: its tables against averaging over the draws, and what a finite number of draws costs."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import special, stats

from vaediag import from_callables
from vaediag.backend import tf, tfd
from vaediag.diagnostics.calibration import calibration, finalize
from vaediag.diagnostics.prior.draws import draw_part, numbers
from vaediag.diagnostics.prior.tables import DRAW_GROUPS, prior_tables
from vaediag.diagnostics.prior.view import prior_tensors, prior_view
from vaediag.engine.run import run
from vaediag.engine.step import Diagnostic, compile_step
from vaediag.io.images import from_array
from vaediag.seeds import fold, pair
from vaediag_models import oracles

N = 256


def counts():
    """A Poisson VAE: rates exp(b + W z); the encoder is the prior, which costs nothing here."""
    rng = np.random.default_rng(0)
    weights, offset = rng.normal(0, 0.4, (2, 5)).astype(np.float32), rng.normal(1, 0.7, 5).astype(np.float32)

    def encode(x):
        return tfd.Independent(tfd.Normal(0.0 * x[:, :2], 1.0 + 0.0 * x[:, :2]), 1)

    def decode(z):
        return tfd.Independent(tfd.Poisson(log_rate=tf.matmul(z, weights) + offset), 1)

    prior = tfd.Independent(tfd.Normal(tf.zeros(2), 1.0), 1)
    vae = from_callables(encode, decode, prior=prior, event_shape=(5,), latent_dim=2)
    x = rng.poisson(np.exp(rng.standard_normal((N, 2)) @ weights + offset)).astype(np.float32)
    return vae, x


def uneven():
    """Sigma depends on z, and two images lie beyond the table."""
    base = oracles.linear_gaussian(6, 2, 0.5, 1, mean=50.0)
    weights = tf.constant(base.weights.T, tf.float32)

    def decode(z):
        return tfd.Independent(tfd.Normal(tf.matmul(z, weights) + 50.0, 0.4 * tf.exp(0.4 * tf.tanh(z[:, :1]))), 1)

    prior = tfd.Independent(tfd.Normal(tf.zeros(2), 1.0), 1)
    vae = from_callables(base.vae.encode, decode, prior=prior, event_shape=(6,), latent_dim=2)
    x = base.simulate(N, 2)
    x[0], x[1, 2] = x[0] + 1000, -1000
    return vae, x


def sharp_and_vague():
    """Sigma runs over two orders of magnitude: a uniform grid wide enough for the vague draws misses the sharp ones."""
    base = oracles.linear_gaussian(6, 2, 0.5, 1, mean=2.0)
    weights = tf.constant(0.05 * base.weights.T, tf.float32)

    def decode(z):
        return tfd.Independent(tfd.Normal(tf.matmul(z, weights) + 2.0, 0.02 * tf.exp(1.3 * z[:, :1])), 1)

    prior = tfd.Independent(tfd.Normal(tf.zeros(2), 1.0), 1)
    vae = from_callables(base.vae.encode, decode, prior=prior, event_shape=(6,), latent_dim=2)
    rng = np.random.default_rng(3)
    z = rng.standard_normal((N, 2))
    noise = 0.02 * np.exp(1.3 * z[:, :1]) * rng.standard_normal((N, 6))
    return vae, (2.0 + z @ weights.numpy() + noise).astype(np.float32)


def coins():
    model = oracles.binary_cells(12, 2, 1)
    return model.vae, model.simulate(N, 2)


CASES = {"normal": uneven, "sharp and vague": sharp_and_vague, "poisson": counts, "bernoulli": coins}


@pytest.fixture(scope="module", params=CASES)
def case(request):
    """The tables, what the traced view says of each pixel `[N, D]`, and the direct answers over all draws."""
    vae, x = CASES[request.param]()
    key = pair(5)
    tables = prior_tables(vae, key)
    view = prior_view(tables)
    names = ("below", "upto", "log_prob", "crps", "interval_score")

    def spy(chunk) -> dict[str, dict[str, Any]]:
        v = view(chunk)
        return {"sums": dict(zip(names, (*v.cdf, v.log_prob, v.crps, v.interval_score), strict=True))}

    parts = {"prior": calibration("prior", view=view), "spy": Diagnostic(spy)}
    step = compile_step(vae, parts, chunk=N, given={"prior": prior_tensors(tables)})
    measured = run(step, from_array(x), chunk=N, seed=pair(0))
    law = vae.law(vae.prior.sample(tables.draws, seed=fold(key, 77)))
    return SimpleNamespace(
        name=request.param, vae=vae, x=x, tables=tables, seen=measured.sums["spy"]["sums"],
        sums=measured.sums["prior"], rows=measured.rows["prior"], law=law,
    )  # fmt: skip


def direct_cdf(case, at):
    """Mean over the draws of F(at | z), `[..., D]`."""
    p = {name: np.asarray(value, float) for name, value in case.law.parameters.items() if tf.is_tensor(value)}
    if case.name == "poisson":
        return np.mean(stats.poisson.cdf(at[..., None, :], np.exp(p["log_rate"])), -2)
    if case.name == "bernoulli":
        return np.where(at < 0, 0.0, np.where(at < 1, 1 - case.law.mean().numpy().astype(float).mean(0), 1.0))
    loc, scale = case.law.loc.numpy().astype(float), case.law.scale.numpy().astype(float)
    return np.mean(stats.norm.cdf(at[..., None, :], loc, scale), -2)


def test_u_is_the_average_over_the_draws(case):
    x = case.x.astype(float)
    atol = 5e-4 if case.name == "sharp and vague" else 1e-4
    np.testing.assert_allclose(case.seen["upto"], direct_cdf(case, x), atol=atol)
    below = direct_cdf(case, x - 1) if case.tables.traits.discrete else direct_cdf(case, x)
    np.testing.assert_allclose(case.seen["below"], below, atol=atol)


def test_log_density_is_the_average_over_the_draws(case):
    density = np.stack([case.law.prob(one).numpy().astype(float).mean(0) for one in case.x[2:40]])
    rough = case.name == "sharp and vague"  # between knots in the tails, single draws show: never with a preference
    np.testing.assert_allclose(case.seen["log_prob"][2:40], np.log(density), atol=0.1 if rough else 2e-3)
    assert abs(np.mean(case.seen["log_prob"][2:40] - np.log(density))) < 5e-3


def test_crps_is_the_integral(case):
    """Of (F(t) - 1[x <= t])² over t, by the trapezoid rule, also for images beyond the table."""
    x = case.x[:6].astype(float)
    if case.name == "normal":
        t = np.linspace(40, 60, 801)[:, None] * np.ones(6)
        cdf, gap = direct_cdf(case, t), 0.025
    elif case.name == "sharp and vague":
        t = np.linspace(-8, 12, 2001)[:, None] * np.ones(6)
        cdf, gap = direct_cdf(case, t), 0.01
    else:
        t = np.arange(0, 400)[:, None] * np.ones(x.shape[1])
        cdf, gap = direct_cdf(case, t), 1.0
    expected = np.stack([(gap * (cdf - (one <= t)) ** 2).sum(0) for one in x])
    expected += np.maximum(x - t.max(), 0) + np.maximum(t.min() - x, 0)
    np.testing.assert_allclose(
        case.seen["crps"][:6], expected, rtol=2e-3, atol={"normal": 0.02, "sharp and vague": 0.006}.get(case.name, 1e-4)
    )


def test_numbers_in_numpy_are_those_of_the_pass(case):
    """`numbers` recomputes them to see how they move with the draws; both roads must lead to the same place."""
    record = finalize(
        case.sums, conditioning="prior", event_shape=case.vae.event_shape, traits=case.tables.traits,
        off_support=0.0, seed=0,
    )  # fmt: skip
    found = numbers(case.tables, case.x.astype(float))
    for name in ("bias", "dispersion", "crps", "log_score", "interval_score", "reduced_chi2", "sharpness"):
        if name in found:
            assert getattr(record, name).value == pytest.approx(found[name], rel=1e-4, abs=1e-5), name
    if case.name == "bernoulli":
        assert record.calibration_slope.value == pytest.approx(found["calibration_slope"], abs=1e-4)
        assert record.brier.score.value == pytest.approx(found["brier"], abs=1e-6)
    assert found["histogram"].sum() == pytest.approx(1)
    np.testing.assert_allclose(np.cumsum(found["histogram"]), np.cumsum(record.pit_histogram), atol=0.03)


def test_leaving_a_group_out_is_an_average_over_the_others(case):
    """The mean over the groups of "all but one" is the whole, for what is linear in the tables."""
    whole = numbers(case.tables, case.x.astype(float))
    without = [numbers(case.tables, case.x.astype(float), leave_out=g) for g in range(DRAW_GROUPS)]
    assert np.mean([one["bias"] for one in without]) == pytest.approx(whole["bias"], abs=1e-6)
    assert np.std([one["bias"] for one in without]) > 0
    if case.name != "bernoulli":
        one = case.tables.group_cdf.mean(0)
        np.testing.assert_allclose(one, case.tables.cdf[case.tables.pixels], atol=1e-6)


def test_moments_of_the_marginal_law(case):
    mean = case.law.mean().numpy().astype(float)
    noise = case.law.variance().numpy().astype(float).mean(0)
    np.testing.assert_allclose(case.tables.mean, mean.mean(0), rtol=1e-5)
    np.testing.assert_allclose(case.tables.variance, noise + mean.var(0), rtol=1e-4)


def test_quantiles(case):
    for p, found in ((0.05, case.tables.lower), (0.95, case.tables.upper)):
        at = direct_cdf(case, found[None])[0]
        if case.tables.traits.discrete:
            assert np.all(at >= p - 1e-6)
            assert np.all(direct_cdf(case, found[None] - 1)[0] < p + 1e-6)
        else:
            np.testing.assert_allclose(at, p, atol=2e-4)


def _same_for_all(law):
    """A decoder that ignores z: the marginal law is p(x | z) itself, and all draws ask for the same knots."""
    zeros = tfd.Independent(tfd.Normal([0.0, 0.0], 1.0), 1)

    def encode(x):
        return tfd.Independent(tfd.Normal(0.0 * x[:, :2], 1.0 + 0.0 * x[:, :2]), 1)

    def decode(z):
        return tfd.Independent(law(tf.zeros_like(z)), 1)

    return from_callables(encode, decode, prior=zeros, event_shape=(2,), latent_dim=2)


def _looked_up(tables, x):
    """F, log density and CRPS at `x`, as a pass reads them."""

    @tf.function
    def read(x, given):
        chunk: Any = SimpleNamespace(x=x, given={"prior": given})
        view = prior_view(tables)(chunk)
        return view.cdf[1], view.log_prob, view.crps

    return [answer.numpy() for answer in read(tf.constant(x), prior_tensors(tables))]


LAWS = {
    "normal": (lambda zero: tfd.Normal(zero, 1.0), stats.norm()),
    "log-normal": (lambda zero: tfd.LogNormal(zero, 2.0), stats.lognorm(2.0)),
    "logit-normal": (lambda zero: tfd.LogitNormal(zero, 3.0), None),
    "spikes": (lambda zero: tfd.Beta(zero + 0.3, zero + 0.5), stats.beta(0.3, 0.5)),
    "exponential": (lambda zero: tfd.Exponential(zero + 5.0), stats.expon(scale=0.2)),
}


@pytest.mark.parametrize("name", LAWS)
def test_mass_beside_a_bound_and_draws_that_agree(name):
    """Log densities to a hundredth of a nat wherever 99.8 % of x fall, over however many orders of magnitude."""
    law, exact = LAWS[name]
    levels = np.linspace(0.001, 0.999, 400)
    x = special.expit(3 * stats.norm.ppf(levels)) if exact is None else exact.ppf(levels)
    x = np.stack([x, x], 1).astype(np.float32)
    t = special.logit(x.astype(float)) if exact is None else None
    upto = stats.norm.cdf(t / 3) if exact is None else exact.cdf(x)
    density = stats.norm.logpdf(t, 0, 3) - np.log(x * (1.0 - x)) if exact is None else exact.logpdf(x)
    tables = prior_tables(_same_for_all(law), pair(1), draws=40)
    u, log_prob, _ = _looked_up(tables, x)
    np.testing.assert_allclose(u, upto, atol=1e-4)
    np.testing.assert_allclose(log_prob, density, atol=0.01)
    assert numbers(tables, x.astype(float))["log_score"] == pytest.approx(-2 * density.mean(), abs=2e-3)


def test_x_beyond_the_support_scores_its_distance():
    tables = prior_tables(_same_for_all(lambda zero: tfd.LogNormal(zero, 1.0)), pair(1), draws=40)
    x = np.array([[-3.0, -3.0], [-1.0, -1.0], [0.0, 0.0]], np.float32)
    u, log_prob, crps = _looked_up(tables, x)
    np.testing.assert_array_equal(u, 0)
    assert np.isfinite(log_prob).all()
    np.testing.assert_allclose(crps - crps[2], -x, rtol=1e-4)


def test_tables_repeat_with_the_seed():
    vae, _ = counts()
    one, same, other = prior_tables(vae, pair(1)), prior_tables(vae, pair(1)), prior_tables(vae, pair(2))
    np.testing.assert_array_equal(one.cdf, same.cdf)
    assert one.cdf.shape != other.cdf.shape or np.abs(one.cdf - other.cdf).max() > 1e-4


@pytest.fixture(scope="module")
def redrawn():
    """Headline numbers of the same images under 40 sets of draws, and what `draw_part` says of their spread."""
    model = oracles.linear_gaussian(3, 1, 0.5, 1)
    x = model.simulate(200, 5).astype(float)
    tables = [prior_tables(model.vae, pair(seed), draws=200) for seed in range(40)]
    return [numbers(one, x) for one in tables], [draw_part(one, x) for one in tables]


@pytest.mark.parametrize(
    "name", ["bias", "dispersion", "crps", "log_score", "interval_score", "reduced_chi2", "sharpness"]
)
def test_draw_part_is_the_spread_over_draws(redrawn, name):
    values = np.array([one[name] for one in redrawn[0]])
    stated = np.sqrt(np.mean([part[name] for part in redrawn[1]]))
    ratio = stated / values.std()  # 40 sets know a standard deviation to 11 %
    assert (
        0.65 < ratio < (2 if name in ("crps", "log_score", "interval_score") else 1.45)
    )  # least at the truth: cautious


def test_draw_part_of_the_quantile_curve(redrawn):
    """The covariance of the histogram gives the spread of the curve: not twice that."""
    curves = np.cumsum([one["histogram"] for one in redrawn[0]], 1)
    below = np.tril(np.ones((200, 200)))
    covariance = below @ np.mean([part["histogram"] for part in redrawn[1]], 0) @ below.T
    at = [20, 50, 100, 150, 180]
    np.testing.assert_allclose(np.sqrt(np.diag(covariance)[at]), curves.std(0)[at], rtol=0.5)
