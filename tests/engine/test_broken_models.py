"""Models that give NaN for some images or some codes: these are left out, and the rest is what it was."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag import from_callables
from vaediag.backend import tf, tfd
from vaediag.diagnostics.calibration import calibration
from vaediag.diagnostics.collapse import COLLAPSE
from vaediag.diagnostics.evidence import EVIDENCE
from vaediag.engine.run import run
from vaediag.engine.step import compile_step
from vaediag.io.images import from_array
from vaediag.seeds import pair
from vaediag_models import oracles

CHUNK, IMAGES = 64, 200


def step_of(vae, **options):
    names = ("corrected",) if options else ("posterior", "posterior_mean")
    parts = {name: calibration(name) for name in names} | {"evidence": EVIDENCE, "collapse": COLLAPSE}
    return compile_step(vae, parts, chunk=CHUNK, **options)


def measure(step, x, **options):
    return run(step, from_array(x), chunk=CHUNK, seed=pair(0), **options)


def broken(model, *, image=None, code=None):
    """The oracle, NaN for images whose first pixel, or codes whose first latent, is above a limit."""

    def nan_above(values, limit):
        bad = tf.zeros_like(values) if limit is None else tf.where(values > limit, np.nan, 0.0)
        return bad[:, None]

    def encode(x):
        law = model.vae.encode(x)
        return tfd.Independent(tfd.Normal(law.mean() + nan_above(x[:, 0], image), law.stddev()), 1)

    def decode(z):
        law = model.vae.decode(z).distribution
        return tfd.Independent(tfd.Normal(law.loc + nan_above(z[:, 0], code), law.scale), 1)

    prior = tfd.Independent(tfd.Normal(tf.zeros(2), 1.0), 1)
    return from_callables(encode, decode, prior=prior, event_shape=(6,), latent_dim=2)


@pytest.fixture(scope="module")
def model():
    return oracles.linear_gaussian(6, 2, 0.5, 3, orthogonal=True, mean=0.0)


@pytest.fixture(scope="module")
def whole(model):
    return measure(step_of(broken(model)), model.simulate(IMAGES, 1))


def finite(measured) -> None:
    for parts in measured.sums.values():
        for sums in parts.values():
            assert all(np.isfinite(values).all() for values in sums.values())


def test_encoder_fails_for_some_images(model, whole):
    x = model.simulate(IMAGES, 1)
    limit = np.quantile(x[:, 0], 0.8)
    measured = measure(step_of(broken(model, image=limit)), x)
    assert measured.readable.all()
    np.testing.assert_array_equal(measured.used, x[:, 0] <= limit)
    finite(measured)
    for name in ("posterior", "posterior_mean", "evidence"):
        for row, values in measured.rows[name].items():
            np.testing.assert_array_equal(values[measured.used], whole.rows[name][row][measured.used])
            assert np.isnan(values[~measured.used]).all()
            total = measured.sums[name]["groups"][row].sum()
            assert total == pytest.approx(values[measured.used].sum(dtype=float), rel=1e-4)


def test_decoder_fails_for_some_codes(model, whole):
    """Whether a stand-in fails depends on its new noise: with 16 % bad codes that happens in every chunk."""
    x = model.simulate(IMAGES, 1)
    measured = measure(step_of(broken(model, code=1.0)), x)
    assert 0.7 < measured.used.mean() < 0.95
    finite(measured)
    rows, before = measured.rows["posterior"]["dispersion"], whole.rows["posterior"]["dispersion"]
    np.testing.assert_array_equal(rows[measured.used], before[measured.used])
    assert measured.sums["evidence"]["groups"]["n"].sum() == measured.used.sum()


def test_everything_fails(model):
    x = model.simulate(100, 1)
    measured = measure(step_of(broken(model, image=5.0)), x + 100)
    assert not measured.used.any()
    assert measured.readable.all()
    finite(measured)
    assert measured.sums["evidence"]["groups"]["n"].sum() == 0


def test_given_codes_that_are_not_finite(model):
    """Corrected codes are NaN where log p(x, z) stayed infinite: only these images are lost."""
    x = model.simulate(IMAGES, 1)
    codes = np.array(model.vae.encode(tf.constant(x)).mean())
    step = step_of(model.vae, given_codes=True)
    good = measure(step, x, codes=codes)
    codes[[3, 70, 199], 0] = np.nan
    measured = measure(step, x, codes=codes)
    assert np.flatnonzero(~measured.used).tolist() == [3, 70, 199]
    finite(measured)
    rows, before = measured.rows["corrected"]["chi2"], good.rows["corrected"]["chi2"]
    np.testing.assert_array_equal(rows[measured.used], before[measured.used])
    assert measured.sums["corrected"]["groups"]["n"].sum() == IMAGES - 3
