"""Networks that other people saved become VAEs that give the same numbers; what is not said is asked for."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
import time
import warnings
from typing import Any

import h5py
import numpy as np
import pytest

import vaediag as vd
from vaediag.bundle.choosing import fits
from vaediag.bundle.facts import inspect_file
from vaediag.bundle.load import load_bundle
from vaediag.choices import LIKELIHOODS, POSTERIORS
from vaediag.errors import InputError
from vaediag.io import atomic

HEADS: dict[str, Any] = {"posterior": "mean-logvar", "likelihood": "bernoulli-probs"}
LEFT_OUT = r"encoder without its layer (Sampling|Lambda): outputs are those of z_mean, z_log_var"


def same(vae, strangers):
    """Means and standard deviations of q(z | x), and means of p(x | z), are those of the networks as they were."""
    q = vae.encode(strangers.images)
    np.testing.assert_allclose(q.mean(), strangers.mean, rtol=1e-6)
    np.testing.assert_allclose(q.stddev(), np.exp(strangers.log_variance / 2), rtol=1e-6)
    # batch normalisation multiplies in another order in Keras 3
    np.testing.assert_allclose(vae.decode(strangers.codes).mean(), strangers.decoded, rtol=0, atol=3e-7)


def quietly(save, *arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that .h5 is old, or that a layer holds code
        save(*arguments)


# ---- files that are read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("files", ["{}.keras", "{}.h5", "vae.keras:{}", "vae.h5:{}"])
def test_what_a_keras_example_saves(strangers, files):
    encoder, decoder = (f"{strangers.folder}/{files.format(role)}" for role in ("encoder", "decoder"))
    vae = vd.wrap(encoder, decoder, **HEADS)
    same(vae, strangers)
    assert (vae.event_shape, vae.latent_dim) == ((8, 8, 1), 2)
    assert any(re.fullmatch(LEFT_OUT, phrase) for phrase in vae.assumed)


def test_a_bundle_in_another_process(keras3_files, tf_keras_files, tmp_path):
    """TensorFlow, Keras and every name counter are fresh: nothing but the folder goes over."""
    for name, files in (("a", keras3_files), ("b", tf_keras_files)):
        vd.wrap(f"{files.folder}/encoder.h5", files.folder / "decoder.keras", **HEADS, output=tmp_path / name)
        np.savez(tmp_path / f"{name}.npz", x=files.images, z=files.codes, mean=files.mean, decoded=files.decoded)
    code = f"""
import numpy as np, vaediag as vd
for name in "ab":
    vae, seen = vd.load({str(tmp_path)!r} + "/" + name), np.load({str(tmp_path)!r} + f"/{{name}}.npz")
    print(float(np.abs(vae.encode(seen["x"]).mean() - seen["mean"]).max()))
    print(float(np.abs(vae.decode(seen["z"]).mean() - seen["decoded"]).max()))
    print(vae.assumed[0])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert max(float(lines[place]) for place in (0, 1, 3, 4)) < 1e-6
    assert lines[2] == "encoder without its layer Sampling: outputs are those of z_mean, z_log_var"
    assert lines[5] == "encoder without its layer Lambda: outputs are those of z_mean, z_log_var"


def test_networks_in_memory(tf_keras_files):
    import tf_keras

    decoder = tf_keras.models.load_model(tf_keras_files.folder / "decoder.h5", compile=False)
    vae = vd.wrap(tf_keras_files.folder / "encoder.keras", decoder, **HEADS)
    same(vae, tf_keras_files)


