"""What the rate is spent on: information about x, dependence between the latents, distance from the prior."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from vaediag.records.collapse import Bounds, Collapse
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array, Estimate
from vaediag.report import style
from vaediag.report.figures.panel import Panel
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.words import NO_BREAK, percent, short, value

LEFT, RIGHT = 1.75, 1.62  # inches: names of the parts, and their numbers
ROW, BAR = 0.5, 0.5
EMPTY = 0.01  # nats: a rate below it has no parts worth naming
LARGEST = 24  # latents in the lower panel
UNSURE = {"facecolor": style.PAPER, "hatch": "/////", "hatchcolor": style.MUTED, "edgecolor": style.MUTED, "lw": 0.6}


@dataclass(frozen=True, slots=True)
class Share:
    """One part of the rate, in nats: between `lower` and `upper`."""

    name: str
    note: str
    lower: Estimate
    upper: Estimate
    colour: str


def shares(collapse: Collapse) -> tuple[Share, ...]:
    """The parts that are known; () without the mutual information."""
    information, marginal = collapse.mutual_information, collapse.marginal_kl
    if information is None or marginal is None:
        return ()
    first = Share("information", "I(x; z): tells images apart", *_ends(information), style.BLUE)
    correlation, alone = collapse.total_correlation, dimensions(collapse)
    if correlation is None or alone is None:
        return first, Share("distance from the prior", "KL(q(z) ‖ p(z))", *_ends(marginal), style.AMBER)
    return (
        first,
        Share("total correlation", "latents depend on each other", *_ends(correlation), style.PURPLE),
        Share("one-dimensional KLs", "Σ KL(q(zₖ) ‖ p(zₖ))", alone, alone, style.AMBER),
    )


def _ends(bounds: Bounds) -> tuple[Estimate, Estimate]:
    return bounds.lower, bounds.upper


def dimensions(collapse: Collapse) -> Estimate | None:
    """Sum of the one-dimensional KLs. No error: those of the latents share their images and do not add up."""
    if collapse.dimension_kl is None:
        return None
    return Estimate(float(np.sum(collapse.dimension_kl.value)), None, collapse.dimension_kl.unit)


def title(collapse: Collapse, rate: Estimate) -> str:
    """Which share of the rate is information; between which bounds where that is not known."""
    information = collapse.mutual_information
    if information is None:
        return ""
    total = f"{short(rate.value)}{NO_BREAK}nats"
    if rate.value < EMPTY:
        return f"The rate is {short(rate.value)}{NO_BREAK}nats: there is nothing to split"
    low, high = (max(each.value, 0.0) for each in _ends(information))
    if information.saturated:
        return (
            f"Of a rate of {total}, between {short(low)} and {short(high)} are information: "
            "too few images to pin it down"
        )
    part = [min(nats / rate.value, 1.0) for nats in (low, high)]
    middle = sum(part) / 2
    if part[1] - part[0] > 0.1:
        return f"Between {percent(part[0])} and {percent(part[1])} of the rate is information ({total} in all)"
    share = (
        "Half" if abs(middle - 0.5) < 0.02 else "Nearly all" if middle > 0.97 else "Hardly any" if middle < 0.03
        else percent(middle)
    )  # fmt: skip
    spent = f"{short(low)}{NO_BREAK}nats" if short(low) == short(high) else f"{short(low)} to {short(high)}"
    return f"{share} of the rate is information about x: {spent} of {total}"


@style.styled
def draw_rate_split(collapse: Collapse, rate: Estimate, stamp: Stamp) -> Figure | None:
    """Above: the rate as one bar and its parts below it; beneath: the largest one-dimensional KLs."""
    parts = shares(collapse)
    if not parts:
        return None
    lower = collapse.dimension_kl is not None and len(collapse.dimension_kl) > 1
    high = ROW * (1 + len(parts))
    sheet = Sheet(title(collapse, rate), _subtitle(collapse, rate), stamp, height=high + (2.3 if lower else 0.5))
    ax = sheet.axes(LEFT, 0.0, BODY - LEFT - RIGHT, high)
    draw_parts(ax, parts, rate)
    ax.set_yticks([])
    _names(sheet, parts, rate)
    if lower:
        sheet.text(0.0, high + 0.62, "one-dimensional KLs", weight="bold")
        sheet.text(0.0, high + 0.79, _which(collapse), size=style.SMALL_SIZE, color=style.MUTED)
        _largest(sheet.axes(0.55, high + 1.05, BODY - 0.55, 1.05), collapse)
    return sheet.figure


def _subtitle(collapse: Collapse, rate: Estimate) -> str:
    words = (
        "The parts add up to the rate; in an exact model all of it is information. Hatched: belongs to one of the "
        "parts, the bounds do not say to which. Ticks: one standard error."
    )
    if collapse.mutual_information is not None and collapse.mutual_information.saturated:
        words += " The images hardly overlap in z, where bounds of information are far apart."
    residual = collapse.mc_residual
    if residual is not None and abs(residual.value) > max(0.01 * abs(rate.value), 2 * (residual.standard_error or 0.0)):
        words += f" By Monte Carlo, as here, the rate differs by {value(residual)}{NO_BREAK}nats from the reported one."
    return words


def draw_parts(ax: Axes, parts: tuple[Share, ...], rate: Estimate) -> None:
    """The rate as one bar and its parts, one below the other; hatched: between the bounds."""
    _bars(ax, parts, rate)
    ax.set_yticks(range(len(parts) + 1), ["rate", *(part.name for part in parts)])
    ax.tick_params(axis="y", length=0)


def _bars(ax: Axes, parts: tuple[Share, ...], rate: Estimate) -> None:
    known = [max(part.lower.value, 0.0) for part in parts]
    total = max(parts[0].lower.value + sum(part.upper.value for part in parts[1:]), sum(known))
    start = 0.0
    for place, (part, nats) in enumerate(zip(parts, known, strict=True)):
        start = _bar(ax, 0, BAR, start, nats, color=part.colour, lw=0)
        if place == 0:
            start = _bar(ax, 0, BAR, start, total - sum(known), **UNSURE)
    _whisker(ax, rate, 0)
    for row, part in enumerate(parts, 1):
        low, high = max(part.lower.value, 0.0), max(part.upper.value, part.lower.value, 0.0)
        _bar(ax, row, BAR * 0.56, 0.0, low, color=part.colour, lw=0)
        _bar(ax, row, BAR * 0.56, low, high - low, **UNSURE)
        _whisker(ax, part.lower, row)
        if part.upper is not part.lower:
            _whisker(ax, part.upper, row)
    most = max([total, rate.value + (rate.standard_error or 0.0), *(part.upper.value for part in parts), EMPTY])
    ax.set(xlim=(0, 1.04 * most), ylim=(len(parts) + 0.5, -0.5), yticks=[], xlabel="nats per image")
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")


def _bar(ax: Axes, row: int, thick: float, start: float, nats: float, **look: Any) -> float:
    """From `start` on, nothing where there is nothing; where it ends."""
    if nats > 0:
        ax.barh(row, nats, thick, left=start, **look)
    return start + max(nats, 0.0)


def _whisker(ax: Axes, number: Estimate, row: int) -> None:
    if number.standard_error:
        ax.errorbar(number.value, row, xerr=number.standard_error, color=style.ink(), lw=0.9, capsize=2.0)


def _names(sheet: Sheet, parts: tuple[Share, ...], rate: Estimate) -> None:
    """Name and meaning to the left of each bar, its numbers to the right."""
    entries = [("rate", "E KL(q(z | x) ‖ p(z))", value(rate), "")]
    for part in parts:
        same = part.lower is part.upper
        known = value(part.lower) if same else f"at least {value(part.lower)}"
        entries.append((part.name, part.note, known, "" if same else f"at most {value(part.upper)}"))
    for row, (name, note, first, second) in enumerate(entries):
        middle = (row + 0.5) * ROW
        sheet.text(0.0, middle - 0.005, name, weight="bold", va="bottom")
        sheet.text(0.0, middle + 0.015, note, size=style.SMALL_SIZE, color=style.MUTED)
        left = BODY - RIGHT + 0.12
        if second:
            sheet.text(left, middle - 0.005, first, size=style.SMALL_SIZE, va="bottom")
            sheet.text(left, middle + 0.015, second, size=style.SMALL_SIZE)
        else:
            sheet.text(left, middle, first, size=style.SMALL_SIZE, va="center")


def _largest(ax: Axes, collapse: Collapse) -> None:
    if collapse.dimension_kl is None:
        return
    nats, errors = np.asarray(collapse.dimension_kl.value), np.asarray(collapse.dimension_kl.standard_error)
    order: Array = np.argsort(-np.nan_to_num(nats), kind="stable")[:LARGEST]
    ax.bar(np.arange(len(order)), nats[order], 0.72, color=style.AMBER, lw=0)
    ax.errorbar(np.arange(len(order)), nats[order], yerr=np.nan_to_num(errors[order]), fmt="none", ecolor=style.ink(),
                elinewidth=0.8, capsize=1.5)  # fmt: skip
    ax.set(
        xlim=(-0.6, max(len(order), 8) - 0.4),
        ylim=(min(0.0, *(nats - np.nan_to_num(errors))[order]), None),
        ylabel="nats",
    )
    ax.yaxis.set_major_locator(MaxNLocator(4))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda nats, _: short(nats)))
    ax.set_xticks(np.arange(len(order)), [f"z{latent}" for latent in order])
    ax.tick_params(axis="x", length=0)
    ax.grid(axis="y")


def _which(collapse: Collapse) -> str:
    total = 0 if collapse.dimension_kl is None else len(collapse.dimension_kl)
    some = f"the {LARGEST} largest of {total} latents, " if total > LARGEST else ""
    return f"KL(q(zₖ) ‖ p(zₖ)), {some}with one standard error; 0 in an exact model"


READING = """
The rate is what the encoder pays in the bound. Only the information part buys something: it says how many nats of
an image its code really carries. The rest is the distance of all codes taken together from the prior: dependence
between latents, and latents whose own distribution is not the prior's. In an exact model all of the rate is
information, and draws from the prior decode to images like the data; a large rest means that they do not.
"""


def _draw(diagnosis: Diagnosis) -> Figure | None:
    return draw_rate_split(diagnosis.collapse, diagnosis.evidence.rate, stamp_of(diagnosis))


PANEL = Panel(
    "rate_split",
    "What is the rate spent on?",
    _draw,
    READING,
    ("collapse.mutual_information", "collapse.marginal_kl", "collapse"),
)
