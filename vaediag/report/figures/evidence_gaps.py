"""How far is the ELBO below log p(x)? From one code per image to many, to annealed importance sampling."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, NullLocator

from vaediag.findings.rules import MINIMUM_IMAGES, RULES, side
from vaediag.records.estimate import Array, Estimate, estimate
from vaediag.records.evidence import Ais, Evidence, Iwae
from vaediag.report import style
from vaediag.report.figures.panel import Panel
from vaediag.report.histogram import draw_histogram
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.words import NO_BREAK, plural, value

HEAD, HEIGHT = 0.62, 2.5
LEFT, GAP = 0.55, 0.75
NAMED = 16  # images of AIS with a name of their own
RULE = "iwae_gain"
FINAL: dict[str, object] = {"color": style.GREEN, "marker": "D", "ms": 5.0, "ls": "", "mew": 0.0}
LADDER: dict[str, object] = {"color": style.BLUE, "marker": "o", "ms": 4.5, "mew": 0.0}

HOLLOW: dict[str, object] = {"mfc": style.PAPER, "mew": 1.2}


def gain(iwae: Iwae) -> Estimate:
    """What the most codes per image add to the ELBO."""
    return estimate(iwae.gain[-1], iwae.gain_error[-1], "nats per image")


def title(evidence: Evidence) -> str:
    """How loose the bound is: by AIS where it can tell, else at least as much as many codes per image add."""
    ais, iwae = evidence.ais, evidence.iwae
    gap = ais.gap if ais is not None and ais.reliable and np.isfinite(ais.gap.value) else None
    more = gain(iwae) if iwae is not None and len(iwae.images) >= MINIMUM_IMAGES else None
    source = "" if ais is None else f"by AIS on {plural(len(ais.images), 'image')}"
    codes = "" if iwae is None else f"{plural(int(iwae.k[-1]), 'code')} per image"
    if gap is not None and side(RULE, gap) > 0:
        return f"The bound is loose by {_nats(gap)} ({source})"
    if more is not None and side(RULE, more) > 0:
        return f"The bound is loose by at least {_nats(more)}: {codes} raise it so much"
    if gap is not None and small(gap):
        return f"The bound is about tight: log p(x) lies {_nats(gap)} above it ({source})"
    if more is not None and small(more):
        return f"The bound is about tight: {codes} raise it by {_nats(more)}"
    if gap is not None:
        return f"log p(x) lies {_nats(gap)} above the bound, {source}: too few to say how loose it is"
    if iwae is None:
        return "How loose the bound is could not be told: AIS cannot be relied on here" if ais is not None else ""
    why = "too few images to judge" if more is None else "too uncertain to call it loose"
    return f"{codes} raise the bound by {_nats(gain(iwae))}: {why}"


def small(number: Estimate) -> bool:
    """Certainly less than the findings' rule would call loose."""
    return number.standard_error is not None and number.value + number.standard_error < RULES[RULE].margin


def _nats(estimate: Estimate) -> str:
    return f"{value(estimate)}{NO_BREAK}nats"


@style.styled
def draw_evidence_gaps(evidence: Evidence, stamp: Stamp) -> Figure | None:
    """Left: the gain over the ELBO by number of codes, AIS at its end; right: image by image."""
    iwae, ais = evidence.iwae, evidence.ais
    if iwae is None and ais is None:
        return None
    sheet = Sheet(title(evidence), _subtitle(iwae, ais), stamp, height=HEAD + HEIGHT + 0.45)
    start = 0.0
    if iwae is not None:
        start = 0.54 * BODY + GAP
        ax = sheet.axes(LEFT, HEAD, start - GAP - LEFT, HEIGHT)
        sheet.text(LEFT, 0.0, "more codes per image", weight="bold")
        sheet.text(LEFT, 0.17, _levels(iwae), size=style.SMALL_SIZE, color=style.MUTED)
        draw_ladder(ax, iwae, ais)
    left = start + 0.45
    width = BODY - left
    if ais is not None:
        sheet.text(left, 0.0, "image by image", weight="bold")
        sheet.text(
            left, 0.17, f"log p(x) by AIS, mean {value(ais.mean)} nats", size=style.SMALL_SIZE, color=style.MUTED
        )
        draw_images(sheet.axes(left, HEAD, width, HEIGHT), ais)
    elif iwae is not None:
        each = np.asarray(iwae.bound) - np.asarray(iwae.elbo)
        sheet.text(left, 0.0, "image by image", weight="bold")
        sheet.text(left, 0.17, f"what {int(iwae.k[-1])} codes add", size=style.SMALL_SIZE, color=style.MUTED)
        _spread(sheet.axes(left, HEAD, width, HEIGHT), each)
    return sheet.figure


def _subtitle(iwae: Iwae | None, ais: Ais | None) -> str:
    words = "With an exact q(z | x) nothing is gained: every point lies at 0 (dashed). Bars: one standard error"
    words += ", of differences on the same images." if iwae is not None else "."
    if ais is None:
        return f"{words} The bound with many codes is still a lower bound of log p(x)."
    words += (
        f" AIS: {ais.temperatures:,} temperatures, {plural(ais.chains, 'chain')}, {plural(len(ais.images), 'image')}"
        f"{', whose gap need not be that of all; hollow: they with many codes.' if iwae is not None else '.'}"
    )
    if ais.sandwich is not None:
        words += f" On images drawn from the model its bounds from below and above are {_nats(ais.sandwich.gap)} apart."
    if not ais.reliable:
        words += f" AIS cannot be relied on here (acceptance {value(ais.acceptance)})."
    return words


