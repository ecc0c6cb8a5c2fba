"""Foreign objects come in here: what is accepted, and the sentence that refuses the rest."""

import numpy as np
import pytest

from vaediag import border
from vaediag.backend import tf, tfd
from vaediag.errors import InputError
from vaediag.heads.posteriors import MeanLogVar
from vaediag.vae import VAE, from_callables


def f32(values):
    return np.asarray(values, np.float32)


EVENT = (2, 3, 1)
LOGITS = np.random.default_rng(0).normal(size=(4, *EVENT)).astype(np.float32)


class Coercible:
    """What a layer of tfp.layers returns: not a distribution, but it has one inside."""

    def __init__(self, law):
        self.tensor_distribution = law


def model(event_shape=EVENT, latent_dim=2):
    return from_callables(
        lambda x: tfd.MultivariateNormalDiag(tf.zeros((tf.shape(x)[0], latent_dim)), tf.ones(latent_dim)),
        lambda z: tfd.Normal(tf.zeros((tf.shape(z)[0], *event_shape)), 1.0),
        prior=tfd.MultivariateNormalDiag(tf.zeros(latent_dim)),
        event_shape=event_shape,
    )


@pytest.mark.parametrize(
    "out",
    [
        tfd.Independent(tfd.Bernoulli(logits=LOGITS), 3),
        tfd.Independent(tfd.Independent(tfd.Bernoulli(logits=LOGITS), 2), 1),
        tfd.Bernoulli(logits=LOGITS),
        Coercible(tfd.Independent(tfd.Bernoulli(logits=LOGITS), 3)),
    ],
    ids=["independent", "nested", "per pixel", "keras layer"],
)
def test_every_wrapping_gives_the_same_per_pixel_law(out):
    law = border.unwrap_law(out, EVENT)
    assert tuple(law.batch_shape) == (4, *EVENT)
    np.testing.assert_array_equal(law.logits, LOGITS)


def test_a_diagonal_multivariate_normal_is_a_product_over_pixels():
    law = border.unwrap_law(tfd.MultivariateNormalDiag(LOGITS[..., 0, 0], f32([0.5, 2.0])), (2,))
    np.testing.assert_allclose(law.stddev(), np.tile(f32([0.5, 2.0]), (4, 1)))
    assert isinstance(law, tfd.Normal)


JOINT = tfd.JointDistributionSequential([tfd.Normal(0.0, 1.0), tfd.Normal(0.0, 1.0)])


@pytest.mark.parametrize(
    ("out", "says"),
    [
        (tf.zeros((4, 6)), r"distribution p\(x \| z\); got a tensor of shape \(4, 6\).*likelihood="),
        (np.zeros(3), "got ndarray"),
        (None, "got NoneType"),
        (JOINT, "over several variables. Hierarchical"),
        (tfd.MultivariateNormalTriL(tf.zeros((4, 6)), tf.eye(6)), "depend on each other"),
        (tfd.Independent(tfd.OneHotCategorical(tf.zeros((4, 2, 3, 1, 5))), 3), "are vectors"),
        (tfd.Independent(tfd.Normal(tf.zeros((4, 6)), 1.0), 1), r"batch shape \[n, 2, 3, 1\].*got Normal.*\(4, 6\)"),
        (tfd.Normal(tf.zeros((4, 2, 4)), 1.0), "Reshape the parameters"),
        (tfd.Normal(tf.zeros((4, 2, 3, 3)), 1.0), "Reshape the parameters"),
        (tfd.Independent(tfd.Deterministic(LOGITS), 3), "with spread; got Deterministic"),
        (tfd.Empirical(LOGITS), "with spread; got Empirical"),
        (tfd.Normal(np.zeros((4, *EVENT)), 1.0), "float64.*float32 parameters"),
    ],
)
def test_other_decoder_outputs_are_refused_in_one_line(out, says):
    with pytest.raises(InputError, match=says) as error:
        border.unwrap_law(out, EVENT)
    assert "\n" not in str(error.value)


def test_posteriors_per_latent_are_joined():
    law = border.as_posterior(tfd.Normal(tf.zeros((4, 3)), 1.0), None, 3)
    assert (tuple(law.batch_shape), tuple(law.event_shape)) == ((4,), (3,))
    wrapped = Coercible(tfd.MultivariateNormalTriL(tf.zeros((4, 3)), tf.eye(3)))
    assert isinstance(border.as_posterior(wrapped), tfd.MultivariateNormalTriL)


@pytest.mark.parametrize(
    ("out", "says"),
    [
        (tf.zeros((4, 6)), "got a tensor"),
        (tfd.OneHotCategorical(tf.zeros((4, 3))), "discrete"),
        (tfd.Independent(tfd.Bernoulli(logits=tf.zeros((4, 3))), 1), "discrete"),
        (tfd.Independent(tfd.Deterministic(tf.zeros((4, 3))), 1), "plain autoencoders"),
        (tfd.Independent(tfd.Normal(tf.zeros((4, 2, 2, 3)), 1.0), 3), "Flatten the trailing axes"),
        (tfd.MultivariateNormalDiag(tf.zeros((4, 5))), r"over 3 latents.*\(5,\)"),
        (JOINT, "Hierarchical"),
        (tfd.MultivariateNormalDiag(np.zeros((4, 3))), "float64"),
    ],
)
def test_other_posteriors_are_refused(out, says):
    with pytest.raises(InputError, match=says):
        border.as_posterior(out, None, 3)


