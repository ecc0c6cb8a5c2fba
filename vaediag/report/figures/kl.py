"""Information per latent: KL(q(z_k | x) ‖ p(z_k)) in nats, with each latent's status."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from vaediag.records.collapse import Collapse
from vaediag.report import style
from vaediag.report.figures.panel import Panel
from vaediag.report.latents import STATUSES, by_kl, silent
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.words import latents, plural, short

NAMED = 24  # up to here every latent has a row with its name
BAR = 0.21


def title(collapse: Collapse) -> str:
    """Which latents carry nothing, which most."""
    order = by_kl(collapse)
    total = len(order)
    dead = silent(collapse)
    nats = np.asarray(collapse.kl.value) if collapse.kl is not None else np.zeros(total)
    if total == 1:
        return f"The only latent carries {'nothing' if dead else f'{short(nats[0])} nats'}"
    if dead:
        return f"{latents(dead, total)} {'carries' if len(dead) == 1 else 'carry'} nothing"
    return (
        f"All {total} latents carry information: from {short(nats[order[-1]])} nats (latent {order[-1]}) "
        f"to {short(nats[order[0]])} nats (latent {order[0]})"
    )


@style.styled
def draw_kl(collapse: Collapse, stamp: Stamp) -> Figure | None:
    """Bars in order of KL: rows with names for few latents, columns for many. None without a per-latent KL."""
    if collapse.kl is None or collapse.status is None:
        return None
    total = len(collapse.kl)
    named = total <= NAMED
    height = BAR * max(total, 2) + 0.55 if named else 2.9
    sheet = Sheet(
        title(collapse),
        "Mean over images of KL(q(zₖ | x) ‖ p(zₖ)), with one standard error, in order. "
        "A latent counts as collapsed when its KL is below 0.01 nats.",
        stamp,
        height=height + 0.17,
    )
    present = [status for status in STATUSES if status in collapse.status]
    ax = sheet.axes(1.0, 0.3, BODY - 1.35, height - 0.55) if named else sheet.axes(0.55, 0.3, BODY - 0.6, height - 0.55)
    draw_bars(ax, collapse)
    handles = [
        Patch(**STATUSES[status].bar, label=f"{status}: {STATUSES[status].meaning} ({collapse.status.count(status)})")
        for status in present
    ]
    keys = sheet.bare(0.0, 0.0, BODY, 0.2)
    keys.legend(
        handles=handles,
        loc="center left",
        ncols=len(handles),
        borderaxespad=0,
        borderpad=0,
        handlelength=1.6,
        columnspacing=2.0,
    )
    return sheet.figure


def draw_bars(ax: Axes, collapse: Collapse) -> None:
    """Rows with names for few latents, columns for many; nothing without a KL per latent."""
    named = collapse.kl is not None and len(collapse.kl) <= NAMED
    (_rows if named else _columns)(ax, collapse)


def _rows(ax: Axes, collapse: Collapse) -> None:
    assert_kl, status = collapse.kl, collapse.status
    if assert_kl is None or status is None:
        return
    order = by_kl(collapse)
    top = max(float(np.nanmax(assert_kl.value)), 0.05)
    for row, latent in enumerate(order):
        nats, error = float(assert_kl.value[latent]), float(assert_kl.standard_error[latent])
        ax.barh(row, nats, 0.68, **STATUSES[status[latent]].bar)
        ax.errorbar(nats, row, xerr=error if np.isfinite(error) else None, color=style.ink(), lw=0.8, capsize=1.5)
        reach = nats + (error if np.isfinite(error) else 0.0)
        ax.annotate(short(nats), (reach, row), (4, 0), textcoords="offset points", va="center", size=style.small())
    ax.set(ylim=(max(len(order), 2) - 0.4, -0.6), xlim=(0, 1.12 * top), xlabel="KL, nats per image")
    ax.set_yticks(range(len(order)), [f"{status[latent]}   z{latent}" for latent in order])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")


def _columns(ax: Axes, collapse: Collapse) -> None:
    kl, status = collapse.kl, collapse.status
    if kl is None or status is None:
        return
    order = by_kl(collapse)
    for rank, latent in enumerate(order):
        ax.bar(rank, float(kl.value[latent]), 0.86, **STATUSES[status[latent]].bar)
    values, errors = np.asarray(kl.value)[list(order)], np.asarray(kl.standard_error)[list(order)]
    ax.errorbar(
        np.arange(len(order)), values, yerr=np.nan_to_num(errors), fmt="none", ecolor=style.ink(), elinewidth=0.5
    )
    ends = [0, len(order) - 1]
    ax.set(
        xlim=(-1, len(order)),
        ylim=(0, None),
        ylabel="KL, nats per image",
        xlabel=f"{plural(len(order), 'latent')}, in order of KL",
    )
    ax.set_xticks(ends, [f"z{order[end]}" for end in ends])
    ax.grid(axis="y")


READING = """
Each bar says how far, on average, the encoder moves this latent away from its prior for an image. At zero the
latent holds the same prior noise for every image: nothing about x passes through it. By the encoder alone, used
means that the posterior is narrower than the prior for almost every image, mixed that it is for some, collapsed that
the KL is below 0.01 nats. Where the decoder's side was measured too, wasted and noise say that the two disagree.
"""


PANEL = Panel(
    "kl",
    "Which latents carry information?",
    lambda diagnosis: draw_kl(diagnosis.collapse, stamp_of(diagnosis)),
    READING,
    ("collapse.kl", "collapse.status", "collapse"),
)
