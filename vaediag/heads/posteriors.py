"""Posteriors: from an encoder network's outputs to q(z | x), batch `[n]`, event `[L]`.

Outputs are one tensor `[n, mean and second part]`, a list `[mean, second]`, or a dict with a key for each; what comes
beside the two (the drawn z that Keras examples return) is ignored.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf, tfd, tfp
from vaediag.errors import InputError
from vaediag.heads.keys import MEAN, pick, words_of
from vaediag.heads.shapes import expect_outputs, flat

_HINT = (
    "Change the units of the encoder's last layer, give the right latent_dim, or choose another head of vd.posteriors."
)


@dataclass(frozen=True)
class _MeanAnd:
    """A mean and a second part.

    Attributes:
        keys: of an encoder that returns a dict, the keys of (mean, second part). None: the usual names are known.
    """

    keys: tuple[str, str] | None = None

    part: ClassVar[str]  # in `to_config`, and in `keys.NAMES`
    second: ClassVar[str]  # for people

    def __post_init__(self) -> None:
        if self.keys is None:
            return
        keys = self.keys
        if isinstance(keys, str) or not isinstance(keys, Sequence) or len(keys) != 2:
            raise InputError(
                f"keys: expected two names, of the mean and of the {self.second}; got {keys!r}. "
                "Give for instance keys=('mu', 'log_var')."
            )
        object.__setattr__(self, "keys", tuple(map(str, keys)))

    def outputs(self, latent_dim: int) -> int:
        return 2 * latent_dim

    def pair(self, outputs: object) -> object:
        """Of a dict or a list [mean, second part, z]: the two that count. One tensor stays as it is."""
        if isinstance(outputs, dict):
            return pick(outputs, self.keys, (MEAN, self.part), type(self).__name__)
        if isinstance(outputs, list | tuple):
            if len(outputs) not in (2, 3):
                raise InputError(
                    f"encoder: expected one tensor, or a list [mean, second] or [mean, second, z]; got {len(outputs)} "
                    "tensors. Return the mean and the second part only."
                )
            return list(outputs[:2])
        return outputs

    def to_config(self) -> dict[str, Any]:
        return {"posterior": self.part} | ({} if self.keys is None else {"keys": list(self.keys)})


class _Diagonal(_MeanAnd):
    """q(z | x) = N(mean, diag(scale²))."""

    def law(self, outputs: object, latent_dim: int | None = None) -> Law:
        """q(z | x). Raises InputError for another number of outputs, and for a dict with other keys."""
        mean, second = _halves(flat(self.pair(outputs)), latent_dim, self.second, type(self).__name__)
        return tfd.Independent(tfd.Normal(mean, self.scale(second)), 1)

    def scale(self, second: Tensor) -> Tensor:
        """Standard deviations `[n, L]` from the second part."""
        raise NotImplementedError

    def describe(self) -> str:
        return f"diagonal normal from mean and {words_of(self.part)}"


@dataclass(frozen=True)
class MeanLogVar(_Diagonal):
    """Diagonal normal; the second part is log-variance."""

    part: ClassVar[str] = "mean_log_var"
    second: ClassVar[str] = "log-variances"

    def scale(self, second: Tensor) -> Tensor:
        return tf.exp(0.5 * second)


@dataclass(frozen=True)
class MeanLogScale(_Diagonal):
    """Diagonal normal; the second part is the logarithm of the standard deviation."""

    part: ClassVar[str] = "mean_log_scale"
    second: ClassVar[str] = "logarithms of standard deviations"

    def scale(self, second: Tensor) -> Tensor:
        return tf.exp(second)


@dataclass(frozen=True)
class MeanScale(_Diagonal):
    """Diagonal normal; the second part is the standard deviation itself (> 0, e.g. after softplus)."""

    part: ClassVar[str] = "mean_scale"
    second: ClassVar[str] = "standard deviations"

    def scale(self, second: Tensor) -> Tensor:
        return second


@dataclass(frozen=True)
class MeanSoftplus(_Diagonal):
    """Diagonal normal; the standard deviation is softplus(second part) = log(1 + exp(.)): the parameterisation of
    `tfp.layers.IndependentNormal`."""

    part: ClassVar[str] = "mean_softplus"
    second: ClassVar[str] = "standard deviations before a softplus"

    def scale(self, second: Tensor) -> Tensor:
        return tf.math.softplus(second)


@dataclass(frozen=True)
class MeanTriL(_MeanAnd):
    """Full-covariance normal; the second part fills a lower triangle row by row (`tfp.math.fill_triangular`),
    whose diagonal becomes softplus(.) + 1e-5: the parameterisation of `tfp.layers.MultivariateNormalTriL`."""

    part: ClassVar[str] = "mean_tril"
    second: ClassVar[str] = "entries of a triangle"

    def outputs(self, latent_dim: int) -> int:
        return latent_dim + latent_dim * (latent_dim + 1) // 2

    def law(self, outputs: object, latent_dim: int | None = None) -> Law:
        """q(z | x). Raises InputError for another number of outputs, and for a dict with other keys."""
        rows = flat(self.pair(outputs))
        width = rows.shape[1]
        size = latent_dim or _triangular_size(width)
        meaning = "L means, then L (L + 1) / 2 entries of a triangle; posteriors.MeanTriL() needs them"
        expect_outputs("encoder", width, self.outputs(size), meaning, _HINT)
        triangle = tfp.math.fill_triangular(rows[:, size:])
        diagonal = tf.math.softplus(tf.linalg.diag_part(triangle)) + 1e-5
        return tfd.MultivariateNormalTriL(rows[:, :size], tf.linalg.set_diag(triangle, diagonal))

    def describe(self) -> str:
        return f"full-covariance normal from mean and {words_of(self.part)}"


Posterior = MeanLogVar | MeanLogScale | MeanScale | MeanSoftplus | MeanTriL


def _halves(rows: Tensor, latent_dim: int | None, second: str, head: str) -> tuple[Tensor, Tensor]:
    """Mean and second part, each `[n, L]`."""
    width, meaning = rows.shape[1], f"L means, then L {second}"
    if latent_dim is not None:
        alone = "One number per latent is a drawn z, or the mean alone. " if width == latent_dim else ""
        needs = f"{meaning}, L = {latent_dim}; posteriors.{head}() needs them"
        expect_outputs("encoder", width, 2 * latent_dim, needs, alone + _HINT)
    elif width is not None and width % 2:
        raise InputError(
            f"encoder: expected an even number of outputs ({meaning}; posteriors.{head}()); got {width}. {_HINT}"
        )
    mean, spread = tf.split(rows, 2, axis=1)
    return mean, spread


def _triangular_size(width: int) -> int:
    """L with L + L (L + 1) / 2 == width, or the nearest below (the caller's check then says both numbers)."""
    return max(1, int((math.isqrt(8 * width + 9) - 3) // 2))
