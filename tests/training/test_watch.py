"""When the watch looks, what it keeps, and that nothing that goes wrong ends a training."""

from __future__ import annotations

import importlib.util
import random
from pathlib import Path

import numpy as np
import pytest

import vaediag as vd
from vaediag.backend import tf, tfd
from vaediag.errors import InputError
from vaediag.training import watch as watching
from vaediag.training.pace import Clock
from vaediag.training.watch import Watch


def neighbour(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[1] / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def vae():
    return vd.from_callables(
        lambda x: tfd.MultivariateNormalDiag(x[:, :4], tf.ones_like(x[:, :4])),
        lambda z: tfd.Normal(tf.tile(z, [1, 4]), 1.0),
        prior=vd.priors.StandardNormal(4),
        event_shape=(16,),
        name="toy",
    )


class Time:
    """Seconds that pass when told to."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def make(vae, time, monkeypatch):
    """A watch whose diagnoses take the seconds given and give a known record, or raise."""
    record = neighbour("synthetic").exact(latents=4, event=(16,))

    def made(costs=lambda n: 0.5 if n else 5.0, fault=None, **changed):
        asked = []

        def diagnose(_, images, *, seed, skip):
            asked.append((seed, len(images), tuple(skip)))
            time.now += costs(len(asked) - 1)
            if fault is not None:
                raise fault
            return record

        monkeypatch.setattr(watching, "diagnose", diagnose)
        given = {"every": 1, "folder": None, "budget": 0.05, "tensorboard": None, "seed": 3, "limit": 100, "end": None}
        watch = Watch(vae, np.zeros((120, 16), np.float32), **{**given, **changed})
        watch.clock = Clock(time)
        watch.begin()
        return watch, asked

    return made


def train(watch, time, epochs, seconds=10.0):
    for epoch in range(1, epochs + 1):
        time.now += seconds
        watch.update(epoch, {"loss": 1.0 / epoch}, 5.0 * epoch)
    watch.finish()
    return watch.history


def test_a_known_length_is_spread_over(make, time):
    history = train(make(end=100)[0], time, 100)
    assert history.cost.sum() <= 0.05 * 1000
    assert history.cost.sum() > 0.8 * 0.05 * 1000
    assert history.epoch[[0, -1]].tolist() == [1, 100]
    assert history.postponed.sum() == 100 - len(history)
    assert history.cost.tolist() == [5.0] + [0.5] * (len(history) - 1)
    assert history.elapsed[-1] == 1000 + history.cost.sum()


def test_every_n_is_a_wish_and_the_last_is_always_made(make, time):
    watch, asked = make(budget=None, every=4)
    history = train(watch, time, 10)
    assert history.epoch.tolist() == [4, 8, 10]
    assert history.postponed.tolist() == [0, 0, 0]
    assert history.losses["loss"].tolist() == [1 / 4, 1 / 8, 1 / 10]
    assert asked == [(3, 100, watching.SKIPPED)] * 3


def test_a_slow_diagnosis_is_noticed(make, time):
    """They become ten times slower: fewer are made, and the budget holds."""
    history = train(make(end=200, costs=lambda n: 4.0 if n == 0 else 0.3 if n < 20 else 3.0)[0], time, 200, seconds=5)
    assert history.cost.sum() <= 0.05 * 1000 + 3.0


def test_the_numbers_are_those_of_the_diagnosis(make, time):
    watch, _ = make()
    history = train(watch, time, 1)
    record = watch.latest
    assert (history.elbo.value[0], history.elbo.standard_error[0]) == (-52.5, 0.4)
    np.testing.assert_array_equal(history.kl[0], record.collapse.kl.value)
    np.testing.assert_array_equal(history.sigma[0], record.variance.scale.quantiles)
    assert (history.model, history.data, history.count, history.seed) == ("toy", "array", 100, 3)
    assert history.likelihood == "normal"


FAULTS = [
    RuntimeError("no\nsense"),
    InputError("images: expected others."),
    MemoryError(),
    tf.errors.AbortedError(None, None, "x"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
def test_a_failing_diagnosis_is_told_once_and_the_training_goes_on(make, time, fault):
    watch, asked = make(fault=fault, budget=None)
    with pytest.warns(RuntimeWarning) as told:
        history = train(watch, time, 3)
    assert len(told) == 1
    assert str(told[0].message).startswith("vd.Monitor: the diagnosis after epoch 1 failed: ")
    assert str(told[0].message).endswith("The training goes on.")
    assert "\n" not in str(told[0].message)
    assert (len(asked), len(history)) == (3, 3)
    assert all(history.trouble)
    assert np.isnan(history.elbo.value).all()
    assert history.kl.shape == (3, 4)
    assert history.findings == ((), (), ())


def test_ctrl_c_passes_and_leaves_everything_as_it_was(make, time, tmp_path):
    watch, _ = make(fault=KeyboardInterrupt(), folder=tmp_path)
    random.seed(1)
    before = random.getstate()
    time.now = 10
    with pytest.raises(KeyboardInterrupt):
        watch.update(1, None, None)
    assert random.getstate() == before
    assert not vd.load_history(tmp_path).finished


def test_a_full_disk_is_told_once(make, time, tmp_path, monkeypatch):
    watch, _ = make(folder=tmp_path, budget=None)
    assert len(vd.load_history(tmp_path)) == 0  # there from the beginning

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("vaediag.io.atomic._write", full)
    with pytest.warns(RuntimeWarning, match="No space left") as told:
        history = train(watch, time, 3)
    assert len(told) == 1
    assert len(history) == 3


def test_a_second_training_goes_on_from_the_first(make, time):
    watch, _ = make(budget=None)
    train(watch, time, 2)
    time.now += 1000  # nobody trains
    assert watch.history.finished
    watch.begin()
    assert not watch.history.finished
    time.now += 10
    watch.update(3, None, None)
    assert watch.history.epoch.tolist() == [1, 2, 3]
    assert watch.history.elapsed[-1] < 50


def test_a_watch_that_saw_nothing(make, tmp_path):
    watch, asked = make(folder=tmp_path)
    watch.finish()
    assert asked == []
    history = vd.load_history(tmp_path)
    assert (len(history), history.finished, history.kl.shape) == (0, True, (0, 4))


def test_generators_are_put_back_and_networks_never_meet_the_seeds_of_the_training():
    from vaediag.training.untouched import untouched

    tf.random.set_seed(5)
    random.seed(2)
    np.random.seed(3)  # noqa: NPY002
    counter = tf.Variable([7, 0], trainable=False)
    shared = tf.random.get_global_generator()
    shared.reset_from_seed(4)

    class Model:
        non_trainable_variables = (counter, tf.Variable(tf.zeros((300, 300)), trainable=False))

    def numbers():
        return (random.random(), np.random.random(), float(tf.random.normal(())), float(shared.normal(())))  # noqa: NPY002

    with untouched(Model(), None):
        counter.assign_add([1, 1])
        inside = numbers()
    first = numbers()
    tf.random.set_seed(5)
    random.seed(2)
    np.random.seed(3)  # noqa: NPY002
    shared.reset_from_seed(4)
    assert numbers() == first
    assert counter.numpy().tolist() == [7, 0]
    assert all(one != other for one, other in zip(inside[:3], first[:3], strict=True))


@pytest.fixture
def monitor(make, vae, monkeypatch):
    """A monitor whose diagnoses are the known record."""
    make()
    monkeypatch.setattr(watching, "latest", lambda *_, **__: None)
    return vd.Monitor(vae, np.zeros((120, 16), np.float32), budget=None)


def fit(monitor, epochs, initial=0, stop=None):
    """What both Keras call, in their order."""
    monitor.set_params({"epochs": epochs, "steps": 5})
    monitor.on_train_begin()
    for epoch in range(initial, stop or epochs):
        monitor.on_epoch_begin(epoch)
        logs = {"loss": 1.0}
        monitor.on_epoch_end(epoch, logs)
    if stop is None:
        monitor.on_train_end()
    return logs


def test_a_second_fit_counts_on(monitor):
    fit(monitor, 2)
    logs = fit(monitor, 3)  # again from 0
    assert monitor.history.epoch.tolist() == [1, 2, 3, 4, 5]
    assert logs["vaediag_elbo"] == -52.5
    assert monitor.history.losses == {"loss": pytest.approx(np.ones(5))}
    fit(monitor, 7, initial=5)  # told where it goes on
    assert monitor.history.epoch.tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert monitor.history.finished


def test_after_ctrl_c_a_fit_goes_on_from_what_was_seen(monitor):
    fit(monitor, 10, stop=3)
    assert not monitor.history.finished
    fit(monitor, 2)
    assert monitor.history.epoch.tolist() == [1, 2, 3, 4, 5]


def test_a_training_that_begins_late_knows_its_own_pace(monitor):
    fit(monitor, 103, initial=100)
    assert monitor.history.epoch.tolist() == [101, 102, 103]
    assert (monitor._watch.start, monitor._watch.end) == (100, 103)


def test_logs_carry_the_last_numbers_between_two_diagnoses(make, vae, monkeypatch):
    make()
    monkeypatch.setattr(watching, "latest", lambda *_, **__: None)
    monitor = vd.Monitor(vae, np.zeros((120, 16), np.float32), budget=None, every=2)
    monitor.on_train_begin()
    seen = []
    for epoch in range(4):
        monitor.on_epoch_begin(epoch)
        logs = {}
        monitor.on_epoch_end(epoch, logs)
        seen.append(logs.get("vaediag_elbo"))
    assert seen == [None, -52.5, -52.5, -52.5]
    assert monitor.history.epoch.tolist() == [2, 4]
