"""How foreign networks are called: saved models, flags of training, answers in dicts."""

import gc

import numpy as np
import pytest
import tf_keras

from vaediag import networks
from vaediag.backend import keras, tf
from vaediag.errors import InputError
from vaediag.heads import likelihoods, posteriors
from vaediag.vae import VAE

EVENT, LATENTS = (4, 4, 1), 3
Z = np.random.default_rng(0).normal(size=(5, LATENTS)).astype(np.float32)


def pair_of(library):
    layers = library.layers
    image = layers.Input(EVENT)
    hidden = layers.Flatten()(image)
    outputs = [layers.Dense(LATENTS, name="z_mean")(hidden), layers.Dense(LATENTS, name="z_log_var")(hidden)]
    code = layers.Input((LATENTS,))
    normalised = layers.BatchNormalization()(layers.Dense(16)(code))
    return library.Model(image, outputs), library.Model(code, layers.Reshape(EVENT)(normalised))


def make(encoder, decoder, **more):
    return VAE(encoder, decoder, posterior=posteriors.MeanLogVar(), likelihood=likelihoods.Bernoulli(), **more)


@pytest.fixture(scope="module", params=["keras export", "keras signature", "tf_keras save"])
def saved(request, tmp_path_factory):
    """Networks, and a function that opens them again from their SavedModel."""
    folder = tmp_path_factory.mktemp("saved")
    pair = pair_of(tf_keras if request.param == "tf_keras save" else keras)
    for network, name in zip(pair, ("encoder", "decoder"), strict=True):
        path = str(folder / name)
        if request.param == "keras export":
            network.export(path, verbose=False)  # type: ignore[call-arg]
        elif request.param == "keras signature":
            tf.saved_model.save(network, path)
        else:
            tf_keras.models.save_model(network, path)
    return pair, lambda: [tf.saved_model.load(str(folder / name)) for name in ("encoder", "decoder")]


def test_saved_models_are_what_was_saved(saved):
    (encoder, decoder), load = saved
    vae = make(*load())
    gc.collect()  # nobody but the VAE holds the loaded objects, whose variables would be deleted with them
    assert (vae.event_shape, vae.latent_dim) == (EVENT, LATENTS)
    np.testing.assert_allclose(vae.law(Z).logits, decoder(Z), rtol=1e-5, atol=1e-6)
    x = np.random.default_rng(1).random((5, *EVENT)).astype(np.float32)
    mean, log_var = encoder(x)
    np.testing.assert_allclose(vae.encode(x).mean(), mean, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(vae.encode(x).variance(), np.exp(log_var), rtol=1e-4)


def test_a_signature_of_two_tensors_is_a_conditional_model(tmp_path):
    module = tf.Module()
    spec = tf.TensorSpec((None, 2))
    module.both = tf.function(lambda a, b: {"out": a + b}, input_signature=[spec, spec])
    tf.saved_model.save(module, str(tmp_path / "m"), signatures={"both": module.both})
    loaded = tf.saved_model.load(str(tmp_path / "m"))
    with pytest.raises(InputError, match="a signature of one tensor; 'both' takes a, b"):
        networks.caller(loaded, "decoder")


def test_flags_of_training_are_off_also_where_they_must_be_given():
    assert networks.caller(lambda z, training: (z, training), "decoder")(1.0) == (1.0, False)
    assert networks.caller(lambda z, is_training: (z, is_training), "decoder")(1.0) == (1.0, False)


@pytest.mark.parametrize("library", [keras, tf_keras], ids=["keras", "tf_keras"])
def test_batch_normalisation_deep_inside_a_model_is_in_inference_mode(library):
    layers = library.layers
    inner = library.Sequential([layers.Input((LATENTS,)), layers.Dense(16), layers.BatchNormalization()])

    class Outer(library.Model):
        def __init__(self):
            super().__init__()
            self.inner = inner

        def call(self, z, training=True):  # training unless told otherwise
            return self.inner(z, training=training)

    encoder, _ = pair_of(library)
    vae = make(encoder, Outer(), latent_dim=LATENTS)
    np.testing.assert_allclose(np.reshape(vae.law(Z).logits, (5, 16)), inner(Z, training=False), rtol=1e-5, atol=1e-6)


def test_a_decoder_that_answers_with_a_dict_of_one_tensor():
    encoder, decoder = pair_of(keras)
    vae = make(encoder, lambda z: {"logits": decoder(z)}, latent_dim=LATENTS)
    np.testing.assert_array_equal(vae.law(Z).logits, make(encoder, decoder).law(Z).logits)


def test_an_encoder_that_answers_with_a_dict_says_what_was_taken():
    encoder, decoder = pair_of(keras)

    def named(x):
        mean, log_var = encoder(x)
        return {"z_log_var": log_var, "z_mean": mean, "features": mean}

    vae = make(named, decoder, event_shape=EVENT)
    assert vae.assumed == ("encoder's 'z_mean' and 'z_log_var' taken as the two parts of q(z | x)",)
    x = np.random.default_rng(1).random((5, *EVENT)).astype(np.float32)
    np.testing.assert_allclose(vae.encode(x).mean(), encoder(x)[0], rtol=1e-6)
