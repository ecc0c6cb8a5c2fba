"""`vd.Monitor` in Keras 3 and in tf_keras: it sees the training as it is, and the training does not notice."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import tf_keras

import vaediag as vd
from tests.training.watching import LATENTS, draws, images, networks, trainer
from vaediag.backend import keras, tf, tfd
from vaediag.errors import InputError
from vaediag.io.images import from_array
from vaediag.training.watch import SKIPPED

EPOCHS = 3


def trained(K, callbacks):
    """A whole training from its seed on: its weights, the numbers drawn afterwards, its own history."""
    K.utils.set_random_seed(7)
    encoder, decoder = networks(K)
    model = trainer(K, encoder, decoder)
    vae = vd.VAE(encoder, decoder, posterior=vd.posteriors.MeanLogVar(), likelihood=vd.likelihoods.Normal("image"))
    made = callbacks(vae)
    past = model.fit(images(), epochs=EPOCHS, batch_size=40, callbacks=made, verbose=0)
    state = [weight.numpy() for network in (encoder, decoder) for weight in network.variables]
    return SimpleNamespace(vae=vae, state=state, drawn=draws(K), past=past.history, monitor=made[0] if made else None)


@pytest.fixture(scope="module", params=[keras, tf_keras], ids=["keras", "tf_keras"])
def runs(request, tmp_path_factory):
    """The same training without and with a monitor, which here looks after every epoch."""
    folder = tmp_path_factory.mktemp("watched")
    held_out = from_array(images(130, seed=1), name="held out")

    def monitor(vae):
        return [vd.Monitor(vae, held_out, folder=folder, budget=None, limit=120)]

    K = request.param
    return SimpleNamespace(
        K=K, without=trained(K, lambda _: []), seen=trained(K, monitor), folder=folder, held_out=held_out
    )


def test_the_training_is_bit_for_bit_the_same(runs):
    assert len(runs.without.state) == len(runs.seen.state) > 10
    for without, seen in zip(runs.without.state, runs.seen.state, strict=True):
        np.testing.assert_array_equal(without, seen)
    assert runs.without.drawn == runs.seen.drawn
    assert runs.without.past["loss"] == runs.seen.past["loss"]


def test_it_saw_every_epoch(runs):
    history = runs.seen.monitor.history
    assert history.epoch.tolist() == [1, 2, 3]
    assert history.step.tolist() == [4, 8, 12]
    assert history.trouble == ("", "", "")
    assert (history.count, history.latent_dim, history.event_shape) == (120, LATENTS, (12,))
    assert history.losses["loss"].tolist() == pytest.approx(runs.seen.past["loss"])
    assert (np.diff(history.elapsed) > 0).all()
    assert (history.cost > 0).all()
    assert history.cost[0] > history.cost[1]  # it has compiled
    assert history.finished
    assert history.model == "unnamed model"


def test_it_reads_the_weights_of_each_moment(runs):
    """The last state, diagnosed afresh, gives what stands last in the history; the states before were others."""
    history = runs.seen.monitor.history
    assert len(set(history.elbo.value)) == EPOCHS
    if runs.K is not keras:
        return  # once is enough for what takes long
    afresh = vd.diagnose(runs.seen.vae, runs.held_out.limit(120), skip=SKIPPED)
    assert history.elbo.value[-1] == afresh.evidence.elbo.value
    assert history.elbo.standard_error[-1] == afresh.evidence.elbo.standard_error
    assert history.dispersion.value[-1] == afresh.calibration.posterior.dispersion.value
    np.testing.assert_array_equal(history.kl[-1], afresh.collapse.kl.value)
    np.testing.assert_array_equal(history.sigma[-1], afresh.variance.scale.quantiles)
    assert history.active[-1] == sum(word in ("used", "mixed") for word in afresh.collapse.status or ())
    assert set(history.findings[-1]) == {finding.id for finding in afresh.findings}


def test_the_folder_holds_it_for_others(runs):
    kept, history = vd.load_history(runs.folder), runs.seen.monitor.history
    assert (kept.finished, len(kept)) == (True, EPOCHS)
    np.testing.assert_array_equal(kept.elbo.value, history.elbo.value)
    np.testing.assert_array_equal(kept.cost, history.cost)
    assert kept.pictures.x.shape == kept.pictures.sample.shape == (8, 12)
    assert not np.array_equal(kept.pictures.mean, kept.pictures.sample)


def test_later_callbacks_find_the_numbers_in_logs(runs):
    past, history = runs.seen.past, runs.seen.monitor.history
    for name in ("elbo", "rate", "distortion", "dispersion"):
        assert past[f"vaediag_{name}"] == getattr(history, name).value.tolist()
    assert past["vaediag_active"] == history.active.tolist()


def test_weights_that_are_not_numbers_are_recorded_and_told_once(runs):
    monitor, weight = runs.seen.monitor, runs.seen.vae.decoder.weights[-1]
    before = weight.numpy()
    weight.assign(np.full(before.shape, np.nan, np.float32))
    with pytest.warns(RuntimeWarning, match=r"after epoch 4 failed: NaN weights\. The training goes on\.$"):
        assert monitor.update(4, {"loss": float("nan")})
    monitor.update(5)
    weight.assign(before)
    monitor.update(6)
    history = monitor.history
    assert history.trouble[3:] == ("NaN weights", "NaN weights", "")
    assert np.isnan(history.elbo.value[3:5]).all()
    assert np.isnan(history.losses["loss"][3])
    assert history.elbo.value[5] == history.elbo.value[2]
    assert len(vd.load_history(runs.folder)) == 6


def test_a_loop_of_ones_own_with_sigma_outside_the_decoder(tmp_path):
    """`from_callables`: the variable that `decode` reads is read anew."""
    log_sigma, weights = tf.Variable(0.0), tf.constant(np.linspace(-1, 1, 36, dtype=np.float32).reshape(3, 12))
    vae = vd.from_callables(
        lambda x: tfd.MultivariateNormalDiag(x[:, :3], 0.5 * tf.ones_like(x[:, :3])),
        lambda z: tfd.Normal(z @ weights, tf.exp(log_sigma) * tf.ones((tf.shape(z)[0], 12))),
        prior=vd.priors.StandardNormal(3),
        event_shape=(12,),
    )
    monitor = vd.Monitor(vae, images(120), folder=tmp_path, budget=None, every=2)
    made = []
    for epoch in range(1, 6):
        log_sigma.assign(-0.5 * epoch)
        made.append(monitor(epoch, {"loss": tf.constant(1.0 * epoch), "vaediag_elbo": 3.0, "map": np.ones(4)}, step=7))
    monitor.finish()
    history = monitor.history
    assert made == [False, True, False, True, False]
    assert history.epoch.tolist() == [2, 4, 5]
    assert history.losses["loss"].tolist() == [2, 4, 5]
    assert set(history.losses) == {"loss"}
    np.testing.assert_allclose(history.sigma[:, 2], np.exp([-1.0, -2.0, -2.5]), rtol=0.02)
    assert history.step.tolist()[:2] == [7, 7]
    assert monitor.latest.evidence.elbo.value == history.elbo.value[-1]


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"every": 0}, "every: expected a whole number"),
        ({"limit": 2.5}, "limit: expected a whole number"),
        ({"budget": 0}, "budget: expected a number above 0, or None"),
        ({"epochs": -3}, "epochs"),
        ({"seed": -1}, "seed"),
        ({"images": np.zeros((20, 5), np.float32)}, "images: expected shape"),
    ],
)
def test_what_cannot_be_is_said_before_the_training(runs, change, match):
    given = {"images": images(120), **change}
    with pytest.raises(InputError, match=match):
        vd.Monitor(runs.seen.vae, given.pop("images"), **given)


def test_a_folder_that_cannot_be_made_is_said_before_the_training(runs, tmp_path):
    (tmp_path / "file").write_text("")
    for argument in ("folder", "tensorboard"):
        with pytest.raises(InputError, match="output: expected a place"):
            vd.Monitor(runs.seen.vae, images(120), **{argument: tmp_path / "file" / "inside"})
