"""The traps that users' VAEs set, and what catches each: no number may be wrong without a word.

| trap | caught by |
| --- | --- |
| a NumPy grey image is truncated to 0 and 1 by `tfd.Bernoulli` | here |
| a binary likelihood on grey images | here, as a finding |
| the decoder's numbers alone do not say what is drawn | here; `tests/border/test_probe.py` |
| x = 0 or 1 under laws of the open interval | here: refused |
| `Independent.cdf` is a product over pixels | here |
| other draws under XLA | here: nothing is compiled with it |
| integer seeds are stateful | here; a decoder that has them in `tests/border/test_probe.py` |
| TFP does not import without tf_keras | here: a dependency of the same minor version as TensorFlow |
| two Keras libraries whose classes are strangers | `test_clients.py`, both; `tests/test_networks.py` |
| whole models cannot be saved and leave an empty file | here |
| no closed form of KL between a full-covariance and an independent normal | here |
| a law per pixel that no Independent joins | `tests/border/test_shapes.py`: said |
| a SavedModel of `IndependentBernoulli` gives draws | `test_clients.py`; `tests/border/test_probe.py` |
| σ that is stored nowhere | here; `tests/test_scale.py` |
| float64 | `tests/test_border.py` |
| batch normalisation in training mode | `tests/border/test_probe.py`, `tests/test_networks.py` |
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from scipy import special, stats

import vaediag as vd
from vaediag.backend import keras, tf, tfd
from vaediag.bundle.facts import inspect_file
from vaediag.diagnostics.latents import rate
from vaediag.errors import InputError
from vaediag.seeds import fold, pair

ROOT = Path(__file__).parents[2]
EVENT, LATENTS = (4, 4, 1), 2
RNG = np.random.default_rng(5)
INTO = RNG.normal(size=(LATENTS, 16)).astype(np.float32)
BACK = (RNG.normal(size=(16, LATENTS)) / 4).astype(np.float32)
GREY = RNG.random((300, *EVENT)).astype(np.float32)
Z = RNG.normal(size=(300, LATENTS)).astype(np.float32)


def logits(z):
    return tf.reshape(z @ INTO, (-1, *EVENT))


def encode(x):
    mean = tf.reshape(x, (-1, 16)) @ BACK
    return tf.concat([mean, tf.zeros_like(mean) - 1], 1)


def posterior(x):
    return tfd.MultivariateNormalDiag(encode(x)[:, :LATENTS], 0.6 * tf.ones(LATENTS))


def with_head(likelihood, decode=logits):
    return vd.VAE(
        encode, decode, posterior=vd.posteriors.MeanLogVar(), likelihood=likelihood, event_shape=EVENT,
        latent_dim=LATENTS,
    )  # fmt: skip


def with_law(decode):
    return vd.from_callables(posterior, decode, prior=vd.priors.StandardNormal(LATENTS), event_shape=EVENT)


def quick(vae, images):
    return vd.diagnose(vae, images, skip=("prior", "information", "corrected", "pictures"))


@pytest.mark.parametrize(
    "vae",
    [
        with_head(vd.likelihoods.Bernoulli()),
        with_law(lambda z: tfd.Independent(tfd.Bernoulli(logits=logits(z)), 3)),  # of dtype int32
    ],
    ids=["head", "law of the user's"],
)
def test_grey_numpy_images_are_not_truncated(vae):
    eta = Z @ INTO
    x = GREY.reshape(300, 16)
    expected = (x * eta - special.softplus(eta)).sum(1)
    np.testing.assert_allclose(vae.decode(Z).log_prob(GREY), expected, rtol=1e-4)
    np.testing.assert_allclose(vae.decode(Z).log_prob(tf.constant(GREY)), expected, rtol=1e-4)


def test_grey_images_under_a_binary_law_are_a_finding():
    found = quick(with_head(vd.likelihoods.Bernoulli()), GREY)
    assert "grey" in {item.id for item in found.audit}
    assert any(finding.id.startswith("audit.grey") for finding in found.findings)


def test_numbers_without_a_law_are_refused_with_what_to_say():
    with pytest.raises(InputError, match=r"Numbers alone do not say what is drawn.*likelihood="):
        with_head(None)


def test_zeros_under_a_law_of_the_open_interval_are_not_passed_over():
    images = np.where(GREY < 0.5, 0.0, GREY).astype(np.float32)
    vae = with_law(lambda z: tfd.Independent(tfd.LogitNormal(logits(z), 1.0), 3))
    with pytest.raises(InputError, match="no finite density at the ends of its support"):
        quick(vae, images)


def test_per_pixel_probabilities_are_per_pixel():
    vae = with_law(lambda z: tfd.Independent(tfd.Normal(logits(z), 0.5), 3))
    below = vae.law(Z).cdf(tf.constant(GREY))
    np.testing.assert_allclose(below, stats.norm.cdf(GREY, np.reshape(Z @ INTO, GREY.shape), 0.5), atol=1e-5)


def test_nothing_is_compiled_with_xla():
    sources = [*(ROOT / "vaediag").rglob("*.py"), *(ROOT / "models").rglob("*.py")]
    assert [path.name for path in sources if "jit_compile=True" in path.read_text("utf-8")] == []


def test_seeds_are_stateless_pairs_that_tensorflow_takes():
    for seed in (pair(0), pair(2**31 - 1), fold(pair(3), 7)):
        values = np.asarray(seed)
        assert (values.dtype, values.shape) == (np.int32, (2,))
        law = tfd.Normal(tf.zeros(4), 1.0)
        np.testing.assert_array_equal(law.sample(seed=seed), law.sample(seed=seed))


def test_tf_keras_comes_along_in_tensorflows_minor_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {name.split(" ", 1)[0]: name.split(" ", 1)[1] for name in project["dependencies"] if " " in name}
    assert wanted["tf_keras"].split("#")[0].strip() == wanted["tensorflow"].split("#")[0].strip()


def test_the_empty_file_of_a_model_that_could_not_be_saved_is_named(tmp_path):
    class Whole(keras.Model):
        def __init__(self, decoder):
            super().__init__()
            self.decoder = decoder
            self.built = True

    path = tmp_path / "vae.keras"
    with pytest.raises(NotImplementedError):
        Whole(keras.Sequential([keras.Input((LATENTS,)), keras.layers.Dense(16)])).save(path)
    assert path.stat().st_size == 0
    with pytest.raises(InputError, match=r"vae\.keras: .*an empty file, 0 bytes"):
        inspect_file(str(path))


def test_kl_of_a_full_covariance_from_an_independent_prior_is_right():
    triangle = np.array([[0.5, 0.0], [0.3, 0.7]], np.float32)
    q = tfd.MultivariateNormalTriL(Z, triangle)
    prior = tfd.Independent(tfd.Normal(tf.zeros(LATENTS), 1.0), 1)
    with pytest.raises(NotImplementedError):
        tfd.kl_divergence(q, prior)
    covariance = triangle @ triangle.T
    exact = 0.5 * (np.trace(covariance) + (Z**2).sum(1) - LATENTS - np.log(np.linalg.det(covariance)))
    found = rate(q, prior, q.sample(seed=[1, 2]))
    assert found.method == "closed form"
    np.testing.assert_allclose(found.total, exact, rtol=1e-4)


def test_a_sigma_that_nobody_states_is_asked_for():
    with pytest.raises(InputError, match="no trained value yet"):
        with_head(vd.likelihoods.Normal("shared"))