def test_rows_of_layers_and_one_tensor_of_parameters(tmp_path):
    """The structure of TensorFlow's tutorial: mean and log-variance in one row, logits, images without channels."""
    from vaediag.backend import keras

    layers = keras.layers
    encoder = keras.Sequential([keras.Input((4, 4)), layers.Flatten(), layers.Dense(6)])
    decoder = keras.Sequential([layers.Dense(16), layers.Reshape((4, 4))])
    decoder.build((None, 3))
    quietly(encoder.save, tmp_path / "encoder.h5")
    decoder.save(tmp_path / "decoder.keras")
    vae = vd.wrap(
        tmp_path / "encoder.h5", tmp_path / "decoder.keras", posterior="mean-logvar", likelihood="bernoulli-logits"
    )
    x, z = np.ones((2, 4, 4), np.float32), np.ones((2, 3), np.float32)
    np.testing.assert_array_equal(vae.encode(x).mean(), encoder(x)[:, :3])
    np.testing.assert_array_equal(vae.decode(z).distribution.logits, decoder(z))
    assert vae.assumed == ()


OLD_LAYERS = [
    ("Dense", (5,), {"units": 3, "activation": "swish", "kernel_regularizer": "l2"}),
    ("Dense", (5,), {"units": 3, "activation": "gelu", "kernel_constraint": "non_neg"}),
    ("Conv2D", (8, 8, 4), {"filters": 3, "kernel_size": 3, "dilation_rate": 2, "activation": "elu"}),
    ("Conv2D", (8, 8, 4), {"filters": 4, "kernel_size": 3, "groups": 2, "activation": "selu"}),
    ("Conv1D", (8, 4), {"filters": 3, "kernel_size": 3, "padding": "causal"}),
    ("Conv2DTranspose", (5, 5, 4), {"filters": 3, "kernel_size": 4, "strides": 2, "output_padding": 1}),
    ("Conv2DTranspose", (5, 5, 4), {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "same"}),
    ("Conv1DTranspose", (5, 4), {"filters": 3, "kernel_size": 3, "strides": 2}),
    ("DepthwiseConv2D", (8, 8, 4), {"kernel_size": 3, "depth_multiplier": 2}),
    ("SeparableConv2D", (8, 8, 4), {"filters": 3, "kernel_size": 3}),
    ("BatchNormalization", (8, 8, 4), {}),
    ("BatchNormalization", (5,), {"scale": False}),
    ("LayerNormalization", (8, 8, 4), {}),
    ("GroupNormalization", (8, 8, 4), {"groups": 2}),
    ("LeakyReLU", (5,), {"alpha": 0.1}),
    ("PReLU", (8, 8, 4), {"shared_axes": [1, 2]}),
    ("ReLU", (5,), {"max_value": 6, "negative_slope": 0.1}),
    ("ELU", (5,), {"alpha": 0.5}),
    ("Softmax", (5,), {}),
    ("Activation", (5,), {"activation": "softplus"}),
    ("Activation", (5,), {"activation": "leaky_relu"}),
    ("Flatten", (3, 3, 2), {}),
    ("Permute", (3, 4), {"dims": (2, 1)}),
    ("Reshape", (12,), {"target_shape": (2, -1, 3)}),
    ("RepeatVector", (4,), {"n": 3}),
    ("UpSampling2D", (3, 3, 2), {"interpolation": "bilinear"}),
    ("UpSampling2D", (3, 3, 2), {"size": (2, 3)}),
    ("ZeroPadding2D", (3, 3, 2), {"padding": ((1, 0), (2, 1))}),
    ("Cropping2D", (5, 5, 2), {"cropping": 1}),
    ("MaxPooling2D", (6, 6, 2), {}),
    ("AveragePooling2D", (6, 6, 2), {"pool_size": 3, "strides": 2, "padding": "same"}),
    ("GlobalAveragePooling2D", (6, 6, 2), {}),
    ("Dropout", (5,), {"rate": 0.3}),
    ("GaussianNoise", (5,), {"stddev": 0.3}),
    ("SpatialDropout2D", (6, 6, 2), {"rate": 0.3}),
    ("Rescaling", (5,), {"scale": 1 / 255, "offset": -0.5}),
]


