"""`diagnose` on what people bring: broken images, odd models, one of everything; and the laws it must obey."""

from __future__ import annotations

import dataclasses
import importlib.util
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from vaediag import diagnose, from_callables
from vaediag.backend import tf, tfd
from vaediag.errors import InputError
from vaediag.heads.priors import Mixture
from vaediag.records.estimate import Estimate
from vaediag_models import oracles

LIGHT = ("prior", "information", "corrected", "pictures")


def load(name: str):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def lab():
    """name -> (oracle, a diagnosing function compiled once)."""
    repeated = load("repeated").Repeated
    made = {
        "linear": lambda: oracles.linear_gaussian(6, 2, 0.5, 1, event_shape=(3, 2, 1)),
        "binary": lambda: oracles.binary_cells(12, 2, 1, event_shape=(3, 4, 1)),
    }

    @cache
    def get(name: str):
        model = made[name]()
        return model, repeated(model.vae, skip=("pictures",) if name == "linear" else ("pictures", "corrected"))

    return get


def ids(diagnosis) -> list[str]:
    return [finding.id for finding in diagnosis.findings]


def numbers(record, path=""):
    """Every Estimate below a record, by dotted name."""
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        name = f"{path}{field.name}"
        if isinstance(value, Estimate):
            yield name, value
        elif dataclasses.is_dataclass(value):
            yield from numbers(value, f"{name}.")


# ---- laws ----


def test_everything_is_a_function_of_model_images_and_seed(lab):
    model, diagnosed = lab("linear")
    x = model.simulate(150, 3)
    one, same, other = (dict(numbers(diagnosed(x, seed=seed))) for seed in (4, 4, 5))
    assert one == same
    different = {name for name in one if one[name].value != other[name].value}
    assert "calibration.posterior.dispersion" in different
    assert "calibration.prior.dispersion" in different
    assert "evidence.rate" not in different
    assert "calibration.posterior_mean.dispersion" not in different
    assert "variance.data" not in different


def test_reused_graphs_give_what_diagnose_gives(lab):
    """The other tests stand on `Repeated`."""
    model, diagnosed = lab("linear")
    x = model.simulate(150, 3)
    diagnosed(model.simulate(100, 9), seed=9)
    plain, again = (dict(numbers(one)) for one in (diagnose(model.vae, x, seed=4), diagnosed(x, seed=4)))
    assert plain.keys() == again.keys()
    for name, number in plain.items():
        assert again[name].value == pytest.approx(number.value, rel=1e-5, abs=1e-6), name


UNITS = {"crps": 1, "interval_score": 1, "sharpness": 1, "optimal": 1, "decoder_noise": 2, "latent_signal": 2}
UNITS |= {"total": 2, "data": 2}
SHIFTED = ("log_score", "distortion", "elbo", "elbo_per_dimension")


def test_units_of_x_do_not_matter(lab):
    """x -> a x + c with the model alike: dimensionless numbers stay, the others scale with their unit."""
    model, diagnosed = lab("linear")
    a, c, size = 40.0, -1000.0, 6
    moved = dataclasses.replace(
        model, weights=a * model.weights, offset=a * model.offset + c, gain=model.gain / a,
        sigma=a * model.sigma, stated_sigma=a * model.stated_sigma,
    )  # fmt: skip
    x = model.simulate(150, 3)
    one = dict(numbers(diagnosed(x, seed=1)))
    other = dict(numbers(load("repeated").Repeated(moved.vae)(a * x.astype(float) + c, seed=1)))
    assert one.keys() == other.keys()
    for name, number in one.items():
        last = name.split(".")[-1]
        value = number.value * a ** UNITS.get(last, 0)
        if last in SHIFTED:
            jump = np.log(a) * (1 if last == "elbo_per_dimension" else size)
            value += jump if last in ("log_score", "distortion") else -jump
        error = number.standard_error * a ** UNITS.get(last, 0)
        # float32: x near -1000 keeps four digits of its noise; a chain may turn elsewhere for that
        allowed = 0.5 * error if "corrected" in name or "paired" in name else 0.05 * error + 2e-4 * abs(value) + 1e-4
        assert other[name].value == pytest.approx(value, abs=allowed), name


