"""`verify_loss` names the mistake that was planted in a training loss, that one only, and none where there is none."""

from __future__ import annotations

import numpy as np
import pytest

import vaediag as vd
from tests.training.losses import Model, images, loss_of
from vaediag.backend import keras, tf
from vaediag.errors import InputError
from vaediag.training.verify import compared, prepared, told, verify_loss

SIGMA = 0.15
KINDS = {
    "bernoulli": (1, vd.likelihoods.Bernoulli()),
    "fixed": (3, vd.likelihoods.Normal(SIGMA)),
    "shared": (1, vd.likelihoods.Normal("shared", value=SIGMA)),
    "image": (3, vd.likelihoods.Normal("image")),
}


@pytest.fixture(scope="module", params=KINDS)
def case(request):
    """A model, and the images and terms that its losses are compared with."""
    channels, likelihood = KINDS[request.param]
    x = images(channels)
    x = (x > 0.5).astype(np.float32) if request.param == "bernoulli" else x
    model = Model(x, likelihood)
    return model, prepared(model.vae, x[:64], seed=0, draws=32, more=True)


def found_of(case, name, **code):
    model, ground = case
    return told(ground, loss_of(model, name, **code), calls=8)


@pytest.mark.parametrize(("name", "reduction"), [("right", "mean"), ("per image", "per image")])
def test_the_negative_elbo_agrees(case, name, reduction):
    found = found_of(case, name)
    assert (found.verdict, found.mistakes, found.reduction) == ("agrees", (), reduction)
    assert found.agrees
    assert found.beta.value == pytest.approx(1, abs=4 * found.beta.standard_error)
    assert found.beta.standard_error < 0.03
    assert found.loss == pytest.approx(found.expected.value, abs=10 * found.expected.standard_error)
    assert str(found).startswith("Your loss agrees with this model")


def planted(D: float, C: float) -> dict[str, float]:
    """Each mistake, and the beta that it amounts to."""
    return {
        "mean_over_values": D,
        "mean_over_last_axis": C,
        "mean_over_positions": D / C,
        "mean_over_latents": 1 / 6,
        "half_kl": 0.5,
        "double_kl": 2,
        "double_reconstruction": 0.5,
        "kl_sign": -1,
        "no_kl": 0,
        "beta": 4,
        "weights": 2.3 * D / 500,
    }


@pytest.mark.parametrize("name", planted(1, 1))
def test_a_mistake_is_named_with_its_beta(case, name):
    D, C = len(case[0].mean), case[0].event[-1]
    if C == 1 and name in ("mean_over_last_axis", "mean_over_positions"):
        return
    found = found_of(case, name)
    assert (found.verdict, found.mistakes) == ("differs", (name,))
    assert found.beta.value == pytest.approx(planted(D, C)[name], abs=4 * found.beta.standard_error)
    assert "Your loss is not the negative ELBO" in str(found)


@pytest.mark.parametrize(
    ("name", "reduction"), [("sum_over_images", "sum"), ("both_divided", "mean"), ("constant", "mean")]
)
def test_what_moves_no_optimum_is_equivalent(case, name, reduction):
    found = found_of(case, name)
    assert (found.verdict, found.mistakes, found.reduction) == ("equivalent", (name,), reduction)
    assert not found.agrees
    assert found.beta.value == pytest.approx(1, abs=4 * found.beta.standard_error)


@pytest.mark.parametrize("name", ["kl_not_summed", "only_kl_summed"])
def test_terms_that_are_added_up_differently_over_a_batch(case, name):
    found = found_of(case, name)
    assert (found.verdict, found.mistakes, found.reduction, found.beta) == ("differs", (name,), "mixed", None)


def test_the_elbo_itself_has_the_wrong_sign(case):
    assert found_of(case, "sign").mistakes == ("sign",)


@pytest.mark.parametrize("name", ["squared_errors", "squares / D"])
def test_squared_errors_hide_a_sigma(case, name):
    model, _ = case
    found = found_of(case, name)
    assert found.verdict == "differs"
    assert set(found.mistakes) - {"both_divided"} == {"squared_errors"}
    assert ("both_divided" in found.mistakes) == ("/" in name)
    assert found.sigma == pytest.approx(0.5**0.5)
    assert "vd.likelihoods.Normal(0.7071)" in str(found)
    stated = getattr(model.likelihood, "stated", None)
    if stated is None:
        assert found.beta is None
        assert ("gets no gradient" in str(found)) == ("image" in model.likelihood.describe())
    else:
        assert found.beta.value == pytest.approx(0.5 / stated**2, rel=0.02)


def test_constants_of_a_normal_may_be_left_out(case):
    if case[0].gain > 1:  # a Bernoulli has none
        return
    found = found_of(case, "constant_left_out")
    assert (found.verdict, found.mistakes) == ("equivalent", ("constant_left_out",))


def test_squared_errors_of_the_stated_sigma_are_equivalent():
    x = images()
    model = Model(x, vd.likelihoods.Normal(0.5**0.5))
    ground = prepared(model.vae, x[:64], seed=0, draws=32, more=True)
    for name in ("squared_errors", "squares / D"):
        found = told(ground, loss_of(model, name), calls=8)
        assert found.verdict == "equivalent"
        assert set(found.mistakes) - {"both_divided"} == {"constant_left_out"}


def test_a_loss_that_decodes_the_posterior_mean_is_told_from_one_draw_of_z(case):
    assert found_of(case, "right", draw=False).mistakes == ("posterior_mean",)
    model, ground = case
    assert told(ground, lambda x: loss_of(model, "right")(x), calls=4).agrees  # the same draw at every call


