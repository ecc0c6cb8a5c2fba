"""Encoder and decoder networks in Keras 3. They output parameters only; heads make distributions of them.

Every layer has a name and a seed of its own, so that neither the weights nor the saved file depend on what else the
process has built.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod
from typing import Any

from vaediag.backend import keras
from vaediag.errors import InputError

ACTIVATION = "gelu"


def dense(
    event_shape: Sequence[int],
    latent_dim: int,
    *,
    encoder_outputs: int,
    decoder_outputs: int,
    widths: Sequence[int],
    encoder_widths: Sequence[int] | None = None,
    seed: int,
) -> tuple[Any, Any]:
    """Encoder `[n, *event_shape] -> [n, encoder_outputs]` and decoder `[n, L] -> [n, decoder_outputs]`.

    `widths` are the encoder's unless it has its own; the decoder has them in reverse.
    """
    seeds = _seeds(seed)
    x = keras.Input(tuple(event_shape), name="x")
    h = keras.layers.Flatten(name="flatten")(x)
    for number, width in enumerate(encoder_widths or widths):
        h = _dense(width, f"hidden_{number}", seeds)(h)
    encoder = keras.Model(x, _dense(encoder_outputs, "parameters", seeds, None)(h), name="encoder")

    z = h = keras.Input((latent_dim,), name="z")
    for number, width in enumerate(reversed(widths)):
        h = _dense(width, f"hidden_{number}", seeds)(h)
    decoder = keras.Model(z, _dense(decoder_outputs, "parameters", seeds, None)(h), name="decoder")
    return encoder, decoder


def conv(
    event_shape: Sequence[int],
    latent_dim: int,
    *,
    encoder_outputs: int,
    decoder_outputs: int,
    widths: Sequence[int],
    hidden: int = 0,
    seed: int,
) -> tuple[Any, Any]:
    """Convolutional twins: each of `widths` halves the image in the encoder, and doubles it again in the decoder.

    Outputs beyond one per pixel (a scale per image) come from the code directly.
    Raises InputError when the image cannot be halved that often or the outputs are fewer than the pixels.
    """
    height, width, channels = _image(event_shape)
    factor = 2 ** len(widths)
    extra = decoder_outputs - prod(event_shape)
    if height % factor or width % factor or extra < 0:
        raise InputError(
            f"widths: expected as many layers as {height} x {width} can be halved, and an output per pixel or more; "
            f"got {len(widths)} layers and {decoder_outputs} outputs. Use fewer layers, or network='dense'."
        )
    seeds = _seeds(seed)
    x = h = keras.Input(tuple(event_shape), name="x")
    for number, filters in enumerate(widths):
        h = _conv("Conv2D", filters, f"down_{number}", seeds, strides=2)(h)
    h = keras.layers.Flatten(name="flatten")(h)
    if hidden:
        h = _dense(hidden, "hidden", seeds)(h)
    encoder = keras.Model(x, _dense(encoder_outputs, "parameters", seeds, None)(h), name="encoder")

    z = h = keras.Input((latent_dim,), name="z")
    if hidden:
        h = _dense(hidden, "hidden", seeds)(h)
    small = (height // factor, width // factor, widths[-1])
    beside = h
    h = _dense(prod(small), "unfold", seeds)(h)
    h = keras.layers.Reshape(small, name="reshape")(h)
    for number, filters in enumerate([*reversed(widths[:-1]), widths[0]]):
        h = _conv("Conv2DTranspose", filters, f"up_{number}", seeds, strides=2)(h)
    h = _conv("Conv2D", channels, "pixels", seeds, activation=None)(h)
    h = keras.layers.Flatten(name="flatten")(h)
    if extra:
        h = keras.layers.Concatenate(name="parameters")([h, _dense(extra, "scale", seeds, None)(beside)])
    return encoder, keras.Model(z, h, name="decoder")


def _image(event_shape: Sequence[int]) -> tuple[int, int, int]:
    if len(event_shape) != 3:
        raise InputError(
            f"event_shape: expected [height, width, channels] for network='conv'; got {list(event_shape)}. "
            "Use network='dense' for vectors."
        )
    height, width, channels = event_shape
    return height, width, channels


def _seeds(seed: int) -> Iterator[int]:
    number = 1000 * seed
    while True:
        number += 1
        yield number


def _dense(units: int, name: str, seeds: Iterator[int], activation: str | None = ACTIVATION) -> Any:
    start = keras.initializers.GlorotUniform(seed=next(seeds))
    return keras.layers.Dense(units, activation=activation, kernel_initializer=start, name=name)


def _conv(
    kind: str, filters: int, name: str, seeds: Iterator[int], *, strides: int = 1, activation: str | None = ACTIVATION
) -> Any:
    start = keras.initializers.GlorotUniform(seed=next(seeds))
    layer = getattr(keras.layers, kind)
    return layer(filters, 3, strides, padding="same", activation=activation, kernel_initializer=start, name=name)
