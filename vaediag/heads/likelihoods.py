"""Likelihoods: from a decoder network's outputs to p(x_i | z) per pixel.

`law(outputs, event_shape)` returns a TFP distribution with batch `[n, *event_shape]` and scalar events. Every
parameter is float32.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf, tfd
from vaediag.errors import InputError
from vaediag.heads.shapes import expect_outputs, flat, size

SCALES = ("shared", "image", "pixel")


@dataclass(frozen=True)
class Bernoulli:
    """Binary x: the decoder outputs one logit per pixel, `[n, d]` or `[n, *event]`."""

    floor: ClassVar[None] = None
    stated: ClassVar[None] = None

    def outputs(self, event_shape: Sequence[int]) -> int:
        return size(event_shape)

    def law(self, outputs: object, event_shape: Sequence[int]) -> Law:
        # dtype float32: with TFP's default, int32, a NumPy image would be truncated to 0/1 without a word
        return tfd.Bernoulli(logits=_logits(outputs, event_shape, "likelihoods.Bernoulli()"), dtype=tf.float32)

    def describe(self) -> str:
        return "bernoulli"

    def to_config(self) -> dict[str, Any]:
        return {"family": "bernoulli"}


@dataclass(frozen=True)
class ContinuousBernoulli:
    """Grey x in [0, 1] (Loaiza-Ganem & Cunningham 2019): one logit per pixel. `probs` is not its mean."""

    floor: ClassVar[None] = None
    stated: ClassVar[None] = None

    def outputs(self, event_shape: Sequence[int]) -> int:
        return size(event_shape)

    def law(self, outputs: object, event_shape: Sequence[int]) -> Law:
        return tfd.ContinuousBernoulli(logits=_logits(outputs, event_shape, "likelihoods.ContinuousBernoulli()"))

    def describe(self) -> str:
        return "continuous bernoulli"

    def to_config(self) -> dict[str, Any]:
        return {"family": "continuous_bernoulli"}


@dataclass(frozen=True)
class Normal:
    """Continuous x: N(x_i | mean_i, sigma^2), sigma = max(exp(log-variance / 2), floor).

    Attributes:
        scale: where sigma comes from, in units of x.
            A number: fixed; d outputs. "shared": one trained number for all pixels, held in `value`; d outputs.
            "image": the network's last output is log sigma^2 of the image; d + 1 outputs, `[n, d + 1]`.
            "pixel": d means, then d log-variances, `[n, 2d]` (or `[n, H, W, 2C]`: C mean channels, then C).
        value: the trained sigma of "shared"; None while untrained.
        floor: smallest sigma that a trained scale can take; a fixed number is taken as it is.
    """

    scale: float | str = 0.1
    value: float | None = None
    floor: float = 1e-3

    def __init__(self, scale: float | str = 0.1, *, value: float | None = None, floor: float = 1e-3) -> None:
        if isinstance(scale, str):
            if scale not in SCALES:
                raise InputError(f"scale: expected a number > 0 or one of {', '.join(SCALES)}; got {scale!r}.")
        else:
            scale = _positive("scale", scale)
        if value is not None:
            if scale != "shared":
                raise InputError(
                    f"value: only scale='shared' holds a trained sigma; got value={value!r} with scale={scale!r}. "
                    "Leave value out, or give the number as scale."
                )
            value = _positive("value", value)
        object.__setattr__(self, "scale", scale)
        object.__setattr__(self, "value", value)
        object.__setattr__(self, "floor", _positive("floor", floor))

    @property
    def stated(self) -> float | None:
        """The one sigma of a fixed or a trained shared scale, in units of x; None where the network states it."""
        if self.scale == "shared":
            return None if self.value is None else max(self.value, self.floor)
        return None if isinstance(self.scale, str) else self.scale

    def outputs(self, event_shape: Sequence[int]) -> int:
        d = size(event_shape)
        return {"image": d + 1, "pixel": 2 * d}.get(self.scale, d) if isinstance(self.scale, str) else d

    def law(self, outputs: object, event_shape: Sequence[int]) -> Law:
        d, event = size(event_shape), tuple(event_shape)
        if self.scale == "pixel":
            means, log_variance = _halves(outputs, event)
            return tfd.Normal(means, self.sigma(log_variance))
        rows = flat(outputs)
        if self.scale == "image":
            _expect(rows, d + 1, "d means and, last, one log sigma^2", "Normal(scale='image')")
            log_variance = tf.reshape(rows[:, d], (-1, *(1 for _ in event)))
            return tfd.Normal(tf.reshape(rows[:, :d], (-1, *event)), self.sigma(log_variance))
        if self.stated is None:
            raise InputError(
                "likelihood: Normal(scale='shared') has no trained value yet; expected value=sigma, got None. "
                "Train it, or give the number: Normal(scale='shared', value=0.1)."
            )
        _expect(rows, d, "one mean per pixel", f"Normal(scale={self.scale!r})")
        return tfd.Normal(tf.reshape(rows, (-1, *event)), self.stated)

    def sigma(self, log_variance: Tensor) -> Tensor:
        """max(exp(log_variance / 2), floor), in units of x."""
        return tf.maximum(tf.exp(0.5 * log_variance), self.floor)

    def describe(self) -> str:
        if isinstance(self.scale, str):
            value = "" if self.scale != "shared" else " (untrained)" if self.stated is None else f" ({self.stated:.4g})"
            return {"shared": f"normal, one σ{value}", "image": "normal, one σ per image"}.get(
                self.scale, "normal, one σ per pixel"
            )
        return f"normal, fixed σ {self.scale:.4g}"

    def to_config(self) -> dict[str, Any]:
        if isinstance(self.scale, str):
            scale: dict[str, Any] = {"kind": self.scale, "floor": self.floor}
            if self.scale == "shared":
                scale["value"] = self.value
        else:
            scale = {"kind": "fixed", "value": self.scale, "floor": self.floor}
        return {"family": "normal", "scale": scale}


Likelihood = Bernoulli | ContinuousBernoulli | Normal


def _positive(name: str, value: object) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or number <= 0:
        raise InputError(f"{name}: expected a finite number > 0, in units of x; got {value!r}. Try {name}=0.1.")
    return number


def _logits(outputs: object, event_shape: Sequence[int], head: str) -> Tensor:
    rows = flat(outputs)
    _expect(rows, size(event_shape), "one logit per pixel", head)
    return tf.reshape(rows, (-1, *event_shape))


def _halves(outputs: object, event: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """Means and log-variances `[n, *event]`: two halves of a row, or two groups of channels."""
    shape = getattr(outputs, "shape", None)
    if len(event) > 1 and shape is not None and tuple(shape[1:]) == (*event[:-1], 2 * event[-1]):
        means, log_variance = tf.split(tf.cast(tf.convert_to_tensor(outputs), tf.float32), 2, axis=-1)
        return means, log_variance
    rows = flat(outputs)
    _expect(rows, 2 * size(event), "d means, then d log-variances", "Normal(scale='pixel')")
    means, log_variance = tf.split(rows, 2, axis=1)
    return tf.reshape(means, (-1, *event)), tf.reshape(log_variance, (-1, *event))


def _expect(rows: Tensor, expected: int, meaning: str, head: str) -> None:
    d = f"{head} needs them"
    expect_outputs("decoder", rows.shape[1], expected, f"{meaning}; {d}", _hint(rows.shape[1], expected))


def _hint(arrived: int | None, expected: int) -> str:
    return (
        f"Give the decoder's last layer {expected} units, or choose the likelihood that fits {arrived} outputs: d for "
        "Bernoulli(), ContinuousBernoulli(), Normal(scale=0.1) or 'shared'; d + 1 for 'image'; 2 d for 'pixel'."
    )
