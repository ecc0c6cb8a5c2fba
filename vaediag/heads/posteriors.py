"""Posteriors: from an encoder network's outputs to q(z | x), batch `[n]`, event `[L]`.

Outputs are one tensor `[n, mean and second part]`, or a list `[mean, second]`; a third entry (the sampled z that
Keras examples return) is ignored.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf, tfd, tfp
from vaediag.errors import InputError
from vaediag.heads.shapes import expect_outputs, flat


@dataclass(frozen=True)
class MeanLogVar:
    """Diagonal normal; the second part is log-variance."""

    def outputs(self, latent_dim: int) -> int:
        return 2 * latent_dim

    def law(self, outputs: object, latent_dim: int | None = None) -> Law:
        mean, log_variance = _parts(outputs, latent_dim, "L means, then L log-variances", "posteriors.MeanLogVar()")
        return tfd.Independent(tfd.Normal(mean, tf.exp(0.5 * log_variance)), 1)

    def describe(self) -> str:
        return "diagonal normal"

    def to_config(self) -> dict[str, Any]:
        return {"posterior": "mean_log_var"}


@dataclass(frozen=True)
class MeanScale:
    """Diagonal normal; the second part is the standard deviation itself (> 0, e.g. after softplus)."""

    def outputs(self, latent_dim: int) -> int:
        return 2 * latent_dim

    def law(self, outputs: object, latent_dim: int | None = None) -> Law:
        mean, scale = _parts(outputs, latent_dim, "L means, then L standard deviations", "posteriors.MeanScale()")
        return tfd.Independent(tfd.Normal(mean, scale), 1)

    def describe(self) -> str:
        return "diagonal normal"

    def to_config(self) -> dict[str, Any]:
        return {"posterior": "mean_scale"}


@dataclass(frozen=True)
class MeanTriL:
    """Full-covariance normal; the second part fills a lower triangle row by row (`tfp.math.fill_triangular`),
    whose diagonal becomes softplus(.) + 1e-5: the parameterisation of `tfp.layers.MultivariateNormalTriL`."""

    def outputs(self, latent_dim: int) -> int:
        return latent_dim + latent_dim * (latent_dim + 1) // 2

    def law(self, outputs: object, latent_dim: int | None = None) -> Law:
        rows = _joined(outputs)
        width = rows.shape[1]
        size = latent_dim or _triangular_size(width)
        meaning = "L means, then L (L + 1) / 2 entries of a triangle; posteriors.MeanTriL() needs them"
        expect_outputs("encoder", width, self.outputs(size), meaning, _HINT)
        triangle = tfp.math.fill_triangular(rows[:, size:])
        diagonal = tf.math.softplus(tf.linalg.diag_part(triangle)) + 1e-5
        return tfd.MultivariateNormalTriL(rows[:, :size], tf.linalg.set_diag(triangle, diagonal))

    def describe(self) -> str:
        return "full-covariance normal"

    def to_config(self) -> dict[str, Any]:
        return {"posterior": "mean_tril"}


Posterior = MeanLogVar | MeanScale | MeanTriL

_HINT = (
    "Change the units of the encoder's last layer, give the right latent_dim, or choose another head of vd.posteriors."
)


def _parts(outputs: object, latent_dim: int | None, meaning: str, head: str) -> tuple[Tensor, Tensor]:
    """Mean and second part, each `[n, L]`."""
    rows = _joined(outputs)
    width = rows.shape[1]
    if latent_dim is not None:
        expect_outputs("encoder", width, 2 * latent_dim, f"{meaning}, L = {latent_dim}; {head} needs them", _HINT)
    elif width is not None and width % 2:
        raise InputError(f"encoder: expected an even number of outputs ({meaning}; {head}); got {width}. {_HINT}")
    mean, second = tf.split(rows, 2, axis=1)
    return mean, second


def _joined(outputs: object) -> Tensor:
    """`[n, outputs]`; of a list only the mean and the second part are kept."""
    if isinstance(outputs, list | tuple):
        if len(outputs) not in (2, 3):
            raise InputError(
                f"encoder: expected one tensor, or a list [mean, second] or [mean, second, z]; got {len(outputs)} "
                "tensors. Return the mean and the second part only."
            )
        return flat(outputs[:2])
    if isinstance(outputs, dict):
        raise InputError(
            f"encoder: expected a tensor or a list [mean, second]; got a dict with keys {sorted(map(str, outputs))}. "
            "Wrap the encoder in a function that returns the two tensors."
        )
    return flat(outputs)


def _triangular_size(width: int) -> int:
    """L with L + L (L + 1) / 2 == width, or the nearest below (the caller's check then says both numbers)."""
    return max(1, int((math.isqrt(8 * width + 9) - 3) // 2))
