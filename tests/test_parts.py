"""Where the two networks of a whole model are found."""

from types import SimpleNamespace

import numpy as np
import pytest

from vaediag.backend import keras, tf, tfd
from vaediag.errors import InputError
from vaediag.heads import likelihoods, posteriors, priors
from vaediag.parts import parts_of
from vaediag.vae import from_model

EVENT, LATENTS = (4, 4, 1), 3


def encoder():
    return keras.Sequential(
        [keras.Input(EVENT), keras.layers.Flatten(), keras.layers.Dense(2 * LATENTS)], name="encoder"
    )


def decoder():
    return keras.Sequential([keras.Input((LATENTS,)), keras.layers.Dense(16)], name="decoder")


def holder(**attributes):
    return SimpleNamespace(**attributes)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (holder(encoder=1, decoder=2), None),
        (holder(encode=1, decode=2), "networks taken from .encode and .decode"),
        (holder(encoder=1, decoder=2, encode=len, decode=len), "the model's methods encode and decode not used"),
        (holder(vae=holder(encoder=1, decoder=2)), "networks taken from .vae.encoder and .vae.decoder"),
    ],
)
def test_attributes_and_methods(model, said):
    parts = parts_of(model)
    assert (parts.encoder, parts.decoder, parts.said) == (1, 2, said)


def test_layers_of_a_whole_that_lost_its_class():
    first, second = encoder(), decoder()
    image = keras.Input(EVENT)
    whole = keras.Model(image, second(first(image)[:, :LATENTS]))
    vae = from_model(whole, posterior=posteriors.MeanLogVar(), likelihood=likelihoods.Bernoulli())
    assert (vae.encoder, vae.decoder) == (first, second)
    assert vae.assumed == ("networks taken from the layers 'encoder' and 'decoder'",)


def test_a_model_without_them_lists_what_it_has():
    with pytest.raises(InputError, match=r"got Sequential with the layers 'flatten\w*', 'dense\w*'\. Give both"):
        from_model(encoder())
    with pytest.raises(InputError, match=r"got NoneType\. Give both"):
        from_model(None)


def test_two_layers_that_could_be_meant_are_not_chosen_between():
    layers = [holder(name=name) for name in ("encoder_top", "encoder_bottom", "decoder")]
    with pytest.raises(InputError, match="with the layers 'encoder_top', 'encoder_bottom', 'decoder'"):
        parts_of(holder(layers=layers))


def test_a_prior_of_the_models_own_has_to_be_named():
    model = holder(encoder=encoder(), decoder=decoder(), latent_prior=tfd.Sample(tfd.Normal(0.0, 2.0), LATENTS))
    heads = {"posterior": posteriors.MeanLogVar(), "likelihood": likelihoods.Bernoulli()}
    with pytest.raises(InputError, match=r"the model has one of its own, \.latent_prior; got None"):
        from_model(model, **heads)
    np.testing.assert_allclose(from_model(model, **heads, prior=model.latent_prior).prior.stddev(), [2.0] * LATENTS)
    assert from_model(model, **heads, prior=priors.StandardNormal()).describe()["prior"] == "standard normal"


def test_whatever_a_vae_takes_is_passed_on():
    model = holder(encode=lambda x: tf.reshape(x, (-1, 16))[:, :6], decode=lambda z: z @ tf.ones((3, 16)))
    vae = from_model(model, posterior=posteriors.MeanLogVar(), likelihood=likelihoods.Normal(0.5), event_shape=EVENT,
                     latent_dim=3, name="mine", preprocessing="unit", assumed=["x"])  # fmt: skip
    assert (vae.name, vae.preprocessing) == ("mine", "unit")
    assert vae.assumed == ("networks taken from .encode and .decode", "x")
