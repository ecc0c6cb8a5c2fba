"""(ε, δ)-collapse: for how many images does each latent stay within ε nats of its prior?"""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from vaediag.records.collapse import Collapse
from vaediag.report import style
from vaediag.report.figures.panel import Panel
from vaediag.report.latents import STATUSES, by_kl
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.words import latents, percent, short

NAMED = 16


def title(collapse: Collapse) -> str:
    """Which latents are collapsed at the stated (ε, δ)."""
    record = collapse.epsilon_delta
    if record is None:
        return ""
    total = len(record.collapsed)
    dead = [latent for latent, collapsed in enumerate(record.collapsed) if collapsed]
    say = f"within {short(record.epsilon)} nats of the prior for at least {percent(1 - record.delta)} of the images"
    if not dead:
        return f"{'The only latent does not stay' if total == 1 else 'No latent stays'} {say}"
    subject = latents(dead, total)
    one = len(dead) == 1
    return f"{subject} {'stays' if one else 'stay'} {say}"


@style.styled
def draw_epsilon_delta(collapse: Collapse, stamp: Stamp) -> Figure | None:
    """One curve δ(ε) per latent; None without a per-latent KL."""
    record = collapse.epsilon_delta
    if record is None:
        return None
    sheet = Sheet(
        title(collapse),
        "δ(ε) = share of the images for which KL(q(zₖ | x) ‖ p(zₖ)) is ε or more. "
        "A curve through the shaded corner belongs to a collapsed latent.",
        stamp,
        height=3.43,
    )
    draw_curves(sheet.axes(0.55, 0.16, BODY - 2.05, 2.9), collapse)
    keys = sheet.bare(BODY - 1.4, 0.16, 1.4, 2.9)
    keys.legend(handles=handles(collapse), loc="upper left", borderaxespad=0, handlelength=3.2)
    return sheet.figure


def draw_curves(ax: Axes, collapse: Collapse, *, inside: bool = False) -> None:
    """The curves of all latents, and the corner of the collapsed ones; nothing where they were not measured.

    `inside`: the limits stand beside their line instead of above the axes.
    """
    record = collapse.epsilon_delta
    if record is None:
        return
    total = len(record.collapsed)
    thresholds = np.asarray(record.thresholds, dtype=float)
    statuses = collapse.status or ("used",) * total
    for latent in reversed(by_kl(collapse) or range(total)):
        how = STATUSES[statuses[latent]]
        ax.plot(
            thresholds,
            record.curve[latent],
            color=how.colour,
            ls=how.line,
            lw=1.5 if total <= NAMED else 0.8,
            alpha=1.0 if total <= NAMED else 0.7,
        )
    ax.set_xscale("log")
    ax.set(xlim=(thresholds[0], thresholds[-1]), ylim=(-0.02, 1.02), xlabel="ε, nats", ylabel="δ, share of the images")
    ax.fill_between([thresholds[0], record.epsilon], -0.02, record.delta, color=style.ORANGE, alpha=0.3, lw=0)
    ax.axvline(record.epsilon, color=style.ORANGE, lw=0.9, ls=(0, (4, 2)))
    limits = f"ε = {short(record.epsilon)} nats, δ = {short(record.delta)}"
    place: dict[str, Any] = {"xy": (record.epsilon, 1.02), "xytext": (0, 4), "ha": "center", "va": "bottom"}
    if inside:
        place = {"xy": (record.epsilon, 0.5), "xytext": (-4, 0), "ha": "right", "va": "center", "rotation": 90}
    ax.annotate(
        limits, textcoords="offset points", size=style.small(), color=style.ORANGE, annotation_clip=False, **place
    )
    ax.grid()


def handles(collapse: Collapse) -> list[Line2D]:
    """What the lines mean, with how many latents there are of each."""
    record = collapse.epsilon_delta
    statuses = collapse.status or ("used",) * (0 if record is None else len(record.curve))
    return [
        Line2D(
            [],
            [],
            color=STATUSES[status].colour,
            ls=STATUSES[status].line,
            lw=1.5,
            label=f"{status} ({statuses.count(status)})",
        )
        for status in STATUSES
        if status in statuses
    ]


READING = """
Follow a curve from left to right: it falls where the latent's KL lies for many images. A used latent keeps a
high curve until several nats; a collapsed one is at the bottom before the dashed line. A curve that falls
slowly over a wide range belongs to a latent that matters for some images only.
"""


PANEL = Panel(
    "epsilon_delta",
    "For how many images is each latent silent?",
    lambda diagnosis: draw_epsilon_delta(diagnosis.collapse, stamp_of(diagnosis)),
    READING,
    ("collapse.epsilon_delta", "collapse.kl", "collapse"),
)
