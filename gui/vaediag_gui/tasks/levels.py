"""Which values are drawn darkest and brightest: fixed for a model and for a data set, so that pictures compare."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

Levels = tuple[float, float]
OF_X = ("mean", "mode", "sample", "quantile", "data")  # views in units of x share the levels of the mean
RESIDUAL = (-4.0, 4.0)  # in standard deviations


def of_data(x: np.ndarray) -> Levels:
    """Black and white of images `[n, *event]`."""
    from vaediag.report.levels import grey_levels

    return grey_levels(x)


def of_views(views: Mapping[str, np.ndarray]) -> dict[str, Levels]:
    """Levels of every view from pictures of draws from the prior; `views` holds mean, stddev, entropy, interval_width.

    Spreads begin at 0. Where nothing is finite, 0 to 1.
    """
    found = dict.fromkeys(OF_X, of_data(views["mean"]))
    return found | {
        "stddev": _spread(views["stddev"]),
        "interval_width": _spread(views["interval_width"]),
        "entropy": _central(views["entropy"]),
        "residual": RESIDUAL,
    }


def _spread(values: np.ndarray) -> Levels:
    from vaediag.report.levels import spread_top

    return 0.0, spread_top(values)


def _central(values: np.ndarray) -> Levels:
    finite = values[np.isfinite(values)]
    if not finite.size:
        return 0.0, 1.0
    low, high = (float(level) for level in np.quantile(finite, [0.005, 0.995]))
    return (low, high) if high > low else (low - 0.5, low + 0.5)