@pytest.mark.parametrize("ending", ["h5", "keras"])
@pytest.mark.parametrize(("name", "shape", "settings"), OLD_LAYERS)
def test_layers_of_tf_keras_give_the_same_in_keras_3(name, shape, settings, ending, tmp_path):
    import tf_keras

    from vaediag.bundle.cut import cut, output_tensors
    from vaediag.bundle.foreign import open_foreign, rebuilt
    from vaediag.bundle.load import keras_model

    old = tf_keras.Sequential([tf_keras.layers.InputLayer(shape), getattr(tf_keras.layers, name)(**settings)])
    random = np.random.default_rng(3)
    old.set_weights([random.uniform(0.1, 1.0, weight.shape) for weight in old.get_weights()])
    quietly(old.save, tmp_path / f"old.{ending}")
    file = open_foreign(f"{tmp_path}/old.{ending}")
    outputs = output_tensors(file.config)
    assert isinstance(outputs, list)
    piece = cut(file.config, outputs)
    new = keras_model(rebuilt(piece.config, file.weights, "old"), "old")
    x = random.normal(size=(3, *shape)).astype(np.float32)
    exactly = not name.endswith("Normalization")
    np.testing.assert_allclose(new(x, training=False), old(x, training=False), rtol=0, atol=0 if exactly else 1e-6)


def test_networks_inside_networks_of_tf_keras(tmp_path):
    """Weights of a network inside one are stored as one list, trained ones first, and calls are counted from one."""
    import tf_keras

    layers = tf_keras.layers
    block = tf_keras.Sequential([layers.InputLayer((4,)), layers.Dense(4), layers.BatchNormalization()], name="block")
    frozen = layers.Dense(4, name="frozen", trainable=False)
    z = layers.Input((4,), name="z")
    inner_z = layers.Input((4,))
    inner = tf_keras.Model(inner_z, layers.Dense(4)(frozen(inner_z)), name="inner")
    decoder = tf_keras.Model(z, layers.Add()([inner(block(block(z))), z]), name="decoder")
    random = np.random.default_rng(4)
    decoder.set_weights([random.uniform(0.1, 1.0, weight.shape) for weight in decoder.get_weights()])
    x = layers.Input((4,))
    encoder = tf_keras.Model(x, [layers.Dense(4)(x), layers.Dense(4)(x)])
    for ending in ("h5", "keras"):
        quietly(decoder.save, tmp_path / f"decoder.{ending}")
        vae = vd.wrap(encoder, tmp_path / f"decoder.{ending}", posterior="mean-logvar", likelihood="normal", scale=1)
        codes = random.normal(size=(5, 4)).astype(np.float32)
        np.testing.assert_allclose(vae.decode(codes).mean(), decoder(codes), rtol=1e-5, atol=1e-6)


# ---- layers of TensorFlow Probability --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tfp_files(tmp_path_factory):
    """Files that end in layers of tfp, and what stood before those layers gives."""
    import tf_keras

    from vaediag.backend import tf, tfp

    layers, laws = tf_keras.layers, tfp.layers
    folder = tmp_path_factory.mktemp("tfp")
    prior = tfp.distributions.Independent(tfp.distributions.Normal(tf.zeros(2), 1.0), 1)
    bare_encoder = tf_keras.Sequential([layers.InputLayer((3, 3, 1)), layers.Flatten(), layers.Dense(5)])
    bare_decoder = tf_keras.Sequential([layers.InputLayer((2,)), layers.Dense(9)])
    bare_normal = tf_keras.Sequential([layers.InputLayer((2,)), layers.Dense(18)])
    penalty = laws.KLDivergenceRegularizer(prior)
    whole = {
        "tril": [*bare_encoder.layers, laws.MultivariateNormalTriL(2, activity_regularizer=penalty)],
        "bernoulli": [*bare_decoder.layers, laws.IndependentBernoulli((3, 3, 1))],
        "normal": [*bare_normal.layers, laws.IndependentNormal((3, 3, 1))],
    }
    for name, parts in whole.items():
        network = tf_keras.Sequential([tf_keras.layers.InputLayer(parts[0].input_shape[1:]), *parts])
        for ending in ("h5", "keras"):
            quietly(network.save, folder / f"{name}.{ending}")
    z = layers.Input((2,))
    drawn = laws.DistributionLambda(lambda t: tfp.distributions.Bernoulli(logits=t))(bare_decoder.layers[0](z))
    quietly(tf_keras.Model(z, drawn).save, folder / "lambda.h5")
    return folder, bare_encoder, bare_decoder, bare_normal


