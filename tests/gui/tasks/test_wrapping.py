"""Two files of Keras become a model in a folder, and are opened as one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vaediag.backend import keras
from vaediag.errors import HoldsProgramError, InputError
from vaediag_gui.tasks.run import Tasks


@pytest.fixture(scope="module")
def networks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("networks")
    x = keras.Input((4, 4, 1))
    h = keras.layers.Flatten()(x)
    keras.Model(x, [keras.layers.Dense(2)(h), keras.layers.Dense(2)(h)]).save(folder / "encoder.keras")
    z = keras.Input((2,))
    mean = keras.layers.Reshape((4, 4, 1))(keras.layers.Dense(16, activation="sigmoid")(z))
    keras.Model(z, mean).save(folder / "decoder.keras")
    np.save(folder / "x.npy", np.random.default_rng(0).random((40, 4, 4, 1), np.float32))
    return folder


def asked(networks: Path, output: Path, **changes: Any) -> dict[str, Any]:
    return {
        "encoder": str(networks / "encoder.keras"), "decoder": str(networks / "decoder.keras"),
        "likelihood": "bernoulli-probs", "posterior": "mean-logvar", "options": {}, "preprocess": "none",
        "data": None, "event_shape": None, "latent_dim": None, "output": str(output), "trust_program": False, **changes,
    }  # fmt: skip


def wrapped(arguments: dict[str, Any]) -> dict[str, Any]:
    return Tasks().run("wrap", arguments, lambda *_: None)[0]


def test_what_was_said_is_what_is_opened(networks: Path, tmp_path: Path, answer: Any):
    fields = wrapped(asked(networks, tmp_path / "vae"))
    assert fields["path"] == str(tmp_path / "vae")
    facts = answer("model", address=fields["path"], reloads=0)
    assert "bernoulli" in facts.likelihood
    assert (facts.latent_dim, facts.event_shape) == (2, (4, 4, 1))


def test_outputs_and_a_prior_of_ones_own_are_taken(networks: Path, tmp_path: Path, answer: Any):
    network = keras.models.load_model(networks / "encoder.keras")
    mean, spread = network.outputs
    keras.Model(network.input, [keras.layers.Dense(10)(mean), mean, spread]).save(tmp_path / "three.keras")
    np.savez(tmp_path / "prior.npz", loc=np.array([3.0, 0.0]), scale=np.array([1.0, 2.0]))
    fields = wrapped(
        asked(
            networks, tmp_path / "vae", encoder=str(tmp_path / "three.keras"), prior=str(tmp_path / "prior.npz"),
            encoder_outputs=[layer.name for layer in network.layers[-2:]],
        )
    )  # fmt: skip
    facts = answer("model", address=fields["path"], reloads=0)
    np.testing.assert_allclose(facts.prior_mean, [3.0, 0.0])
    np.testing.assert_allclose(facts.prior_stddev, [1.0, 2.0])


def test_a_scale_is_estimated_from_the_data(networks: Path, tmp_path: Path, answer: Any):
    given = {"likelihood": "normal", "options": {"scale": "estimate"}, "data": str(networks / "x.npy")}
    fields = wrapped(asked(networks, tmp_path / "vae", **given))
    facts = answer("model", address=fields["path"], reloads=0)
    assert any("estimated from" in each for each in (facts.likelihood, *facts.assumed))


def test_what_does_not_fit_is_refused_and_leaves_no_folder(networks: Path, tmp_path: Path):
    for likelihood in ("normal-pixel", "no-such-thing"):
        with pytest.raises(InputError):
            wrapped(asked(networks, tmp_path / "vae", likelihood=likelihood))
    assert not (tmp_path / "vae").exists()


def test_a_program_is_not_opened_without_the_persons_word(networks: Path, tmp_path: Path):
    keras.models.load_model(networks / "decoder.keras").export(tmp_path / "program", verbose=False)
    given = asked(networks, tmp_path / "vae", decoder=str(tmp_path / "program"), latent_dim=2)
    with pytest.raises(HoldsProgramError):
        wrapped(given)
    fields = wrapped({**given, "trust_program": True})
    untrusted = Tasks().run("model", {"address": fields["path"], "reloads": 0}, lambda *_: None)[0]
    assert untrusted["untrusted"]["digest"] == fields["digest"]
    trusted = {"address": fields["path"], "reloads": 0, "trust": {fields["path"]: fields["digest"]}}
    assert Tasks().run("model", trusted, lambda *_: None)[0]["latent_dim"] == 2
