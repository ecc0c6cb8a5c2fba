"""Does x behave like a draw from p(x | z)? One picture each."""

from __future__ import annotations

from matplotlib.axes import Axes

from vaediag.records.diagnosis import Diagnosis
from vaediag.report.conditionings import CONDITIONINGS, present
from vaediag.report.figures import pit as pit_figure
from vaediag.report.figures import quantile_curve as quantile_figure
from vaediag.report.figures import reliability as reliability_figure
from vaediag.report.figures import spread_skill as skill_figure
from vaediag.report.plots.given import Conditioning, axes_for, calibration_of, need
from vaediag.report.stamp import stamp_of


def pit(diagnosis: Diagnosis, ax: Axes | None = None, *, conditioning: Conditioning = "posterior") -> Axes:
    """Histogram of u = F(x | z) over all values of x: flat for an exact model (dashed).

    Args:
        diagnosis: what to draw.
        ax: where; None: a new figure.
        conditioning: where z is from: "posterior", "corrected", "prior" or "posterior_mean".
    Returns:
        the axes.
    Raises:
        InputError: a conditioning that was not measured.
    """
    found, ax = calibration_of(diagnosis, conditioning), axes_for(ax)
    pit_figure.draw_bars(ax, found)
    return ax


def quantile_curve(
    diagnosis: Diagnosis,
    ax: Axes | None = None,
    *,
    conditioning: Conditioning = "posterior",
    difference: bool = False,
) -> Axes:
    """Share of the values below each stated quantile, with its simultaneous 95 % band over images.

    Args:
        difference: observed minus stated instead, which is easier to read where both are close.
    Raises:
        InputError: a conditioning that was not measured.
    """
    found, ax = calibration_of(diagnosis, conditioning), axes_for(ax)
    quantile_figure.draw_curve(ax, found.quantile_curve, CONDITIONINGS[conditioning].colour, difference=difference)
    return ax


def coverage(
    diagnosis: Diagnosis,
    ax: Axes | None = None,
    *,
    conditioning: Conditioning = "posterior",
    difference: bool = False,
) -> Axes:
    """Share of the values inside each central interval, with its simultaneous 95 % band over images.

    Raises:
        InputError: a conditioning that was not measured.
    """
    found, ax = calibration_of(diagnosis, conditioning), axes_for(ax)
    quantile_figure.draw_curve(ax, found.coverage, CONDITIONINGS[conditioning].colour, difference=difference)
    ax.set_xlabel("mass of the central interval")
    ax.set_ylabel("observed − stated" if difference else "share of x inside")
    return ax


def reliability(
    diagnosis: Diagnosis, ax: Axes | None = None, *, conditioning: Conditioning = "posterior", logit: bool = False
) -> Axes:
    """Binary x: observed frequency of 1 in bins of the stated probability, with one standard error.

    Args:
        logit: logit axes, which show the nearly certain pixels.
    Raises:
        InputError: x is not binary, or a conditioning that was not measured.
    """
    found = calibration_of(diagnosis, conditioning)
    where = f"calibration.{conditioning}.ece"
    need(diagnosis, found.reliability_curve is not None, "reliability", where)
    ax = axes_for(ax)
    reliability_figure.draw_points(ax, found, logit=logit)
    return ax


def spread_skill(
    diagnosis: Diagnosis,
    ax: Axes | None = None,
    *,
    conditioning: Conditioning | None = None,
    ratio: bool = False,
) -> Axes:
    """The error made against the spread that was stated, in bins of the spread; one σ for all: bars.

    Args:
        conditioning: one of them; None: all that were measured, with a legend.
        ratio: error made over spread stated instead.
    Raises:
        InputError: a family without a scale, or a conditioning that was not measured.
    """
    every = present(diagnosis.calibration) if conditioning is None else (calibration_of(diagnosis, conditioning),)
    shown = [each for each in every if each.spread_skill is not None]
    need(diagnosis, bool(shown), "spread_skill", "calibration.posterior.spread_skill", "calibration.posterior.ence")
    ax = axes_for(ax)
    if all(each.spread_skill is not None and len(each.spread_skill.count) == 1 for each in shown):
        skill_figure.draw_one_sigma(ax, shown, stamp_of(diagnosis))
        return ax
    skill_figure.draw_skill(ax, shown[::-1], stamp_of(diagnosis), ratio=ratio)
    if len(shown) > 1:
        ax.legend()
    return ax