@pytest.mark.parametrize("ending", ["h5", "keras"])
def test_layers_of_tfp_leave_their_parameters(tfp_files, ending):
    folder, bare_encoder, bare_decoder, _ = tfp_files
    vae = vd.wrap(
        folder / f"tril.{ending}",
        folder / f"bernoulli.{ending}",
        posterior="mean-tril",
        likelihood="bernoulli-logits",
        event_shape=(3, 3, 1),
    )
    x, z = np.ones((2, 3, 3, 1), np.float32), np.ones((2, 2), np.float32)
    np.testing.assert_array_equal(vae.encode(x).mean(), bare_encoder(x)[:, :2])
    np.testing.assert_array_equal(vae.decode(z).distribution.logits, np.reshape(bare_decoder(z), (2, 3, 3, 1)))
    assert vae.assumed[:2] == (
        "encoder without its last layer MultivariateNormalTriL: what that layer was given are the parameters",
        "decoder without its last layer IndependentBernoulli: what that layer was given are the parameters",
    )


def test_a_layer_of_tfp_says_what_its_numbers_are(tfp_files):
    folder, *_ = tfp_files
    with pytest.raises(InputError, match="Its last layer was MultivariateNormalTriL, which means mean-tril"):
        vd.wrap(folder / "tril.h5", folder / "bernoulli.h5")
    with pytest.raises(InputError, match="IndependentNormal, which means normal-pixel with spread softplus"):
        vd.wrap(folder / "tril.h5", folder / "normal.h5", posterior="mean-tril")
    vae = vd.wrap(
        folder / "tril.h5", folder / "normal.h5", posterior="mean-tril", likelihood="normal-pixel", spread="softplus"
    )
    z = np.ones((1, 2), np.float32)
    raw = np.asarray(tfp_files[3](z))[0, 9:]
    np.testing.assert_allclose(np.ravel(vae.decode(z).stddev()), np.log1p(np.exp(raw)), rtol=1e-5)


def test_what_a_layer_of_tfp_says_and_a_person_does_not(tfp_files):
    folder, _, bare_decoder, _ = tfp_files
    vae = vd.wrap(
        folder / "tril.h5", folder / "bernoulli.h5", posterior="mean-tril", likelihood="continuous-bernoulli-logits"
    )
    said = "continuous-bernoulli-logits taken for the numbers that IndependentBernoulli would read as bernoulli-logits"
    assert said in vae.assumed
    vae = vd.wrap(folder / "tril.h5", folder / "lambda.h5", posterior="mean-tril", likelihood="bernoulli-logits")
    z = np.ones((1, 2), np.float32)
    np.testing.assert_array_equal(np.ravel(vae.decode(z).distribution.logits), np.ravel(bare_decoder(z)))


# ---- what has to be said ---------------------------------------------------------------------------------------------


def refused(match, *arguments, **options):
    with pytest.raises(InputError, match=match) as caught:
        vd.wrap(*arguments, **options)
    return str(caught.value)


def test_what_is_missing_is_asked_for_with_what_fits(keras3_files):
    encoder, decoder = keras3_files.folder / "encoder.keras", keras3_files.folder / "decoder.keras"
    asked = refused(
        "posterior: expected what the 4 numbers that encoder.keras gives for 2 latents are", encoder, decoder
    )
    offered, other = asked.split("With another number of outputs")
    assert "mean-logvar" in offered
    assert "mean-tril" in other
    asked = refused("64 numbers that decoder.keras gives", encoder, decoder, posterior="mean-logvar")
    offered, other = asked.split("With another number of outputs")
    assert {"bernoulli-logits", "bernoulli-probs", "normal", "poisson"} <= set(offered.split())
    assert "normal-pixel" in other
    assert "needs scale" in offered
    refused("scale: 'normal' needs it", encoder, decoder, posterior="mean-logvar", likelihood="normal")
    refused("likelihood: expected one of", encoder, decoder, posterior="mean-logvar", likelihood="bernouli")
    refused("posterior: expected one of", encoder, decoder, posterior="mean", likelihood="bernoulli-probs")


