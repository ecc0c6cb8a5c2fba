"""Models and data sets as they are opened."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import vaediag as vd
from vaediag.errors import InputError
from vaediag_gui.tasks.data import as_text, label_names
from vaediag_gui.tasks.model import _dataset, sliders
from vaediag_gui.tasks.opened import Models


def test_the_facts_of_a_model(answer: Any) -> None:
    facts = answer("model", address="digits-bernoulli", reloads=0)
    assert (facts.source, facts.name, facts.dataset) == ("digits-bernoulli", "digits-bernoulli", "digits-binary")
    assert (facts.event_shape, facts.latent_dim, facts.discrete) == ((8, 8, 1), 6, True)
    assert facts.likelihood == "bernoulli from logits"
    np.testing.assert_array_equal(facts.prior_stddev, np.ones(6))
    np.testing.assert_array_equal(facts.low, np.full(6, -4.0))
    np.testing.assert_array_equal(facts.high, np.full(6, 4.0))
    assert facts.levels["mean"] == facts.levels["data"] == facts.levels["sample"] == (0.0, 1.0)
    assert facts.levels["stddev"][0] == 0.0
    assert 0.3 < facts.levels["stddev"][1] <= 0.5
    assert set(facts.levels) == {
        "mean", "mode", "sample", "quantile", "data", "stddev", "interval_width", "entropy", "residual",
    }  # fmt: skip


def test_a_density_is_not_discrete(answer: Any) -> None:
    assert not answer("model", address="digits-normal-image", reloads=0).discrete


@pytest.mark.parametrize(
    ("inside", "taken"), [("digits[train]", "digits[train]"), ("antigravity:geohash", None), ("/a/path.npy", None)]
)
def test_a_bundle_names_registered_images_only(inside: str, taken: str | None) -> None:
    vae = SimpleNamespace(card={"dataset": inside})
    assert _dataset("/some/bundle", vae) == taken


def test_sliders_of_a_normal_prior_follow_its_moments() -> None:
    mean, stddev, low, high = sliders(_with_prior(vd.priors.Normal([1.0, -2.0], [0.5, 3.0])))
    np.testing.assert_allclose(mean, [1.0, -2.0])
    np.testing.assert_allclose(stddev, [0.5, 3.0])
    np.testing.assert_allclose(low, [-1.0, -14.0])
    np.testing.assert_allclose(high, [3.0, 10.0])


def test_sliders_of_another_prior_reach_its_quantiles() -> None:
    prior = vd.priors.Mixture([0.5, 0.5], [[-10.0], [10.0]], [[0.1], [0.1]])
    mean, stddev, low, high = sliders(_with_prior(prior))
    assert mean == pytest.approx(0.0, abs=0.2)
    assert stddev == pytest.approx(10.0, abs=0.1)
    assert -10.6 < low < -10.2  # four standard deviations of the mixture would be 40
    assert 10.2 < high < 10.6


def test_sliders_of_a_prior_without_moments_are_finite() -> None:
    from vaediag.backend import tfd

    mean, stddev, low, high = sliders(_with_prior(tfd.Sample(tfd.Cauchy(0.0, 1.0), 2)))
    assert np.isfinite([mean, stddev, low, high]).all()
    assert (low < mean).all()
    assert (mean < high).all()


def _with_prior(prior: Any) -> Any:
    from vaediag.backend import tf, tfd

    return vd.from_callables(
        lambda x: tfd.Independent(tfd.Normal(x[:, :1] * tf.zeros(_size(prior)), tf.ones(_size(prior))), 1),
        lambda z: tfd.Independent(tfd.Normal(tf.tile(z[:, :1], [1, 3]), 1.0), 1),
        prior=prior,
        event_shape=(3,),
    )


def _size(prior: Any) -> int:
    return prior.latent_dim if hasattr(prior, "latent_dim") else int(prior.event_shape[0])


def test_a_model_that_is_not_there_is_a_sentence(answer: Any) -> None:
    with pytest.raises(InputError, match=r"digits-bernouli.*Did you mean digits-bernoulli"):
        answer("model", address="digits-bernouli", reloads=0)


def test_the_facts_of_data(answer: Any) -> None:
    facts = answer("data", address="digits-binary", preprocess=None, reloads=0)
    assert (facts.source, facts.split, facts.count, facts.event_shape) == ("digits-binary", "test", 500, (8, 8, 1))
    assert facts.label_names == tuple("0123456789")
    assert facts.labels.dtype.kind == "U"
    assert len(facts.labels) == 500
    assert facts.levels == (0.0, 1.0)
    assert facts.preprocessing == "none"


def test_preprocessing_is_applied_and_reported(answer: Any, tmp_path: Path) -> None:
    values = np.random.default_rng(0).integers(0, 256, (30, 4, 4), np.uint8)
    np.save(tmp_path / "bytes.npy", values)
    address = str(tmp_path / "bytes.npy")
    stored = answer("data", address=address, preprocess=None, reloads=0)
    assert (stored.levels[1] > 200, stored.preprocessing) == (True, "none")
    unit = answer("data", address=address, preprocess="unit", reloads=0)
    assert (unit.levels, unit.preprocessing, unit.labels, unit.label_names) == ((0.0, 1.0), "unit", None, ())
    with pytest.raises(InputError, match="preprocess"):
        answer("data", address=address, preprocess="sepia", reloads=0)


def test_data_that_are_not_there_are_a_sentence(answer: Any) -> None:
    with pytest.raises(InputError, match="does not exist"):
        answer("data", address="/nowhere/x.npy", preprocess=None, reloads=0)


@pytest.mark.parametrize(
    ("labels", "text", "names"),
    [
        (np.array([10, 2, 2]), ["10", "2", "2"], ("2", "10")),
        (np.array([1.0, 0.5, 1.0]), ["1", "0.5", "1"], ("0.5", "1")),
        (np.array([b"cat", b"\xff", b"cat"]), ["cat", "\ufffd", "cat"], ("cat", "\ufffd")),
        (np.array(["b", "a", "b"]), ["b", "a", "b"], ("a", "b")),
        (np.array([[1], [0], [1]]), ["1", "0", "1"], ("0", "1")),
        (np.array([[1, 0], [0, 1], [1, 0]]), ["1, 0", "0, 1", "1, 0"], ("0, 1", "1, 0")),
        (np.array([True, False, True]), ["True", "False", "True"], ("False", "True")),
        (np.array(["", "", ""]), ["", "", ""], ("",)),
    ],
)
def test_labels_become_text_in_their_own_order(labels: Any, text: list[str], names: tuple[str, ...]) -> None:
    found = as_text(labels)
    assert found.tolist() == text
    assert found.dtype.kind == "U"
    assert label_names(labels) == names


def test_too_many_labels_make_no_menu() -> None:
    assert label_names(np.arange(101)) == ()
    assert len(label_names(np.arange(100))) == 100


# ---- what is kept ---------------------------------------------------------------------------------------------------


def test_the_same_address_is_opened_once_until_it_is_reloaded() -> None:
    models = Models()
    first = models.vae("digits-bernoulli", 0)
    assert models.vae("digits-bernoulli", 0) is first
    assert models.vae("digits-bernoulli") is first
    again = models.vae("digits-bernoulli", 1)
    assert again is not first
    assert models.vae("digits-bernoulli", 1) is again


def test_images_are_fitted_once_per_model_and_anew_after_a_reload(tmp_path: Path) -> None:
    path = tmp_path / "flat.npy"
    np.save(path, np.zeros((3, 64), np.float32))
    models = Models()
    vae = models.vae("digits-bernoulli")
    first = models.images(str(path), None, vae, 0)
    assert first.event_shape == (8, 8, 1)
    assert models.images(str(path), None, vae, 0) is first
    np.save(path, np.ones((4, 64), np.float32))
    again = models.images(str(path), None, vae, 1)
    assert (len(again), again.take([3]).min()) == (4, 1.0)


def test_only_the_last_ones_are_kept(tmp_path: Path) -> None:
    models, paths = Models(), []
    for n in range(4):
        np.save(tmp_path / f"{n}.npy", np.zeros((3, 4), np.float32))
        paths.append(str(tmp_path / f"{n}.npy"))
    first = models.images(paths[0])
    models.images(paths[1])
    assert models.images(paths[0]) is first, "used again, so not the oldest"
    models.images(paths[2])
    assert models.images(paths[0]) is first
    models.images(paths[1])
    models.images(paths[3])
    assert models.images(paths[0]) is not first


def test_bytes_are_preprocessed_as_the_model_declares(tmp_path: Path) -> None:
    np.save(tmp_path / "bytes.npy", np.full((3, 8, 8), 255, np.uint8))
    models = Models()
    vae = models.vae("digits-bernoulli")
    vae.preprocessing = "unit"
    assert models.images(str(tmp_path / "bytes.npy"), None, vae).take([0]).max() == 1.0
