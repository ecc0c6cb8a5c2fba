"""Priors and families that TFP knows less about: still measured, in closed form where there is one."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag import diagnose, from_callables
from vaediag.backend import tf, tfd
from vaediag.diagnostics.latents import rate
from vaediag.laws.traits import traits

RNG = np.random.default_rng(0)


def test_a_sample_of_normals_is_a_product_with_a_closed_kl():
    q = tfd.Independent(tfd.Normal([[0.3, -1.0]], [[0.5, 2.0]]), 1)
    z = tf.constant([[0.1, 0.2]])
    sample = rate(q, tfd.Sample(tfd.Normal(0.0, 1.0), 2), z)
    product = rate(q, tfd.Independent(tfd.Normal([0.0, 0.0], 1.0), 1), z)
    assert sample.method == "closed form"
    np.testing.assert_allclose(np.asarray(sample.per_latent), np.asarray(product.per_latent))


def vae_of(pixel, x):
    def encode(images):
        return tfd.Independent(tfd.Normal(0.0 * images[:, :2], 1.0 + 0.0 * images[:, :2]), 1)

    prior = tfd.Independent(tfd.Normal(tf.zeros(2), 1.0), 1)
    return from_callables(
        encode, lambda z: tfd.Independent(pixel(0.3 * z @ tf.ones((2, x.shape[1]))), 1), prior=prior,
        event_shape=(x.shape[1],), latent_dim=2,
    )  # fmt: skip


LAWS = {
    "logit normal": (
        lambda m: tfd.LogitNormal(m, 1.0),
        lambda: 1 / (1 + np.exp(-1.08 * RNG.standard_normal((200, 4)))),
    ),
    "quantized": (
        lambda m: tfd.QuantizedDistribution(tfd.Logistic(8.0 + m, 1.5), 0.0, 15.0),
        lambda: np.clip(np.ceil(8 + 2.7 * RNG.standard_normal((200, 4))), 0, 15),
    ),
    "grid of k / 15": (
        lambda m: tfd.FiniteDiscrete(np.arange(16, dtype=np.float32) / 15, logits=m[..., None] * tf.ones(16)),
        lambda: RNG.integers(0, 16, (200, 4)) / np.float32(15),
    ),
}


@pytest.mark.parametrize("name", LAWS)
def test_families_without_all_moments_are_diagnosed(name):
    pixel, draw = LAWS[name]
    x = draw().astype(np.float32)
    vae = vae_of(pixel, x)
    diagnosis = diagnose(vae, x, skip=("information", "corrected", "pictures"))
    assert np.isfinite(diagnosis.calibration.posterior.dispersion.value)
    assert diagnosis.calibration.posterior.dispersion.value == pytest.approx(1, abs=0.25)
    assert not [item for item in diagnosis.audit if item.id == "off_support"]
    if diagnosis.calibration.prior is None:
        assert "calibration.prior" in diagnosis.why_not
    else:
        assert np.isfinite(diagnosis.calibration.prior.log_score.value)


def test_the_family_on_a_grid_has_no_table():
    law = tfd.FiniteDiscrete(np.arange(3, dtype=np.float32) / 2, probs=[0.2, 0.3, 0.5])
    assert traits(law).family == "finite_discrete"


@pytest.mark.parametrize(
    "law", [lambda m: tfd.StudentT(1.5, m, 0.5), lambda m: tfd.Cauchy(m, 0.5)], ids=["student t", "cauchy"]
)
def test_a_law_without_variance_is_diagnosed_but_for_what_needs_one(law):
    x = np.asarray(law(tf.zeros((300, 4))).sample(seed=[1, 2]))
    diagnosis = diagnose(vae_of(lambda m: law(0.0 * m), x), x, skip=("information", "corrected", "pictures"))
    posterior = diagnosis.calibration.posterior
    assert diagnosis.excluded.count == 0
    assert abs(posterior.dispersion.value - 1) < 4 * posterior.dispersion.standard_error
    assert diagnosis.variance.aggregate is None
    assert (posterior.reduced_chi2, posterior.sharpness, diagnosis.variance.scale) == (None, None, None)
    for name in ("variance.aggregate", "variance.scale", "calibration.posterior.reduced_chi2"):
        assert diagnosis.why_not[name] == "p(x | z) has no finite variance"
    assert not {"tails", "scale", "shape", "bias", "variance"} & {finding.id for finding in diagnosis.findings}