# ---- images that cannot be used ----


def test_images_with_nan_are_left_out_and_counted(lab):
    """The others keep their numbers: those without randomness agree with a data set without the bad ones."""
    model, diagnosed = lab("linear")
    x = model.simulate(203, 3)
    bad = [3, 70, 202]
    spoiled = x.copy()
    spoiled[bad, 0, 0, 0] = [np.nan, np.inf, -np.inf]
    found, without = diagnosed(spoiled, seed=1), diagnosed(np.delete(x, bad, 0), seed=1)
    assert found.excluded.count == 3
    assert found.excluded.first == (3, 70, 202)
    assert "audit.not_finite" in ids(found)
    assert found.calibration.posterior.images == 200
    for one, other in ((found.evidence.rate, without.evidence.rate), (found.variance.data, without.variance.data)):
        assert one.value == pytest.approx(other.value, rel=1e-6)
        assert one.standard_error == pytest.approx(other.standard_error, rel=0.4)  # other groups
    for name in ("dispersion", "crps", "reduced_chi2", "bias"):
        one, other = (getattr(d.calibration.posterior_mean, name).value for d in (found, without))
        assert one == pytest.approx(other, rel=1e-5, abs=1e-6)
    whole = diagnosed(x, seed=1)
    kept = np.delete(np.arange(203), bad)
    np.testing.assert_array_equal(found.rows["elbo"][kept], whole.rows["elbo"][kept])
    assert np.isnan(found.rows["elbo"][bad]).all()


def test_nothing_but_nan(lab):
    _, diagnosed = lab("linear")
    with pytest.raises(InputError, match="all 5 gave NaN"):
        diagnosed(np.full((5, 3, 2, 1), np.nan))


def picky(limit):
    """A model that gives NaN for images whose first pixel is above `limit`."""
    base = oracles.linear_gaussian(6, 2, 0.5, 1, orthogonal=True, mean=0.0)

    def encode(x):
        law = base.vae.encode(x)
        return tfd.Independent(tfd.Normal(law.mean() + tf.where(x[:, :1] > limit, np.nan, 0.0), law.stddev()), 1)

    prior = tfd.Independent(tfd.Normal(tf.zeros(2), 1.0), 1)
    return base, from_callables(encode, base.vae.decode, prior=prior, event_shape=(6,), latent_dim=2)


def test_a_model_that_fails_for_some_images():
    base, vae = picky(1.0)
    x = base.simulate(300, 1)
    found = diagnose(vae, x, seed=0, skip=("pictures", "prior"))
    assert found.excluded.count == (x[:, 0] > 1.0).sum()
    assert found.calibration.posterior.images == (x[:, 0] <= 1.0).sum()
    assert np.isfinite([number.value for _, number in numbers(found)]).all()
    with pytest.raises(InputError, match="NaN"):
        diagnose(vae, x + 1000, skip=LIGHT)


@pytest.mark.parametrize("count", [1, 2, 3, 20, 49])
def test_a_few_images(lab, count):
    """Numbers without errors where there can be none, and no verdict."""
    model, diagnosed = lab("linear")
    found = diagnosed(model.simulate(count, 1))
    assert found.calibration.posterior.images == count
    assert ids(found) == ["few_images"]
    error = found.calibration.posterior.dispersion.standard_error
    assert (error is None) if count == 1 else error > 0
    assert (found.evidence.elbo.standard_error is None) == (count == 1)
    assert np.isfinite(found.evidence.elbo.value)
    if count == 1:
        assert found.collapse.mutual_information is None
        assert found.why_not["collapse.mutual_information"]
    repr(found)


def test_one_binary_image(lab):
    model, diagnosed = lab("binary")
    found = diagnosed(model.simulate(1, 1))
    assert found.calibration.posterior.ece.standard_error is None
    assert ids(found) == ["few_images"]


# ---- images that do not suit the likelihood ----


def test_grey_images_under_a_bernoulli(lab):
    model, diagnosed = lab("binary")
    found = diagnosed(np.clip(model.simulate(150, 1) * 0.8 + 0.1, 0, 1))
    assert found.audit[0].id == "grey"
    assert found.audit[0].fraction == pytest.approx(1)
    assert "audit.grey" in ids(found)


