"""q(z | x) from an encoder's output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vaediag.aliases import Law
from vaediag.backend import tf, tfd
from vaediag.border.foreign import (
    flat_normal,
    inside,
    is_distribution,
    one_of,
    refuse_discrete,
    refuse_float64,
    refuse_non_distribution,
    unpacked,
)
from vaediag.border.words import shape_of, times
from vaediag.errors import InputError

KEYS = ("posterior", "q", "qz", "q_z", "qz_x", "q_z_x", "q_z_given_x", "encoder")


def as_posterior(out: Any, head: Any = None, latent_dim: int | None = None, latent_shape: Sequence[int] = ()) -> Law:
    """q(z | x) with event `[L]` from an encoder's output.

    Args:
        out: network outputs for `head`; or, without a head, a TFP distribution over `[n, L]` (wrapped or not).
        head: one of `vd.posteriors`, or None.
        latent_dim: L, where it is known.
        latent_shape: `(h, w, c)` of spatial codes, which are flattened in this order; () or `(L,)` of others.
    Raises:
        InputError: the output does not fit; discrete, hierarchical or image-shaped latents; float64.
    """
    out = one_of(unpacked(out), KEYS, "encoder")
    if head is not None:
        if is_distribution(out):
            raise InputError(
                f"encoder: expected a tensor of parameters for {type(head).__name__}(); got a "
                f"{type(inside(out)).__name__} distribution. Leave posterior out, or use vd.from_callables(encode, "
                "decode, ...)."
            )
        return head.law(_split(out, latent_shape), latent_dim)
    law = inside(out)
    refuse_non_distribution(law, "encoder", "q(z | x)")
    refuse_discrete(law, "encoder", "q(z | x)")
    law = flat_normal(law, latent_shape, [None]) or law
    if law.event_shape.rank == 0 and law.batch_shape.rank in (None, 2):
        law = tfd.Independent(law, 1)
    if law.event_shape.rank != 1 or law.batch_shape.rank not in (None, 1):
        raise InputError(
            f"encoder: expected q(z | x) with batch shape [n] and event shape [L]; got {type(law).__name__} with "
            f"batch shape {shape_of(law.batch_shape)} and event shape {shape_of(law.event_shape)}. Flatten the "
            "trailing axes of z (and restore them at the start of decode); of a normal over spatial codes give "
            "latent_dim=(h, w, c)."
        )
    if latent_dim is not None and not law.event_shape.is_compatible_with((latent_dim,)):
        raise InputError(
            f"encoder: expected q(z | x) over {latent_dim} latents; got event shape {shape_of(law.event_shape)}. "
            "Give the latent_dim (or the prior) that the encoder has."
        )
    refuse_float64(law, "encoder")
    return law


def said_of_posterior(out: Any, head: Any, latent_shape: Sequence[int]) -> tuple[str, ...]:
    """What `as_posterior` takes for granted of this output, a phrase each."""
    said = []
    if len(latent_shape) > 1:
        said.append(f"spatial code {times(latent_shape)} taken as a row of latents")
    out = one_of(unpacked(out), KEYS, "encoder")
    if head is not None:
        if isinstance(out, list | tuple) and len(out) == 3:
            said.append("the encoder's third output (its own z) left out")
        if isinstance(out, dict) and hasattr(head, "pair"):
            mean, second = (next(key for key in out if out[key] is part) for part in head.pair(out))
            said.append(f"encoder's {mean!r} and {second!r} taken as the two parts of q(z | x)")
        return tuple(said)
    law = inside(out)
    if law.event_shape.rank == 0:
        said.append("law per latent without tfd.Independent: latents taken as independent given x")
    return tuple(said)


def _split(out: Any, latent_shape: Sequence[int]) -> Any:
    """Of spatial codes in one tensor `[n, h, w, 2 c]`: its two halves of the channels, so that each can be a row."""
    shape = getattr(out, "shape", None)
    if len(latent_shape) < 2 or shape is None or len(shape) != len(latent_shape) + 1:
        return out
    *size, channels = latent_shape
    if tuple(shape[1:]) != (*size, 2 * channels):
        return out
    return tf.split(tf.convert_to_tensor(out), 2, axis=-1)
