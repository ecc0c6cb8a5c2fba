"""Which latents carry information, and what they are worth. One picture each."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from vaediag.records.diagnosis import Diagnosis
from vaediag.records.numbered import numbered
from vaediag.report.figures import epsilon_delta as epsilon_delta_figure
from vaediag.report.figures import kl as kl_figure
from vaediag.report.figures import kl_effect as effect_figure
from vaediag.report.figures import posterior as posterior_figure
from vaediag.report.figures import prune_cost as prune_figure
from vaediag.report.figures import rate_split as rate_figure
from vaediag.report.plots.given import axes_for, need


def kl(diagnosis: Diagnosis, ax: Axes | None = None) -> Axes:
    """KL(q(z_k | x) ‖ p(z_k)) of every latent in nats, in order, with one standard error and the latent's status.

    Raises:
        InputError: the prior does not factorise.
    """
    collapse = diagnosis.collapse
    need(diagnosis, collapse.kl is not None and collapse.status is not None, "kl", "collapse.kl", "collapse")
    ax = axes_for(ax)
    kl_figure.draw_bars(ax, collapse)
    return ax


def kl_effect(diagnosis: Diagnosis, ax: Axes | None = None) -> Axes:
    """What the encoder pays for each latent (KL) against what the decoder makes of it (effect), in four quadrants.

    Names are placed for the size that the axes have when this is called.

    Raises:
        InputError: the effect was not measured (`include="all"` does).
    """
    collapse = diagnosis.collapse
    need(diagnosis, bool(effect_figure.drawn(collapse)), "kl_effect", "collapse.effect", "collapse.kl", "collapse")
    ax = axes_for(ax, size=(6.4, 4.8))
    effect_figure.draw_marks(ax, collapse, inside=True)
    return ax


def prune_cost(diagnosis: Diagnosis, ax: Axes | None = None) -> Axes:
    """ELBO that is lost without each latent, nats per image, with one standard error; below 0 hatched.

    Raises:
        InputError: it was not measured (`include="all"` does).
    """
    cost = diagnosis.collapse.prune_cost
    known = cost is not None and len(cost) > 0 and bool(np.isfinite(cost.value).any())
    need(diagnosis, known, "prune_cost", "collapse.prune_cost", "collapse")
    ax = axes_for(ax)
    if cost is not None:
        prune_figure.draw_costs(ax, cost)
    return ax


def epsilon_delta(diagnosis: Diagnosis, ax: Axes | None = None) -> Axes:
    """δ(ε) per latent: share of the images for which its KL is ε or more; shaded is the corner of collapsed latents.

    Raises:
        InputError: the prior does not factorise.
    """
    known = diagnosis.collapse.epsilon_delta is not None
    need(diagnosis, known, "epsilon_delta", "collapse.epsilon_delta", "collapse.kl", "collapse")
    ax = axes_for(ax)
    epsilon_delta_figure.draw_curves(ax, diagnosis.collapse, inside=True)
    ax.legend(handles=epsilon_delta_figure.handles(diagnosis.collapse))
    return ax


def rate_split(diagnosis: Diagnosis, ax: Axes | None = None) -> Axes:
    """The rate in nats as one bar and its parts below: information, total correlation, distance from the prior.

    Raises:
        InputError: the information was not measured.
    """
    parts = rate_figure.shares(diagnosis.collapse)
    need(diagnosis, bool(parts), "rate_split", "collapse.mutual_information", "collapse.marginal_kl", "collapse")
    ax = axes_for(ax)
    rate_figure.draw_parts(ax, parts, diagnosis.evidence.rate)
    return ax


def posterior(diagnosis: Diagnosis, ax: Axes | None = None) -> Axes:
    """Posterior means of images in the two latents with most KL, crosses of one σ; dashed: one and two σ of the prior.

    Raises:
        InputError: a diagnosis without pictures.
    """
    pictures = diagnosis.pictures
    known = pictures is not None and len(pictures.posterior.index) > 0
    need(diagnosis, known, "posterior", "pictures.posterior", "pictures")
    ax = axes_for(ax)
    if pictures is not None:
        posterior_figure.draw_means(ax, numbered(diagnosis).pictures.posterior, diagnosis.collapse)  # type: ignore[union-attr]
    return ax


def latent_variance(diagnosis: Diagnosis, ax: Axes | None = None) -> Axes:
    """Variance of the posterior means and mean posterior variance of every latent; together they make the prior's.

    Raises:
        InputError: a diagnosis without pictures, or a prior that does not factorise.
    """
    pictures, collapse = diagnosis.pictures, diagnosis.collapse
    known = pictures is not None and collapse.mean_variance is not None and collapse.posterior_variance is not None
    need(diagnosis, known, "latent_variance", "pictures.posterior", "pictures", "collapse")
    ax = axes_for(ax)
    if pictures is not None:
        posterior_figure.draw_shares(ax, pictures.posterior, collapse)
        ax.legend()
    return ax
