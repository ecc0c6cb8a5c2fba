"""Correlation of a pixel with its neighbours, averaged over the image: plain NumPy, a few images at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from vaediag.records.estimate import Array

REACH = 7  # largest lag in rows and in columns
AT_ONCE = 2**18  # numbers worked on together: they stay in the cache over all lags

Lag = tuple[int, int]


def lag_map(
    residuals: Array, varies: Array, *, errors: bool = True, report: Callable[[int], None] | None = None
) -> tuple[Array, Array]:
    """Mean correlation of two pixels of one channel that are (dy, dx) apart, over all such pairs.

    Args:
        residuals: `[N, H, W, C]` float32; standardised in place, so that no second copy is needed.
        varies: `[H, W, C]` bool; the other pixels are left out.
        errors: give standard errors.
        report: called with the number of images that are done; may raise to cancel.
    Returns:
        (value, standard error), both `[15, 15]`, the lag (dy, dx) at `[7 + dy, 7 + dx]`. NaN where the image has no
        such pair, 1 ± 0 in the middle. The error is over images: a_n - sum R_ij (t_ni^2 + t_nj^2) / 2 is the influence
        of image n, where a_n = sum t_ni t_nj over the pairs (i, j) of the lag, and t has mean 0 and variance 1.
    """
    count, height, width, channels = residuals.shape
    _standardise(residuals.reshape(count, -1), varies.reshape(-1))
    gap = min(REACH, width - 1)
    row = width + gap  # zeros behind every row: a pair across the edge then adds nothing
    lags = _half(min(REACH, height - 1), gap)
    steps = [(dy * row + dx) * channels for dy, dx in lags]
    kept = np.zeros((height, row, channels))
    kept[:, :width] = varies
    kept = kept.reshape(-1)
    pairs = np.array([np.sum(_ahead(kept, step) * _behind(kept, step)) for step in steps])
    inner = np.zeros((count, len(lags)))  # a_n of every lag
    sums = np.zeros((len(lags), kept.size), np.float32)  # of t_ni t_nj over images, at pixel i
    size = max(1, AT_ONCE // kept.size)
    for start in range(0, count, size):
        part = residuals[start : start + size]
        t = np.pad(part, [(0, 0), (0, 0), (0, gap), (0, 0)]).reshape(len(part), -1)
        for k, step in enumerate(steps):
            i, j = _ahead(t, step), _behind(t, step)
            inner[start : start + size, k] = np.einsum("np,np->n", i, j)
            _ahead(sums[k], step)[:] += np.einsum("np,np->p", i, j)
        if report is not None:
            report(start + len(part))
    with np.errstate(invalid="ignore", divide="ignore"):  # no pair: NaN
        value, error = inner.mean(0) / pairs, np.full(len(lags), np.nan)
        if errors:
            for k, step in enumerate(steps):  # R_ij, summed over both ends of a pair
                _behind(sums[k], step)[:] += _ahead(sums[k], step).copy()
            weight = (sums / count).reshape(len(lags), height, row, channels)[:, :, :width].reshape(len(lags), -1).T
            for start in range(0, count, size):
                square = residuals[start : start + size].reshape(-1, len(weight)) ** 2
                inner[start : start + size] -= 0.5 * (square @ weight)
            error = inner.std(0, ddof=1) / np.sqrt(count) / pairs
    return _both_halves(lags, value, 1.0), _both_halves(lags, error, 0.0)


def _half(rows: int, columns: int) -> list[Lag]:
    """The lags (dy, dx) of which (-dy, -dx) are the same pairs."""
    return [(dy, dx) for dy in range(rows + 1) for dx in range(-columns, columns + 1) if dy > 0 or dx > 0]


def _ahead(values: Array, step: int) -> Array:
    """The first of two pixels that are `step` apart, along the last axis; `_behind` is the second."""
    return values[..., : values.shape[-1] - step]


def _behind(values: Array, step: int) -> Array:
    return values[..., step:]


def _standardise(rows: Array, varies: Array) -> None:
    """Mean 0 and variance 1 of each column that varies, 0 in the others; in place, a few rows at a time."""
    count = len(rows)
    mean, square = np.zeros(rows.shape[1]), np.zeros(rows.shape[1])
    for part in _parts(rows):
        mean += part.sum(0, dtype=np.float64) / count
    for part in _parts(rows):
        part -= mean.astype(np.float32)
        square += np.einsum("nd,nd->d", part, part)
    scale = np.where(varies, np.sqrt(count / np.where(varies, square, 1.0)), 0.0).astype(np.float32)
    for part in _parts(rows):
        part *= scale


def _parts(rows: Array) -> Iterator[Array]:
    size = max(1, AT_ONCE // rows.shape[1])
    return (rows[start : start + size] for start in range(0, len(rows), size))


def _both_halves(lags: list[Lag], values: Array, middle: float) -> Array:
    found = np.full((2 * REACH + 1, 2 * REACH + 1), np.nan)
    found[REACH, REACH] = middle
    for (dy, dx), value in zip(lags, values, strict=True):
        found[REACH + dy, REACH + dx] = found[REACH - dy, REACH - dx] = value
    return found
