import numpy as np
import pytest
from scipy import stats

from vaediag.backend import keras, tf, tfd, tfp
from vaediag.errors import InputError
from vaediag.heads import likelihoods, posteriors, priors
from vaediag.vae import VAE, from_callables

EVENT, LATENTS = (4, 4, 1), 3
D = 16
X = np.random.default_rng(0).random((5, *EVENT)).astype(np.float32)
Z = np.random.default_rng(1).normal(size=(5, LATENTS)).astype(np.float32)

BERNOULLI = likelihoods.Bernoulli()


def encoder(outputs=2 * LATENTS, event=EVENT):
    layers = keras.layers
    return keras.Sequential([keras.Input(event), layers.Flatten(), layers.Dense(outputs)])


def decoder(outputs=D, latents=LATENTS):
    return keras.Sequential([keras.Input((latents,)), keras.layers.Dense(outputs)])


def make(likelihood: likelihoods.Likelihood = BERNOULLI, **changes):
    given = {"posterior": posteriors.MeanLogVar(), "likelihood": likelihood, **changes}
    networks = (
        given.pop("encoder", None) or encoder(),
        given.pop("decoder", None) or decoder(likelihood.outputs(EVENT)),
    )
    return VAE(*networks, **given)


@pytest.fixture(scope="module")
def vae():
    return make(name="small")


def test_three_distributions(vae):
    q, p = vae.encode(X), vae.decode(Z)
    assert (tuple(q.batch_shape), tuple(q.event_shape)) == ((5,), (LATENTS,))
    assert isinstance(p, tfd.Independent)
    assert (tuple(p.batch_shape), tuple(p.event_shape)) == ((5,), EVENT)
    assert tuple(vae.prior.event_shape) == (LATENTS,)
    assert (vae.event_shape, vae.latent_dim, vae.name, vae.source) == (EVENT, LATENTS, "small", None)


def test_the_decoders_numbers_are_the_heads_parameters(vae):
    np.testing.assert_allclose(vae.law(Z).logits.numpy().reshape(5, D), vae.decoder(Z), rtol=1e-5)
    mean, log_variance = np.split(np.asarray(vae.encoder(X)), 2, axis=1)
    np.testing.assert_allclose(vae.encode(X).mean(), mean, rtol=1e-5)
    np.testing.assert_allclose(vae.encode(X).stddev(), np.exp(log_variance / 2), rtol=1e-5)


def test_the_same_decoder_under_another_likelihood():
    network = decoder()
    bernoulli, normal = (make(head, decoder=network) for head in (likelihoods.Bernoulli(), likelihoods.Normal(0.5)))
    x = np.round(X)
    expected = stats.norm.logpdf(x, bernoulli.law(Z).logits, 0.5).sum((1, 2, 3))
    np.testing.assert_allclose(normal.decode(Z).log_prob(x), expected, rtol=1e-4)


def test_calls_are_traceable_and_agree_with_eager(vae):
    @tf.function(input_signature=[tf.TensorSpec((None, *EVENT)), tf.TensorSpec((None, LATENTS))], autograph=False)
    def both(x, z):
        return vae.encode(x).mean(), vae.law(z).mean()

    mean, image = both(X, Z)
    np.testing.assert_allclose(mean, vae.encode(X).mean(), rtol=1e-5)
    np.testing.assert_allclose(image, vae.law(Z).mean(), rtol=1e-5)


def test_numpy_images_of_other_types_mean_the_same(vae):
    binary = (X > 0.5).astype(np.uint8)
    expected = vae.encode(binary.astype(np.float32)).mean()
    for same in (binary, binary.astype(np.float64), binary.astype(bool)):
        np.testing.assert_array_equal(vae.encode(same).mean(), expected)


def test_batch_normalisation_and_dropout_stay_in_inference_mode():
    layers = keras.layers
    noisy = keras.Sequential(
        [keras.Input((LATENTS,)), layers.Dense(D), layers.BatchNormalization(), layers.Dropout(0.9)]
    )
    model = make(decoder=noisy)
    np.testing.assert_array_equal(model.law(Z).logits, model.law(Z).logits)
    assert np.count_nonzero(model.law(Z).logits) == Z.shape[0] * D


