"""The layers that a bundle may hold, each with the settings it may have and what it does to shapes."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.bundle import effects


@dataclass(frozen=True, slots=True)
class Layer:
    """`effect(config, inputs)`; ValueError says what does not fit."""

    settings: frozenset[str]
    effect: effects.Rule


_WEIGHT_WORDS = "initializer regularizer constraint"


def _layer(effect: effects.Rule, settings: str = "", weights: str = "") -> Layer:
    """`weights` are the words before _initializer, _regularizer and _constraint."""
    kinds = [f"{name}_{word}" for name in weights.split() for word in _WEIGHT_WORDS.split()]
    common = "name trainable dtype data_format activity_regularizer autocast"
    return Layer(frozenset([*common.split(), *settings.split(), *kinds]), effect)


_CONV = "filters kernel_size strides padding dilation_rate groups activation use_bias"
_POOL = "pool_size strides padding"
_NORM = "axis epsilon center scale"

OPERATIONS = {"Log1p": "keras.src.ops.numpy"}  # functions of Keras as layers, and where they are kept

LAYERS: dict[str, Layer] = {
    "Log1p": _layer(effects.same),  # keras.ops.log1p, in front of encoders of counts
    "Dense": _layer(effects.dense, "units activation use_bias", "kernel bias"),
    "Flatten": _layer(effects.flatten),
    "Reshape": _layer(effects.reshape, "target_shape"),
    "Permute": _layer(effects.permute, "dims"),
    "RepeatVector": _layer(effects.repeat, "n"),
    "Activation": _layer(effects.same, "activation"),
    "ReLU": _layer(effects.same, "max_value negative_slope threshold"),
    "LeakyReLU": _layer(effects.same, "negative_slope alpha"),
    "ELU": _layer(effects.same, "alpha"),
    "Softmax": _layer(effects.same, "axis"),
    "PReLU": _layer(effects.prelu, "shared_axes", "alpha"),
    "Identity": _layer(effects.same),
    "Rescaling": _layer(effects.same, "scale offset"),
    "ActivityRegularization": _layer(effects.same, "l1 l2"),
    "Dropout": _layer(effects.noise("rate"), "rate seed noise_shape"),
    "AlphaDropout": _layer(effects.noise("rate"), "rate seed noise_shape"),
    "GaussianDropout": _layer(effects.noise("rate"), "rate seed"),
    "GaussianNoise": _layer(effects.noise("stddev"), "stddev seed"),
    "BatchNormalization": _layer(
        effects.batch_normalization,
        f"{_NORM} momentum synchronized renorm_momentum moving_mean_initializer moving_variance_initializer",
        "beta gamma",
    ),
    "LayerNormalization": _layer(effects.layer_normalization, f"{_NORM} rms_scaling", "beta gamma"),
    "GroupNormalization": _layer(effects.group_normalization, f"{_NORM} groups", "beta gamma"),
    "Add": _layer(effects.merge),
    "Subtract": _layer(effects.merge),
    "Multiply": _layer(effects.merge),
    "Average": _layer(effects.merge),
    "Maximum": _layer(effects.merge),
    "Minimum": _layer(effects.merge),
    "Concatenate": _layer(effects.concatenate, "axis"),
    "DepthwiseConv2D": _layer(effects.conv(2, depthwise=True), f"{_CONV} depth_multiplier", "depthwise bias"),
    "SeparableConv2D": _layer(effects.conv(2, separable=True), f"{_CONV} depth_multiplier", "depthwise pointwise bias"),
}
for _rank in (1, 2):
    LAYERS |= {
        f"Conv{_rank}D": _layer(effects.conv(_rank), _CONV, "kernel bias"),
        f"Conv{_rank}DTranspose": _layer(effects.conv_transpose(_rank), f"{_CONV} output_padding", "kernel bias"),
        f"SpatialDropout{_rank}D": _layer(effects.noise("rate"), "rate seed noise_shape"),
        f"UpSampling{_rank}D": _layer(effects.upsampling(_rank), "size interpolation"),
        f"ZeroPadding{_rank}D": _layer(effects.margins(_rank, "padding", 1), "padding"),
        f"Cropping{_rank}D": _layer(effects.margins(_rank, "cropping", -1), "cropping"),
        f"MaxPooling{_rank}D": _layer(effects.pooling(_rank), _POOL),
        f"AveragePooling{_rank}D": _layer(effects.pooling(_rank), _POOL),
        f"GlobalMaxPooling{_rank}D": _layer(effects.global_pooling(_rank), "keepdims"),
        f"GlobalAveragePooling{_rank}D": _layer(effects.global_pooling(_rank), "keepdims"),
    }
