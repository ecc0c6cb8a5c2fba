"""Training: repeatable, resumable, and it finds what is there to be found."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from vaediag.backend import tf
from vaediag.bundle.load import load_bundle
from vaediag.bundle.save import save
from vaediag.errors import InputError
from vaediag.io.images import from_array
from vaediag_models import oracles
from vaediag_models.production import produce
from vaediag_models.recipes import Recipe
from vaediag_models.training import checkpoint, loop, train
from vaediag_models.training.batches import batches, learning_rate, rate_weight, training_data
from vaediag_models.training.score import held_out_elbo
from vaediag_models.training.trainee import Trainee

SMALL = Recipe(
    name="small",
    sentence="A test.",
    dataset="linear",
    likelihood={"family": "normal", "scale": {"kind": "shared", "value": None, "floor": 1e-3}},
    latent_dim=2,
    posterior="mean_log_var",
    widths=(16,),
    epochs=4,
    recombine=1.0,
    batch=32,
    learning_rate=5e-3,
    warmup=1,
    refine=2,
    seed=3,
)


@pytest.fixture(scope="module")
def images():
    return from_array(oracles.linear_gaussian(12, 2, 0.4, 0, orthogonal=True, event_shape=(4, 3, 1)).simulate(200, 1))


@pytest.fixture(scope="module")
def trained(images):
    return train(SMALL, images)


def weights(vae):
    return [np.asarray(values) for network in (vae.encoder, vae.decoder) for values in network.get_weights()]


def assert_same(one, other):
    for left, right in zip(weights(one), weights(other), strict=True):
        np.testing.assert_array_equal(left, right)
    assert one.likelihood == other.likelihood
    assert one.training == other.training


def test_same_recipe_same_bytes(trained, images, tmp_path):
    again = train(SMALL, images)
    assert_same(trained, again)
    save(trained, tmp_path / "one")
    save(again, tmp_path / "other")
    for name in ("encoder.keras", "decoder.keras", "heads.npz", "vae.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_seed_decides_the_weights():
    kernels = [Trainee(dataclasses.replace(SMALL, seed=seed), (4, 3, 1)).encoder.get_weights()[0] for seed in (3, 3, 4)]
    np.testing.assert_array_equal(kernels[0], kernels[1])
    assert np.abs(kernels[0] - kernels[2]).max() > 0.01


def interrupt(stage, epoch):
    """A progress function that presses Ctrl-C after that epoch."""

    def progress(*arrived):
        if arrived[:2] == (stage, epoch):
            raise KeyboardInterrupt

    return progress


@pytest.fixture(scope="module")
def interrupted(images, tmp_path_factory):
    """A folder with what is left of a run that was stopped within its third epoch."""
    folder = tmp_path_factory.mktemp("interrupted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "batches", _stopping)
        with pytest.raises(KeyboardInterrupt):
            train(SMALL, images, folder=folder)
    return folder


def _stopping(recipe, count, epoch):
    for number, rows in enumerate(batches(recipe, count, epoch)):
        if (epoch, number) == (2, 3):
            raise KeyboardInterrupt
        yield rows


def test_interrupted_run_leaves_one_whole_file_without_pickles(interrupted):
    assert [path.name for path in interrupted.iterdir()] == [checkpoint.FILE]
    with np.load(interrupted / checkpoint.FILE, allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "fiu" for name in arrays.files)


def test_checkpoint_of_another_run_or_damaged_is_refused(interrupted, images, tmp_path):
    whole = (interrupted / checkpoint.FILE).read_bytes()
    (tmp_path / checkpoint.FILE).write_bytes(whole)
    with pytest.raises(InputError, match="of another run"):
        train(dataclasses.replace(SMALL, seed=9), images, folder=tmp_path)
    for broken in (whole[:200], whole[:-100], b""):
        (tmp_path / checkpoint.FILE).write_bytes(broken)
        with pytest.raises(InputError, match="damaged"):
            train(SMALL, images, folder=tmp_path)


def test_taken_up_within_learning_gives_the_same_bytes(trained, images, interrupted):
    seen = []
    assert_same(trained, train(SMALL, images, folder=interrupted, progress=lambda *arrived: seen.append(arrived[:2])))
    assert seen == [("learn", 3), ("learn", 4), ("refine", 1), ("refine", 2)]


def test_taken_up_within_refining_gives_the_same_bytes(trained, images, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        train(SMALL, images, folder=tmp_path, progress=interrupt("refine", 1))
    assert_same(trained, train(SMALL, images, folder=tmp_path))


def test_finds_the_oracle():
    """A linear problem: the learned bound comes close to the exact evidence, the learned scale to the true one."""
    oracle = oracles.linear_gaussian(12, 2, 0.4, 0, orthogonal=True, event_shape=(4, 3, 1))
    recipe = dataclasses.replace(
        SMALL, epochs=60, batch=64, learning_rate=1e-2, patience=60, refine=10, warmup=5, widths=(32,)
    )
    vae: Any = train(recipe, from_array(oracle.simulate(2000, 5)))
    fresh = from_array(oracle.simulate(1000, 6))
    elbo, error = held_out_elbo(vae, fresh)
    exact = oracle.evidence(fresh.values).mean()
    assert exact - 0.5 < elbo < exact + 0.05
    assert 0.05 < error < 0.2
    assert vae.likelihood.stated == pytest.approx(0.4, rel=0.08)
    u = oracle.vae.encode(tf.constant(fresh.values)).stddev().numpy()
    np.testing.assert_allclose(
        np.sort(vae.encode(tf.constant(fresh.values)).stddev().numpy().mean(0)), np.sort(u.mean(0)), rtol=0.2
    )


def test_record_says_what_was_done(trained: Any, images):
    record = trained.training
    assert record["recipe"]["name"] == "small"
    assert record["images"] == 200
    assert record["held_out_images"] == 20
    assert record["epochs"] == 6
    assert trained.trained_on == images.sha256
    assert trained.likelihood.scale == "shared"
    assert trained.likelihood.stated > 0


def test_early_stop_keeps_the_best(images):
    recipe = dataclasses.replace(SMALL, epochs=200, patience=3, warmup=0, learning_rate=0.1, refine=0)
    vae: Any = train(recipe, images)
    assert vae.training["epochs"] == vae.training["best_epoch"] + 3
    assert vae.training["epochs"] < 100


@pytest.mark.parametrize(
    ("likelihood", "network", "posterior"),
    [
        ({"family": "bernoulli"}, "conv", "mean_tril"),
        ({"family": "continuous_bernoulli"}, "dense", "mean_tril"),
        ({"family": "normal", "scale": {"kind": "fixed", "value": 0.2}}, "dense", "mean_log_var"),
        ({"family": "normal", "scale": {"kind": "image", "floor": 1e-3}}, "conv", "mean_log_var"),
        ({"family": "normal", "scale": {"kind": "pixel", "floor": 1e-3}}, "conv", "mean_tril"),
    ],
)
def test_every_head_learns(likelihood, network, posterior):
    x = from_array((np.random.default_rng(0).random((60, 8, 8, 1)) < 0.3).astype(np.float32))
    recipe = dataclasses.replace(
        SMALL, likelihood=likelihood, network=network, posterior=posterior, widths=(4, 6), hidden=5, epochs=2, refine=0
    )
    vae: Any = train(recipe, x)
    assert vae.decode(tf.zeros((3, 2))).event_shape == (8, 8, 1)
    assert np.isfinite(vae.training["held_out_elbo"])
    start = Trainee(recipe, (8, 8, 1))
    pairs = zip(weights(vae), weights(start), strict=True)
    assert all(np.isfinite(now).all() and np.abs(now - before).max() > 1e-5 for now, before in pairs)


def test_refining_leaves_the_decoder_alone(trained, images):
    learned = train(dataclasses.replace(SMALL, refine=0), images)
    for left, right in zip(learned.decoder.get_weights(), trained.decoder.get_weights(), strict=True):
        np.testing.assert_array_equal(left, right)
    assert np.abs(learned.encoder.get_weights()[0] - trained.encoder.get_weights()[0]).max() > 1e-4


def test_grey_images_are_drawn_afresh():
    grey = from_array(np.full((60, 8, 8, 1), 0.5, np.float32))
    bits = from_array((np.random.default_rng(0).random((60, 8, 8, 1)) < 0.5).astype(np.float32))
    recipe = dataclasses.replace(
        SMALL, likelihood={"family": "bernoulli"}, epochs=40, learning_rate=0.01, refine=0, patience=40
    )
    drawn, fixed = train(recipe, bits, grey=grey), train(recipe, bits)
    spread = [np.std(vae.decode(tf.zeros((1, 2))).mean()) for vae in (drawn, fixed)]
    assert spread[0] < 0.6 * spread[1]  # only the fixed bits have a pattern to learn
    with pytest.raises(InputError, match="grey: expected one grey image"):
        train(recipe, bits, grey=from_array(grey.values[:10]))


def test_held_out_images_are_whole_blocks():
    x = from_array(np.arange(400, dtype=np.float32).reshape(100, 4))
    data = training_data(dataclasses.replace(SMALL, block=10, validation=0.2), x)
    assert len(data.held_out) == 20
    first = data.held_out[:, 0].reshape(2, 10) // 40
    assert (first == first[:, :1]).all()
    assert not set(data.held_out[:, 0]) & set(data.learn[:, 0])
    with pytest.raises(InputError, match="images: expected enough"):
        training_data(SMALL, x.limit(3))


def test_every_epoch_has_an_order_of_its_own():
    first, second = (np.concatenate(list(batches(SMALL, 100, epoch))) for epoch in (0, 1))
    assert len(first) == 96
    assert len(set(first)) == 96
    assert (first != second).any()
    np.testing.assert_array_equal(first, np.concatenate(list(batches(SMALL, 100, 0))))


def test_schedules():
    rates = [learning_rate(SMALL, epoch, 100) for epoch in range(100)]
    assert rates[:45] == [SMALL.learning_rate] * 45
    assert np.all(np.diff(rates) <= 0)
    assert 0 < rates[-1] < 0.05 * rates[0]
    weight = [rate_weight(dataclasses.replace(SMALL, warmup=4, beta=2.0), epoch) for epoch in range(8)]
    np.testing.assert_allclose(weight, [0.4, 0.8, 1.2, 1.6, 2, 2, 2, 2])
    assert rate_weight(dataclasses.replace(SMALL, warmup=0), 0) == 1


def test_held_out_elbo_is_the_evidence_of_an_exact_model():
    oracle = oracles.linear_gaussian(12, 3, 0.5, 2)
    x = from_array(oracle.simulate(600, 0))
    elbo, error = held_out_elbo(oracle.vae, x)
    exact = oracle.evidence(x.values)
    assert elbo == pytest.approx(exact.mean(), abs=1e-3)
    assert error == pytest.approx(exact.std(ddof=1) / np.sqrt(600), rel=1e-3)


def test_produced_bundle_loads_and_has_a_card(images, tmp_path, monkeypatch):
    folder, epochs = tmp_path / "bundle", []

    def noted(recipe, count, epoch):
        epochs.append(epoch)
        return batches(recipe, count, epoch)

    monkeypatch.setattr(loop, "batches", noted)
    made = produce(dataclasses.replace(SMALL, epochs=1), images, folder, test=images)
    assert sorted(path.name for path in folder.iterdir()) == ["decoder.keras", "encoder.keras", "heads.npz", "vae.json"]
    assert epochs == [0, 1, 2]  # no order, and no draw, is used twice
    loaded = load_bundle(folder)
    assert loaded.card["elbo"] == made.card["elbo"]
    assert loaded.card["sentence"] == "A test."
    assert loaded.trained_on == images.sha256
    assert_same(made, loaded)
