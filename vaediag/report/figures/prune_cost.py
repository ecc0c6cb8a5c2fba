"""What each latent is worth: the ELBO lost when it is replaced by noise, beside what the encoder pays for it."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from vaediag.findings.rules import errors_allowed
from vaediag.records.collapse import KL_USED, Collapse
from vaediag.records.estimate import Array, Estimates
from vaediag.report import style
from vaediag.report.figures.panel import Panel
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.words import NO_BREAK, latents, plural, short, value

NAMED = 24  # up to here every latent has a row with its name
ROW, HEAD = 0.21, 0.42
NEAR = 0.1  # nats: linear up to here where costs differ by orders of magnitude
CROWDED = 50.0  # the largest cost over the median one, from which on the axis is logarithmic


def order_of(cost: Estimates) -> list[int]:
    """From the most to the least valuable latent; undefined ones last."""
    known = np.nan_to_num(np.asarray(cost.value, dtype=float), nan=-np.inf)
    return [int(latent) for latent in np.argsort(-known, kind="stable")]


def useless(cost: Estimates) -> list[int]:
    """Latents that cost more than they give, by more than a trifle and certainly."""
    values, errors = np.asarray(cost.value, dtype=float), np.asarray(cost.standard_error, dtype=float)
    allowed = KL_USED + errors_allowed(len(values)) * errors
    return [int(latent) for latent in np.flatnonzero(values < -allowed)]  # an unknown error judges nothing


def title(cost: Estimates) -> str:
    """Which latents the bound would be better off without; else what the most valuable one is worth."""
    total, bad, order = len(cost), useless(cost), order_of(cost)
    if bad:
        worst = min(bad, key=lambda latent: cost.value[latent])
        if len(bad) == 1:
            return f"{latents(bad, total)} costs more than it gives: {_nats(cost, worst)}"
        return f"{latents(bad, total)} cost more than they give: latent {worst} most, {_nats(cost, worst)}"
    if not np.nanmax(cost.value) > KL_USED:
        return f"{latents(order, total)} could go: the ELBO would change by less than {KL_USED:g}{NO_BREAK}nats each"
    if total == 1:
        return f"Without its only latent the model loses {_nats(cost, 0)} per image"
    known = [latent for latent in order if np.isfinite(cost.value[latent])]
    surely = " measurably" if cost.value[known[-1]] < 0 else ""
    return (
        f"No latent{surely} costs more than it gives: latent {known[0]} is worth most, {_nats(cost, known[0])}, "
        f"latent {known[-1]} least, {_nats(cost, known[-1])}"
    )


def _nats(cost: Estimates, latent: int) -> str:
    return f"{value(cost[latent])}{NO_BREAK}nats"


@style.styled
def draw_prune_cost(collapse: Collapse, stamp: Stamp) -> Figure | None:
    """Bars around zero in order of cost, the KL beside them: rows for few latents, columns for many."""
    cost = collapse.prune_cost
    if cost is None or len(cost) == 0 or not np.isfinite(cost.value).any():
        return None
    total = len(cost)
    named = total <= NAMED
    height = ROW * max(total, 2) + 0.1 if named else 3.6
    sheet = Sheet(title(cost), _subtitle(collapse), stamp, height=HEAD + height + 0.42)
    (_rows if named else _columns)(sheet, collapse, cost, height)
    return sheet.figure


def _subtitle(collapse: Collapse) -> str:
    how = f"; the saved KL by {collapse.prune_method}" if collapse.prune_method == "Monte Carlo" else ""
    bad = [] if collapse.prune_cost is None else useless(collapse.prune_cost)
    hatched = " Hatched: below 0 beyond its error, the latent costs more than it gives." if bad else ""
    images = "" if collapse.prune_images is None else f" Over {plural(collapse.prune_images, 'image')}{how}."
    return (
        "The ELBO that is lost when zₖ is drawn from the prior instead of q(zₖ | x) and its KL is saved, with one "
        f"standard error.{hatched} With the exact posterior none costs more than it gives.{images}"
    )


def _rows(sheet: Sheet, collapse: Collapse, cost: Estimates, height: float) -> None:
    order, kl = order_of(cost), collapse.kl
    left, numbers, gap = 0.62, 1.15, 0.25
    wide = (BODY - left - numbers - gap) * (0.66 if kl is not None else 1.0)
    place = np.arange(len(order))
    ax = sheet.axes(left, HEAD, wide, height)
    sheet.text(left, 0.0, "ELBO lost without it", weight="bold")
    sheet.text(left, 0.17, "prune cost, nats per image", size=style.SMALL_SIZE, color=style.MUTED)
    draw_costs(ax, cost)
    ax.set_xlabel("")
    for row, latent in zip(place, order, strict=True):
        words = value(cost[latent]) if np.isfinite(cost.value[latent]) else "–"
        sheet.text(
            left + wide + numbers - 0.06, HEAD + (row + 0.5) * height / max(len(order), 2), words,
            ha="right", va="center", size=style.SMALL_SIZE,
        )  # fmt: skip
    if kl is not None:
        start = left + wide + numbers + gap
        beside = sheet.axes(start, HEAD, BODY - start, height)
        sheet.text(start, 0.0, "KL paid for it", weight="bold")
        sheet.text(start, 0.17, "rate, nats per image", size=style.SMALL_SIZE, color=style.MUTED)
        paid, error = _of(kl, order)
        beside.barh(place, paid, 0.68, color=style.SKY, lw=0)
        beside.errorbar(paid, place, xerr=error, fmt="none", ecolor=style.ink(), elinewidth=0.8, capsize=1.5)
        beside.set_xlim(0, max(1.12 * float(np.nanmax(paid + error)), 0.05))
        _latent_axis(beside, order, upright=False)
        beside.set_yticklabels([])


def draw_costs(ax: Axes, cost: Estimates) -> None:
    """Bars around zero in order of cost: rows with names for few latents, columns for many."""
    order, upright = order_of(cost), len(cost) > NAMED
    _bars(ax, np.arange(len(order)), *_of(cost, order), np.isin(order, useless(cost)), upright=upright)
    _latent_axis(ax, order, upright=upright)
    (ax.set_ylabel if upright else ax.set_xlabel)("ELBO lost without it, nats per image")


def _latent_axis(ax: Axes, order: list[int], *, upright: bool) -> None:
    if upright:
        ax.set_xlim(-1, len(order))
        ax.set_xticks([0, len(order) - 1], [f"z{order[0]}", f"z{order[-1]}"])
        ax.set_xlabel(f"{plural(len(order), 'latent')}, in order of what they are worth")
        ax.grid(axis="y")
        return
    ax.set_ylim(max(len(order), 2) - 0.5, -0.5)
    ax.set_yticks(np.arange(len(order)), [f"z{latent}" for latent in order])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")


def _columns(sheet: Sheet, collapse: Collapse, cost: Estimates, height: float) -> None:
    order, kl = order_of(cost), collapse.kl
    place = np.arange(len(order))
    left, low = 0.6, 1.1 if kl is not None else 0.0
    ax = sheet.axes(left, HEAD, BODY - left, height - low - (0.45 if low else 0.0))
    sheet.text(left, 0.0, "ELBO lost without it", weight="bold")
    draw_costs(ax, cost)
    ax.set_ylabel("nats per image")
    if kl is not None:
        top = HEAD + height - low
        sheet.text(left, top - 0.26, "KL paid for it", weight="bold")
        beside = sheet.axes(left, top, BODY - left, low)
        paid, error = _of(kl, order)
        beside.bar(place, paid, 0.86, color=style.SKY, lw=0)
        beside.errorbar(place, paid, yerr=error, fmt="none", ecolor=style.ink(), elinewidth=0.5)
        beside.set(ylim=(0, None), ylabel="nats per image")
        _latent_axis(beside, order, upright=True)
        ax.set_xticklabels([])
        ax.set_xlabel("")


def _of(numbers: Estimates, order: list[int]) -> tuple[Array, Array]:
    return np.asarray(numbers.value, dtype=float)[order], np.nan_to_num(np.asarray(numbers.standard_error)[order])


def _bars(ax: Axes, place: Array, values: Array, errors: Array, bad: Array, *, upright: bool) -> None:
    """Blue; those that the title accuses hatched, in another colour."""
    draw, set_scale, line = (ax.bar, ax.set_yscale, ax.axhline) if upright else (ax.barh, ax.set_xscale, ax.axvline)
    for mine, colour, hatch in ((~bad, style.BLUE, ""), (bad, style.ORANGE, "////")):
        draw(place[mine], np.nan_to_num(values[mine]), 0.86 if upright else 0.68, color=colour, hatch=hatch, lw=0)
    bars: dict[str, Any] = {"yerr" if upright else "xerr": errors}
    at = (place, values) if upright else (values, place)
    ax.errorbar(*at, fmt="none", ecolor=style.ink(), elinewidth=0.6, capsize=0.0 if upright else 1.5, **bars)
    line(0, color=style.ink(), lw=0.9)
    size = np.abs(values[np.isfinite(values)])
    if size.max() > CROWDED * max(float(np.median(size)), 1e-3):
        set_scale("symlog", linthresh=NEAR)
        (ax.yaxis if upright else ax.xaxis).set_major_formatter(FuncFormatter(lambda nats, _: short(nats)))


READING = """
Each bar asks what would happen to the bound if the decoder got noise instead of this latent and nothing were paid for
it. A tall bar means that the decoder needs it to explain x. A bar at zero means that it does not matter. Below zero
the encoder pays more for the latent than the decoder makes of it, and the model would be better without: that happens
when training has not converged, or when the encoder was trained for another objective. Costs of several latents do
not add up, as one may stand in for another.
"""


PANEL = Panel(
    "prune_cost",
    "What is each latent worth?",
    lambda diagnosis: draw_prune_cost(diagnosis.collapse, stamp_of(diagnosis)),
    READING,
    ("collapse.prune_cost", "collapse.kl", "collapse"),
)