def test_a_head_and_a_distribution_together_are_refused():
    with pytest.raises(InputError, match="from_callables"):
        border.as_posterior(tfd.MultivariateNormalDiag(tf.zeros((4, 3))), MeanLogVar(), 3)


@pytest.mark.parametrize(
    "prior",
    [
        tfd.Sample(tfd.Normal(0.0, 1.0), 3),
        tfd.Normal(tf.zeros(3), 1.0),
        tfd.MixtureSameFamily(tfd.Categorical(probs=[0.5, 0.5]), tfd.MultivariateNormalDiag(tf.zeros((2, 3)))),
    ],
)
def test_priors_of_every_wrapping(prior):
    law = border.as_prior(prior, 3)
    assert (tuple(law.batch_shape), tuple(law.event_shape)) == ((), (3,))


@pytest.mark.parametrize(
    ("prior", "says"),
    [
        (tfd.MultivariateNormalDiag(tf.zeros((7, 3))), "no batch"),
        (tfd.MultivariateNormalDiag(tf.zeros(4)), "over 3 latents"),
        (tfd.OneHotCategorical(tf.zeros(3)), "discrete"),
        ("standard normal", "got str"),
    ],
)
def test_other_priors_are_refused(prior, says):
    with pytest.raises(InputError, match=says):
        border.as_prior(prior, 3)


@pytest.mark.parametrize(
    "images",
    [np.zeros((5, *EVENT)), np.zeros((5, *EVENT), np.uint8), np.zeros((5, *EVENT), bool), [[[[0], [1], [0]]] * 2]],
)
def test_images_of_every_type_become_float32(images):
    checked = border.check_images(images, model())
    assert checked.dtype == tf.float32
    assert tuple(checked.shape[1:]) == EVENT


@pytest.mark.parametrize("shape", [EVENT, (5, 6), (5, 3, 2, 1), (5, 2, 3), ()])
def test_images_of_another_shape_are_refused_with_both_shapes(shape):
    with pytest.raises(InputError, match=r"x: expected shape \[images, 2, 3, 1\]; got") as error:
        border.check_images(np.zeros(shape), model())
    assert str(tuple(shape)) in str(error.value)


def test_images_that_are_no_numbers_are_refused():
    with pytest.raises(InputError, match="expected numbers"):
        border.check_images([["a"]], model())


def test_one_code_without_its_batch_axis_is_refused():
    with pytest.raises(InputError, match=r"z: expected shape \[codes, 2\]; got \(2,\)"):
        model().law(np.zeros(2))


@pytest.mark.parametrize("shape", [None, (), 0, (28, -1), "image", (None, 28, 28, 1)])
def test_impossible_event_shapes_are_refused(shape):
    with pytest.raises(InputError, match="event_shape"):
        border.as_event_shape(shape)


def q(x):
    return tfd.MultivariateNormalDiag(tf.zeros((tf.shape(x)[0], 2)), tf.ones(2))


def p(z):
    return tfd.Normal(tf.zeros((tf.shape(z)[0], *EVENT)), 1.0)


def _fails(_):
    raise RuntimeError("shape mismatch\nin a layer\nof a network")


@pytest.mark.parametrize(
    ("encode", "decode", "says"),
    [
        (lambda x, _label: q(x), p, "Conditional models"),
        (q, lambda z, _label: p(z), "Conditional models"),
        (q, "decoder.keras", "got str. Load it first"),
        (_fails, p, "encoder.*RuntimeError: shape mismatch"),
        (q, _fails, "decoder.*RuntimeError: shape mismatch"),
        (lambda _: tfd.MultivariateNormalDiag(np.nan * tf.zeros((1, 2))), p, r"encoder: expected finite.*got 2 of 2"),
        (q, lambda _: tfd.Normal(tf.fill((1, *EVENT), np.nan), 1.0), r"decoder: expected finite.*got 6 of 6"),
        (q, lambda _: tfd.Normal(tf.zeros((3, *EVENT)), 1.0), r"for one code; got \(3, 2, 3, 1\)"),
        (lambda x: [q(x), q(x)], p, "got list"),
    ],
)
def test_models_that_cannot_work_say_so_when_they_are_made(encode, decode, says):
    with pytest.raises(InputError, match=says) as error:
        from_callables(encode, decode, prior=tfd.MultivariateNormalDiag(tf.zeros(2)), event_shape=EVENT)
    assert "\n" not in str(error.value)


def test_a_foreign_failure_keeps_its_cause():
    with pytest.raises(InputError) as error:
        from_callables(_fails, p, prior=tfd.MultivariateNormalDiag(tf.zeros(2)), event_shape=EVENT)
    assert isinstance(error.value.__cause__, RuntimeError)


def test_optional_arguments_do_not_make_a_model_conditional():
    seen = []

    def decode(z, temperature=1.0, training=None):
        seen.append((temperature, training))
        return p(z)

    vae = from_callables(q, decode, prior=tfd.MultivariateNormalDiag(tf.zeros(2)), event_shape=EVENT)
    assert isinstance(vae, VAE)
    assert set(seen) == {(1.0, False)}  # dropout and batch normalisation stay in inference mode