def test_mixed_precision_comes_back_as_float32():
    layers = keras.layers
    half = keras.Sequential([keras.Input((LATENTS,)), layers.Dense(D, dtype="mixed_float16")])
    assert make(decoder=half).law(Z).dtype == tf.float32


def test_shapes_are_read_from_the_networks_or_asked_for():
    assert make(prior=priors.StandardNormal()).latent_dim == LATENTS
    network = encoder()
    with pytest.raises(InputError, match=r"event_shape: expected it to be given.*event_shape="):
        make(encoder=lambda x: network(x))
    functions = {"encoder": lambda x: network(x), "event_shape": EVENT}
    assert make(**functions).event_shape == EVENT
    with pytest.raises(InputError, match="latent_dim: expected it to be given"):
        VAE(encoder(), lambda z: z, posterior=posteriors.MeanLogVar(), likelihood=likelihoods.Bernoulli())


def test_one_latent_and_a_flat_event():
    model = VAE(
        encoder(2, (6,)), decoder(7, 1), posterior=posteriors.MeanScale(), likelihood=likelihoods.Normal("image"),
        latent_dim=1,
    )  # fmt: skip
    assert (model.event_shape, model.latent_dim) == ((6,), 1)
    assert tuple(model.decode(np.zeros((2, 1))).event_shape) == (6,)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"decoder": decoder(D + 1)}, rf"decoder: expected {D} outputs per image.*got {D + 1}.*{D} units"),
        ({"encoder": encoder(2 * LATENTS + 2)}, r"encoder: expected 6 outputs.*got 8"),
        ({"posterior": posteriors.MeanTriL()}, r"encoder: expected 9 outputs.*got 6"),
        ({"latent_dim": 4}, r"expected codes of shape \[n, 4\].*takes \(None, 3\)"),
        ({"prior": priors.Normal([0.0, 0.0], 1.0)}, r"expected codes of shape \[n, 2\]"),
        ({"prior": tfd.Sample(tfd.Normal(0.0, 1.0), 5)}, "over 3 latents"),
        ({"event_shape": (5, 5, 1)}, r"encoder: expected it to accept.*\(1, 5, 5, 1\)"),
        ({"posterior": posteriors.MeanLogVar}, "got the class MeanLogVar. Add parentheses"),
        ({"likelihood": None}, r"decoder: expected a TensorFlow Prob.*tensor of shape \(1, 16\).*likelihood="),
        ({"posterior": None}, r"encoder: expected a TensorFlow Prob.*tensor of shape \(1, 6\).*posterior="),
        ({"preprocessing": "unit+other"}, "preprocess: .*other"),
        ({"likelihood": "bernoulli"}, "likelihood: expected a head such as .*got 'bernoulli'"),
        ({"encoder": "encoder.keras", "event_shape": EVENT}, "encoder: expected a Keras model"),
    ],
)
def test_parts_that_do_not_fit_are_named_in_one_line(changes, says):
    given = {"encoder": encoder(), "decoder": decoder(), "posterior": posteriors.MeanLogVar()}
    given = {**given, "likelihood": likelihoods.Bernoulli(), **changes}
    with pytest.raises(InputError, match=says) as error:
        VAE(given.pop("encoder"), given.pop("decoder"), **given)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("which", ["encoder", "decoder"])
def test_weights_that_are_nan_are_refused(which):
    network = {"encoder": encoder, "decoder": decoder}[which]()
    kernel, bias = network.get_weights()
    kernel[0, 0] = np.nan
    network.set_weights([kernel, bias])
    with pytest.raises(InputError, match=rf"{which}: expected finite numbers.*weights may hold NaN"):
        make(**{which: network})