def _levels(iwae: Iwae) -> str:
    ends = [value(estimate(iwae.value[at], iwae.standard_error[at])) for at in (0, -1)]
    return f"ELBO {ends[0]}; K = {int(iwae.k[-1])}: {ends[1]} nats, {plural(len(iwae.images), 'image')}"


def draw_ladder(ax: Axes, iwae: Iwae, ais: Ais | None) -> None:
    """What more codes per image add to the ELBO, and AIS at the end of the ladder."""
    k, error = np.asarray(iwae.k, dtype=float), np.nan_to_num(np.asarray(iwae.gain_error, dtype=float))
    ax.set_xscale("log")
    ax.errorbar(k, iwae.gain, yerr=error, capsize=2.0, elinewidth=0.9, **LADDER)  # pyright: ignore[reportArgumentType]
    ax.axhline(0.0, color=style.ink(), lw=0.9, ls=(0, (4, 2)))
    ticks, names, right = list(k), [f"{int(codes)}" for codes in k], float(k[-1]) * 1.6
    if ais is not None:
        apart = float(k[-1]) * 3.5
        bar = ais.gap.standard_error
        ax.axvline(float(k[-1]) * 1.8, color=style.RULE, lw=0.7)
        ax.errorbar(apart, ais.gap.value, yerr=bar, capsize=2.0, elinewidth=0.9, **FINAL)  # pyright: ignore[reportArgumentType]
        paired = np.asarray(ais.iwae, dtype=float) - np.asarray(ais.elbo, dtype=float)
        if np.isfinite(paired).any():
            ax.plot(apart, np.nanmean(paired), ls="", **(LADDER | HOLLOW))  # pyright: ignore[reportArgumentType]
        ticks, names, right = [*ticks, apart], [*names, "AIS"], apart * 1.8
    ax.set(xlim=(0.7, right), xlabel="codes per image, K", ylabel="gain over the ELBO, nats per image")
    ax.set_xticks(ticks, names)
    ax.xaxis.set_minor_locator(NullLocator())
    ax.margins(y=0.12)
    ax.grid(axis="y")


def draw_images(ax: Axes, ais: Ais) -> None:
    """One row per image: how far the bound with many codes, and AIS, lie above its ELBO."""
    base = np.asarray(ais.elbo, dtype=float)
    final, many = np.asarray(ais.log_evidence) - base, np.asarray(ais.iwae) - base
    order = np.argsort(-np.nan_to_num(final), kind="stable")
    rows = np.arange(len(order))
    ax.hlines(rows, 0, np.nan_to_num(final[order]), color=style.RULE, lw=1.0, zorder=1)
    error = np.nan_to_num(np.asarray(ais.standard_error, dtype=float))[order]
    ax.errorbar(final[order], rows, xerr=error, elinewidth=0.9, zorder=3, **FINAL)  # pyright: ignore[reportArgumentType]
    handles = [Line2D([], [], label="AIS", **FINAL)]  # pyright: ignore[reportArgumentType]
    if np.isfinite(many).any():
        ax.plot(many[order], rows, ls="", zorder=3, **LADDER)  # pyright: ignore[reportArgumentType]
        handles.insert(0, Line2D([], [], ls="", label="many codes", **LADDER))  # pyright: ignore[reportArgumentType]
    ax.axvline(0.0, color=style.ink(), lw=0.9, ls=(0, (4, 2)))
    named = len(order) <= NAMED
    ax.set_yticks(rows if named else [], [f"{ais.images[row]}" for row in order] if named else [])
    ax.set(ylim=(max(len(order), 3) - 0.4, -0.6), xlabel="nats above the ELBO of the same image")
    ax.set_ylabel("image" if named else f"{plural(len(order), 'image')}, the loosest first")
    ax.tick_params(axis="y", length=0)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    ax.grid(axis="x")
    ax.legend(handles=handles, loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=2, borderaxespad=0.1, borderpad=0,
              handletextpad=0.3, columnspacing=1.2)  # fmt: skip


def _spread(ax: Axes, each: Array) -> None:
    known = each[np.isfinite(each)]
    low, high = min(0.0, float(np.min(known, initial=0.0))), float(np.max(known, initial=0.0))
    draw_histogram(ax, known, np.zeros(len(known), dtype=bool), low=low, high=high if high > low else low + 1.0)
    ax.set_xlabel("gain over the ELBO, nats")


READING = """
The ELBO is a lower bound of log p(x), and how far below it lies is the fault of q(z | x) alone. With more codes per
image the bound rises towards log p(x): a ladder that climbs far says that the encoder is poor, and that comparing
models by their ELBOs compares their encoders. Annealed importance sampling moves codes from the prior to the posterior
in many small steps, without the encoder, which is slow and therefore done for few images. Both stay below log p(x) on
average, so that the higher one is nearer. A gap that all images share is the encoder's habit; one that a few images
make is about them.
"""


PANEL = Panel(
    "evidence_gaps",
    "How loose is the bound?",
    lambda diagnosis: draw_evidence_gaps(diagnosis.evidence, stamp_of(diagnosis)),
    READING,
    ("evidence.iwae", "evidence.ais"),
)
