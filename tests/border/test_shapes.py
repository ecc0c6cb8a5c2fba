"""Channel axes, spatial codes, codes of rank 3, laws that are wrapped in part or not at all."""

import numpy as np
import pytest

from vaediag import border
from vaediag.backend import keras, tf, tfd
from vaediag.border.law import said_of_law
from vaediag.distributions import Rescaled
from vaediag.errors import InputError
from vaediag.heads import likelihoods, posteriors, priors
from vaediag.vae import VAE, from_callables

RNG = np.random.default_rng(3)
LOGITS = RNG.normal(size=(4, 2, 3, 1)).astype(np.float32)


@pytest.mark.parametrize("family", [tfd.Bernoulli, tfd.ContinuousBernoulli])
@pytest.mark.parametrize(
    ("given", "event", "says"), [(LOGITS[..., 0], (2, 3, 1), "added"), (LOGITS, (2, 3), "left out")]
)
def test_a_channel_axis_of_one_is_added_or_left_out_and_said(family, given, event, says):
    out = tfd.Independent(family(logits=given), len(given.shape) - 1)
    law = border.unwrap_law(out, event)
    assert type(law) is family
    np.testing.assert_array_equal(law.logits, LOGITS.reshape(4, *event))
    assert said_of_law(out, event) == (f"channel axis of p(x | z) {says}",)


def test_other_missing_axes_are_not_invented():
    with pytest.raises(InputError, match="Reshape the parameters"):
        border.unwrap_law(tfd.Normal(tf.zeros((4, 2, 3)), 1.0), (2, 3, 3))


@pytest.mark.parametrize(
    ("out", "phrases"),
    [
        (tfd.Independent(tfd.Bernoulli(logits=LOGITS), 3), ()),
        (tfd.Independent(tfd.Independent(tfd.Bernoulli(logits=LOGITS), 2), 1), ()),
        (tfd.Bernoulli(logits=LOGITS), ("law per pixel without tfd.Independent: pixels taken as independent given z",)),
        (
            tfd.Independent(tfd.Bernoulli(logits=LOGITS), 1),
            ("tfd.Independent over some axes of x only: all pixels taken as independent given z",),
        ),
        # of laws that TFP cannot flatten, tfd.Independent makes another class
        (tfd.Independent(Rescaled(tfd.Bernoulli(logits=LOGITS, dtype=tf.float32), 0.0, 1.0), 3), ()),
        ({"decoder_ll": tfd.Independent(tfd.Bernoulli(logits=LOGITS), 3), "other": LOGITS}, ()),
    ],
)
def test_what_is_taken_for_granted_of_a_law(out, phrases):
    assert said_of_law(out, (2, 3, 1)) == phrases
    law = border.unwrap_law(out, (2, 3, 1))
    np.testing.assert_array_equal(getattr(law, "distribution", law).logits, LOGITS)


def test_a_dict_of_several_laws_without_known_names_is_not_chosen_from():
    law = tfd.Bernoulli(logits=LOGITS)
    with pytest.raises(InputError, match=r"which of its distributions.*'a', 'b'"):
        border.unwrap_law({"a": law, "b": law}, (2, 3, 1))


# ---- codes with a shape ----

SHAPE, EVENT = (2, 2, 3), (4, 4, 1)
LATENTS = 12


def spatial_networks(joined):
    layers = keras.layers
    image = keras.Input(EVENT)
    mean = layers.Conv2D(3, 2, strides=2)(image)
    log_var = layers.Conv2D(3, 2, strides=2)(image)
    encoder = keras.Model(image, layers.Concatenate()([mean, log_var]) if joined else [mean, log_var])
    return encoder, keras.Sequential([keras.Input(SHAPE), layers.Conv2DTranspose(1, 2, strides=2)])


