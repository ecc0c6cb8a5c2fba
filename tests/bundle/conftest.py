"""One tiny VAE, saved once; tests copy its folder before they damage it. And files as other people save them."""

from __future__ import annotations

import json
import shutil
import warnings
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest


@pytest.fixture(scope="session")
def networks():
    """Encoder and decoder of 6 × 5 × 1 images with two latents; the decoder has d + 1 outputs."""
    from vaediag.backend import keras

    keras.utils.set_random_seed(0)
    layers = keras.layers
    encoder = keras.Sequential(
        [keras.Input((6, 5, 1), name="x"), layers.Flatten(name="flat"), layers.Dense(4, name="parameters")],
        name="encoder",
    )
    code = keras.Input((2,), name="z")
    hidden = layers.Dense(8, activation="gelu", name="hidden")(code)
    both = layers.Concatenate(name="both")([layers.Dense(30, name="mean")(hidden), layers.Dense(1, name="v")(hidden)])
    return encoder, keras.Model(code, both, name="decoder")


@pytest.fixture(scope="session")
def vae(networks):
    import vaediag as vd

    return vd.VAE(
        *networks,
        posterior=vd.posteriors.MeanLogVar(),
        likelihood=vd.likelihoods.Normal("image"),
        prior=vd.priors.Mixture([0.25, 0.75], [[0.0, 1.0], [2.0, 3.0]], np.ones((2, 2))),
        name="tiny",
        preprocessing="unit",
        trained_on="0" * 64,
        training={"epochs": 3, "loss": np.array([2.0, np.nan], np.float32), "seed": np.int64(1)},
        card={"sentence": "A tiny model, with σ."},
    )


@pytest.fixture(scope="session")
def saved(vae, tmp_path_factory) -> Path:
    from vaediag.bundle.save import save

    return save(vae, tmp_path_factory.mktemp("bundles") / "tiny")


@pytest.fixture
def bundle(saved, tmp_path) -> Path:
    """A fresh copy of the saved bundle."""
    return Path(shutil.copytree(saved, tmp_path / "bundle"))


@pytest.fixture
def archive(bundle):
    """Rewrite members of the bundle's decoder.keras: `archive(change_config=..., weights=...)` gives its path."""

    def rewrite(change_config=None, **members: bytes) -> Path:
        path = bundle / "decoder.keras"
        with zipfile.ZipFile(path) as old:
            content = {name: old.read(name) for name in old.namelist()}
        if change_config is not None:
            config = json.loads(content["config.json"])
            content["config.json"] = json.dumps(change_config(config) or config).encode()
        content |= {name.replace("__", "."): data for name, data in members.items()}
        with zipfile.ZipFile(path, "w") as new:
            for name, data in content.items():
                new.writestr(name, data)
        return path

    return rewrite


# ---- what other people saved -----------------------------------------------------------------------------------------


def keras_io_networks(keras, draw):
    """Encoder with a layer `draw` of its author's own, decoder, and both in one: the structure of the Keras example."""
    layers = keras.layers
    x = keras.Input((8, 8, 1), name="image")
    hidden = layers.Conv2D(3, 3, strides=2, padding="same", activation="relu")(x)
    hidden = layers.Dense(6, activation="relu", name="hidden")(layers.Flatten()(hidden))
    mean, log_variance = layers.Dense(2, name="z_mean")(hidden), layers.Dense(2, name="z_log_var")(hidden)
    encoder = keras.Model(x, [mean, log_variance, draw([mean, log_variance])], name="encoder")
    z = keras.Input((2,), name="code")
    hidden = layers.Reshape((2, 2, 4))(layers.Dense(16, activation="relu", name="up")(z))
    hidden = layers.Conv2DTranspose(3, 3, strides=2, padding="same")(hidden)
    hidden = layers.LeakyReLU()(layers.BatchNormalization()(hidden))
    hidden = layers.Dropout(0.25)(layers.UpSampling2D()(hidden))
    decoder = keras.Model(z, layers.Conv2D(1, 3, padding="same", activation="sigmoid")(hidden), name="decoder")
    whole = keras.Model(x, decoder(encoder(x)[2]), name="vae")
    decoder.compile("adam", "mse")  # files of trained networks hold an optimizer and its state
    decoder.train_on_batch(np.zeros((2, 2)), np.zeros((2, 8, 8, 1)))
    for network in (encoder, decoder):
        shake(network)
    return encoder, decoder, whole


def shake(network):
    """Weights that are all different, also those of batch normalisation, which start as 0 and 1."""
    random = np.random.default_rng(7)
    for layer in network.layers:
        layer.set_weights([random.uniform(0.1, 0.6, weight.shape) for weight in layer.get_weights()])


@dataclass(frozen=True)
class Strangers:
    """Folders with files that a library saved, and what its networks give for these images and codes."""

    folder: Path
    images: Any
    codes: Any
    mean: Any
    log_variance: Any
    decoded: Any


def _saved(keras, draw, folder: Path) -> Strangers:
    encoder, decoder, whole = keras_io_networks(keras, draw)
    folder.mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that .h5 is old
        for network in (encoder, decoder, whole):
            for ending in ("keras", "h5"):
                network.save(folder / f"{network.name}.{ending}")
    images = np.random.default_rng(0).random((3, 8, 8, 1), np.float32)
    codes = np.random.default_rng(1).normal(size=(3, 2)).astype(np.float32)
    mean, log_variance, _ = encoder(images, training=False)
    decoded = decoder(codes, training=False)
    return Strangers(folder, images, codes, np.asarray(mean), np.asarray(log_variance), np.asarray(decoded))


@pytest.fixture(scope="session")
def keras3_files(tmp_path_factory) -> Strangers:
    from vaediag.backend import keras

    class Sampling(keras.layers.Layer):
        def __init__(self, **settings):
            super().__init__(**settings)
            self.seed_generator = keras.random.SeedGenerator(1337)

        def call(self, inputs):
            mean, log_variance = inputs
            noise = keras.random.normal(keras.ops.shape(mean), seed=self.seed_generator)
            return mean + keras.ops.exp(0.5 * log_variance) * noise

    return _saved(keras, Sampling(), tmp_path_factory.mktemp("strangers") / "keras3")


@pytest.fixture(scope="session")
def tf_keras_files(tmp_path_factory) -> Strangers:
    import tf_keras

    import vaediag.backend  # the first import of TensorFlow is the quiet one  # noqa: F401

    draw = tf_keras.layers.Lambda(lambda pair: pair[0] + pair[1])  # what it does is stored as code, and never run
    return _saved(tf_keras, draw, tmp_path_factory.mktemp("strangers") / "tf_keras")


@pytest.fixture(params=["keras3", "tf_keras"])
def strangers(request) -> Strangers:
    return request.getfixturevalue(f"{request.param}_files")
