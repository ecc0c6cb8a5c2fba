"""Images and codes as batches of a known shape."""

from __future__ import annotations

from typing import Any

from vaediag.aliases import Tensor
from vaediag.backend import tf
from vaediag.border.words import comma, first_line, shape_of
from vaediag.errors import InputError
from vaediag.heads.shapes import to_float32


def check_images(x: object, vae: Any) -> Tensor:
    """Images as a float32 tensor `[n, *event_shape]`. Raises InputError for another shape."""
    return _batch("x", x, vae.event_shape, "images", "Give a batch, also of one image: x[None].")


def check_codes(z: object, vae: Any) -> Tensor:
    """Codes as a float32 tensor `[n, latent_dim]`. Raises InputError for another shape."""
    hint = "Give a batch, also of one code: z[None]; flatten further leading axes (vae.decode takes them as they are)."
    return _batch("z", z, (vae.latent_dim,), "codes", hint)


def _batch(name: str, values: object, event: tuple[int, ...], unit: str, hint: str) -> Tensor:
    try:
        batch = to_float32(values)
    except (TypeError, ValueError, tf.errors.UnimplementedError) as error:
        raise InputError(
            f"{name}: expected numbers of shape [{unit}, {comma(event)}]; got {type(values).__name__}: "
            f"{first_line(error)} Give a NumPy array."
        ) from None
    if not batch.shape[1:].is_compatible_with(event) or batch.shape.rank == 0:
        raise InputError(f"{name}: expected shape [{unit}, {comma(event)}]; got {shape_of(batch.shape)}. {hint}")
    return batch


def as_event_shape(shape: object) -> tuple[int, ...]:
    """`event_shape` as a tuple of positive integers."""
    event = _sizes(shape)
    if event is None:
        raise InputError(
            f"event_shape: expected the shape of one image, such as (28, 28, 1) or (64,); got {shape!r}. "
            "Give event_shape=... without the batch axis."
        )
    return event


def as_latent_shape(shape: object) -> tuple[int, ...]:
    """The shape of one code as its networks know it: `(16,)` of 16, `(4, 4, 2)` of a spatial code."""
    latents = _sizes(shape)
    if latents is None:
        raise InputError(
            f"latent_dim: expected the number of latents, such as 16, or the shape of a spatial code, such as "
            f"(4, 4, 2); got {shape!r}. Give latent_dim=... without the batch axis."
        )
    return latents


def _sizes(shape: object) -> tuple[int, ...] | None:
    sizes = (shape,) if isinstance(shape, int) else shape
    try:
        found = tuple(int(n) for n in sizes)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        return None
    return found if found and min(found) >= 1 else None