def test_counts_rule_out_what_cannot_be():
    assert fits("bernoulli-logits", outputs=64, size=64)
    assert not fits("bernoulli-logits", outputs=65, size=64)
    assert fits("normal-image", outputs=65, size=64)
    assert fits("normal-pixel", outputs=128, size=64)
    assert fits("normal-mixture", outputs=64 * 6, size=64)
    assert not fits("normal-mixture", outputs=64 * 4, size=64)
    assert fits("categorical", outputs=64 * 256, size=64)
    assert fits("mean-tril", outputs=5, size=2)
    assert not fits("mean-tril", outputs=4, size=2)
    with pytest.raises(InputError, match="expected a choice"):
        fits("gauss", outputs=1, size=1)


@pytest.mark.parametrize("choice", [*LIKELIHOODS, *POSTERIORS], ids=lambda choice: choice.name)
def test_counts_are_those_of_the_heads(choice):
    """What `fits` lets through is what the head itself asks for."""
    from vaediag.choices import likelihood_config, posterior_config
    from vaediag.heads import from_config

    values = {"scale": 1.0, "df": 4, "components": 3, "levels": 4, "total_count": 5}
    needed = {option.name: values[option.name] for option in choice.options if option.default is None}
    likelihood = choice in LIKELIHOODS
    config = likelihood_config(choice.name, **needed) if likelihood else posterior_config(choice.name)
    count = from_config(config).outputs((5,) if likelihood else 5)
    assert fits(choice.name, outputs=count, size=5)
    assert not fits(choice.name, outputs=count + 1, size=5)


def test_swapped_networks_are_noticed(strangers):
    for ending in ("keras", "h5"):
        files = f"{strangers.folder}/decoder.{ending}", f"{strangers.folder}/encoder.{ending}"
        refused("takes 2 numbers, and as decoder .* takes 64: they look swapped", *files, **HEADS)


def test_a_whole_model_is_asked_for_its_parts(strangers):
    whole = f"{strangers.folder}/vae.h5"
    refused("vae.h5' for both; in it are encoder, decoder. Name the networks inside", whole, whole, **HEADS)
    refused(r"networks inside it: vae\.h5:encoder, vae\.h5:decoder", f"{whole}:encoder", whole, **HEADS)


def test_logits_after_a_sigmoid(keras3_files):
    files = keras3_files.folder / "encoder.keras", keras3_files.folder / "decoder.keras"
    match = "activation 'sigmoid': its outputs are probabilities. Choose bernoulli-probs"
    refused(match, *files, posterior="mean-logvar", likelihood="bernoulli-logits")
    refused(match, *files, posterior="mean-logvar", likelihood=vd.likelihoods.Bernoulli())


def test_outputs_can_be_named(tmp_path):
    """An encoder that gives only the z it draws, and one whose outputs have names."""
    from vaediag.backend import keras

    class Draw(keras.layers.Layer):
        def call(self, pair):
            return pair[0] + pair[1]

    layers = keras.layers
    x = keras.Input((6,), name="x")
    mean, spread = layers.Dense(2, name="loc")(x), layers.Dense(2, name="raw")(x)
    keras.Model(x, Draw()([mean, spread])).save(tmp_path / "draws.keras")
    keras.Model(x, {"second": spread, "first": mean}).save(tmp_path / "named.keras")
    keras.Sequential([keras.Input((2,)), layers.Dense(6)]).save(tmp_path / "decoder.keras")
    decoder = tmp_path / "decoder.keras"
    heads: dict[str, Any] = {"posterior": "mean-softplus", "likelihood": "bernoulli-logits"}
    draws, named = tmp_path / "draws.keras", tmp_path / "named.keras"
    refused(r"needs Draw, whose code .* --encoder-outputs NAME,NAME .*: loc \(2\), raw \(2\)", draws, decoder, **heads)
    refused("--encoder-outputs second,first|--encoder-outputs first,second", named, decoder, **heads)
    refused("got 'rawr', which is none; try loc, raw", draws, decoder, encoder_outputs=["loc", "rawr"], **heads)
    values = np.ones((2, 6), np.float32)
    expected = keras.Model(x, [mean, spread])(values)
    for file, names in ((draws, ["loc", "raw"]), (named, ["first", "second"])):
        vae = vd.wrap(file, decoder, encoder_outputs=names, **heads)
        np.testing.assert_array_equal(vae.encode(values).mean(), expected[0])
        np.testing.assert_allclose(vae.encode(values).stddev(), np.log1p(np.exp(expected[1])), rtol=1e-5)


