"""One tiny VAE, saved once; tests copy its folder before they damage it."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

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
