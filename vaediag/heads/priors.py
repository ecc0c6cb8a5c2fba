"""Priors: p(z), event `[L]`, as frozen data; `arrays()` is what a bundle stores beside the config."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.aliases import Law
from vaediag.backend import tf, tfd
from vaediag.errors import InputError

Array = np.ndarray


@dataclass(frozen=True)
class StandardNormal:
    """N(0, I). `latent_dim` is taken from the model when left out."""

    latent_dim: int | None = None

    def law(self, latent_dim: int | None = None) -> Law:
        size = _agreed("StandardNormal", self.latent_dim, latent_dim)
        return tfd.Independent(tfd.Normal(tf.zeros(size), tf.ones(size)), 1)

    def arrays(self) -> dict[str, Array]:
        return {}

    def describe(self) -> str:
        return "standard normal"

    def to_config(self) -> dict[str, Any]:
        return {"prior": "standard_normal"}


@dataclass(frozen=True, eq=False)
class Normal:
    """Independent normals: `loc` and `scale` (standard deviations, > 0), each `[L]`."""

    loc: Array
    scale: Array

    def __init__(self, loc: object, scale: object) -> None:
        loc, scale = np.broadcast_arrays(_vector("loc", loc), _vector("scale", scale))
        _check_positive("scale", scale)
        _freeze(self, loc=loc, scale=scale)

    @property
    def latent_dim(self) -> int:
        return len(self.loc)

    def law(self, latent_dim: int | None = None) -> Law:
        _agreed("Normal", self.latent_dim, latent_dim)
        return tfd.Independent(tfd.Normal(tf.constant(self.loc), tf.constant(self.scale)), 1)

    def arrays(self) -> dict[str, Array]:
        return {"loc": self.loc, "scale": self.scale}

    def describe(self) -> str:
        return "normal"

    def to_config(self) -> dict[str, Any]:
        return {"prior": "normal"}


@dataclass(frozen=True, eq=False)
class Mixture:
    """Mixture of K diagonal normals: `weights` `[K]` (>= 0, normalised here), `locs` and `scales` `[K, L]`."""

    weights: Array
    locs: Array
    scales: Array

    def __init__(self, weights: object, locs: object, scales: object) -> None:
        weights = _vector("weights", weights)
        locs, scales = np.broadcast_arrays(_array("locs", locs), _array("scales", scales))
        if locs.ndim != 2 or len(locs) != len(weights):
            raise InputError(
                f"locs: expected shape [{len(weights)}, L], one row per weight; got {locs.shape}. "
                "Give locs and scales the shape [components, latents]."
            )
        if (weights < 0).any() or weights.sum() <= 0:
            raise InputError(f"weights: expected numbers >= 0 with a positive sum; got {weights.tolist()}.")
        _check_positive("scales", scales)
        _freeze(self, weights=weights / weights.sum(), locs=locs, scales=scales)

    @property
    def latent_dim(self) -> int:
        return self.locs.shape[1]

    def law(self, latent_dim: int | None = None) -> Law:
        _agreed("Mixture", self.latent_dim, latent_dim)
        parts = tfd.Independent(tfd.Normal(tf.constant(self.locs), tf.constant(self.scales)), 1)
        return tfd.MixtureSameFamily(tfd.Categorical(probs=tf.constant(self.weights)), parts)

    def arrays(self) -> dict[str, Array]:
        return {"weights": self.weights, "locs": self.locs, "scales": self.scales}

    def describe(self) -> str:
        return f"mixture of {len(self.weights)} normals"

    def to_config(self) -> dict[str, Any]:
        return {"prior": "mixture"}


Prior = StandardNormal | Normal | Mixture


def _agreed(name: str, own: int | None, asked: int | None) -> int:
    if own is None and asked is None:
        raise InputError(f"latent_dim: expected an integer >= 1; got None. Give {name}(latent_dim=...).")
    if own is not None and asked is not None and own != asked:
        raise InputError(
            f"prior: expected a prior over {asked} latents, as the model has; got {name} over {own}. "
            "Give the prior the model's latent_dim."
        )
    return own if own is not None else int(asked)  # type: ignore[arg-type]


def _array(name: str, values: object) -> Array:
    array = np.asarray(values, np.float32)
    if not np.isfinite(array).all():
        raise InputError(f"{name}: expected finite numbers; got {int((~np.isfinite(array)).sum())} that are not.")
    return array


def _vector(name: str, values: object) -> Array:
    array = np.atleast_1d(_array(name, values))
    if array.ndim != 1 or array.size == 0:
        raise InputError(f"{name}: expected a vector with at least one entry; got shape {array.shape}.")
    return array


def _check_positive(name: str, values: Array) -> None:
    if (values <= 0).any():
        raise InputError(f"{name}: expected standard deviations > 0; got a smallest of {values.min():.4g}.")


def _freeze(head: object, **arrays: Array) -> None:
    for name, array in arrays.items():
        array = np.array(array, np.float32)  # a copy of its own, so that the head stays frozen
        array.setflags(write=False)
        object.__setattr__(head, name, array)