@pytest.mark.parametrize("joined", [True, False])
@pytest.mark.parametrize("latent_dim", [None, SHAPE, LATENTS])
def test_spatial_codes_are_rows_of_latents_in_their_own_order(joined, latent_dim):
    encoder, decoder = spatial_networks(joined)
    vae = VAE(encoder, decoder, posterior=posteriors.MeanLogVar(), likelihood=likelihoods.Bernoulli(),
              latent_dim=latent_dim)  # fmt: skip
    assert vae.latent_dim == LATENTS
    assert vae.assumed == ("spatial code 2×2×3 taken as a row of latents",)
    x, z = RNG.random((5, *EVENT)).astype(np.float32), RNG.normal(size=(5, LATENTS)).astype(np.float32)
    out = encoder(x)
    mean, log_var = np.split(np.asarray(out), 2, axis=-1) if joined else map(np.asarray, out)
    np.testing.assert_allclose(vae.encode(x).mean(), mean.reshape(5, -1), rtol=1e-5)
    np.testing.assert_allclose(vae.encode(x).variance(), np.exp(log_var).reshape(5, -1), rtol=1e-4)
    np.testing.assert_allclose(vae.law(z).logits, decoder(z.reshape(5, *SHAPE)), rtol=1e-5, atol=1e-6)


def test_normals_over_spatial_codes_are_flattened():
    encoder, decoder = spatial_networks(joined=False)

    def q(x):
        mean, log_var = encoder(x)
        return tfd.Independent(tfd.Normal(mean, tf.exp(0.5 * log_var)), 3)

    vae = from_callables(
        q, lambda z: tfd.Independent(tfd.Bernoulli(logits=decoder(z)), 3), event_shape=EVENT, latent_dim=SHAPE,
        prior=tfd.Independent(tfd.Normal(tf.zeros(SHAPE), 2 * tf.ones(SHAPE)), 3),
    )  # fmt: skip
    x = RNG.random((5, *EVENT)).astype(np.float32)
    np.testing.assert_allclose(vae.encode(x).mean(), np.reshape(encoder(x)[0], (5, LATENTS)), rtol=1e-6)
    np.testing.assert_allclose(vae.prior.stddev(), np.full(LATENTS, 2.0))


def test_a_code_of_another_size_is_refused():
    encoder, decoder = spatial_networks(joined=True)
    with pytest.raises(InputError, match=r"codes of shape \[n, 2, 2, 4\] as its input; it takes \(None, 2, 2, 3\)"):
        VAE(encoder, decoder, posterior=posteriors.MeanLogVar(), likelihood=likelihoods.Bernoulli(),
            latent_dim=(2, 2, 4))  # fmt: skip


@pytest.mark.parametrize("size", [0, (), "many", (2, -1)])
def test_impossible_latent_sizes_are_refused(size):
    with pytest.raises(InputError, match="latent_dim: expected"):
        border.as_latent_shape(size)


# ---- codes of rank 3 ----


def flat_model():
    weights = RNG.normal(size=(2, 16)).astype(np.float32)
    return from_callables(
        lambda x: tfd.MultivariateNormalDiag(tf.reshape(x, (-1, 16))[:, :2]),
        lambda z: tfd.Independent(tfd.Normal(tf.reshape(z @ weights, (-1, *EVENT)), 0.5), 3),
        prior=priors.StandardNormal(2),
        event_shape=EVENT,
    )


@pytest.mark.parametrize("convert", [np.asarray, tf.constant, lambda z: z.tolist()])
def test_leading_axes_of_codes_come_back_in_the_law(convert):
    vae, z = flat_model(), RNG.normal(size=(3, 5, 2)).astype(np.float32)
    law = vae.decode(convert(z))
    assert (tuple(law.batch_shape), tuple(law.event_shape)) == ((3, 5), EVENT)
    x = RNG.random((5, *EVENT)).astype(np.float32)
    expected = [vae.decode(z[s]).log_prob(x) for s in range(3)]
    np.testing.assert_allclose(law.log_prob(np.tile(x, (3, 1, 1, 1, 1))), expected, rtol=1e-5)


def test_per_pixel_questions_keep_one_batch_axis():
    with pytest.raises(InputError, match=r"vae\.decode takes them as they are"):
        flat_model().law(np.zeros((3, 5, 2)))