def test_a_scale_is_estimated_and_kept(keras3_files, tmp_path):
    files = keras3_files.folder / "encoder.keras", keras3_files.folder / "decoder.keras"
    heads: dict[str, Any] = {"posterior": "mean-logvar", "likelihood": "normal", "scale": "estimate"}
    refused("images: expected the images to estimate the scale from", *files, **heads)
    vae = vd.wrap(*files, images=keras3_files.images, output=tmp_path / "bundle", **heads)
    assert 0.1 < vae.likelihood.stated < 2.0
    assert vae.source == str(tmp_path / "bundle")
    loaded = load_bundle(tmp_path / "bundle")
    assert loaded.likelihood == vae.likelihood
    assert loaded.assumed == vae.assumed
    assert loaded.describe()["likelihood"].endswith("estimated from 3 images")


def test_other_things_that_are_said(keras3_files, tmp_path):
    files = keras3_files.folder / "encoder.keras", keras3_files.folder / "decoder.keras"
    prior = vd.priors.Normal([1.0, 2.0], [0.5, 0.5])
    vae = vd.wrap(*files, **HEADS, prior=prior, preprocess="unit+pad:8", name="mine", output=tmp_path / "bundle")
    loaded = load_bundle(tmp_path / "bundle")
    assert (loaded.name, loaded.preprocessing) == ("mine", "unit+pad:8")
    assert isinstance(loaded.prior_head, vd.priors.Normal)
    np.testing.assert_array_equal(loaded.prior_head.loc, [1.0, 2.0])
    assert vae.describe() == loaded.describe()
    refused("preprocess", *files, **HEADS, preprocess="units")
    refused("df", *files, **HEADS, df=3)
    head = vd.likelihoods.Bernoulli("probs")
    refused("scale: expected options only beside", *files, posterior="mean-logvar", likelihood=head, scale=1.0)


# ---- files that are none ---------------------------------------------------------------------------------------------


