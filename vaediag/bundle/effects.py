"""What a layer does to shapes: the one it gives, and the weights it needs.

Shapes are without the batch axis. The arithmetic is that of Keras 3 with channels last; it is done here, in plain
integers, so that the size of a network is known before anything is reserved for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Shape: TypeAlias = tuple[int, ...]
Config: TypeAlias = Mapping[str, Any]
Rule: TypeAlias = "Callable[[Config, Sequence[Shape]], Effect]"


@dataclass(frozen=True, slots=True)
class Effect:
    """What one call of a layer gives and needs; `scratch` numbers are held beside the output while it runs."""

    output: Shape
    weights: tuple[Shape, ...] = ()
    scratch: int = 0


def _only(inputs: Sequence[Shape]) -> Shape:
    if len(inputs) != 1:
        raise ValueError(f"it takes one input, not {len(inputs)}")
    return inputs[0]


def whole(value: Any, what: str, least: int = 1) -> int:
    """`value` as an integer of at least `least`; ValueError otherwise."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{what} is {value!r}")
    return value


def _several(value: Any, rank: int, what: str, least: int = 1) -> tuple[int, ...]:
    sizes = list(value) if isinstance(value, list | tuple) else [value] * rank
    if len(sizes) != rank:
        raise ValueError(f"{what} is {value!r}")
    return tuple(whole(size, what, least) for size in sizes)


def _spatial(inputs: Sequence[Shape], config: Config, rank: int) -> tuple[Shape, int]:
    shape = _only(inputs)
    if len(shape) != rank + 1:
        raise ValueError(f"its input has {len(shape)} axes instead of {rank + 1}")
    if config.get("data_format") not in (None, "channels_last"):
        raise ValueError("its channels come first, which TensorFlow does not run on a CPU")
    return shape[:-1], shape[-1]


