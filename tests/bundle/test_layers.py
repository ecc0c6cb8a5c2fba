"""The arithmetic of shapes and weights against Keras itself, for every layer on the list."""

from __future__ import annotations

import io
from importlib import import_module

import numpy as np
import pytest

from vaediag.bundle.inspect import examine
from vaediag.bundle.layers import LAYERS, OPERATIONS

IMAGE, ROW, VECTOR = (9, 8, 6), (9, 6), (12,)

CASES = [
    ("Dense", VECTOR, {"units": 5, "activation": "softplus"}),
    ("Dense", IMAGE, {"units": 5, "use_bias": False, "kernel_initializer": "he_normal", "kernel_regularizer": "l2"}),
    ("Flatten", IMAGE, {}),
    ("Reshape", IMAGE, {"target_shape": (4, -1)}),
    ("Reshape", VECTOR, {"target_shape": (2, 3, 2)}),
    ("Permute", IMAGE, {"dims": (3, 1, 2)}),
    ("RepeatVector", VECTOR, {"n": 4}),
    ("Activation", IMAGE, {"activation": "tanh"}),
    ("ReLU", IMAGE, {"max_value": 6.0}),
    ("LeakyReLU", IMAGE, {"negative_slope": 0.2}),
    ("ELU", IMAGE, {}),
    ("Softmax", VECTOR, {}),
    ("PReLU", IMAGE, {"shared_axes": [1, 2]}),
    ("PReLU", VECTOR, {}),
    ("Identity", IMAGE, {}),
    ("Log1p", VECTOR, {}),
    ("Rescaling", IMAGE, {"scale": 1 / 255, "offset": -0.5}),
    ("ActivityRegularization", IMAGE, {"l1": 0.1}),
    ("Dropout", IMAGE, {"rate": 0.1, "seed": 3}),
    ("AlphaDropout", IMAGE, {"rate": 0.1}),
    ("GaussianDropout", IMAGE, {"rate": 0.1}),
    ("GaussianNoise", IMAGE, {"stddev": 0.1}),
    ("SpatialDropout1D", ROW, {"rate": 0.1}),
    ("SpatialDropout2D", IMAGE, {"rate": 0.1}),
    ("BatchNormalization", IMAGE, {}),
    ("BatchNormalization", VECTOR, {"center": False, "scale": False}),
    ("BatchNormalization", IMAGE, {"axis": 1}),
    ("LayerNormalization", IMAGE, {}),
    ("LayerNormalization", IMAGE, {"axis": [1, 2, 3], "scale": False}),
    ("GroupNormalization", IMAGE, {"groups": 3}),
    ("DepthwiseConv2D", IMAGE, {"kernel_size": 3, "depth_multiplier": 2, "padding": "same"}),
    ("SeparableConv2D", IMAGE, {"filters": 5, "kernel_size": (3, 2), "strides": 2, "use_bias": False}),
    ("Conv1D", ROW, {"filters": 4, "kernel_size": 3, "padding": "causal", "dilation_rate": 2}),
    ("Conv2D", IMAGE, {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same", "activation": "gelu"}),
    ("Conv2D", IMAGE, {"filters": 4, "kernel_size": (4, 3), "strides": (2, 3), "groups": 2}),
    ("Conv2D", IMAGE, {"filters": 4, "kernel_size": 3, "dilation_rate": 2, "kernel_initializer": "orthogonal"}),
    ("Conv1DTranspose", ROW, {"filters": 4, "kernel_size": 4, "strides": 3}),
    ("Conv2DTranspose", IMAGE, {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "same"}),
    ("Conv2DTranspose", IMAGE, {"filters": 4, "kernel_size": 3, "strides": 2, "padding": "valid"}),
    ("Conv2DTranspose", IMAGE, {"filters": 4, "kernel_size": 2, "strides": 3, "padding": "valid"}),
    ("Conv2DTranspose", IMAGE, {"filters": 4, "kernel_size": 5, "strides": 2, "padding": "same", "output_padding": 1}),
    ("Conv2DTranspose", IMAGE, {"filters": 4, "kernel_size": 5, "strides": 2, "padding": "valid", "output_padding": 1}),
    ("UpSampling1D", ROW, {"size": 3}),
    ("UpSampling2D", IMAGE, {"size": (2, 3), "interpolation": "bilinear"}),
    ("ZeroPadding1D", ROW, {"padding": (1, 2)}),
    ("ZeroPadding1D", ROW, {"padding": 2}),
    ("ZeroPadding2D", IMAGE, {"padding": ((1, 0), (2, 3))}),
    ("ZeroPadding2D", IMAGE, {"padding": (1, 2)}),
    ("Cropping1D", ROW, {"cropping": (1, 2)}),
    ("Cropping2D", IMAGE, {"cropping": ((1, 0), (2, 3))}),
    ("MaxPooling1D", ROW, {"pool_size": 2}),
    ("AveragePooling1D", ROW, {"pool_size": 3, "strides": 2, "padding": "same"}),
    ("MaxPooling2D", IMAGE, {"pool_size": 3, "strides": 2, "padding": "valid"}),
    ("AveragePooling2D", IMAGE, {"pool_size": (2, 3), "padding": "same"}),
    ("GlobalMaxPooling1D", ROW, {}),
    ("GlobalAveragePooling1D", ROW, {"keepdims": True}),
    ("GlobalMaxPooling2D", IMAGE, {"keepdims": True}),
    ("GlobalAveragePooling2D", IMAGE, {}),
    ("Concatenate", (VECTOR, VECTOR, (3,)), {}),
    ("Concatenate", (IMAGE, (9, 2, 6)), {"axis": 2}),
    *[(name, (IMAGE, (1, 1, 6)), {}) for name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")],
]


def test_every_layer_on_the_list_has_a_case():
    assert {name for name, _, _ in CASES} == set(LAYERS)


@pytest.fixture(scope="module")
def keras():
    from vaediag.backend import keras

    return keras


def saved(model, folder):
    model.save(folder / "network.keras")
    return (folder / "network.keras").read_bytes()


@pytest.mark.parametrize(("name", "shape", "settings"), CASES)
def test_shapes_and_weights_are_those_of_keras(keras, name, shape, settings, tmp_path):
    layer = getattr(import_module(OPERATIONS.get(name, "keras.layers")), name)(**settings)
    if isinstance(shape[0], tuple):
        inputs = [keras.Input(part) for part in shape]
        model = keras.Model(inputs, layer(inputs))
    else:
        inputs = [keras.Input(shape)]
        model = keras.Model(inputs[0], layer(inputs[0]))
    network = examine(saved(model, tmp_path), name)
    assert network.outputs == (tuple(model.output_shape[1:]),)
    assert network.inputs == tuple(tuple(part.shape[1:]) for part in inputs)
    assert network.parameters == model.count_params()
    assert network.activations >= np.prod(model.output_shape[1:])
    rebuilt = tmp_path / "rebuilt.keras"
    rebuilt.write_bytes(network.archive)
    loaded = keras.saving.load_model(rebuilt)
    for ours, theirs in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert examine(network.archive, name).archive == network.archive


def test_nested_and_shared_networks(keras, tmp_path):
    layers = keras.layers
    block = keras.Sequential([keras.Input((4,)), layers.Dense(4, activation="relu")], name="block")
    inner_in = keras.Input((4,))
    inner = keras.Model(inner_in, [layers.Dense(3)(inner_in), layers.Dense(2)(inner_in)], name="inner")
    x = keras.Input((4,), name="x")
    once = block(x)
    twice = block(once)  # the same weights, called again
    mean, second = inner(twice)
    model = keras.Model(x, [mean, second, layers.Add()([once, twice])], name="outer")
    network = examine(saved(model, tmp_path), "outer")
    assert network.outputs == ((3,), (2,), (4,))
    assert network.parameters == model.count_params()
    (tmp_path / "rebuilt.keras").write_bytes(network.archive)
    loaded = keras.saving.load_model(tmp_path / "rebuilt.keras")
    values = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
    for ours, theirs in zip(loaded(values), model(values), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16", "float32"])
def test_dtype_policies(keras, policy, tmp_path):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, dtype=keras.DTypePolicy(policy))])
    network = examine(saved(model, tmp_path), "network")
    (tmp_path / "rebuilt.keras").write_bytes(network.archive)
    assert keras.saving.load_model(tmp_path / "rebuilt.keras").layers[-1].dtype_policy.name == policy


def test_a_sequential_network_built_without_an_input_layer(keras, tmp_path):
    model = keras.Sequential([keras.layers.Dense(2), keras.layers.Dense(3)])
    model.build((None, 4))
    network = examine(saved(model, tmp_path), "network")
    assert (network.inputs, network.outputs) == (((4,),), ((3,),))
    (tmp_path / "rebuilt.keras").write_bytes(network.archive)
    values = np.ones((2, 4), np.float32)
    np.testing.assert_array_equal(keras.saving.load_model(tmp_path / "rebuilt.keras")(values), model(values))


def test_layers_that_are_not_on_the_list_say_so(keras, tmp_path):
    from vaediag.errors import UnsafeFileError

    model = keras.Sequential([keras.Input((5,)), keras.layers.Embedding(3, 2)])
    with pytest.raises(UnsafeFileError, match=r"the layer 'Embedding'. Only load it as package.module:factory"):
        examine(saved(model, tmp_path), "network")


def test_the_rebuilt_archive_is_a_plain_zip(keras, tmp_path):
    import zipfile

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    with zipfile.ZipFile(io.BytesIO(examine(saved(model, tmp_path), "network").archive)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["metadata.json", "config.json", "model.weights.h5"]
