"""Scale families: does the stated sigma match the errors made at that sigma? Spread-skill, ENCE, health of sigma."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.aliases import Tensor
from vaediag.backend import tf
from vaediag.diagnostics.bins import FINE, fine_index, regroup, scatter
from vaediag.engine.chunk import Chunk
from vaediag.engine.jackknife import covariance, jackknife
from vaediag.records.calibration import SpreadSkill
from vaediag.records.estimate import Array, Estimate, estimate

REACH = 8.0  # the fine bins of log variance reach this far (a factor e^4 in sigma) to both sides of their centre


@dataclass(frozen=True, slots=True, eq=False)
class Skill:
    ence: Estimate | None
    curve: SpreadSkill


def measure(chunk: Chunk, view: Any, *, center: float | Tensor) -> dict[str, Tensor]:
    """Per jackknife group and fine bin of log variance: pixels, sum of variances, sum of squared errors."""
    index = fine_index(tf.math.log(view.variance), center - REACH, center + REACH)
    error = (view.x - view.mean) ** 2
    return {
        "spread_count": chunk.total(scatter(index, None, FINE)),
        "spread_variance": chunk.total(scatter(index, view.variance, FINE)),
        "spread_error": chunk.total(scatter(index, error, FINE)),
    }


def finalize(groups: dict[str, Array]) -> Skill:
    """Spread-skill in equal-count bins, and ENCE = mean_b |RMSE_b - RMV_b| / RMV_b (Levi et al. 2019).

    ENCE is None when sigma takes one value (one bin): it would repeat what reduced_chi2 says.
    """
    gather = regroup(groups["spread_count"].sum(0)).T
    parts = {name: groups[f"spread_{name}"] @ gather for name in ("count", "variance", "error")} | {"n": groups["n"]}
    total = {name: part.sum(0) for name, part in parts.items()}
    spread, error = np.sqrt(total["variance"] / total["count"]), np.sqrt(total["error"] / total["count"])
    sign = np.sign(error - spread)

    def signed(t: dict[str, Array]) -> dict[str, Array]:
        rmv, rmse = np.sqrt(t["variance"] / t["count"]), np.sqrt(t["error"] / t["count"])
        return {"ence": np.mean(sign * (rmse - rmv) / rmv), "error": rmse}

    with np.errstate(invalid="ignore", divide="ignore"):
        _, errors = jackknife(signed, parts)
        excess = covariance(lambda t: (t["error"] - t["variance"]) / t["count"], parts)
    curve = SpreadSkill(spread, error, errors["error"], total["count"].copy())
    if len(spread) < 2:
        return Skill(None, curve)
    expected = np.sqrt(2 / np.pi) * np.mean(np.sqrt(np.diag(excess)) / (2 * spread**2))
    return Skill(estimate(np.mean(np.abs(error - spread) / spread), errors["ence"], "", expected), curve)
