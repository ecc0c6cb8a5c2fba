"""The figures of a report, in the order in which a person should meet them."""

from __future__ import annotations

from vaediag.report.figures import (
    calibration_maps,
    dependence,
    epsilon_delta,
    evidence_gaps,
    fault,
    kl,
    kl_effect,
    latent_dispersion,
    lowest_evidence,
    one_code,
    pit,
    poor_posterior,
    posterior,
    prune_cost,
    quantile_curve,
    rate_split,
    reconstructions,
    reliability,
    spread_skill,
    traversal,
    variance_maps,
    worst,
)
from vaediag.report.figures.panel import Panel

PANELS: tuple[Panel, ...] = tuple(
    module.PANEL
    for module in (
        one_code,
        traversal,
        reconstructions,
        pit,
        fault,
        latent_dispersion,
        quantile_curve,
        reliability,
        spread_skill,
        calibration_maps,
        dependence,
        variance_maps,
        rate_split,
        kl,
        kl_effect,
        prune_cost,
        epsilon_delta,
        posterior,
        evidence_gaps,
        poor_posterior,
        lowest_evidence,
        worst,
    )
)
