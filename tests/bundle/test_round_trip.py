"""What is saved is what is loaded, to the last bit, and equal models are equal files."""

from __future__ import annotations

import time
import zipfile

import numpy as np
import pytest

import vaediag as vd
from vaediag.bundle.load import load_bundle, load_network, read_bundle_manifest
from vaediag.bundle.save import save
from vaediag.errors import InputError


def contents(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_a_bundle_is_four_files(saved):
    assert sorted(contents(saved)) == ["decoder.keras", "encoder.keras", "heads.npz", "vae.json"]


def test_distributions_are_the_same_to_the_last_bit(vae, saved):
    loaded = load_bundle(saved)
    x = np.random.default_rng(0).random((3, 6, 5, 1), np.float32)
    z = np.random.default_rng(1).normal(size=(3, 2)).astype(np.float32)
    for view in ("mean", "stddev"):
        np.testing.assert_array_equal(getattr(loaded.encode(x), view)(), getattr(vae.encode(x), view)())
        np.testing.assert_array_equal(getattr(loaded.decode(z), view)(), getattr(vae.decode(z), view)())
    np.testing.assert_array_equal(loaded.prior.log_prob(z), vae.prior.log_prob(z))


def test_what_is_known_about_the_model_comes_back(vae, saved):
    loaded = load_bundle(saved)
    assert (loaded.name, loaded.source) == ("tiny", str(saved))
    assert (loaded.event_shape, loaded.latent_dim, loaded.preprocessing) == ((6, 5, 1), 2, "unit")
    assert loaded.trained_on == "0" * 64
    assert loaded.training == {"epochs": 3, "loss": [2.0, None], "seed": 1}
    assert loaded.card == {"sentence": "A tiny model, with σ."}
    assert loaded.describe() == vae.describe()


def test_saving_again_gives_the_same_bytes(vae, saved, tmp_path):
    time.sleep(1.1)  # Keras writes the second of saving into the file
    assert contents(save(vae, tmp_path / "again")) == contents(saved)
    assert contents(save(load_bundle(saved), tmp_path / "loaded")) == contents(saved)


def test_nothing_in_a_bundle_has_a_date(saved):
    for name in ("encoder.keras", "decoder.keras", "heads.npz"):
        with zipfile.ZipFile(saved / name) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert b"date_saved" not in (saved / "decoder.keras").read_bytes()
    assert b"shared_object_id" not in (saved / "decoder.keras").read_bytes()


def test_optimizer_state_is_left_out(networks, saved, tmp_path):
    from vaediag.backend import keras, tf

    encoder, decoder = networks
    trained = keras.models.clone_model(decoder)
    trained.set_weights(decoder.get_weights())
    trained.compile(keras.optimizers.Adam(0.0), "mse")
    trained.fit(tf.zeros((4, 2)), tf.zeros((4, 31)), verbose=0)
    with_optimizer = vd.VAE(
        encoder, trained, posterior=vd.posteriors.MeanLogVar(), likelihood=vd.likelihoods.Normal("image")
    )
    save(with_optimizer, tmp_path / "bundle")
    assert (tmp_path / "bundle" / "decoder.keras").read_bytes() == (saved / "decoder.keras").read_bytes()


@pytest.mark.parametrize("likelihood", ["shared", 0.3])
def test_numbers_of_heads_come_back_exactly(networks, likelihood, tmp_path):
    from vaediag.backend import keras

    encoder, _ = networks
    head = vd.likelihoods.Normal("shared", value=0.1 + 0.2) if likelihood == "shared" else vd.likelihoods.Normal(0.3)
    decoder = keras.Sequential([keras.Input((2,)), keras.layers.Dense(30)])
    prior = vd.priors.Normal([0.1, 0.2], [1.5, 2.5])
    vae = vd.VAE(encoder, decoder, posterior=vd.posteriors.MeanLogVar(), likelihood=head, prior=prior)
    loaded = load_bundle(save(vae, tmp_path / "bundle"))
    assert loaded.likelihood == head
    assert isinstance(loaded.prior_head, vd.priors.Normal)
    np.testing.assert_array_equal(loaded.prior_head.loc, prior.loc)
    np.testing.assert_array_equal(loaded.prior_head.scale, prior.scale)


def test_the_manifest_can_be_read_alone(saved):
    manifest = read_bundle_manifest(saved)
    assert manifest.card == {"sentence": "A tiny model, with σ."}
    assert manifest.event_shape == (6, 5, 1)


def test_one_network_can_be_loaded_alone(networks, saved, tmp_path):
    loaded = load_network(saved / "decoder.keras")
    z = np.ones((2, 2), np.float32)
    np.testing.assert_array_equal(loaded(z), networks[1](z))
    with pytest.raises(InputError, match=r"expected a file saved as \.keras; got 'x\.h5'"):
        load_network(tmp_path / "x.h5")
    with pytest.raises(InputError, match="cannot be read"):
        load_network(tmp_path / "x.keras")


def test_saving_over_an_earlier_bundle(vae, bundle):
    (bundle / "decoder.keras").write_bytes(b"old")
    save(vae, bundle)
    assert load_bundle(bundle).name == "tiny"


def test_foreign_callables_cannot_be_saved(tmp_path):
    from vaediag.backend import tf, tfd

    def encode(x):
        flat = tf.reshape(x, (-1, 4))
        return tfd.Independent(tfd.Normal(flat[:, :2], 1.0), 1)

    def decode(z):
        return tfd.Independent(tfd.Normal(tf.concat([z, z], 1), 1.0), 1)

    vae = vd.from_callables(encode, decode, prior=vd.priors.StandardNormal(2), event_shape=(4,))
    with pytest.raises(InputError, match="has no encoder") as caught:
        save(vae, tmp_path / "bundle")
    assert "package.module:factory" in str(caught.value)
    assert not (tmp_path / "bundle").exists()


def test_networks_that_could_not_be_loaded_are_not_saved(networks, tmp_path):
    from vaediag.backend import keras

    encoder, decoder = networks
    code = keras.Input((2,))
    strange = keras.Model(code, keras.layers.Lambda(lambda z: z * 2.0)(decoder(code)))
    vae = vd.VAE(encoder, strange, posterior=vd.posteriors.MeanLogVar(), likelihood=vd.likelihoods.Normal("image"))
    with pytest.raises(InputError, match=r"the layer 'Lambda'.*So it is not saved either"):
        save(vae, tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()


def test_functions_as_networks_cannot_be_saved(networks, tmp_path):
    encoder, decoder = networks
    vae = vd.VAE(
        encoder,
        lambda z: decoder(z),
        posterior=vd.posteriors.MeanLogVar(),
        likelihood=vd.likelihoods.Normal("image"),
        latent_dim=2,
    )
    with pytest.raises(InputError, match="decoder: expected a Keras model; got function"):
        save(vae, tmp_path / "bundle")


def test_training_records_that_json_cannot_hold(networks, tmp_path):
    vae = vd.VAE(
        *networks,
        posterior=vd.posteriors.MeanLogVar(),
        likelihood=vd.likelihoods.Normal("image"),
        training={"optimizer": object()},
    )
    with pytest.raises(InputError, match="training: expected numbers, text, lists and tables"):
        save(vae, tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()
