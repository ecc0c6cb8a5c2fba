"""Whose fault is it, the encoder's or the decoder's? PIT with z from either, and where corrected codes fall in q."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from vaediag.findings.blame import beyond_chance
from vaediag.findings.rules import MINIMUM_IMAGES
from vaediag.records.calibration import Calibration
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array, Estimates
from vaediag.records.tables import DOUBTED
from vaediag.report import style
from vaediag.report.conditionings import CONDITIONINGS
from vaediag.report.conditionings import doubt as noted
from vaediag.report.figures import latent_dispersion, pit
from vaediag.report.figures.panel import Panel
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.verdict import confidence, dispersion_side, encoder_in_doubt, judged, unsure
from vaediag.report.words import NO_BREAK, plural, value

HEAD, HEIGHT = 0.62, 2.5
LEFT, WIDE = 0.36, 2.75
SHOWN = 4  # latents
GAP, BETWEEN = 0.3, 0.62  # inches between the small panels: columns and rows


def title(diagnosis: Diagnosis) -> str:
    """Who is to blame for the spread of u, as far as the findings' rules can tell."""
    run, dispersion = diagnosis.evidence.corrected, diagnosis.evidence.latent_dispersion
    before, after = diagnosis.calibration.posterior, diagnosis.calibration.corrected
    if run is None or dispersion is None or after is None:
        return ""
    if len(run.images) < MINIMUM_IMAGES or not judged(before) or not judged(after):
        return f"Whose fault it is cannot be told from {plural(len(run.images), 'image')}"
    wrong = _encoder(dispersion)
    if not run.reliable:
        seen = f", by which {wrong}" if wrong else ""
        return f"Whose fault it is cannot be told: the corrected z are not reliable here{seen}"
    discrete = diagnosis.evidence.bits_per_dimension is not None
    with_encoder, without = (dispersion_side(each, discrete=discrete) for each in (before, after))
    was, now = value(before.dispersion), value(after.dispersion)
    rule = "dispersion.discrete" if discrete else "dispersion"
    vague = "whether" if unsure(rule, after.dispersion) else ""  # the spread is right, or may be
    if wrong:
        if without:
            return f"Both are at fault: {wrong}, and p(x | z) is {confidence(without)} with the corrected z too ({now})"
        rest = f"{vague} the spread of p(x | z) is right {'cannot be told ' if vague else ''}({now})".strip()
        return f"The encoder is at fault: {wrong}; with the corrected z {rest}"
    doubt = encoder_in_doubt(diagnosis).replace(" ± ", f"{NO_BREAK}±{NO_BREAK}").replace(" nats", f"{NO_BREAK}nats")
    if without and doubt:
        return (
            f"p(x | z) is {confidence(without)} with the corrected z too ({now}), but the encoder is in doubt: {doubt}"
        )
    cleared = "within tolerance" if beyond_chance(dispersion) else "ruled out"
    if without:
        return f"The encoder {_is(cleared)}: p(x | z) is {confidence(without)} with the corrected z too ({now})"
    if with_encoder:
        cause = f"and the encoder is in doubt: {doubt}" if doubt else "although no single latent of q(z | x) is off"
        if vague:
            rest = f"whether it is with the corrected z too cannot be told ({now}), {cause}"
            return f"p(x | z) is {confidence(with_encoder)} with the encoder's z ({was}); {rest}"
        return f"p(x | z) is {confidence(with_encoder)} under the encoder's z only ({was}, corrected {now}), {cause}"
    if doubt:
        right = "the spread of p(x | z) is right"
        spread, link = (f"Whether {right} cannot be told", "and") if vague else (f"T{right[1:]}", "but")
        return f"{spread} ({now}), {link} the encoder is in doubt: {doubt}"
    if vague:
        return f"The encoder {_is(cleared)}; whether the spread of p(x | z) is right cannot be told ({now})"
    return f"The encoder {_is(cleared)}, and the spread of p(x | z) is right: dispersion{NO_BREAK}{now}"


def heading(diagnosis: Diagnosis, stamp: Stamp) -> str:
    """The title, of which only the encoder's part is left where the data make the decoder's numbers void."""
    run, dispersion = diagnosis.evidence.corrected, diagnosis.evidence.latent_dispersion
    if not stamp.void or run is None or dispersion is None:
        return title(diagnosis)
    told = run.reliable and len(run.images) >= MINIMUM_IMAGES
    encoder = latent_dispersion.title(dispersion, images=len(run.images)) if told else "nor can the encoder"
    return f"The decoder cannot be judged, since the data do not fit the likelihood{': ' if told else ', '}{encoder}"


def _is(cleared: str) -> str:
    return f"is {cleared}" if cleared == "within tolerance" else f"was {cleared}"


def _encoder(dispersion: Estimates) -> str:
    """`q(z | x) is too narrow or off-centre in latent 1 of 4`, "" if it is not."""
    off = [latent_dispersion.off(dispersion, which) for which in (1, -1)]
    return latent_dispersion.title(dispersion, images=0) if any(off) else ""


def worst(dispersion: Estimates) -> list[int]:
    """The latents whose q is farthest from the posterior."""
    away = np.nan_to_num(np.abs(np.asarray(dispersion.value, dtype=float) - 1.0), nan=-1.0)
    return [int(latent) for latent in np.argsort(-away, kind="stable")[:SHOWN]]