def test_bytes_under_a_bernoulli(lab):
    model, diagnosed = lab("binary")
    found = diagnosed((255 * model.simulate(150, 1)).astype(np.uint8))
    assert "audit.byte_range" in ids(found)
    assert found.calibration.posterior.off_support == pytest.approx((model.simulate(150, 1) == 1).mean(), abs=1e-6)


def test_values_outside_the_support(lab):
    model, diagnosed = lab("binary")
    x = model.simulate(150, 1)
    x[:, 0, 0] = -1
    found = diagnosed(x)
    assert "audit.off_support" in ids(found)
    assert found.calibration.posterior.off_support == pytest.approx(1 / 12)


def test_constant_pixels(lab):
    """The same in every image: a mask of its own in the variance, no division by zero anywhere."""
    model, diagnosed = lab("linear")
    x = model.simulate(150, 1)
    x[:, 1] = 0.25
    found = diagnosed(x)
    assert (found.variance.data_map[1] == 0).all()
    assert (found.variance.data_map[0] > 0).all()
    assert np.isfinite(found.variance.aggregate.variance_ratio.value)
    noise = found.variance.aggregate.decoder_noise_map + found.variance.aggregate.latent_signal_map
    varies = found.variance.data_map > 0
    ratio = noise[varies].sum() / found.variance.data_map[varies].sum()
    assert found.variance.aggregate.variance_ratio.value == pytest.approx(ratio, rel=1e-4)
    assert all(np.isfinite(number.value) for _, number in numbers(found))


def test_one_image_many_times(lab):
    """No variance at all: ratios to it are undefined, not zero."""
    model, diagnosed = lab("linear")
    found = diagnosed(np.repeat(model.simulate(1, 1), 120, 0))
    assert np.isnan(found.variance.aggregate.variance_ratio.value)
    assert found.variance.data.value == 0
    assert np.isfinite(found.calibration.posterior.dispersion.value)
    repr(found)


# ---- other models ----


def test_a_mixture_prior_has_no_kl_per_latent_and_says_why():
    base = oracles.linear_gaussian(6, 2, 0.5, 1)
    mixture = Mixture([0.5, 0.5], [[-1.0, 0.0], [1.0, 0.0]], [[1.0, 1.0], [1.0, 1.0]])
    vae = from_callables(base.vae.encode, base.vae.decode, prior=mixture, event_shape=(6,), latent_dim=2)
    x = base.simulate(200, 1)
    found = diagnose(vae, x, skip=("pictures",))
    assert found.collapse.kl is None
    assert found.collapse.status is None
    assert "product" in found.why_not["collapse.kl"]
    assert found.evidence.rate_method == "Monte Carlo"
    q = base.vae.encode(tf.constant(x))
    z = q.sample(500, seed=[0, 1])
    rate = tf.reduce_mean(q.log_prob(z) - vae.prior.log_prob(z)).numpy()
    assert abs(found.evidence.rate.value - rate) < 4 * found.evidence.rate.standard_error
    assert found.collapse.mutual_information is not None


