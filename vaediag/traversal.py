"""Looking at p(x | z): at one z, along latents, between two codes, over a plane of two latents.

A view is always named: the mean of p(x | z) is a picture, a sample is another, and neither is "the output".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from vaediag.backend import tfd
from vaediag.decoding import decode_views
from vaediag.errors import InputError
from vaediag.laws import moments
from vaediag.laws.views import RESIDUAL, check_views
from vaediag.records.estimate import Array
from vaediag.records.pictures import Look, Traversal
from vaediag.seeds import pair

VIEWS = ("mean", "sample", "stddev")


def look(
    vae: Any,
    z: object,
    *,
    views: Sequence[str] = VIEWS,
    seed: int = 0,
    level: float = 0.9,
    p: float = 0.5,
    x: object = None,
) -> Look:
    """Views of p(x | z) at given codes.

    Args:
        z: one code `[L]` or several `[codes, L]`.
        views: names among mean, mode, sample, stddev, entropy, quantile, interval_width, and residual where x is given.
        seed: of the samples; every code has noise of its own, the first code always the same.
        level, p: for interval_width and quantile.
        x: for residual, (x - mean) / stddev: one image `[*event_shape]`, or one per code `[codes, *event_shape]`.
            Where x or a moment is not finite, or the standard deviation is 0, the residual is NaN or infinite and
            `Look.notes` says so.
    Raises:
        InputError: another shape, codes that are not finite, an unknown view, residual without x.
    """
    names = check_views(views, level=level, p=p, more=(RESIDUAL,))
    codes = np.atleast_2d(numbers("z", z))
    if codes.ndim != 2 or codes.shape[1] != vae.latent_dim or not len(codes):
        raise InputError(
            f"z: expected one code of shape [{vae.latent_dim}] or codes [n, {vae.latent_dim}]; got shape "
            f"{np.shape(codes)}. The model has {vae.latent_dim} latents."
        )
    image = None if x is None else _image(x, vae, len(codes))
    if image is None and RESIDUAL in names:
        raise InputError("x: expected an image for the view 'residual'; got None. Give x=image, or leave residual out.")
    shown, notes = decode_views(vae, codes, names, pair(seed), level=level, p=p, hold_noise=False, x=image)
    return Look(vae.name, _likelihood(vae), int(seed), codes, shown, notes)


def traverse(
    vae: Any,
    dims: int | Sequence[int] | None = None,
    *,
    start: Any = None,
    span: tuple[float, float] = (-3.0, 3.0),
    steps: int = 11,
    units: str = "prior",
    views: Sequence[str] = VIEWS,
    seed: int = 0,
    hold_noise: bool = True,
    level: float = 0.9,
    p: float = 0.5,
) -> Traversal:
    """Move one latent at a time: row r moves `dims[r]`, the others stay at `start`.

    Args:
        dims: latents to move; None moves every one.
        start: a code `[L]`; an image, whose posterior mean is taken; or q(z | x) of one image. None: the prior's mean.
        span: first and last position, in `units`.
        steps: positions per row, at least 2.
        units: "prior": position t is the prior's mean + t of its standard deviations. "posterior": t standard
            deviations of q(z | x) around its mean (`start` must then be an image or its q(z | x)).
        hold_noise: the sample keeps its noise along the path, so that only z changes; else every step draws anew.
    Returns:
        Traversal, arrays `[len(dims), steps, ...]`.
    """
    rows = _dims(dims, vae)
    centre, around, spread = _frame(vae, start, units)
    positions = np.tile(_positions(span, steps), (len(rows), 1))
    z = np.tile(centre, (len(rows), steps, 1))
    for row, k in enumerate(rows):
        z[row, :, k] = around[k] + spread[k] * positions[row]
    return _path(
        vae, z, positions, "traversal", rows, f"{units} standard deviations", tuple(f"z{k}" for k in rows),
        views, seed, hold_noise, level, p,
    )  # fmt: skip


def interpolate(
    vae: Any,
    start: Any,
    end: Any,
    *,
    steps: int = 11,
    views: Sequence[str] = VIEWS,
    seed: int = 0,
    hold_noise: bool = True,
    level: float = 0.9,
    p: float = 0.5,
) -> Traversal:
    """Straight lines in z from `start` to `end`, both included.

    Args:
        start, end: codes `[L]`, or `[rows, L]` for several paths; or images, whose posterior means are taken.
    Returns:
        Traversal, arrays `[rows, steps, ...]`; `positions` is the fraction of the way.
    """
    first, last = np.broadcast_arrays(_ends("start", start, vae), _ends("end", end, vae))
    positions = np.tile(_positions((0.0, 1.0), steps), (len(first), 1))
    z = first[:, None, :] + positions[:, :, None] * (last - first)[:, None, :]
    labels = tuple(f"path {row}" for row in range(len(first)))
    return _path(
        vae, z, positions, "interpolation", (), "fraction of the way", labels, views, seed, hold_noise, level, p
    )


def grid(
    vae: Any,
    dims: tuple[int, int] = (0, 1),
    *,
    start: Any = None,
    span: tuple[float, float] = (-3.0, 3.0),
    steps: int = 11,
    units: str = "prior",
    views: Sequence[str] = VIEWS,
    seed: int = 0,
    hold_noise: bool = True,
    level: float = 0.9,
    p: float = 0.5,
) -> Traversal:
    """Move two latents: `dims[0]` from row to row, `dims[1]` along each row; arguments as in `traverse`.

    Returns:
        Traversal, arrays `[steps, steps, ...]`; `positions` counts along the rows, the labels say where each row is.
    """
    pair_of = _dims(dims, vae)
    if len(pair_of) != 2 or pair_of[0] == pair_of[1]:
        raise InputError(f"dims: expected two different latents; got {dims!r}. For one latent use traverse.")
    centre, around, spread = _frame(vae, start, units)
    along = _positions(span, steps)
    z = np.tile(centre, (steps, steps, 1))
    down, right = pair_of
    z[:, :, down] = (around[down] + spread[down] * along)[:, None]
    z[:, :, right] = (around[right] + spread[right] * along)[None, :]
    return _path(
        vae, z, np.tile(along, (steps, 1)), "grid", pair_of, f"{units} standard deviations",
        tuple(f"z{down} = {t:.2g}" for t in along), views, seed, hold_noise, level, p,
    )  # fmt: skip


def _path(
    vae: Any, z: Array, positions: Array, kind: str, dims: tuple[int, ...], units: str, labels: tuple[str, ...],
    views: Sequence[str], seed: int, hold_noise: bool, level: float, p: float,
) -> Traversal:  # fmt: skip
    names = check_views(views, level=level, p=p)
    z = z.astype(np.float32)
    rows, steps, latents = z.shape
    shown, notes = decode_views(vae, z.reshape(-1, latents), names, pair(seed), level=level, p=p, hold_noise=hold_noise)
    return Traversal(
        model=vae.name,
        likelihood=_likelihood(vae),
        seed=int(seed),
        kind=kind,
        dims=dims,
        units=units,
        hold_noise=hold_noise,
        positions=positions,
        z=z,
        views={name: values.reshape(rows, steps, *vae.event_shape) for name, values in shown.items()},
        notes=notes,
        row_labels=labels,
    )


def _frame(vae: Any, start: Any, units: str) -> tuple[Array, Array, Array]:
    """Where the path starts, and the centre and unit of its positions, each `[L]`."""
    q = _posterior(start, vae)
    if units == "posterior":
        if q is None:
            raise InputError(
                "start: units='posterior' counts standard deviations of q(z | x), so an image or its q(z | x) is "
                f"expected; got {'None' if start is None else 'a code'}. Give start=image, or units='prior'."
            )
        return q[0], q[0], q[1]
    if units != "prior":
        raise InputError(f"units: expected 'prior' or 'posterior'; got {units!r}.")
    mean, spread = _mean_and_stddev(vae.prior)
    if q is not None:
        return q[0], mean, spread
    return (mean if start is None else _code("start", start, vae)), mean, spread


def _posterior(start: Any, vae: Any) -> tuple[Array, Array] | None:
    """Mean and standard deviation of q(z | x), `[L]`, when `start` is an image or a distribution."""
    if start is None:
        return None
    if not isinstance(start, tfd.Distribution):
        image = numbers("start", start)
        if image.shape == vae.event_shape and image.shape != (vae.latent_dim,):
            image = image[None]
        if image.shape != (1, *vae.event_shape):
            return None
        start = vae.encode(image)
    mean, spread = _mean_and_stddev(start)
    if mean.size != vae.latent_dim:
        raise InputError(
            f"start: expected q(z | x) of one image over {vae.latent_dim} latents; got {mean.size} numbers. "
            "Give vae.encode(x[:1])."
        )
    return mean.reshape(-1), spread.reshape(-1)


def _mean_and_stddev(law: Any) -> tuple[Array, Array]:
    seed = pair(0)
    return tuple(find(law, seed=seed).value.numpy() for find in (moments.mean, moments.stddev))  # type: ignore[return-value]


def _ends(name: str, value: Any, vae: Any) -> Array:
    """`[rows, L]`."""
    q = _posterior(value, vae)
    if q is not None:
        return q[0][None]
    codes = np.atleast_2d(numbers(name, value))
    if codes.ndim == 2 and codes.shape[1] == vae.latent_dim:
        return codes
    if codes.shape[1:] == vae.event_shape:
        return moments.mean(vae.encode(codes), seed=pair(0)).value.numpy()
    raise InputError(
        f"{name}: expected codes [rows, {vae.latent_dim}] or images [rows, {', '.join(map(str, vae.event_shape))}]; "
        f"got shape {np.shape(value)}."
    )


def _code(name: str, value: Any, vae: Any) -> Array:
    code = numbers(name, value)
    if code.shape != (vae.latent_dim,):
        raise InputError(
            f"{name}: expected a code of shape [{vae.latent_dim}] or an image of shape {vae.event_shape}; got shape "
            f"{code.shape}."
        )
    return code


def _image(x: object, vae: Any, codes: int) -> Array:
    """One image for all codes or one for each, float32 `[1 or codes, *event]`; need not be finite."""
    image = _array("x", x)
    image = image[None] if image.shape == vae.event_shape else image
    if image.shape[1:] != vae.event_shape or len(image) not in (1, codes):
        raise InputError(
            f"x: expected one image of shape {vae.event_shape}, or one for each of {codes} codes; got shape "
            f"{image.shape}. Give one image, e.g. images.values[0]."
        )
    return image


def _array(name: str, value: Any) -> Array:
    try:
        return np.asarray(value, np.float32)
    except (TypeError, ValueError):
        raise InputError(f"{name}: expected an array of numbers; got {type(value).__name__}.") from None


def numbers(name: str, value: Any) -> Array:
    """`value` as float32. Raises InputError unless it is an array of finite numbers."""
    array = _array(name, value)
    if not np.isfinite(array).all():
        raise InputError(f"{name}: expected finite numbers; got {int((~np.isfinite(array)).sum())} NaN or infinite.")
    return array


def _dims(dims: int | Sequence[int] | None, vae: Any) -> tuple[int, ...]:
    asked = range(vae.latent_dim) if dims is None else (dims,) if isinstance(dims, int | np.integer) else dims
    found = tuple(int(k) for k in asked)
    outside = [k for k in found if not 0 <= k < vae.latent_dim]
    if outside or not found:
        raise InputError(
            f"dims: expected latents from 0 to {vae.latent_dim - 1}; got {outside[0] if outside else 'none'}. "
            "Leave dims out to move every latent."
        )
    return found


def _positions(span: tuple[float, float], steps: int) -> Array:
    try:
        low, high = (float(t) for t in span)
    except (TypeError, ValueError):
        raise InputError(f"span: expected two numbers (first, last); got {span!r}.") from None
    if not np.isfinite([low, high]).all() or low == high:
        raise InputError(f"span: expected two different finite numbers; got {span!r}. Try (-3, 3).")
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer) or steps < 2:
        raise InputError(f"steps: expected an integer of at least 2; got {steps!r}.")
    return np.linspace(low, high, steps)


def _likelihood(vae: Any) -> str:
    return vae.describe()["likelihood"]
