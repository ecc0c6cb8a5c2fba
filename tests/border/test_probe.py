"""A model that gives draws, depends on its batch, or gives impossible numbers says so when it is made."""

import numpy as np
import pytest

from vaediag.backend import tf, tfd
from vaediag.errors import InputError
from vaediag.heads import likelihoods, posteriors
from vaediag.vae import VAE, from_callables

EVENT, LATENTS, D = (8, 8, 1), 2, 64
RNG = np.random.default_rng(0)
INTO = RNG.normal(size=(LATENTS, D)).astype(np.float32)
BACK = RNG.normal(size=(D, 2 * LATENTS)).astype(np.float32) / 8


def encode(x):
    return tf.reshape(x, (-1, D)) @ BACK


def logits(z):
    return tf.reshape(z @ INTO, (-1, *EVENT))


def make(encoder=encode, decoder=logits, likelihood=None, **more):
    given = {"posterior": posteriors.MeanLogVar(), "likelihood": likelihood or likelihoods.Bernoulli(), **more}
    return VAE(encoder, decoder, event_shape=EVENT, latent_dim=LATENTS, **given)


def test_a_plain_model_assumes_nothing():
    assert make().assumed == ()


def draws(z):
    return tf.cast(tf.random.uniform(tf.shape(logits(z))) < tf.sigmoid(logits(z)), tf.float32)


def integer_seeded(z):
    return tfd.Normal(logits(z), 0.5).sample(seed=7)  # an integer seed is stateful: two calls, two draws


@tf.function
def compiled_noise(z):
    return logits(z) + 0.1 * tf.random.normal(tf.shape(logits(z)))


@pytest.mark.parametrize(
    ("decoder", "kind"),
    [(draws, "draws of 0 or 1"), (integer_seeded, "random numbers"), (compiled_noise, "random numbers")],
)
def test_a_decoder_that_draws_is_caught(decoder, kind):
    with pytest.raises(InputError, match=f"differ between two calls on the same z: {kind}, not parameters") as error:
        make(decoder=decoder)
    assert "convert_to_tensor_fn" in str(error.value)
    with pytest.raises(InputError, match=kind):
        from_callables(
            lambda x: tfd.MultivariateNormalDiag(encode(x)[:, :LATENTS]),
            lambda z: tfd.Bernoulli(logits=decoder(z)),
            prior=tfd.Sample(tfd.Normal(0.0, 1.0), LATENTS),
            event_shape=EVENT,
        )


def test_noise_with_a_stateless_seed_is_a_function_of_z():
    make(decoder=lambda z: logits(z) + tf.random.stateless_normal((1, *EVENT), seed=[1, 2]))


def test_an_encoder_that_draws_is_caught():
    with pytest.raises(InputError, match=r"encoder: .*a drawn z, or has noise of its own.*mean and the second part"):
        make(lambda x: encode(x) + tf.random.normal((1, 2 * LATENTS)))


def test_the_drawn_z_of_a_list_is_left_out_and_said():
    def three(x):
        mean, log_var = tf.split(encode(x), 2, axis=1)
        return [mean, log_var, mean + tf.random.normal(tf.shape(mean))]

    vae = make(three)
    assert vae.assumed == ("the encoder's third output (its own z) left out",)
    x = RNG.random((3, *EVENT))
    np.testing.assert_array_equal(vae.encode(x).mean(), make().encode(x).mean())


def standardised(values):
    mean, variance = tf.nn.moments(values, axes=[0], keepdims=True)
    return (values - mean) / tf.sqrt(variance + 1e-3)


@pytest.mark.parametrize(
    ("networks", "says"),
    [
        ({"encoder": lambda x: standardised(encode(x))}, "answer to one image not to depend on the other images"),
        ({"decoder": lambda z: standardised(logits(z))}, "answer to one code not to depend on the other codes"),
    ],
)
def test_batch_normalisation_in_training_mode_is_caught(networks, says):
    with pytest.raises(InputError, match=f"{says}.*training=False"):
        make(**networks)


def test_probabilities_outside_their_range_are_refused():
    probs = likelihoods.Bernoulli(parameters="probs")
    with pytest.raises(InputError, match=r"probabilities in \[0, 1\]; got outputs from -.*parameters='logits'"):
        make(likelihood=probs)
    assert make(decoder=lambda z: tf.sigmoid(logits(z)), likelihood=probs).assumed == ()


def test_probabilities_taken_as_logits_are_doubted_and_not_repaired():
    vae = make(decoder=lambda z: tf.sigmoid(logits(z)))
    (phrase,) = vae.assumed
    assert phrase.startswith("DOUBTFUL: all logits lie in [0, 1]")
    np.testing.assert_allclose(vae.law(np.zeros((1, LATENTS))).logits, 0.5)


def test_binary_logits_are_doubted():
    (phrase,) = make(decoder=lambda z: tf.cast(logits(z) > 0, tf.float32)).assumed
    assert "every logit is 0 or 1" in phrase


def test_a_few_numbers_are_not_doubted():
    few = VAE(
        lambda x: tf.concat([x, -x], 1), lambda z: tf.sigmoid(z), posterior=posteriors.MeanLogVar(),
        likelihood=likelihoods.Bernoulli(), event_shape=(2,), latent_dim=2,
    )  # fmt: skip
    assert few.assumed == ()


def test_what_the_caller_assumed_comes_first():
    vae = make(decoder=lambda z: tf.sigmoid(logits(z)), assumed=["layer Sampling left out"])
    assert vae.assumed[0] == "layer Sampling left out"
    assert len(vae.assumed) == 2
    assert "assumed=['layer Sampling left out', " in repr(vae)
    assert "assumed" not in repr(make())


def test_a_prediction_in_place_of_a_model_is_refused():
    class Model:
        def __call__(self, z):
            return logits(z)

        def predict(self, z):
            return np.asarray(logits(z))

    with pytest.raises(InputError, match="decoder: expected the model itself; got its method predict"):
        make(decoder=Model().predict)