def test_counts():
    """Poisson pixels whose codes are independent of them: calibrated under every conditioning but with no scale."""
    rng = np.random.default_rng(0)
    weights, offset = np.zeros((2, 5), np.float32), rng.normal(1, 0.7, 5).astype(np.float32)
    weights[0] = rng.normal(0, 0.5, 5)

    def encode(x):  # x does not depend on the second latent; of the first the posterior is on a grid, by Bayes
        grid = np.linspace(-4, 4, 161, dtype=np.float32)
        rates = grid[:, None] * weights[0] + offset
        log_joint = tf.einsum("nd,gd->ng", x, rates) - tf.reduce_sum(tf.exp(rates), 1) - 0.5 * grid**2
        p = tf.nn.softmax(log_joint)
        mean = tf.einsum("ng,g->n", p, grid)
        spread = tf.sqrt(tf.einsum("ng,g->n", p, grid**2) - mean**2)
        zero = tf.zeros_like(mean)
        return tfd.Independent(tfd.Normal(tf.stack([mean, zero], 1), tf.stack([spread, zero + 1.0], 1)), 1)

    def decode(z):
        return tfd.Independent(tfd.Poisson(log_rate=tf.matmul(z, weights) + offset), 1)

    prior = tfd.Independent(tfd.Normal(tf.zeros(2), 1.0), 1)
    vae = from_callables(encode, decode, prior=prior, event_shape=(5,), latent_dim=2)
    x = rng.poisson(np.exp(rng.standard_normal((500, 2)) @ weights + offset)).astype(np.float32)
    found = diagnose(vae, x, skip=("pictures",))
    for name in ("posterior", "posterior_mean", "prior", "corrected"):
        one = getattr(found.calibration, name)
        assert one.reduced_chi2 is None
        assert one.ece is None
        assert one.tail_weight is None
        if name != "posterior_mean":
            assert abs(one.dispersion.value - 1) < 4 * one.dispersion.standard_error, name
            assert abs(one.bias.value) < 4 * one.bias.standard_error, name
            assert one.miscalibration_area.value < 2.5 * one.miscalibration_area.expected
    assert found.evidence.bits_per_dimension is not None
    assert found.collapse.status == ("used", "collapsed")
    assert [one for one in ids(found) if one not in ("posterior_mean", "probe")] == ["collapse"]
    assert found.variance.scale is None


def test_heavy_tailed_likelihood_has_no_chi_squared():
    base = oracles.heavy_tails(6, 2, 0.5, 1, degrees=3.0, orthogonal=True)
    scale = np.float32(0.5 / np.sqrt(3))

    def decode(z):
        return tfd.Independent(tfd.StudentT(3.0, base.vae.decode(z).mean(), scale), 1)

    prior = tfd.Independent(tfd.Normal(tf.zeros(2), 1.0), 1)
    vae = from_callables(base.vae.encode, decode, prior=prior, event_shape=(6,), latent_dim=2)
    found = diagnose(vae, base.simulate(200, 1), skip=LIGHT)
    assert found.calibration.posterior.reduced_chi2 is None
    assert "fourth moment" in found.why_not["calibration.posterior.reduced_chi2"]
    assert found.calibration.posterior.sharpness.value == pytest.approx(0.5, rel=1e-4)


# ---- asking ----


def test_what_is_left_out_is_said(lab):
    model, _ = lab("linear")
    found = diagnose(model.vae, model.simulate(120, 1), skip=LIGHT)
    assert found.calibration.prior is None
    assert found.calibration.corrected is None
    assert found.pictures is None
    for name in ("calibration.prior", "calibration.corrected", "collapse.mutual_information", "pictures"):
        assert found.why_not[name] == "not requested"


def test_effect_is_measured_on_request(lab):
    model, _ = lab("linear")
    x = model.simulate(150, 1)
    without = diagnose(model.vae, x, skip=LIGHT)
    assert without.collapse.effect is without.collapse.effect_all is without.collapse.effect_images is None
    for name in ("effect", "effect_all", "effect_method", "effect_images"):
        assert without.why_not[f"collapse.{name}"] == "not requested"
    stages = {}
    found = diagnose(
        model.vae, x, skip=LIGHT, include="deep", progress=lambda stage, done, _: stages.update({stage: done})
    )
    assert stages["replacing latents"] == 150 * 4
    assert {"pruning latents", "weighing codes", "correlating residuals"} < set(stages)
    assert "annealing codes" not in stages
    collapse = found.collapse
    assert (abs(collapse.effect.value - model.effect()) < 4 * collapse.effect.standard_error).all()
    assert (collapse.effect_method, collapse.effect_images) == ("closed form", 150)
    assert collapse.status == ("used", "used")
    assert not [name for name in found.why_not if name.startswith("collapse.effect")]
    for include in ("effect", ("effect",)):
        again = diagnose(model.vae, x, skip=LIGHT, include=include, probe_images=120)
        assert again.collapse.effect_images == 120


