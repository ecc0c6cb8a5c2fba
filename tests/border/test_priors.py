"""Priors that are functions or layers, and that change with their variables."""

import numpy as np
import pytest

from vaediag import border
from vaediag.backend import tf, tfd
from vaediag.errors import InputError
from vaediag.vae import from_callables

LOC = tf.Variable([0.0, 1.0, 2.0])


class Wrapper:
    """As a layer of tfp.layers returns it, with the batch axis of the input that it ignored."""

    def __init__(self, law):
        self.tensor_distribution = law


def from_layer(ignored):
    assert ignored.shape.rank == 2
    return Wrapper(tfd.MultivariateNormalDiag(LOC[None], tf.ones(3)))


def plain():
    return tfd.Independent(tfd.Normal(LOC, 1.0), 1)


@pytest.mark.parametrize("prior", [plain, from_layer])
def test_a_function_is_asked_again_when_its_variables_have_changed(prior):
    vae = from_callables(
        lambda x: tfd.MultivariateNormalDiag(x, tf.ones(3)),
        lambda z: tfd.Independent(tfd.Normal(z, 1.0), 1),
        prior=prior,
        event_shape=(3,),
    )
    assert vae.latent_dim == 3
    before = vae.prior.mean().numpy()
    try:
        LOC.assign_add([1.0, 1.0, 1.0])
        np.testing.assert_allclose(vae.prior.mean(), before + 1)
    finally:
        LOC.assign([0.0, 1.0, 2.0])
    assert vae.describe()["prior"] == "diagonal normal"
    assert vae.assumed == ()


def test_a_prior_per_latent_is_said():
    vae = from_callables(
        lambda x: tfd.MultivariateNormalDiag(x, tf.ones(3)),
        lambda z: tfd.Independent(tfd.Normal(z, 1.0), 1),
        prior=tfd.Normal(tf.zeros(3), 1.0),
        event_shape=(3,),
    )
    assert vae.assumed == ("prior per latent without tfd.Independent: latents taken as independent",)
    assert vae.describe()["prior"] == "standard normal"


def _fails():
    raise RuntimeError("no such variable")


def test_a_prior_that_fails_is_one_sentence():
    with pytest.raises(InputError, match=r"prior: .*it raised RuntimeError: no such variable\."):
        border.prior_source(_fails, 3)()
    with pytest.raises(InputError, match="got a tensor"):
        border.prior_source(lambda: tf.zeros(3), 3)()
