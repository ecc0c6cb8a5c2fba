"""Where does the spread of x come from? The law of total variance per pixel (definitions.md, section 3)."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaediag.backend import tf
from vaediag.diagnostics.prior.tables import Tables
from vaediag.engine.chunk import Chunk
from vaediag.engine.jackknife import jackknife
from vaediag.engine.step import Diagnostic
from vaediag.records.estimate import Array, Estimate, estimate
from vaediag.records.variance import ScaleHealth, Variance, VarianceParts

SQUARE = "squared units of x"


def measure(chunk: Chunk) -> dict[str, dict[str, Any]]:
    """Moments of x and of E[x | z] about the pivot image, and the decoder's variances: per group and pixel."""
    view = chunk.posterior
    x, mean = view.x - chunk.pivot, view.mean - chunk.pivot
    groups = {
        "n": tf.reduce_sum(chunk.group, 1),
        "x": chunk.total(x),
        "x2": chunk.total(x**2),
        "mean": chunk.total(mean),
        "mean2": chunk.total(mean**2),
        "noise": chunk.total(view.variance),
    }
    return {"groups": groups}


VARIANCE = Diagnostic(measure)


def finalize(
    groups: dict[str, Array],
    *,
    tables: Tables | None,
    event_shape: tuple[int, ...],
    scale: ScaleHealth | None,
    finite: bool = True,
) -> Variance:
    """M and V with divisor N - 1; headlines are ratios of pixel sums, maps are per pixel.

    Args:
        finite: p(x | z) has a variance; without one only the data have.
    """
    total = {name: part.sum(0) for name, part in groups.items()}
    varies = total["x2"] > 0  # exactly: the pivot image was subtracted
    data, data_error = jackknife(lambda t: {"data": _spread(t, "x").mean()}, groups)
    return Variance(
        prior=None if tables is None else _prior(tables, groups, varies, event_shape),
        aggregate=_aggregate(groups, varies, event_shape) if finite else None,
        data=estimate(float(data["data"]), float(data_error["data"]), SQUARE),
        data_map=_spread(total, "x").reshape(event_shape),
        scale=scale,
    )


def _spread(total: dict[str, Array], name: str) -> Array:
    n = total["n"]
    if n < 2:
        return np.full_like(total[name], np.nan)
    return np.maximum(total[f"{name}2"] - total[name] ** 2 / n, 0) / (n - 1)


def _headline(noise: Array, signal: Array, data: Array, varies: Array) -> dict[str, Array]:
    total = noise + signal
    top, bottom = total[varies].sum(), data[varies].sum()
    return {
        "decoder_noise": noise.mean(),
        "latent_signal": signal.mean(),
        "total": total.mean(),
        "explained": signal.sum() / total.sum() if total.sum() > 0 else np.array(np.nan),
        "variance_ratio": top / bottom if bottom > 0 else np.array(np.nan),
    }


def _parts(values: dict[str, Array], errors: dict[str, Array], noise: Array, signal: Array) -> VarianceParts:
    def number(name: str, unit: str = "") -> Estimate:
        return estimate(float(values[name]), float(errors[name]), unit)

    return VarianceParts(
        decoder_noise=number("decoder_noise", SQUARE),
        latent_signal=number("latent_signal", SQUARE),
        total=number("total", SQUARE),
        explained=number("explained"),
        variance_ratio=number("variance_ratio"),
        decoder_noise_map=noise,
        latent_signal_map=signal,
    )


def _aggregate(groups: dict[str, Array], varies: Array, event_shape: tuple[int, ...]) -> VarianceParts:
    """Under z ~ q(z): the same images give x and z, so the jackknife over images pairs them by itself."""

    def statistics(t: dict[str, Array]) -> dict[str, Array]:
        return _headline(t["noise"] / t["n"], _spread(t, "mean"), _spread(t, "x"), varies)

    values, errors = jackknife(statistics, groups)
    total = {name: part.sum(0) for name, part in groups.items()}
    noise, signal = total["noise"] / total["n"], _spread(total, "mean")
    return _parts(values, errors, noise.reshape(event_shape), signal.reshape(event_shape))


def _prior(tables: Tables, groups: dict[str, Array], varies: Array, event_shape: tuple[int, ...]) -> VarianceParts:
    """Under z ~ p(z): draws and images are independent, so their two parts add in squares."""
    total = {name: part.sum(0) for name, part in groups.items()}
    data = _spread(total, "x")
    size = tables.draws / len(tables.group_mean)
    by_draws = {
        "n": np.full(len(tables.group_mean), size),
        "mean": size * tables.group_mean,
        "mean2": size * tables.group_square,
        "noise": size * tables.group_noise,
    }

    def of_draws(t: dict[str, Array]) -> dict[str, Array]:
        return _headline(t["noise"] / t["n"], _spread(t, "mean"), data, varies)

    values, errors = jackknife(of_draws, by_draws)
    drawn = {name: part.sum(0) for name, part in by_draws.items()}
    noise, signal = drawn["noise"] / drawn["n"], _spread(drawn, "mean")
    _, of_images = jackknife(lambda t: _headline(noise, signal, _spread(t, "x"), varies), groups)
    errors = {name: np.hypot(errors[name], of_images[name]) for name in errors}
    return _parts(values, errors, noise.reshape(event_shape), signal.reshape(event_shape))