def test_a_deep_diagnosis_answers_what_is_known_in_closed_form(lab):
    model, measure = lab("linear")
    x = model.simulate(250, 4)
    found = diagnose(measure.vae, x, include="deep", seed=2)
    cost = found.collapse.prune_cost
    assert (abs(cost.value - model.prune_cost()) < 4 * cost.standard_error).all()
    assert found.collapse.prune_images == 250
    exact = model.evidence(x.reshape(len(x), -1)).mean()
    np.testing.assert_allclose(found.evidence.iwae.value, exact, atol=1e-3)  # q is exact: every K gives log p(x)
    assert found.evidence.ess.value > 0.999
    assert found.evidence.pareto_k.exact == 1.0
    independent = found.independence
    assert (independent.conditioning, independent.images, independent.coordinates.kind) == ("posterior", 250, "all")
    assert abs(independent.independence_cost.value) < 4 * independent.independence_cost.standard_error
    assert np.isclose(found.evidence.latent_pit.sum(1), 1).all()
    assert found.pictures.lowest.value[0] == found.rows["elbo"].min()
    assert found.pictures.poor is None
    assert found.why_not["pictures.poor"] == "q(z | x) is exact for every image"
    assert found.why_not["evidence.ais"] == "not requested"


def test_what_is_asked_for_does_not_change_the_rest(lab):
    model, measure = lab("linear")
    x = model.simulate(130, 5)
    plain, deep = (diagnose(measure.vae, x, include=include, skip=("pictures",)) for include in ((), "deep"))
    one, other = dict(numbers(plain)), dict(numbers(deep))
    assert {name: other[name] for name in one} == one
    assert "independence.independence_cost" in set(other) - set(one)


def test_annealed_importance_sampling_agrees_with_the_other_bounds(lab):
    model, measure = lab("linear")
    x = model.simulate(110, 8)
    found = diagnose(
        measure.vae, x, skip=LIGHT, include=("ais", "iwae"), ais_images=3, ais_temperatures=200, ais_chains=16
    )
    ais = found.evidence.ais
    assert (len(ais.images), ais.temperatures, ais.chains) == (3, 200, 16)
    exact = model.evidence(x.reshape(len(x), -1))[ais.images]
    np.testing.assert_allclose(ais.elbo, exact, atol=2e-3)  # q is exact
    np.testing.assert_allclose(ais.iwae, exact, atol=2e-3)
    assert (abs(ais.log_evidence - exact) < 5 * ais.standard_error + 0.1).all()
    assert "evidence.ais" not in found.why_not


def test_a_model_that_cannot_be_annealed_says_why(lab):
    model, _ = lab("linear")
    lookup = tf.constant(np.random.default_rng(0).normal(size=(8, 6)), tf.float32)

    def decode(z):
        return tfd.Independent(tfd.Normal(tf.gather(lookup, tf.cast(tf.abs(z[:, 0]), tf.int32) % 8), 1.0), 1)

    prior = tfd.Independent(tfd.Normal(tf.zeros(2), 1.0), 1)
    vae = from_callables(
        lambda x: tfd.Independent(tfd.Normal(x[:, :2], 1.0), 1), decode, prior=prior, event_shape=(6,), latent_dim=2
    )
    found = diagnose(vae, model.simulate(20, 1).reshape(20, 6), skip=LIGHT, include="ais", ais_images=2)
    assert found.evidence.ais is None
    assert found.why_not["evidence.ais"] == "log p(x, z) has no gradient"


def test_independence_is_asked_at_the_corrected_codes_of_a_wrong_encoder():
    model = oracles.wrong_posterior(24, 2, 0.5, 1, factor=0.6, event_shape=(6, 4, 1))
    x = model.simulate(300, 6)
    found = diagnose(model.vae, x, skip=("prior", "information", "pictures"), include=("independence", "iwae"))
    assert "encoder" in ids(found)
    independent = found.independence
    assert (independent.conditioning, independent.images) == ("corrected", 256)
    assert abs(independent.independence_cost.value) < 4 * independent.independence_cost.standard_error
    assert found.evidence.iwae.gain[-1] > 5 * found.evidence.iwae.gain_error[-1]


