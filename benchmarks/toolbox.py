"""Miscalibration area of 1 000 000 numbers against uncertainty-toolbox on the same quantile curve."""

from __future__ import annotations

import time

import numpy as np
import uncertainty_toolbox as uct
from clock import line

from vaediag.backend import tf
from vaediag.diagnostics import pit
from vaediag.diagnostics.curves import curves

COUNT = 1_000_000


def area(mean: np.ndarray, stddev: np.ndarray, x: np.ndarray) -> float:
    """The engine's path: u, streamed histogram per 'image' of 1000 numbers, area of the quantile curve."""
    u = tf.reshape(0.5 * tf.math.erfc((mean - x) / (stddev * np.float32(2**0.5))), (-1, 1000))
    h = pit.histogram(u, u, discrete=False).numpy().astype(float)
    return curves(h.mean(0), np.cov(h.T) / len(h), seed=0).area.value


def main() -> None:
    rng = np.random.default_rng(0)
    mean, stddev = rng.standard_normal(COUNT), rng.uniform(0.5, 2, COUNT)
    x = mean + 1.3 * stddev * rng.standard_normal(COUNT)
    single = [a.astype(np.float32) for a in (mean, stddev, x)]
    area(*single)
    start = time.perf_counter()
    ours = area(*single)
    ours_seconds = time.perf_counter() - start
    print(f"miscalibration area (quantile curve) of {COUNT:,} numbers")
    line("vaediag", f"{1e3 * ours_seconds:.0f} ms", f"area {ours:.4f}")
    given = {"y_pred": mean, "y_std": stddev, "y_true": x, "prop_type": "quantile", "num_bins": 100}

    def from_curve() -> float:
        """The road of its calibration metrics (RMSCE, MACE): `get_proportion_lists`, a Python loop over numbers."""
        return uct.metrics_calibration.miscalibration_area_from_proportions(
            *(np.asarray(part) for part in uct.get_proportion_lists(**given))
        )

    calls = {
        "uncertainty-toolbox, quantile curve (default), then its area": from_curve,
        "uncertainty-toolbox, miscalibration_area": lambda: uct.miscalibration_area(**given),
        "uncertainty-toolbox, miscalibration_area, vectorised": lambda: uct.miscalibration_area(
            **given, vectorized=True
        ),
    }
    for name, call in calls.items():
        start = time.perf_counter()
        theirs = call()
        seconds = time.perf_counter() - start
        limit = "at least 50 x" if call is from_curve else ""
        line(name, f"{seconds:.2f} s", f"area {theirs:.4f}   {seconds / ours_seconds:.1f} x   {limit}")


if __name__ == "__main__":
    main()