def _window(sizes: Shape, kernel: Shape, strides: Shape, dilation: Shape, padding: Any) -> tuple[Shape, int]:
    """Output sizes of a sliding window, and how many positions the padded input has."""
    reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    if padding == "valid":
        out = [(n - r) // s + 1 for n, r, s in zip(sizes, reach, strides, strict=True)]
    elif padding in ("same", "causal"):
        out = [-(-n // s) for n, s in zip(sizes, strides, strict=True)]
    else:
        raise ValueError(f"padding is {padding!r}")
    if min(out) < 1:
        raise ValueError("its window is larger than its input")
    return tuple(out), math.prod(n + r for n, r in zip(sizes, reach, strict=True))


def _bias(config: Config, units: int) -> tuple[Shape, ...]:
    return ((units,),) if config.get("use_bias") else ()


def same(_config: Config, inputs: Sequence[Shape]) -> Effect:
    return Effect(_only(inputs))


def dense(config: Config, inputs: Sequence[Shape]) -> Effect:
    shape, units = _only(inputs), whole(config.get("units"), "units")
    return Effect((*shape[:-1], units), ((shape[-1], units), *_bias(config, units)))


def conv(rank: int, *, depthwise: bool = False, separable: bool = False) -> Rule:
    def effect(config: Config, inputs: Sequence[Shape]) -> Effect:
        sizes, channels = _spatial(inputs, config, rank)
        kernel = _several(config.get("kernel_size"), rank, "kernel_size")
        strides = _several(config.get("strides"), rank, "strides")
        dilation = _several(config.get("dilation_rate"), rank, "dilation_rate")
        out, padded = _window(sizes, kernel, strides, dilation, config.get("padding"))
        many = channels * whole(config.get("depth_multiplier"), "depth_multiplier") if depthwise or separable else 0
        if depthwise:
            weights = ((*kernel, channels, many // channels), *_bias(config, many))
            return Effect((*out, many), weights, padded * channels)
        filters = whole(config.get("filters"), "filters")
        if separable:
            weights = ((*kernel, channels, many // channels), (*[1] * rank, many, filters), *_bias(config, filters))
            return Effect((*out, filters), weights, padded * channels + math.prod(out) * many)
        groups = whole(config.get("groups") or 1, "groups")
        if channels % groups:
            raise ValueError(f"{groups} groups do not divide {channels} channels")
        weights = ((*kernel, channels // groups, filters), *_bias(config, filters))
        return Effect((*out, filters), weights, padded * channels)

    return effect


def conv_transpose(rank: int) -> Rule:
    def effect(config: Config, inputs: Sequence[Shape]) -> Effect:
        sizes, channels = _spatial(inputs, config, rank)
        filters = whole(config.get("filters"), "filters")
        kernel = _several(config.get("kernel_size"), rank, "kernel_size")
        strides = _several(config.get("strides"), rank, "strides")
        dilation = _several(config.get("dilation_rate"), rank, "dilation_rate")
        reach = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
        padding, extra = config.get("padding"), config.get("output_padding")
        if padding not in ("valid", "same"):
            raise ValueError(f"padding is {padding!r}")
        if extra is None:
            grown = [
                n * s + (max(r - s, 0) if padding == "valid" else 0)
                for n, s, r in zip(sizes, strides, reach, strict=True)
            ]
        else:
            more = _several(extra, rank, "output_padding", least=0)
            grown = [
                (n - 1) * s + r - (2 * (r // 2) if padding == "same" else 0) + e
                for n, s, r, e in zip(sizes, strides, reach, more, strict=True)
            ]
        out = tuple(whole(size, "output size") for size in grown)
        padded = math.prod(n + r for n, r in zip(out, reach, strict=True))
        return Effect((*out, filters), ((*kernel, filters, channels), *_bias(config, filters)), padded * filters)

    return effect


def flatten(_config: Config, inputs: Sequence[Shape]) -> Effect:
    return Effect((math.prod(_only(inputs)),))


def reshape(config: Config, inputs: Sequence[Shape]) -> Effect:
    count, target = math.prod(_only(inputs)), config.get("target_shape")
    if not isinstance(target, list | tuple) or not all(isinstance(size, int) for size in target):
        raise ValueError(f"target_shape is {target!r}")
    fixed = math.prod(size for size in target if size != -1)
    if fixed < 1 or list(target).count(-1) > 1 or count % fixed:
        raise ValueError(f"{count} numbers do not fit the shape {list(target)}")
    shape = tuple(count // fixed if size == -1 else whole(size, "size") for size in target)
    if math.prod(shape) != count:
        raise ValueError(f"{count} numbers do not fit the shape {list(target)}")
    return Effect(shape)


def permute(config: Config, inputs: Sequence[Shape]) -> Effect:
    shape, dims = _only(inputs), config.get("dims")
    if not isinstance(dims, list | tuple) or sorted(dims) != list(range(1, len(shape) + 1)):
        raise ValueError(f"dims is {dims!r}")
    return Effect(tuple(shape[axis - 1] for axis in dims))


def repeat(config: Config, inputs: Sequence[Shape]) -> Effect:
    return Effect((whole(config.get("n"), "n"), *_only(inputs)))


def upsampling(rank: int) -> Rule:
    def effect(config: Config, inputs: Sequence[Shape]) -> Effect:
        sizes, channels = _spatial(inputs, config, rank)
        factors = _several(config.get("size"), rank, "size")
        return Effect((*(n * f for n, f in zip(sizes, factors, strict=True)), channels))

    return effect


def margins(rank: int, key: str, sign: int) -> Rule:
    def effect(config: Config, inputs: Sequence[Shape]) -> Effect:
        sizes, channels = _spatial(inputs, config, rank)
        value = config.get(key)
        if rank == 1 and isinstance(value, list | tuple):
            value = [value]
        pairs = [
            _several(pair, 2, key, least=0) for pair in (value if isinstance(value, list | tuple) else [value] * rank)
        ]
        if len(pairs) != rank:
            raise ValueError(f"{key} is {value!r}")
        out = [whole(n + sign * sum(pair), "output size") for n, pair in zip(sizes, pairs, strict=True)]
        return Effect((*out, channels))

    return effect


def pooling(rank: int) -> Rule:
    def effect(config: Config, inputs: Sequence[Shape]) -> Effect:
        sizes, channels = _spatial(inputs, config, rank)
        pool = _several(config.get("pool_size"), rank, "pool_size")
        strides = pool if config.get("strides") is None else _several(config["strides"], rank, "strides")
        out, padded = _window(sizes, pool, strides, (1,) * rank, config.get("padding"))
        return Effect((*out, channels), scratch=padded * channels)

    return effect


def global_pooling(rank: int) -> Rule:
    def effect(config: Config, inputs: Sequence[Shape]) -> Effect:
        _, channels = _spatial(inputs, config, rank)
        return Effect((*[1] * rank, channels) if config.get("keepdims") else (channels,))

    return effect


def noise(key: str) -> Rule:
    def effect(config: Config, inputs: Sequence[Shape]) -> Effect:
        amount = config.get(key)
        if not isinstance(amount, int | float):
            raise ValueError(f"{key} is {amount!r}")
        return Effect(_only(inputs))

    return effect


def _axes(config: Config, rank: int) -> list[int]:
    """The normalised axes without the batch axis, which is axis 0 in the config."""
    value: Any = config.get("axis")
    axes = []
    for axis in value if isinstance(value, list | tuple) else [value]:
        axes.append(whole(axis, "axis", least=-rank) + (rank if axis < 0 else -1))
        if axes[-1] not in range(rank):
            raise ValueError(f"axis is {value!r}")
    if not axes:
        raise ValueError(f"axis is {value!r}")
    return axes


def batch_normalization(config: Config, inputs: Sequence[Shape]) -> Effect:
    shape = _only(inputs)
    if config.get("renorm"):
        raise ValueError("renorm is on")
    size = (shape[_axes(config, len(shape))[0]],)
    count = 2 + bool(config.get("center")) + bool(config.get("scale"))
    return Effect(shape, (size,) * count)


def layer_normalization(config: Config, inputs: Sequence[Shape]) -> Effect:
    shape = _only(inputs)
    size = tuple(shape[axis] for axis in _axes(config, len(shape)))
    count = 1 if config.get("rms_scaling") else bool(config.get("center")) + bool(config.get("scale"))
    return Effect(shape, (size,) * count)


def group_normalization(config: Config, inputs: Sequence[Shape]) -> Effect:
    shape = _only(inputs)
    size = (shape[_axes(config, len(shape))[0]],)
    return Effect(shape, (size,) * (bool(config.get("center")) + bool(config.get("scale"))))


def prelu(config: Config, inputs: Sequence[Shape]) -> Effect:
    shape = list(_only(inputs))
    for axis in config.get("shared_axes") or ():
        shape[whole(axis, "shared_axes") - 1] = 1
    return Effect(_only(inputs), (tuple(shape),))


def merge(_config: Config, inputs: Sequence[Shape]) -> Effect:
    rank = max(len(shape) for shape in inputs)
    padded = [(1,) * (rank - len(shape)) + tuple(shape) for shape in inputs]
    out = tuple(max(sizes) for sizes in zip(*padded, strict=True))
    if any(size not in (1, most) for shape in padded for size, most in zip(shape, out, strict=True)):
        raise ValueError(f"the shapes {[list(shape) for shape in inputs]} do not go together")
    return Effect(out)


def concatenate(config: Config, inputs: Sequence[Shape]) -> Effect:
    first = inputs[0]
    axis = _axes(config, len(first))[0]
    for shape in inputs:
        if len(shape) != len(first) or shape[:axis] + shape[axis + 1 :] != first[:axis] + first[axis + 1 :]:
            raise ValueError(f"the shapes {[list(shape) for shape in inputs]} do not go together")
    return Effect((*first[:axis], sum(shape[axis] for shape in inputs), *first[axis + 1 :]))