def test_wasted_noise_and_collapsed_latents_have_their_words_and_findings():
    base = oracles.linear_gaussian(6, 2, 0.5, 1, orthogonal=True)
    weights = base.weights.astype("f4")

    def encode(x):  # after the two latents of the exact model: one that copies the first, two that say nothing
        q = base.vae.encode(x)
        mean, spread = q.mean(), q.stddev()
        nothing = tf.zeros_like(mean)
        return tfd.Independent(
            tfd.Normal(tf.concat([mean, mean[:, :1], nothing], 1), tf.concat([spread, spread[:, :1], nothing + 1], 1)),
            1,
        )

    def decode(z):  # hears the first two, and the fourth
        return tfd.Independent(tfd.Normal(z[:, :2] @ weights.T + z[:, 3:4], 0.5), 1)

    prior = tfd.Independent(tfd.Normal(tf.zeros(5), 1.0), 1)
    vae = from_callables(encode, decode, prior=prior, event_shape=(6,), latent_dim=5)
    found = diagnose(vae, base.simulate(300, 2), skip=LIGHT, include=("effect",))
    assert found.collapse.status == ("used", "used", "wasted", "noise", "collapsed")
    assert found.collapse.effect.value[[2, 4]].tolist() == [0.0, 0.0]
    assert abs(found.collapse.effect[3].value - 24) < 4 * found.collapse.effect[3].standard_error  # ||w||^2 / sigma^2
    where = {finding.id: finding.where for finding in found.findings}
    assert where["ignored"] == "collapse: latent 2"
    assert where["noise"] == "collapse: latent 3"
    assert where["collapse"] == "collapse: latent 4"  # the fourth is named as noise


def test_effect_of_all_latents_needs_no_product_of_priors():
    base = oracles.linear_gaussian(6, 2, 0.5, 1)
    mixture = Mixture([0.5, 0.5], [[-1.0, 0.0], [1.0, 0.0]], [[1.0, 1.0], [1.0, 1.0]])
    vae = from_callables(base.vae.encode, base.vae.decode, prior=mixture, event_shape=(6,), latent_dim=2)
    found = diagnose(vae, base.simulate(120, 1), skip=LIGHT, include="effect")
    assert found.collapse.effect is None
    assert found.why_not["collapse.effect"] == "the prior is not a product over latents"
    assert found.collapse.effect_all.value > 1
    assert found.collapse.status is None


def test_collapse_image_by_image_needs_a_kl_in_closed_form():
    base = oracles.linear_gaussian(6, 2, 0.5, 1, orthogonal=True)
    prior = tfd.Independent(tfd.Logistic(tf.zeros(2), 0.55), 1)
    vae = from_callables(base.vae.encode, base.vae.decode, prior=prior, event_shape=(6,), latent_dim=2)
    found = diagnose(vae, base.simulate(120, 1), skip=LIGHT)
    assert found.evidence.rate_method == "Monte Carlo"
    assert found.collapse.kl is not None
    assert found.collapse.epsilon_delta is None
    assert found.why_not["collapse.epsilon_delta"] == "the KL of a single image is a Monte-Carlo estimate"


def test_refuses_what_it_does_not_know(lab):
    model, _ = lab("linear")
    x = model.simulate(3, 1)
    with pytest.raises(InputError, match=r"include: expected names .*, 'deep' or 'all'; got 'everything'"):
        diagnose(model.vae, x, include="everything")
    for size, least in {"probe_images": 1, "ais_images": 1, "ais_temperatures": 10, "ais_chains": 2}.items():
        with pytest.raises(InputError, match=f"{size}: expected a whole number of at least {least}; got {least - 1}"):
            diagnose(model.vae, x, **{size: least - 1})  # pyright: ignore[reportArgumentType]  # one of the four
    with pytest.raises(InputError, match="skip: expected"):
        diagnose(model.vae, x, skip=("everything",))
    with pytest.raises(InputError, match="seed"):
        diagnose(model.vae, x, seed=-1)
    with pytest.raises(InputError, match=r"\[3, 2, 1\]"):
        diagnose(model.vae, np.zeros((4, 7, 1)))


def test_progress_may_cancel(lab):
    model, _ = lab("linear")

    class Stopped(Exception):
        pass

    def progress(stage, done, total):
        assert 0 <= done <= total
        if stage == "measuring images":
            raise Stopped

    with pytest.raises(Stopped):
        diagnose(model.vae, model.simulate(20, 1), progress=progress, skip=LIGHT)
