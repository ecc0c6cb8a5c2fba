"""Binary x: reliability, Brier's parts and the calibration slope over predicted probabilities.

A Gaussian interval test is never applied to a Bernoulli: it condemns a perfect one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.aliases import Tensor
from vaediag.backend import tf
from vaediag.diagnostics.bins import FINE, fine_index, regroup, scatter
from vaediag.diagnostics.curves import DRAWS
from vaediag.engine.chunk import Chunk
from vaediag.engine.jackknife import covariance, jackknife
from vaediag.records.calibration import Brier, ReliabilityCurve
from vaediag.records.estimate import Array, Estimate, estimate

LOGIT = 16.0  # float32 probabilities say nothing beyond


@dataclass(frozen=True, slots=True, eq=False)
class Reliable:
    ece: Estimate
    mce: Estimate
    slope: Estimate
    brier: Brier
    curve: ReliabilityCurve


def measure(chunk: Chunk, view: Any) -> dict[str, Tensor]:
    """Per jackknife group and fine bin of logit p: pixels, sum of p, sum of x; and the parts of the slope and score."""
    p, x = tf.broadcast_to(view.mean, view.x.shape), view.x
    logit = tf.clip_by_value(tf.math.log(p) - tf.math.log1p(-p), -LOGIT, LOGIT)
    index = fine_index(logit, -LOGIT, LOGIT)
    binned = {"bin_count": None, "bin_p": p, "bin_x": x}
    return {
        **{name: chunk.total(scatter(index, values, FINE)) for name, values in binned.items()},
        "slope_top": chunk.total(tf.reduce_mean((x - p) * logit, 1)),
        "slope_bottom": chunk.total(tf.reduce_mean(p * (1 - p) * logit**2, 1)),
        "brier": chunk.total(tf.reduce_mean((x - p) ** 2, 1)),
    }


def finalize(groups: dict[str, Array], *, seed: int, draws: dict[str, Array]) -> Reliable:
    count = groups["bin_count"].sum(0)
    gather = regroup(count).T  # [FINE, bins]
    parts = {name: groups[name] for name in ("n", "brier", "slope_top", "slope_bottom")}
    parts |= {name: groups[f"bin_{name}"] @ gather for name in ("count", "p", "x")}
    total = {name: part.sum(0) for name, part in parts.items()}
    pixels = total["count"].sum()
    weight = total["count"] / pixels
    miss = (total["x"] - total["p"]) / total["count"]

    def statistics(t: dict[str, Array]) -> dict[str, Array | float]:
        some = np.maximum(t["count"], 1)  # a bin that lost all its pixels has weight 0
        w, p, x = t["count"] / t["count"].sum(), t["p"] / some, t["x"] / some
        base = (w * x).sum()
        reliability, resolution = (w * (p - x) ** 2).sum(), (w * (x - base) ** 2).sum()
        score, uncertainty = t["brier"] / t["n"], base * (1 - base)
        slope = t["slope_top"] / t["slope_bottom"] if t["slope_bottom"] > 0 else np.nan
        return {
            "score": score,
            "reliability": reliability,
            "resolution": resolution,
            "uncertainty": uncertainty,
            "within_bin": score - (reliability - resolution + uncertainty),
            "slope": slope,
            "ece": (np.sign(miss) * w * (x - p)).sum(),  # signs held: the delta method for an absolute value
        }

    with np.errstate(invalid="ignore", divide="ignore"):
        values, errors = jackknife(statistics, parts)
        spread = covariance(lambda t: (t["x"] - t["p"]) / t["count"], parts)
    extra = {name: np.sqrt(draws.get(name, 0.0)) for name in ("calibration_slope", "brier")} | {"ece": 0.0}
    if "bin_p" in draws:  # the forecasts themselves move with the prior draws
        moved = (draws["bin_p"] @ gather) / (draws["bin_count"] @ gather)
        moved = moved - moved.mean(0)
        by_draws = (len(moved) - 1) / len(moved) * moved.T @ moved
        signed = np.sign(miss) * weight
        spread, extra["ece"] = spread + by_draws, np.sqrt(signed @ by_draws @ signed)
    bin_error = np.sqrt(np.diag(spread))
    at = int(np.argmax(np.abs(miss)))
    return Reliable(
        ece=estimate(
            (weight * np.abs(miss)).sum(),
            np.hypot(errors["ece"], extra["ece"]),
            "",
            np.sqrt(2 / np.pi) * (weight * bin_error).sum(),
        ),
        mce=estimate(np.abs(miss[at]), bin_error[at], "", _expected_maximum(spread, seed)),
        slope=estimate(values["slope"], np.hypot(errors["slope"], extra["calibration_slope"])),
        brier=Brier(
            **{
                name: estimate(values[name], np.hypot(errors[name], extra["brier"] if name == "score" else 0.0))
                for name in ("score", "reliability", "resolution", "uncertainty", "within_bin")
            }
        ),
        curve=ReliabilityCurve(
            total["p"] / total["count"], total["x"] / total["count"], bin_error, total["count"].copy()
        ),
    )


def _expected_maximum(spread: Array, seed: int) -> float:
    """E max |G|, G ~ N(0, spread): what the largest bin error is for an exact model of this size."""
    if not np.isfinite(spread).all():
        return float("nan")
    values, vectors = np.linalg.eigh(spread)
    draws = np.random.default_rng([seed, 7]).standard_normal((DRAWS, len(spread)))
    return float(np.abs(draws @ (vectors * np.sqrt(np.maximum(values, 0))).T).max(1).mean())
