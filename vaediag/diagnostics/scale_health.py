"""What the decoder's standard deviations look like, and which one shared sigma would be best (definitions.md, 3)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from vaediag.backend import tf
from vaediag.diagnostics.spread import REACH
from vaediag.engine.chunk import Chunk
from vaediag.engine.jackknife import jackknife
from vaediag.engine.step import Diagnostic
from vaediag.records.estimate import Array, estimate
from vaediag.records.variance import ScaleHealth

LEVELS = np.array([0.01, 0.25, 0.5, 0.75, 0.99])


def scale_health(floor: float | None) -> Diagnostic:
    """`floor`: the smallest sigma that the head can give, or None."""

    def measure(chunk: Chunk) -> dict[str, dict[str, Any]]:
        view = chunk.posterior
        stddev = tf.sqrt(view.variance)
        error = tf.reduce_mean((view.x - view.mean) ** 2, 1)
        floored = tf.cast(stddev <= (0.0 if floor is None else floor * (1 + 1e-5)), tf.float32)
        return {
            "rows": {"sigma_min": tf.reduce_min(stddev, 1), "sigma_max": tf.reduce_max(stddev, 1)},
            "groups": chunk.totals({"error": error, "floored": tf.reduce_mean(floored, 1)}),
        }

    return Diagnostic(measure)


def finalize(
    rows: dict[str, Array],
    groups: dict[str, Array],
    non_finite: int,
    fine: Array,
    *,
    center: float,
    floor: float | None,
    stated: float | None,
    gaussian: bool,
) -> ScaleHealth:
    """The record of sigma.

    Args:
        non_finite: images whose law is not finite.
        fine: pixels in the fine bins of log variance; quantiles of sigma are read from them (to within 2 %).
        stated: the one sigma of all pixels and images, if there is only one.
        gaussian: the family is Normal; for others the best shared scale is not the root mean square that `optimal` is,
            and no beta follows from it.
    """

    def best(total: dict[str, Array]) -> dict[str, Array]:
        sigma = np.sqrt(total["error"] / total["n"])
        values = {"sigma": sigma}
        if stated is not None and gaussian:
            values["beta"] = stated**2 / sigma**2
        return values

    values, errors = jackknife(best, groups)
    minimum, maximum = float(np.nanmin(rows["sigma_min"])), float(np.nanmax(rows["sigma_max"]))
    edges = center - REACH + 2 * REACH * np.arange(len(fine) + 1) / len(fine)
    share = np.concatenate([[0.0], np.cumsum(fine) / fine.sum()])
    quantiles = np.exp(0.5 * np.interp(LEVELS, share, edges))
    return ScaleHealth(
        minimum=minimum,
        maximum=maximum,
        quantile_levels=LEVELS.copy(),
        quantiles=np.clip(quantiles, minimum, maximum),
        floor=floor,
        at_floor=0.0 if floor is None else float(groups["floored"].sum() / groups["n"].sum()),
        non_finite=non_finite,
        stated=stated,
        optimal=estimate(float(values["sigma"]), float(errors["sigma"]), "units of x"),
        beta_equivalent=estimate(float(values["beta"]), float(errors["beta"])) if "beta" in values else None,
    )


def typical_log_variance(vae: Any, z: Any) -> float:
    """Median log variance of a few decodes: the centre of the fine bins, so that results do not depend on units."""
    variance = np.asarray(vae.law(z).variance(), float)
    variance = variance[np.isfinite(variance) & (variance > 0)]
    return float(np.median(np.log(variance))) if variance.size else math.log(1.0)
