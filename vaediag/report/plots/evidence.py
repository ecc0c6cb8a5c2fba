"""How good are the bound and the posterior? One picture each."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from vaediag.records.diagnosis import Diagnosis
from vaediag.report.figures import evidence_gaps as evidence_gaps_figure
from vaediag.report.figures import latent_dispersion as latent_dispersion_figure
from vaediag.report.figures import lowest_evidence as lowest_evidence_figure
from vaediag.report.figures import poor_posterior as poor_posterior_figure
from vaediag.report.plots.given import axes_for, need


def elbo(diagnosis: Diagnosis, ax: Axes | None = None) -> Axes:
    """Histogram of the ELBO over images, nats; triangles point at the least likely ones that the report shows.

    Raises:
        InputError: a diagnosis without rows, or with one image.
    """
    values = np.asarray(diagnosis.rows.get("elbo", np.zeros(0)), float)
    picked = None if diagnosis.pictures is None else diagnosis.pictures.lowest
    chosen = np.isin(np.arange(len(values)), [] if picked is None else picked.shown.index)
    known = np.isfinite(values)
    values, chosen = values[known], chosen[known]
    need(diagnosis, len(values) > 1 and bool(np.ptp(values) > 0), "elbo", "rows")
    ax = axes_for(ax)
    lowest_evidence_figure.draw_elbo(ax, values, chosen)
    return ax


def evidence_gaps(diagnosis: Diagnosis, ax: Axes | None = None) -> Axes:
    """What more codes per image add to the ELBO (IWAE), and AIS at the end of the ladder, nats per image.

    Raises:
        InputError: the bound was not measured (`include="all"` does).
    """
    iwae = diagnosis.evidence.iwae
    need(diagnosis, iwae is not None, "evidence_gaps", "evidence.iwae")
    ax = axes_for(ax)
    if iwae is not None:
        evidence_gaps_figure.draw_ladder(ax, iwae, diagnosis.evidence.ais)
    return ax


def pareto_k(diagnosis: Diagnosis, ax: Axes | None = None) -> Axes:
    """Histogram over images of the Pareto k̂ of their importance weights; over the dashed line q misses the posterior.

    Raises:
        InputError: it was not measured (`include="all"` does).
    """
    found = diagnosis.evidence.pareto_k
    need(diagnosis, found is not None and found.exact < 1.0, "pareto_k", "evidence.pareto_k", "evidence.iwae")
    ax = axes_for(ax)
    if found is not None:
        poor_posterior_figure.draw_shape(ax, found)
        ax.set_xlabel("Pareto k̂")
    return ax


def latent_dispersion(diagnosis: Diagnosis, ax: Axes | None = None) -> Axes:
    """Dispersion of the posterior's draws in q(z_k | x), per latent: above 1 q is too narrow or off-centre.

    Raises:
        InputError: it was not measured.
    """
    found = diagnosis.evidence.latent_dispersion
    need(diagnosis, found is not None, "latent_dispersion", "evidence.latent_dispersion", "calibration.corrected")
    ax = axes_for(ax)
    if found is not None:
        latent_dispersion_figure.draw_marks(ax, found)
    return ax
