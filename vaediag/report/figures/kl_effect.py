"""What the encoder pays for each latent against what the decoder makes of it, in four quadrants."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from vaediag.records.collapse import EFFECT_USED, KL_USED, STATUS_MEANING, Collapse
from vaediag.records.estimate import Array, Estimate, Estimates
from vaediag.report import style
from vaediag.report.figures.panel import Panel
from vaediag.report.labels import place
from vaediag.report.latents import STATUSES, by_kl, with_status
from vaediag.report.sheet import BODY, POINT, Sheet, text_width
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.words import latents, plural, short

LEFT, TOP, WIDTH, HEIGHT = 0.68, 0.4, BODY - 0.68 - 0.55, 4.0
STRIP = 0.44  # inches kept free of points, for the names of the quadrants
MARK = 6.0  # points
NAMED = 48  # up to here names that find no room beside their mark stand farther off, with a line
LEAST = -4  # decade below which a number is as good as 0


@dataclass(frozen=True, slots=True)
class Scale:
    """One logarithmic axis: whole decades, and below them one place for what is 0 or nearly so."""

    low: int  # decade
    high: float  # decades
    floored: bool  # something lies below 10^low

    @property
    def floor(self) -> float:
        return 10.0 ** (self.low - 0.6)

    def shown(self, values: Array) -> Array:
        """Where the values are drawn."""
        return np.where(values < 10.0**self.low, self.floor, values)

    def ticks(self) -> tuple[list[float], list[str]]:
        places = [10.0**decade for decade in range(self.low, math.floor(self.high) + 1)]
        names = [f"{value:g}" if value >= 0.001 else f"{value:.4f}" for value in places]
        return ([self.floor, *places], [f"< {names[0]}", *names]) if self.floored else (places, names)


def scale(values: Array, threshold: float) -> Scale:
    """Decades that hold all the values, with room for names, and a decade on both sides of the threshold."""
    middle = math.log10(threshold)
    positive = np.log10(values[values > 0])
    low = max(LEAST, math.floor(min([middle - 1, *positive.tolist()])))
    high = max([middle + 1.5, *(positive + 0.3).tolist()])
    return Scale(low, high, bool((values < 10.0**low).any()))


def title(collapse: Collapse) -> str:
    """Where encoder and decoder disagree; else how many latents both use."""
    effect, status = collapse.effect, collapse.status
    if effect is None or status is None:
        return ""
    total = len(effect)
    wasted, noise = with_status(collapse, "wasted"), with_status(collapse, "noise")
    parts = []
    if wasted:
        parts.append(f"{latents(wasted, total)} {_be(wasted)} wasted on the decoder")
    if noise:
        subject = latents(noise, total)
        subject = f"{subject[0].lower()}{subject[1:]}" if parts else subject
        parts.append(f"{subject} {_be(noise)} noise to {'it' if parts else 'the decoder'}")
    if parts:
        return "; ".join(parts)
    used = [latent for latent in range(total) if status[latent] != "collapsed"]
    if not used:
        return f"{latents(range(total), total)} {_be(range(total))} used by neither encoder nor decoder"
    low, high = (short(float(pick(effect.value[used]))) for pick in (np.nanmin, np.nanmax))
    by = f"{high} nats" if low == high else f"{low} to {high} nats"
    if len(used) == total:
        one = "a new value" if total == 1 else "a new value of one"
        return f"{latents(used, total)} {_be(used)} used: {one} moves p(x | z) by {by}"
    return f"Encoder and decoder agree: {len(used)} of {total} latents are used, {total - len(used)} by neither"


def _be(some: range | list[int]) -> str:
    return "is" if len(some) == 1 else "are"


@style.styled
def draw_kl_effect(collapse: Collapse, stamp: Stamp) -> Figure | None:
    """One mark per latent; None unless KL and effect are both known."""
    kl, effect, status = collapse.kl, collapse.effect, collapse.status
    if kl is None or effect is None or status is None:
        return None
    shown = drawn(collapse)
    if not shown:
        return None
    sheet = Sheet(title(collapse), _subtitle(collapse, len(shown)), stamp, height=TOP + HEIGHT + 0.45)
    draw_marks(sheet.axes(LEFT, TOP, WIDTH, HEIGHT), collapse)
    keys, present = sheet.bare(0.0, 0.0, BODY, 0.2), handles(status)
    keys.legend(
        handles=present,
        loc="center left", ncols=len(present), borderaxespad=0, borderpad=0, handlelength=1.2, columnspacing=2.0,
    )  # fmt: skip
    return sheet.figure


def drawn(collapse: Collapse) -> list[int]:
    """The latents that have a finite KL and effect, in order of KL."""
    kl, effect = collapse.kl, collapse.effect
    if kl is None or effect is None or collapse.status is None:
        return []
    return [k for k in by_kl(collapse) if np.isfinite(kl.value[k]) and np.isfinite(effect.value[k])]


def draw_marks(ax: Axes, collapse: Collapse, *, inside: bool = False) -> None:
    """One mark per latent with its name, thresholds and quadrants; nothing where `drawn` is empty.

    `inside`: the thresholds have their names beside their lines instead of outside of the axes.
    """
    kl, effect, status, shown = collapse.kl, collapse.effect, collapse.status, drawn(collapse)
    if kl is None or effect is None or status is None or not shown:
        return
    size = inches(ax)
    across, up = scale(kl.value[shown], KL_USED), scale(effect.value[shown], EFFECT_USED)
    _frame(ax, across, up, size, inside=inside)
    points = _points(ax, kl, effect, status, shown, across, up)
    _names(ax, points, shown, size)


def handles(status: tuple[str, ...]) -> list[Line2D]:
    """What the marks mean, with how many latents there are of each."""
    return [_key(word, status.count(word)) for word in STATUSES if word in status]


def inches(ax: Axes) -> tuple[float, float]:
    """Width and height of the axes on paper."""
    box, dots = ax.get_window_extent(), ax.figure.dpi
    return box.width / dots, box.height / dots


def _subtitle(collapse: Collapse, drawn: int) -> str:
    images = plural(collapse.effect_images or 0, "image")
    words = (
        "Across: KL(q(zₖ | x) ‖ p(zₖ)), what the encoder says through latent k. Up: the KL from p(x | z) to p(x | z) "
        f"with zₖ drawn from the prior, over {images}"
    )
    words += f" ({collapse.effect_method})." if collapse.effect_method else "."
    missing = 0 if collapse.effect is None else len(collapse.effect) - drawn
    words += f" {plural(missing, 'latent')} of infinite effect not drawn." if missing else ""
    words += " Names stand where there is room." if drawn > NAMED else ""
    return f"{words} Bars: one standard error; dashed: what counts as used."


def _frame(ax: Axes, across: Scale, up: Scale, size: tuple[float, float], *, inside: bool) -> None:
    """Limits, ticks, thresholds and the names of the quadrants, each in a strip of its own along the frame."""
    ax.set(xscale="log", yscale="log")
    left, right = math.log10(across.floor) - 0.25 if across.floored else across.low - 0.1, across.high
    bottom, top = math.log10(up.floor) if up.floored else up.low, up.high
    width, height = size
    strip = (top - bottom) * STRIP / max(height - 2 * STRIP, STRIP)
    ax.set(xlim=(10.0**left, 10.0**right), ylim=(10 ** (bottom - strip), 10 ** (top + strip)))
    ax.set(xlabel="KL, nats per image", ylabel="effect, nats per image")
    ax.set_xticks(*across.ticks())
    ax.set_yticks(*up.ticks())
    ax.minorticks_off()
    ax.grid()
    line = {"color": style.ORANGE, "lw": 0.9, "ls": (0, (4, 2)), "zorder": 1.5}
    ax.axvline(KL_USED, **line)
    ax.axhline(EFFECT_USED, **line)
    said = {"size": style.small(), "color": style.ORANGE}
    above: dict[str, Any] = {"y": 1.012, "ha": "center", "va": "bottom"}
    beside: dict[str, Any] = {"x": 1.012, "va": "center"}
    if inside:
        above = {"y": 0.5, "ha": "right", "va": "center", "rotation": 90}
        beside = {"x": 0.5, "ha": "center", "va": "bottom"}
    ax.text(x=KL_USED, s=f"{KL_USED:g} nats", transform=ax.get_xaxis_transform(), **above, **said)
    ax.text(y=EFFECT_USED, s=f"{EFFECT_USED:g} nats", transform=ax.get_yaxis_transform(), **beside, **said)
    inset = 0.07 / width
    for word, x, edge, side in (
        ("noise", inset, height, "left"),
        ("used", 1 - inset, height, "right"),
        ("collapsed", inset, STRIP - 0.05, "left"),
        ("wasted", 1 - inset, STRIP - 0.05, "right"),
    ):
        said = {"transform": ax.transAxes, "ha": side, "color": style.MUTED}
        ax.text(x, (edge - 0.17) / height, word, weight="bold", size=style.TEXT_SIZE + 0.5, **said)
        ax.text(x, (edge - 0.31) / height, STATUS_MEANING[word], size=style.SMALL_SIZE, **said)


def _points(
    ax: Axes, kl: Estimates, effect: Estimates, status: tuple[str, ...], drawn: list[int], across: Scale, up: Scale
) -> Array:
    """Marks with error bars; where they are, `[n, 2]`."""
    points = np.stack([across.shown(kl.value[drawn]), up.shown(effect.value[drawn])], 1)
    for latent, (x, y) in zip(drawn, points, strict=True):
        ax.plot(_bar(kl[latent], across), [y, y], color=style.ink(), lw=0.7)
        ax.plot([x, x], _bar(effect[latent], up), color=style.ink(), lw=0.7)
        ax.plot(x, y, **_mark(status[latent]), zorder=3)
    return points


def _bar(number: Estimate, axis: Scale) -> Array:
    """From one standard error below to one above; of no length where the mark stands for 0."""
    lowest = 10.0**axis.low
    if number.value < lowest:
        return np.full(2, axis.floor)
    return np.maximum(number.value + np.array([-1.0, 1.0]) * (number.standard_error or 0.0), lowest)


def _mark(word: str) -> dict[str, Any]:
    status = STATUSES[word]
    hollow = status.colour == style.MUTED
    return {
        "marker": status.marker, "ls": "", "ms": MARK if hollow else MARK + 0.8, "mew": 1.0 if hollow else 0.6,
        "mec": status.colour if hollow else style.paper(), "mfc": style.paper() if hollow else status.colour,
    }  # fmt: skip


def _key(word: str, count: int) -> Line2D:
    return Line2D([], [], label=f"{word} ({count})", **_mark(word))


def _names(ax: Axes, points: Array, drawn: list[int], room: tuple[float, float]) -> None:
    """A name beside every mark; where marks crowd, only as many as there is room for."""
    width, height = room
    places = ax.transAxes.inverted().transform(ax.transData.transform(points)) * room
    names = [f"z{latent}" for latent in drawn]
    size = style.SMALL_SIZE
    sizes = np.array([(text_width(name, size) + 0.02, size * POINT * 1.1) for name in names])
    limits = ax.transAxes.inverted().transform(ax.transData.transform([(KL_USED, EFFECT_USED)]))[0] * room
    thin = 0.01
    lines = np.array([(limits[0] - thin, 0, limits[0] + thin, height), (0, limits[1] - thin, width, limits[1] + thin)])
    spots = place(
        places, sizes, within=(0.03, STRIP, width - 0.03, height - STRIP), blocked=lines, radius=MARK * POINT / 2,
        farther=len(drawn) <= NAMED,
    )  # fmt: skip
    for name, here, spot in zip(names, places, spots, strict=True):
        if spot is None:
            continue
        x, y, far = spot
        if far:
            ax.plot([here[0] / width, x / width], [here[1] / height, y / height], transform=ax.transAxes,
                    color=style.MUTED, lw=0.4, zorder=1.6)  # fmt: skip
        ax.text(
            x / width, y / height, name, transform=ax.transAxes, ha="center", va="center", size=size, zorder=4,
            bbox={"facecolor": style.paper(), "edgecolor": "none", "pad": 0.2, "alpha": 0.85},
        )  # fmt: skip


READING = """
Each mark is one latent. To the right, the encoder says more about the image through it; upwards, the decoder's
distribution changes more when the latent's value is replaced by one drawn from the prior. Top right, both sides use
it. Bottom right, the encoder pays for something that no pixel depends on. Top left, the encoder leaves the prior's
noise as it is and the decoder turns it into differences of the image. Bottom left, neither has any use for the latent.
"""


PANEL = Panel(
    "kl_effect",
    "Does the decoder use what the encoder says?",
    lambda diagnosis: draw_kl_effect(diagnosis.collapse, stamp_of(diagnosis)),
    READING,
    ("collapse.effect", "collapse.kl", "collapse.status", "collapse"),
)