@style.styled
def draw_fault(diagnosis: Diagnosis, stamp: Stamp) -> Figure | None:
    """Left: u = F(x | z) with both kinds of z; right: corrected z in the encoder's q, for the worst latents."""
    evidence, after = diagnosis.evidence, diagnosis.calibration.corrected
    if evidence.corrected is None or evidence.latent_dispersion is None or evidence.latent_pit is None or after is None:
        return None
    images = len(evidence.corrected.images)
    sheet = Sheet(
        heading(diagnosis, stamp),
        "An exact model is flat on both sides (dashed). Left: x in p(x | z). Right: z moved to the posterior by Monte "
        f"Carlo, in the encoder's q(zₖ | x), for the latents farthest off; shaded: two standard errors of chance, "
        f"{plural(images, 'image')}.{noted(stamp)}",
        stamp,
        height=HEAD + HEIGHT + 0.42,
    )
    _decoder(sheet, diagnosis.calibration.posterior, after, DOUBTED if stamp.doubted else "")
    _latents(sheet, evidence.latent_dispersion, np.asarray(evidence.latent_pit, dtype=float), images)
    return sheet.figure


def _decoder(sheet: Sheet, before: Calibration, after: Calibration, mark: str) -> None:
    sheet.text(LEFT, 0.0, "the decoder", weight="bold")
    ax = sheet.axes(LEFT, HEAD, WIDE, HEIGHT)
    edges = np.linspace(0, 1, pit.BARS + 1)
    one, two = CONDITIONINGS["posterior"], CONDITIONINGS["corrected"]
    heights = pit.bars(before), pit.bars(after)
    ax.bar(edges[:-1], heights[0], 1 / pit.BARS, align="edge", color=style.SKY, edgecolor=style.PAPER, lw=0.5,
           label=f"{one.rule}, dispersion {value(before.dispersion)}")  # fmt: skip
    ax.stairs(
        heights[1], edges, baseline=None, color=two.colour, lw=1.8, label=f"{two.rule}{mark}, {value(after.dispersion)}"
    )
    ax.axhline(1.0, color=style.INK, lw=0.9, ls=(0, (4, 2)))
    top = max(1.6, *(1.08 * float(each.max()) for each in heights))
    ax.set(
        xlim=(0, 1), ylim=(0, top), xticks=[0, 0.5, 1], xlabel="u = F(x | z)", ylabel="share of the values, 1 = exact"
    )
    ax.set_xticklabels(["0", "½", "1"])
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), borderaxespad=0.15, borderpad=0, handlelength=1.4)


def _latents(sheet: Sheet, dispersion: Estimates, shares: Array, images: int) -> None:
    shown = worst(dispersion)
    columns = 1 if len(shown) < 3 else 2
    rows = -(-len(shown) // columns)
    start = LEFT + WIDE + 0.75
    width = (BODY - start - GAP * (columns - 1)) / columns
    height = (HEIGHT - BETWEEN * (rows - 1)) / rows
    sheet.text(start, 0.0, "the encoder", weight="bold")
    bins = shares.shape[1]
    band = 2 * np.sqrt((bins - 1) / max(images, 1))
    top = max(1.6, 1.15 * bins * float(np.nanmax(shares[shown], initial=0.0)), 1 + 1.3 * band)
    for place, latent in enumerate(shown):
        left, down = start + place % columns * (width + GAP), HEAD + place // columns * (height + BETWEEN)
        sheet.text(left, down - 0.2, f"z{latent}: dispersion {value(dispersion[latent])}", size=style.SMALL_SIZE)
        ax = sheet.axes(left, down, width, height)
        _latent(ax, shares[latent] * bins, band)
        ax.set(ylim=(0, top), yticks=[0, 1])
        if place % columns:
            ax.set_yticklabels([])
        if place + columns >= len(shown):
            ax.set_xlabel("Q(zₖ | x)")
        else:
            ax.set_xticklabels([])


def _latent(ax: Axes, heights: Array, band: float) -> None:
    edges = np.linspace(0, 1, len(heights) + 1)
    ax.bar(edges[:-1], np.nan_to_num(heights), 1 / len(heights), align="edge", color=style.GREEN, edgecolor=style.PAPER,
           lw=0.5)  # fmt: skip
    ax.axhspan(max(1 - band, 0.0), 1 + band, facecolor=style.HAIRLINE, lw=0, zorder=0)
    for edge in (1 - band, 1 + band):
        ax.axhline(edge, color=style.INK, lw=0.5, ls=(0, (1, 2)), zorder=3)
    ax.axhline(1.0, color=style.INK, lw=0.9, ls=(0, (4, 2)), zorder=3)
    ax.set(xlim=(0, 1), xticks=[0, 0.5, 1])
    ax.set_xticklabels(["0", "½", "1"])


READING = """
Both sides ask the same question twice. On the right, codes are moved from the encoder's q(z | x) to the posterior of
this decoder and prior, and looked up in q: bars that rise at both ends mean that q is too narrow or off-centre, bars
that rise in the middle that it is too wide. On the left, x is looked up in p(x | z), with z from the encoder (bars)
and with the moved z (line). What goes away with the moved z was the encoder's fault; what stays is the decoder's.
"""


PANEL = Panel(
    "fault",
    "Whose fault is it?",
    lambda diagnosis: draw_fault(diagnosis, stamp_of(diagnosis)),
    READING,
    ("evidence.latent_pit", "evidence.latent_dispersion", "calibration.corrected"),
)
