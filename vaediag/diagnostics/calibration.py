"""Does x behave like a draw from p(x | z)? PIT, scores and maps under one conditioning (definitions.md, section 2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from vaediag.aliases import Tensor
from vaediag.backend import tf
from vaediag.diagnostics import binary, pit, spread
from vaediag.diagnostics.curves import curves, histogram_covariance
from vaediag.engine.chunk import Chunk
from vaediag.engine.jackknife import jackknife
from vaediag.engine.step import Diagnostic
from vaediag.laws.traits import Traits
from vaediag.records.calibration import Calibration, CalibrationMaps
from vaediag.records.estimate import Array, Estimate, estimate

SPREAD = ("posterior", "corrected")  # elsewhere an exact model has no reason to lie on the diagonal
UNITS = {"crps": "units of x", "log_score": "nats per image", "interval_score": "units of x", "sharpness": "units of x"}


def calibration(conditioning: str, *, view: Callable[[Chunk], Any] | None = None) -> Diagnostic:
    """The measuring half for one conditioning.

    Args:
        conditioning: name of a view of the chunk.
        view: how to get it, if it is not an attribute of the chunk (`prior`).

    `chunk.given["center"]`, if it is there, is the log variance around which the fine bins of sigma lie.
    """

    def measure(chunk: Chunk) -> dict[str, dict[str, Any]]:
        v = getattr(chunk, conditioning) if view is None else view(chunk)
        kind: Traits = v.traits
        below, upto = v.cdf
        first, second = pit.moments(below, upto)
        h = pit.histogram(below, upto, discrete=kind.interval_pit)
        images: dict[str, Tensor] = {
            "bias": per_image(first),
            "dispersion": 12 * per_image(second),
            "crps": per_image(v.crps),
            "log_score": -tf.reduce_sum(v.log_prob, 1),
            "interval_score": per_image(v.interval_score),
        }
        rows = dict(images)
        sums = {
            "histogram": chunk.sum(h),
            "histogram2": chunk.outer(h),
            "map_first": chunk.sum(first),
            "map_second": chunk.sum(second),
            "map_second2": chunk.sum(second**2),
        }
        if kind.interval_pit:  # else the square of u - 1/2 is `second` itself
            sums["map_first2"] = chunk.sum(first**2)
        if kind.scale_family:
            square = v.residual**2
            images["chi2"] = rows["chi2"] = per_image(square)
            images["variance"] = per_image(tf.broadcast_to(v.variance, v.x.shape))  # `prior`: one per pixel
            sums["map_chi2"] = chunk.sum(square)
        else:
            rows["pearson"] = per_image((v.x - v.mean) ** 2 / tf.maximum(v.variance, 1e-6))
        if not kind.interval_pit and conditioning != "prior":
            s2 = v.scores**2
            images["scores2"], images["scores4"] = per_image(s2), per_image(s2**2)
        groups = chunk.totals(images)
        if kind.binary:
            groups |= binary.measure(chunk, v)
        if kind.scale_family and conditioning in SPREAD:
            groups |= spread.measure(chunk, v, center=chunk.given.get("center", 0.0))
        return {"rows": rows, "groups": groups, "sums": sums}

    return Diagnostic(measure)


def per_image(values: Tensor) -> Tensor:
    """Mean over pixels, `[n, D] -> [n]`: the image is the sampling unit."""
    return tf.reduce_mean(values, 1)


def headline(total: dict[str, Array]) -> dict[str, Array]:
    """Headline numbers from sums over images: the statistic of the jackknife."""
    n = total["n"]
    values = {name: total[name] / n for name in ("bias", "dispersion", "crps", "log_score", "interval_score")}
    if "chi2" in total:
        values["reduced_chi2"] = total["chi2"] / n
        values["sharpness"] = np.sqrt(total["variance"] / n)
    if "scores4" in total:
        with np.errstate(invalid="ignore", divide="ignore"):
            values["tail_weight"] = n * total["scores4"] / total["scores2"] ** 2 - 3
    return values


def finalize(
    measured: dict[str, dict[str, Array]],
    *,
    conditioning: str,
    event_shape: tuple[int, ...],
    traits: Traits,
    off_support: float,
    seed: int,
    draws: dict[str, Array] | None = None,
) -> Calibration:
    """The record of one conditioning.

    Args:
        measured: the pass's sums ("groups" and "sums").
        draws: squared standard errors that the prior draws add, by name of the number, with "histogram" `[B, B]`.
    """
    groups, sums = measured["groups"], measured["sums"]
    n = float(groups["n"].sum())
    values, errors = jackknife(headline, groups)
    cov = histogram_covariance(sums["histogram"], sums["histogram2"], n)
    draws = draws or {}
    if "histogram" in draws:
        cov = cov + draws["histogram"]
    shapes = curves(sums["histogram"] / n, cov, seed=seed)

    def number(name: str) -> Estimate | None:
        if name not in values or not np.isfinite(values[name]):
            return None
        return estimate(values[name], np.hypot(errors[name], np.sqrt(draws.get(name, 0.0))), UNITS.get(name, ""))

    def needed(name: str) -> Estimate:
        return estimate(values[name], np.hypot(errors[name], np.sqrt(draws.get(name, 0.0))), UNITS.get(name, ""))

    skill = spread.finalize(groups) if "spread_count" in groups else None
    reliable = binary.finalize(groups, seed=seed, draws=draws) if "bin_count" in groups else None
    return Calibration(
        conditioning=conditioning,
        images=int(n),
        dispersion=needed("dispersion"),
        bias=needed("bias"),
        miscalibration_area=shapes.area,
        max_calibration_error=shapes.maximum,
        crps=needed("crps"),
        log_score=needed("log_score"),
        interval_score=needed("interval_score"),
        reduced_chi2=number("reduced_chi2") if traits.fourth_moment else None,
        sharpness=number("sharpness"),
        tail_weight=number("tail_weight"),
        ence=skill.ence if skill else None,
        ece=reliable.ece if reliable else None,
        mce=reliable.mce if reliable else None,
        calibration_slope=reliable.slope if reliable else None,
        brier=reliable.brier if reliable else None,
        off_support=off_support,
        quantile_curve=shapes.quantile_curve,
        coverage=shapes.coverage,
        pit_histogram=sums["histogram"] / n,
        reliability_curve=reliable.curve if reliable else None,
        spread_skill=skill.curve if skill else None,
        maps=_maps(sums, n, event_shape),
    )


def _maps(sums: dict[str, Array], n: float, event_shape: tuple[int, ...]) -> CalibrationMaps:
    def mean_and_error(first: str, second: str) -> tuple[Array, Array]:
        mean = sums[first] / n
        variance = np.maximum(sums[second] / n - mean**2, 0) / (n - 1) if n > 1 else np.full_like(mean, np.nan)
        return mean.reshape(event_shape), np.sqrt(variance).reshape(event_shape)

    bias, bias_error = mean_and_error("map_first", "map_first2" if "map_first2" in sums else "map_second")
    second, second_error = mean_and_error("map_second", "map_second2")
    chi2 = (sums["map_chi2"] / n).reshape(event_shape) if "map_chi2" in sums else None
    return CalibrationMaps(bias, 12 * second, chi2, bias_error, 12 * second_error)
