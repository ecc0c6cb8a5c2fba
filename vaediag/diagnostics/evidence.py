"""How good is the bound? ELBO, rate and distortion of every image (definitions.md, section 5)."""

from __future__ import annotations

import math
from typing import Any

from vaediag.backend import tf
from vaediag.engine.chunk import Chunk
from vaediag.engine.jackknife import jackknife
from vaediag.engine.step import Diagnostic
from vaediag.records.estimate import Estimate, estimate
from vaediag.records.evidence import Evidence


def measure(chunk: Chunk) -> dict[str, dict[str, Any]]:
    rate = chunk.rate.total
    distortion = -tf.reduce_sum(chunk.posterior.log_prob, 1)
    rows = {"elbo": -rate - distortion, "rate": rate, "distortion": distortion}
    return {"rows": rows, "groups": chunk.totals(rows)}


EVIDENCE = Diagnostic(measure)


def finalize(groups: dict[str, Any], *, pixels: int, discrete: bool, rate_method: str) -> Evidence:
    """`groups`: sums per jackknife group, `[50]` each. The probe's part, latent dispersion, is added by `diagnose`."""

    def means(total: dict[str, Any]) -> dict[str, Any]:
        return {name: total[name] / total["n"] for name in ("elbo", "rate", "distortion")}

    values, errors = jackknife(means, groups)

    def headline(name: str, scale: float = 1.0, unit: str = "nats per image") -> Estimate:
        return estimate(scale * values[name], abs(scale) * errors[name], unit)

    return Evidence(
        elbo=headline("elbo"),
        rate=headline("rate"),
        distortion=headline("distortion"),
        elbo_per_dimension=headline("elbo", 1 / pixels, "nats per dimension"),
        bits_per_dimension=headline("elbo", -1 / (pixels * math.log(2)), "bits per dimension") if discrete else None,
        rate_method=rate_method,
        latent_dispersion=None,
        corrected=None,
    )
