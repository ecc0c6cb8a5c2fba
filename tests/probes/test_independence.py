"""Correlated residuals: against closed forms and NumPy's correlation, under symmetries, and where there are none."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag import from_callables
from vaediag.backend import tf, tfd
from vaediag.diagnostics.model_traits import model_traits
from vaediag.errors import InputError
from vaediag.io.images import from_array
from vaediag.prepared import prepare
from vaediag.probes import independence as module
from vaediag.probes.copula import correlations, gaussian_copula_cost
from vaediag.probes.corrected import corrected_codes
from vaediag.probes.independence import coordinates, image_limit, independence
from vaediag.probes.lags import REACH, lag_map
from vaediag.records.codec import decode, encode
from vaediag.records.independence import Independence
from vaediag.seeds import pair
from vaediag_models import oracles

LAG = np.arange(-REACH, REACH + 1)


def measured(model, x, **options):
    options = {"seed": pair(0), **options}
    return independence(getattr(model, "vae", model), from_array(x), np.arange(len(x)), **options)


def near(estimate, truth, errors=3.5):
    return abs(estimate.value - truth) < errors * estimate.standard_error


def autoregressive(count, width, rho, seed, *, rows=1):
    """Noise `[count, rows, width, 1]` whose correlation is rho ** distance along rows and 0 across."""
    root = np.linalg.cholesky(rho ** np.abs(np.subtract.outer(np.arange(width), np.arange(width))))
    drawn = np.random.default_rng([seed, 5]).standard_normal((count, rows, width)) @ root.T
    return drawn[..., None].astype(np.float32)


def all_vary(residuals):
    return np.ones(residuals.shape[1:], bool)


# ---- the price ----


def test_the_price_is_that_of_the_sample_correlation_less_what_chance_adds():
    rng = np.random.default_rng(0)
    white = rng.standard_normal((60, 6))
    white = np.linalg.qr(white - white.mean(0))[0]  # correlation exactly I: only the correction is left
    found = gaussian_copula_cost(white * 3 + 7)
    chance = [gaussian_copula_cost(rng.standard_normal((60, 6))).value for _ in range(400)]
    plain = [-0.5 * np.linalg.slogdet(np.corrcoef(rng.standard_normal((60, 6)).T))[1] for _ in range(400)]
    assert found.value == pytest.approx(-np.mean(plain), abs=float(np.std(plain)) / 5)
    assert np.mean(chance) == pytest.approx(0, abs=float(np.std(chance)) / 5)
    assert found.standard_error == pytest.approx(np.std(plain), rel=0.15)
    root = np.linalg.cholesky(0.5 ** np.abs(np.subtract.outer(np.arange(6), np.arange(6))))
    assert gaussian_copula_cost(white @ root.T).value - found.value == pytest.approx(-2.5 * np.log(0.75))


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.8])
def test_without_latents_the_price_is_that_of_the_noise(rho):
    model = oracles.correlated_noise(24, 1, 0.5, 1, rho=rho, dead=(0,), event_shape=(4, 6, 1))
    found = measured(model, model.simulate(2000, 1))
    assert near(found.independence_cost, -0.5 * 23 * np.log(1 - rho**2))
    assert (found.coordinates.kind, found.coordinates.count, found.images) == ("all", 24, 2000)
    assert (found.lower_bound, found.residual_correlation.residuals) == (False, "normal scores")


@pytest.mark.parametrize("rho", [0.0, 0.5])
def test_latents_absorb_a_part_of_it(rho):
    model = oracles.correlated_noise(20, 3, 0.5, 1, rho=rho)
    found = measured(model, model.simulate(3000, 1))
    assert near(found.independence_cost, model.independence_cost())
    spread = model.residual_covariance()
    exact = spread / np.sqrt(np.outer(np.diag(spread), np.diag(spread)))
    matrix = found.residual_correlation
    assert (matrix.kind, len(matrix.neighbours)) == ("matrix", 0)
    off = ~np.eye(20, dtype=bool)
    apart = (matrix.value - exact)[off] / matrix.standard_error[off]
    assert abs(apart).max() < 4.5
    assert apart.std() == pytest.approx(1, abs=0.15)


def test_a_wrong_encoder_costs_too_and_the_corrected_codes_do_not():
    model = oracles.wrong_posterior(20, 3, 0.5, 1, factor=0.4, orthogonal=True)
    x = model.simulate(300, 2)
    wrong = measured(model, x)
    assert near(wrong.independence_cost, model.independence_cost())
    assert wrong.independence_cost.value > 0.3
    codes = corrected_codes(model.vae, x, seed=pair(3), steps=30).z
    right = measured(model, x, codes=codes, conditioning="corrected")
    assert near(right.independence_cost, 0.0)
    assert (wrong.conditioning, right.conditioning) == ("posterior", "corrected")


# ---- the map ----


def test_the_map_is_the_mean_of_numpys_correlations():
    rng = np.random.default_rng(0)
    noise = autoregressive(80, 9, 0.6, 0, rows=5)
    x = np.concatenate([noise, noise + rng.standard_normal(noise.shape)], -1).astype(np.float32) * 3 + 2
    x[:, 2, 3, 0] = 7.0
    varies = all_vary(x)
    varies[2, 3, 0] = False
    place = np.array([(row, column) for row in range(5) for column in range(9)])
    lags = {(dy, dx): (place[None] - place[:, None] == (dy, dx)).all(-1) for dy in LAG for dx in LAG}

    def by_hand(some):
        found = np.full((15, 15), np.nan)
        matrices = []
        for c in range(2):
            with np.errstate(invalid="ignore"):
                matrices.append(np.corrcoef(some[..., c].reshape(len(some), -1).T))
            matrices[-1][~varies[..., c].reshape(-1)] = np.nan
            matrices[-1][:, ~varies[..., c].reshape(-1)] = np.nan
        for (dy, dx), wanted in lags.items():
            if wanted.any():
                found[REACH + dy, REACH + dx] = np.nanmean(np.stack(matrices)[:, wanted])
        return found

    value, error = lag_map(x.copy(), varies)
    np.testing.assert_allclose(value, by_hand(x), atol=1e-5)
    lag = (slice(7, 10), slice(5, 10))
    without = np.stack([by_hand(np.delete(x, n, 0))[lag] for n in range(80)])
    leave_one_out = np.sqrt(79 / 80 * ((without - without.mean(0)) ** 2).sum(0))
    np.testing.assert_allclose(error[lag], leave_one_out, rtol=0.06, atol=1e-6)


def test_along_rows_the_noise_falls_off_as_it_was_made():
    residuals = autoregressive(1500, 10, 0.6, 1, rows=5)
    value, error = lag_map(residuals.copy(), all_vary(residuals))
    exact = np.zeros((15, 15))
    exact[REACH] = 0.6 ** abs(LAG)
    known = np.isfinite(value) & (error > 0)
    assert (abs(LAG)[:, None] <= 4)[np.isfinite(value).any(1)].all()
    assert (abs(value - exact)[known] < 4 * error[known]).all()
    assert value[REACH, REACH] == 1
    assert np.isnan(value[REACH + 5]).all()


@pytest.mark.parametrize("shape", [(1, 9, 1), (9, 1, 1), (3, 2, 4), (16, 16, 3)])
def test_an_image_of_any_shape_has_the_lags_that_fit(shape):
    residuals = np.random.default_rng(0).standard_normal((30, *shape)).astype(np.float32)
    value, error = lag_map(residuals, all_vary(residuals))
    fits = (abs(LAG)[:, None] < shape[0]) & (abs(LAG) < shape[1])
    assert (np.isfinite(value) == fits).all()
    assert (np.isfinite(error) == fits).all()
    np.testing.assert_array_equal(value, value[::-1, ::-1])


def test_mirrored_images_have_a_mirrored_map_and_their_order_does_not_matter():
    rng = np.random.default_rng(3)
    x = rng.standard_normal((50, 6, 7, 2)).astype(np.float32)
    x[:, 1:, 1:] += x[:, :-1, :-1]
    varies = rng.uniform(size=x.shape[1:]) < 0.9
    value, error = lag_map(x.copy(), varies)
    assert value[8, 8] > 0.3 > value[8, 6] + 0.2
    flipped = lag_map(np.ascontiguousarray(x[:, :, ::-1]), varies[:, ::-1])
    np.testing.assert_allclose(flipped, (value[:, ::-1], error[:, ::-1]), atol=2e-6)
    turned = lag_map(np.ascontiguousarray(x.transpose(0, 2, 1, 3)), varies.transpose(1, 0, 2))
    np.testing.assert_allclose(turned, (value.T, error.T), atol=2e-6)
    scaled = (x * rng.uniform(1, 9, x.shape[1:]) - 4)[rng.permutation(50)].astype(np.float32)
    np.testing.assert_allclose(lag_map(scaled, varies), (value, error), atol=5e-6)


def test_correlations_and_their_errors():
    rows = autoregressive(4000, 6, 0.6, 2)[:, 0, :, 0]
    value, error = correlations(rows * 5 - 3)
    np.testing.assert_allclose(value, np.corrcoef(rows.T), atol=1e-6)
    off = ~np.eye(6, dtype=bool)
    np.testing.assert_allclose(error[off], (1 - value[off] ** 2) / np.sqrt(4000), rtol=0.08)  # of Normal rows
    assert (np.diag(error) == 0).all()


# ---- discrete x ----


def test_right_coins_cost_nothing():
    model = oracles.binary_cells(24, 2, 1, event_shape=(4, 6, 1))
    found = measured(model, model.simulate(2000, 1))
    assert near(found.independence_cost, 0.0)
    near_by = found.residual_correlation.neighbours
    assert (abs(near_by.value) < 4 * near_by.standard_error).all()
    assert (found.lower_bound, found.residual_correlation.residuals) == (True, "Pearson residuals")


def test_coins_that_hang_together_cost_at_most_what_they_should():
    model = oracles.binary_independent(24, 2, 1, event_shape=(4, 6, 1))
    stated = model.vae.law(np.zeros((1, 2), np.float32)).probs_parameter().numpy()[0]
    noise = autoregressive(4000, 6, 0.9, 1, rows=4)
    x = (noise < tf.math.ndtri(stated).numpy()).astype(np.float32)
    found = measured(model, x)
    bound = -0.5 * 4 * 5 * np.log(1 - 0.9**2)  # what the noise itself would cost
    assert 10 * found.independence_cost.standard_error < found.independence_cost.value < 0.7 * bound
    assert found.lower_bound
    across, down = found.residual_correlation.neighbours.value[:2]
    by_hand = np.corrcoef(x.reshape(4000, 24).T)  # x has one law: Pearson residuals are x itself, moved and scaled
    pairs = [by_hand[6 * row + k, 6 * row + k + 1] for row in range(4) for k in range(5)]
    assert across == pytest.approx(np.mean(pairs), abs=1e-4)
    assert abs(down) < 0.03


# ---- which coordinates, which images ----


@pytest.mark.parametrize("shape", [(28, 28, 1), (30, 20, 3), (4, 200, 2), (17, 23)])
def test_a_patch_is_contiguous_and_as_large_as_the_images_allow(shape):
    corners = set()
    for seed in range(20):
        for images in (100, 400, 2000):
            found = coordinates(shape, images, pair(seed))
            limit = min(np.prod(shape), (images - 1) // 5)
            assert found.kind == ("patch" if limit < np.prod(shape) else "all")
            assert 0.7 * limit <= found.count <= limit
            rows, columns = np.unravel_index(found.index, shape)[:2]
            box = (np.ptp(rows) + 1) * (np.ptp(columns) + 1) * (shape[2] if len(shape) == 3 else 1)
            assert box == found.count == len(set(found.index))
            corners.add(int(found.index[0]))
    assert len(corners) > 10


def test_an_unordered_event_gives_a_random_set():
    found, again, other = (coordinates((500,), 201, pair(seed)) for seed in (0, 0, 1))
    assert (found.kind, found.count, found.total) == ("random set", 40, 500)
    np.testing.assert_array_equal(found.index, again.index)
    assert len(set(found.index) & set(other.index)) < 20
    assert (np.diff(found.index) > 0).all()
    assert coordinates((2, 2, 500), 101, pair(0)).kind == "random set"
    assert coordinates((5000,), 10**6, pair(0)).count == 1024


def test_huge_images_are_held_in_smaller_numbers():
    assert image_limit((28, 28, 1)) == image_limit((64,)) == 5121
    assert image_limit((64, 64, 3)) == 2730
    assert image_limit((1024, 1024, 3)) == 100


def test_a_seeded_subset_of_the_images(monkeypatch):
    model = oracles.linear_gaussian(12, 2, 0.5, 1)
    x = model.simulate(300, 1)
    monkeypatch.setattr(module, "image_limit", lambda _: 100)
    first, again, other = (measured(model, x, seed=pair(seed)) for seed in (1, 1, 2))
    assert first.images == 100
    assert first.independence_cost == again.independence_cost
    assert first.independence_cost != other.independence_cost


def test_constant_pixels_are_left_out_and_counted():
    model = oracles.correlated_noise(24, 2, 0.5, 1, rho=0.4, event_shape=(4, 6, 1))
    x = model.simulate(500, 1)
    x[:, 1, 2], x[:, 3, 5] = 0.7, 0.0
    found = measured(model, x)
    assert (found.coordinates.count, found.coordinates.constant) == (22, 2)
    assert not {8, 23} & set(found.coordinates.index)
    assert np.isfinite(found.independence_cost.value)
    for shape in ((24,), (4, 6, 1)):
        nothing = measured(oracles.linear_gaussian(24, 2, 0.5, 1, event_shape=shape), np.ones((200, *shape)))
        assert nothing.independence_cost is None
        assert (nothing.coordinates.count, nothing.coordinates.constant) == (0, 24)
        assert np.isnan(nothing.residual_correlation.neighbours.value).all()
        assert decode(Independence, *encode(nothing)).coordinates.count == 0


def test_columns_that_say_the_same_have_no_finite_price():
    rows = np.random.default_rng(0).standard_normal((100, 4)).astype(np.float32)
    assert gaussian_copula_cost(np.column_stack([rows, rows[:, 0]])) is None
    assert gaussian_copula_cost(np.column_stack([rows, rows[:, 0] - 2 * rows[:, 1]])) is None
    assert gaussian_copula_cost(np.column_stack([rows, rows[:, 0] + 1e-6 * rows[:, 1] ** 2])) is None  # rounding
    assert gaussian_copula_cost(np.column_stack([rows, rows[:, 0] + 0.01 * rows[:, 1] ** 2])) is not None


@pytest.mark.parametrize("shape", [(3, 4, 1), (12,)])
@pytest.mark.parametrize("count", [1, 2, 11, 12])
def test_few_images_give_no_price_and_no_errors(shape, count):
    model = oracles.linear_gaussian(12, 2, 0.5, 1, event_shape=shape)
    found = measured(model, model.simulate(count, 1))
    assert (found.independence_cost is None) == (count < 12)
    errors = found.residual_correlation.standard_error
    assert np.isfinite(errors).any() == (count >= 12) or len(shape) == 3  # there the middle is 1 in any case
    assert np.isnan(found.residual_correlation.neighbours.standard_error).all() == (count < 12) or len(shape) == 1


def test_images_without_finite_residuals_are_left_out():
    model = oracles.linear_gaussian(12, 2, 0.5, 1, event_shape=(3, 4, 1))
    x = model.simulate(60, 1)
    x[3, 0, 0], x[40] = np.nan, np.inf
    found = measured(model, x)
    assert found.images == 58
    assert np.isfinite(found.independence_cost.value)
    with pytest.raises(InputError, match="all 5 gave NaN or infinite values"):
        measured(model, np.full_like(x[:5], np.nan))
    codes = model.simulate(60, 2).reshape(60, -1)[:, :2]
    codes[5] = np.nan
    assert measured(model, x, codes=codes, conditioning="corrected").images == 57


# ---- laws ----


def test_order_shift_and_scale_do_not_matter():
    model = oracles.correlated_noise(24, 2, 0.5, 1, rho=0.4, event_shape=(4, 6, 1))
    x = model.simulate(300, 1)
    codes = np.random.default_rng(0).standard_normal((300, 2)).astype(np.float32)
    found = measured(model, x, codes=codes)
    order = np.random.default_rng(1).permutation(300)
    scaled = from_callables(
        model.vae.encode,
        lambda z: tfd.Normal(3 * model.vae.law(z).loc + 5, 3 * model.vae.law(z).scale),
        prior=model.vae.prior, event_shape=(4, 6, 1), latent_dim=2,
    )  # fmt: skip
    for again in (measured(model, x[order], codes=codes[order]), measured(scaled, 3 * x + 5, codes=codes)):
        assert again.independence_cost.value == pytest.approx(found.independence_cost.value, abs=1e-4)
        assert again.independence_cost.standard_error == pytest.approx(found.independence_cost.standard_error, rel=1e-4)
        for name in ("value", "standard_error"):
            np.testing.assert_allclose(
                getattr(again.residual_correlation, name), getattr(found.residual_correlation, name), atol=1e-5
            )


def test_parts_are_traced_once_and_hold_few_images(monkeypatch):
    traced, sizes = [], []
    base = oracles.linear_gaussian(12, 2, 0.5, 1)

    def decode(z):
        traced.append(z.shape)
        return base.vae.law(z)

    class Watched:
        def take(self, indices):
            sizes.append(len(indices))
            return x[indices]

    vae = prepare(from_callables(base.vae.encode, decode, prior=base.vae.prior, event_shape=(12,), latent_dim=2))
    x, told = base.simulate(100, 1), []
    monkeypatch.setattr(module, "images_at_once", lambda *_: 30)
    model_traits(vae)  # looks at the law once, and keeps what it saw
    before = len(traced)
    for seed in (0, 1):
        independence(
            vae, Watched(), np.arange(100), seed=pair(seed), progress=lambda *said: told.append(said)
        )  # another seed, another last part
    assert sizes == [30, 30, 30, 10] * 2
    assert len(traced) == before + 1
    assert told[0] == ("correlating residuals", 30, 200)
    assert told[4] == told[-1] == ("correlating residuals", 200, 200)

    def cancel(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        independence(vae, Watched(), np.arange(100), seed=pair(0), progress=cancel)


def test_the_record_comes_back_from_a_file():
    for model in (oracles.linear_gaussian(24, 2, 0.5, 1), oracles.binary_cells(24, 2, 1, event_shape=(4, 6, 1))):
        found = measured(model, model.simulate(100, 1))
        again = decode(Independence, *encode(found))
        np.testing.assert_array_equal(again.residual_correlation.value, found.residual_correlation.value)
        assert again.independence_cost == found.independence_cost
        np.testing.assert_array_equal(again.coordinates.index, found.coordinates.index)


FAMILIES = {
    "certain": lambda m: tfd.Bernoulli(logits=40 * m),
    "poisson": lambda m: tfd.Poisson(tf.exp(m)),
    "zipf": lambda m: tfd.Zipf(1.2 + tf.exp(m)),
    "cauchy": lambda m: tfd.Cauchy(m, 1.0),
    "ranked": lambda m: tfd.NormalInverseGaussian(m, 1.0, 1.0, 0.0),
}


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_has_residuals(name):
    def decode(z):
        return FAMILIES[name](tf.tile(z, (1, 6)) * np.linspace(-1, 1, 6, dtype=np.float32))

    prior = tfd.Independent(tfd.Normal(tf.zeros(1), 1.0), 1)
    vae = from_callables(
        lambda x: tfd.Independent(tfd.Normal(x[:, :1] * 0, 1.0), 1), decode, prior=prior, event_shape=(6,), latent_dim=1
    )
    z = prior.sample(200, seed=[0, 1])
    x = tf.cast(vae.law(z).sample(seed=[0, 2]), tf.float32).numpy()
    found = measured(vae, x, codes=z.numpy(), conditioning="corrected")
    assert found.images == 200
    assert near(found.independence_cost, 0.0)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"conditioning": "posterior_mean"}, "even if the model is exact"),
        ({"conditioning": "prior"}, "conditioning: expected 'posterior' or 'corrected'; got 'prior'"),
        ({"conditioning": "corrected"}, "codes: expected the corrected codes; got None"),
        ({"codes": np.zeros((5, 2))}, r"codes: expected one row per image, \(20, 2\); got \(5, 2\)"),
        ({"index": np.arange(0)}, "index: expected at least one image"),
    ],
)
def test_impossible_requests_are_refused_in_one_line(change, says):
    model = oracles.linear_gaussian(12, 2, 0.5, 1)
    x = model.simulate(20, 1)
    asked = {"index": np.arange(20), "seed": pair(0), **change}
    with pytest.raises(InputError, match=says) as error:
        independence(model.vae, from_array(x), asked.pop("index"), **asked)
    assert "\n" not in str(error.value)


# ---- standard errors ----


@pytest.mark.slow
@pytest.mark.parametrize(("images", "size", "rho"), [(101, 20, 0), (321, 64, 0), (1000, 64, 0.2), (321, 64, 0.6)])
def test_standard_errors_of_the_price_cover(images, size, rho):
    truth = -0.5 * (size - 1) * np.log(1 - rho**2)
    draws = (autoregressive(images, size, rho, seed)[:, 0, :, 0] for seed in range(600))
    found = [gaussian_copula_cost(rows) for rows in draws]
    covered = np.mean([near(one, truth, 1.96) for one in found])
    values = [one.value for one in found]
    print(images, size, rho, covered, np.mean(values) - truth)
    assert np.mean(values) == pytest.approx(truth, abs=4 * np.std(values) / np.sqrt(600))
    assert 0.92 < covered < 0.98


@pytest.mark.slow
@pytest.mark.parametrize(("images", "rho"), [(100, 0.0), (100, 0.5), (300, 0.9)])
def test_standard_errors_of_the_map_cover(images, rho):
    exact = np.zeros((15, 15))
    exact[REACH] = np.where(LAG == 0, 1.0, rho ** abs(LAG))
    inside = []
    for seed in range(400):
        residuals = autoregressive(images, 8, rho, seed, rows=8)
        value, error = lag_map(residuals, all_vary(residuals))
        inside.append(abs(value - exact) < 1.96 * error)
    covered = np.mean(inside, 0)[REACH : REACH + 4, REACH - 3 : REACH + 4]
    covered = np.delete(covered.reshape(-1), 3)  # the middle
    print(images, rho, covered)
    assert 0.925 < covered.mean() < 0.97
    assert covered.min() > 0.9  # 27 lags: chance alone reaches 0.92


@pytest.mark.slow
@pytest.mark.parametrize("make", ["linear", "binary"])
def test_exact_models_are_found_exact(make):
    """Fresh images, codes and randomised scores in 400 replications."""
    exact = {
        "linear": lambda: oracles.linear_gaussian(24, 3, 0.5, 1, event_shape=(4, 6, 1)),
        "binary": lambda: oracles.binary_cells(24, 2, 1, event_shape=(4, 6, 1)),
    }[make]()
    inside, values = [], []
    for seed in range(400):
        found = measured(exact, exact.simulate(200, seed), seed=pair(seed))
        near_by = found.residual_correlation.neighbours
        inside.append([near(found.independence_cost, 0, 1.96), *(abs(near_by.value) < 1.96 * near_by.standard_error)])
        values.append([found.independence_cost.value, *near_by.value])
    covered, mean = np.mean(inside, 0), np.mean(values, 0) / np.std(values, 0) * 20
    print(make, covered, mean)
    assert (covered > 0.91).all()
    assert (covered < 0.985).all()
    assert abs(mean).max() < 4