def test_a_model_with_two_inputs_is_refused():
    layers = keras.layers
    image, label = keras.Input(EVENT), keras.Input((2,))
    network = keras.Model([image, label], layers.Dense(6)(layers.Concatenate()([layers.Flatten()(image), label])))
    with pytest.raises(InputError, match="Conditional models"):
        make(encoder=network, event_shape=EVENT)


def test_descriptions_for_people(vae):
    words = vae.describe()
    assert words["likelihood"].startswith("bernoulli")
    assert words["posterior"] == "diagonal normal from mean and log-variance"
    assert words["prior"] == "standard normal"
    assert "small" in repr(vae)
    assert "<br>Assumed: p(x | z) bernoulli" in vae._repr_html_()


# ---- functions that return distributions ----


def callables(encode=None, decode=None, **changes):
    def q(x):
        return tfd.MultivariateNormalTriL(tf.zeros((tf.shape(x)[0], LATENTS)), tf.eye(LATENTS))

    def p(z):
        return tfd.Independent(tfd.Normal(tf.reshape(z @ tf.ones((LATENTS, D)), (-1, *EVENT)), 0.5), 3)

    given = {"prior": priors.StandardNormal(), "event_shape": EVENT, "latent_dim": LATENTS, **changes}
    return from_callables(encode or q, decode or p, **given)


def test_callables_make_the_same_kind_of_model():
    model = callables(name="mine", source="mine:model")
    assert type(model) is VAE
    assert (model.likelihood, model.posterior, model.encoder) == (None, None, None)
    assert model.describe() == {
        "likelihood": "normal", "posterior": "full-covariance normal", "prior": "standard normal",
    }  # fmt: skip
    np.testing.assert_allclose(model.law(Z).mean()[:, 0, 0, 0], Z.sum(1), rtol=1e-5)


def test_mixture_posteriors_and_priors():
    mixture = priors.Mixture([0.5, 0.5], [[-1.0] * LATENTS, [1.0] * LATENTS], 0.5)

    def q(x):
        locs = tf.zeros((tf.shape(x)[0], 2, LATENTS)) + tf.constant([[-1.0], [1.0]])
        return tfd.MixtureSameFamily(tfd.Categorical(probs=[0.3, 0.7]), tfd.MultivariateNormalDiag(locs))

    model = callables(q, prior=mixture, latent_dim=None)
    assert model.latent_dim == LATENTS
    np.testing.assert_allclose(model.encode(X).mean(), np.full((5, LATENTS), 0.4), rtol=1e-5)
    assert model.describe()["prior"] == "mixture of 2 normals"


def test_the_latent_size_must_come_from_somewhere():
    with pytest.raises(InputError, match=r"latent_dim: expected an integer"):
        callables(latent_dim=None)


def test_layers_of_tfp_come_in_through_their_wrapper():
    """As an old Keras model of tfp.layers does: it returns a wrapper that is not a tfd.Independent."""

    class Wrapper:
        def __init__(self, law):
            self.tensor_distribution = law

    def p(z):
        return Wrapper(tfd.Independent(tfd.Bernoulli(logits=tf.zeros((tf.shape(z)[0], *EVENT))), 3))

    model = callables(decode=p)
    assert isinstance(model.decode(Z), tfd.Independent)
    assert float(model.law(Z).log_prob(tf.fill((5, *EVENT), 0.5))[0, 0, 0, 0]) == pytest.approx(np.log(0.5))


def test_a_normalising_flow_as_posterior_is_accepted():
    def q(x):
        base = tfd.MultivariateNormalDiag(tf.zeros((tf.shape(x)[0], LATENTS)))
        return tfd.TransformedDistribution(base, tfp.bijectors.Sinh())  # knows no mean

    assert tuple(callables(q).encode(X).sample(seed=[0, 1]).shape) == (5, LATENTS)


def test_networks_the_wrong_way_round_are_said_to_look_swapped():
    with pytest.raises(InputError, match=r"The encoder takes 3 numbers, the decoder 16: they look swapped"):
        make(encoder=decoder(), decoder=encoder())
    with pytest.raises(InputError) as wrong:
        make(encoder=encoder(5))
    assert "swapped" not in str(wrong.value)