@pytest.mark.parametrize("loss", ["capacity", lambda x: float(np.sin(40 * x.numpy()).mean())])
def test_another_sum_is_not_read(case, loss):
    model, ground = case
    found = told(ground, loss if callable(loss) else loss_of(model, loss), calls=8)
    assert (found.verdict, found.mistakes, found.beta, found.sigma) == ("differs", (), None, None)
    assert "nor a weighted sum" in str(found)


# ---- what cannot be told ---------------------------------------------------------------------------------------------


def test_the_weight_of_a_collapsed_kl_cannot_be_told():
    x = images()
    model = Model(x, vd.likelihoods.Normal(SIGMA), shift=1.0, spread=1.0)
    ground = prepared(model.vae, x[:64], seed=0, draws=32, more=True)
    for name in ("right", "half_kl", "no_kl"):
        found = told(ground, loss_of(model, name), calls=8)
        assert (found.verdict, found.mistakes, found.beta, found.kl) == ("unclear", (), None, None)
        assert "has the posterior collapsed?" in str(found)
    divided = told(ground, loss_of(model, "mean_over_values"), calls=8)
    assert "mean_over_values" in divided.mistakes or divided.verdict == "unclear"


def test_wide_posteriors_and_few_calls_never_name_another_mistake():
    x = images()
    model = Model(x, vd.likelihoods.Normal(0.05), spread=0.8)
    ground = prepared(model.vae, x[:16], seed=0, draws=4, more=True)
    for name in ("right", "half_kl", "mean_over_latents", "no_kl"):
        for seed in range(3):
            found = told(ground, loss_of(model, name, seed), calls=2)
            assert found.verdict == "unclear" or found.mistakes == (() if name == "right" else (name,))


# ---- through the public function -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def digits():
    """A trained model, and its loss as the guide writes it: with a KL that is itself drawn."""
    vae = vd.load("digits-bernoulli")
    seeds = iter(range(10**6))

    @tf.function
    def each(x, seed):
        q = vae.encode(x)
        z = q.sample(seed=[seed, 5])
        return q.log_prob(z) - vae.prior.log_prob(z) - vae.decode(z).log_prob(x)

    x = vd.datasets.load("digits-binary").values[:64]
    ground = prepared(vae, x, seed=0, draws=8, more=True)
    return vae, x, lambda x: each(x, tf.constant(next(seeds))), ground


def test_a_trained_model_and_a_drawn_kl(digits):
    _, _, each, ground = digits
    found = told(ground, each, calls=4)
    assert (found.verdict, found.reduction) == ("agrees", "per image")


def test_numbers_instead_of_a_function(digits):
    vae, x, each, ground = digits
    losses = each(tf.constant(x)).numpy()
    assert verify_loss(vae, x, losses).agrees
    for reduction, value in (("mean", losses.mean()), ("sum", losses.sum())):
        found = compared(float(value), ground)
        assert (found.verdict, found.reduction) == ("agrees", reduction)
    found = verify_loss(vae, x, losses.mean() * 1.3)
    assert (found.verdict, found.mistakes) == ("differs", ())
    assert "give the loss as a function" in str(found)


def test_our_own_draws_are_a_function_of_the_seed(digits):
    vae, x, *_ = digits
    one, two, other = (prepared(vae, x[:16], seed=seed, draws=2, more=False).terms.drawn for seed in (1, 1, 2))
    np.testing.assert_array_equal(one["log_loss"], two["log_loss"])
    assert (one["log_loss"] != other["log_loss"]).any()


def test_keras_own_cross_entropy_on_grey_colour():
    """It averages over channels, and clips probabilities."""
    x = images(3)
    model = Model(x, vd.likelihoods.Bernoulli())

    @tf.function
    def loss(x):
        mean, log_variance = tf.split(model.encoder(x), 2, 1)
        z = mean + tf.exp(log_variance / 2) * tf.random.normal(tf.shape(mean))
        p = tf.sigmoid(tf.reshape(model.decoder(z), (-1, *model.event)))
        kl = -0.5 * (1 + log_variance - mean**2 - tf.exp(log_variance))
        return tf.reduce_mean(tf.reduce_sum(keras.losses.binary_crossentropy(x, p), [1, 2]) + tf.reduce_sum(kl, 1))

    found = verify_loss(model.vae, x, loss, calls=4, draws=8)
    assert (found.mistakes, found.verdict) == (("mean_over_last_axis",), "differs")
    assert found.beta.value == pytest.approx(3, abs=4 * found.beta.standard_error)


# ---- what is refused -------------------------------------------------------------------------------------------------


def _raises(_):
    raise ValueError("no such layer")


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (lambda _: {"loss": 1.0}, "got a dict with keys"),
        (lambda _: (1.0, 2.0), "got 2 things"),
        (lambda _: np.nan, "got NaN or infinity"),
        (lambda x: np.zeros((len(x), 2)), "got shape"),
        (lambda _: "low", "got str"),
        (_raises, "it raised ValueError: no such layer."),
        (np.zeros(3), "got shape"),
        (np.full(64, np.nan), "got NaN or infinity"),
        ({"loss": 1.0}, "got dict"),
    ],
)
def test_what_is_no_loss_is_refused(digits, loss, words):
    vae, x, _, ground = digits
    with pytest.raises(InputError, match=words):
        told(ground, loss, calls=2) if callable(loss) else verify_loss(vae, x, loss)


def test_too_few_of_something(digits):
    vae, x, each, _ = digits
    with pytest.raises(InputError, match="x: expected at least 16 images; got 3"):
        verify_loss(vae, x[:3], each)
    with pytest.raises(InputError, match="draws, calls: expected at least 2"):
        verify_loss(vae, x, each, calls=1)
    with pytest.raises(InputError, match="expected a finite"):
        verify_loss(vae, np.where(np.arange(64)[:, None, None, None] == 3, np.nan, x), each)