def test_files_that_hold_no_network(keras3_files, tmp_path):
    good = keras3_files.folder / "decoder.keras"
    data = good.read_bytes()

    def about(name, content, match):
        (tmp_path / name).write_bytes(content)
        message = refused(match, tmp_path / name, good, **HEADS)
        assert "\n" not in message
        assert len(message) < 600

    about("empty.keras", b"", "0 bytes. Keras leaves one behind when model.save.. fails.*vae.encoder.save")
    about("cut.keras", data[: len(data) // 2], "cut.keras: expected a whole archive")
    h5 = (keras3_files.folder / "encoder.h5").read_bytes()
    for kept in (0.1, 0.5, 0.9):
        about("cut.h5", h5[: int(len(h5) * kept)], "cut.h5: expected a whole file")
    about("picture.h5", b"\x89PNG\r\n\x1a\n123", "expected a file that Keras saved")
    about("arrays.keras", _archive({"a.npy": b"1"}), "got an archive of a.npy")
    refused("cannot be read .No such file", tmp_path / "nowhere.keras", good, **HEADS)
    refused("expected a Keras model; got int", 3, good, **HEADS)


def test_weights_alone_say_what_is_missing(keras3_files, tmp_path):
    from vaediag.backend import keras

    decoder = keras.models.load_model(keras3_files.folder / "decoder.keras", compile=False)
    decoder.save_weights(tmp_path / "decoder.weights.h5")
    (tmp_path / "ckpt").mkdir()
    (tmp_path / "ckpt" / "checkpoint").write_text("x")
    (tmp_path / "folder").mkdir()
    for name in ("decoder.weights.h5", "ckpt"):
        refused("got weights only.*package.module:factory", keras3_files.folder / "encoder.keras", tmp_path / name)
    refused("got another folder", keras3_files.folder / "encoder.keras", tmp_path / "folder")


def test_a_class_of_its_own_names_the_networks_that_it_stores(tmp_path):
    from vaediag.backend import keras

    class Whole(keras.Model):
        def __init__(self, encoder, decoder, **settings):
            super().__init__(**settings)
            self.encoder, self.decoder = encoder, decoder

        def call(self, x):
            return self.decoder(self.encoder(x))

        def get_config(self):
            keep = keras.saving.serialize_keras_object
            return {"encoder": keep(self.encoder), "decoder": keep(self.decoder)}

    layers = keras.layers
    encoder = keras.Sequential([keras.Input((5,)), layers.Dense(4)])
    decoder = keras.Sequential([keras.Input((2,)), layers.Dense(7), layers.Dense(5)])
    whole = Whole(encoder, decoder)
    whole.build((None, 5))
    whole.save(tmp_path / "whole.keras")
    path = f"{tmp_path}/whole.keras"
    heads: dict[str, Any] = {"posterior": "mean-logvar", "likelihood": "bernoulli-logits"}
    refused("got the class 'Whole'.*whole.keras:encoder, whole.keras:decoder", path, f"{path}:decoder", **heads)
    vae = vd.wrap(f"{path}:encoder", f"{path}:decoder", **heads)
    z = np.ones((1, 2), np.float32)
    np.testing.assert_array_equal(vae.decode(z).distribution.logits, decoder(z))


def test_flipped_bytes_of_old_files_never_escape(tf_keras_files, tmp_path):
    """Whatever is damaged, the answer is facts or an InputError."""
    data = (tf_keras_files.folder / "encoder.h5").read_bytes()
    random = np.random.default_rng(11)
    for _ in range(150):
        damaged = bytearray(data)
        for place in random.integers(0, min(len(data), 16_000), 5):
            damaged[place] = random.integers(256)
        (tmp_path / "damaged.h5").write_bytes(bytes(damaged))
        try:
            inspect_file(f"{tmp_path}/damaged.h5")
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017 - both ends are allowed here


@pytest.mark.parametrize("shape", ["row", "graph", "nested", "outputs"])
def test_networks_that_are_too_large_to_look_at(shape, tmp_path):
    """Forged configs of some megabytes: refused at once, not after a walk of hours."""
    layer = {"class_name": "Flatten", "config": {"name": "f"}}
    start = {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [None, 2]}, "inbound_nodes": []}
    config: dict[str, Any] = {"class_name": "Functional", "config": {"name": "n", "input_layers": [["x", 0, 0]]}}
    match shape:
        case "row":
            config = {"class_name": "Sequential", "config": [layer] * 60_000}
        case "nested":
            inner = {"class_name": "Sequential", "config": {"name": "s", "layers": [layer] * 40}}
            config = {"class_name": "Sequential", "config": {"name": "n", "layers": [inner] * 900}}
        case "graph":
            nodes = [[[f"f{number - 1}" if number else "x", 0, 0, {}]] for number in range(20_000)]
            layers = [layer | {"name": f"f{number}", "inbound_nodes": [node]} for number, node in enumerate(nodes)]
            config["config"] |= {"layers": [start, *layers], "output_layers": [["f19999", 0, 0]]}
        case _:
            config["config"] |= {"layers": [start], "output_layers": [["x", 0, 0]] * 100_000}
    with h5py.File(tmp_path / "large.h5", "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.create_group("model_weights")
    begun = time.process_time()
    with pytest.raises(InputError, match="more than 1000 layers or 2000 calls of them"):
        inspect_file(f"{tmp_path}/large.h5")
    assert time.process_time() - begun < 5.0


def test_names_that_mean_something_else_in_keras_3(tf_keras_files, tmp_path):
    import tf_keras

    layers = tf_keras.layers
    decoder = tf_keras.Sequential([layers.InputLayer((2,)), layers.Dense(64, activation="hard_sigmoid")])
    quietly(decoder.save, tmp_path / "decoder.h5")
    encoder = tf_keras_files.folder / "encoder.h5"
    refused("got 'hard_sigmoid of tf_keras' as activation", encoder, tmp_path / "decoder.h5", **HEADS)


def test_a_network_is_no_model(keras3_files):
    with pytest.raises(InputError, match=r"decoder.keras is a file. If it holds a network.*`vaediag wrap`"):
        vd.load(keras3_files.folder / "decoder.keras")


def test_code_in_a_file_is_never_run(tf_keras_files, tmp_path):
    """A Lambda that is needed is refused, and one that is not needed is never unmarshalled."""
    import tf_keras

    layers = tf_keras.layers
    z = layers.Input((2,))
    quietly(tf_keras.Model(z, layers.Lambda(lambda t: t * 2.0)(layers.Dense(64)(z))).save, tmp_path / "decoder.h5")
    refused("needs Lambda, whose code is not in the file and would not be run", tf_keras_files.folder / "encoder.h5",
            tmp_path / "decoder.h5", **HEADS)  # fmt: skip
    x = layers.Input((4, 4))
    flat = layers.Flatten()(x)
    pair = [layers.Dense(2, name=name)(flat) for name in ("mu", "log_var")]
    drawn = layers.Lambda(lambda t: t[0] + t[1])(pair)
    quietly(tf_keras.Model(x, layers.Dense(16)(drawn)).save, tmp_path / "whole.h5")
    refused(r"for the encoder; .* from mu and log_var: --encoder-outputs mu,log_var\.", tmp_path / "whole.h5",
            tmp_path / "decoder.h5", **HEADS)  # fmt: skip


# ---- whole or not at all ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), KeyboardInterrupt()])
def test_what_fails_leaves_no_half_bundle(keras3_files, tmp_path, monkeypatch, error):
    def half(path, data):
        path.write_bytes(data[: len(data) // 2])
        raise error

    monkeypatch.setattr(atomic, "_write", half)
    files = keras3_files.folder / "encoder.keras", keras3_files.folder / "decoder.keras"
    with pytest.raises(InputError if isinstance(error, OSError) else KeyboardInterrupt):
        vd.wrap(*files, **HEADS, output=tmp_path / "bundle")
    assert list(tmp_path.iterdir()) == []


# ---- vd.save takes the same way --------------------------------------------------------------------------------------


def test_models_of_tf_keras_are_saved(tf_keras_files, tmp_path):
    import tf_keras

    load = tf_keras.models.load_model
    encoder = load(tf_keras_files.folder / "encoder.h5", compile=False)
    decoder = load(tf_keras_files.folder / "decoder.h5", compile=False)
    heads: dict[str, Any] = {"posterior": vd.posteriors.MeanLogVar(), "likelihood": vd.likelihoods.Bernoulli("probs")}
    vae = vd.VAE(encoder, decoder, **heads)
    loaded = load_bundle(vd.save(vae, tmp_path / "bundle"))
    same(loaded, tf_keras_files)
    assert "encoder without its layer Lambda: outputs are those of z_mean, z_log_var" in loaded.assumed


def test_an_encoder_that_draws_is_saved(keras3_files, tmp_path):
    vae = vd.wrap(keras3_files.folder / "encoder.keras", keras3_files.folder / "decoder.keras", **HEADS)
    first = vd.save(vae, tmp_path / "first")
    again = vd.save(load_bundle(first), tmp_path / "again")
    for file in first.iterdir():
        assert (again / file.name).read_bytes() == file.read_bytes()


def _archive(members):
    from vaediag.bundle.zips import write_zip

    return write_zip(members)
