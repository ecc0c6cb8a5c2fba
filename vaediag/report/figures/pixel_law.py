"""The law of one pixel: density or mass, with mean, mode, sample and the value in the data marked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from vaediag.records.pixel import PixelLaw
from vaediag.report import style
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp
from vaediag.report.words import minus, percent, plain, short

LEFT, KEYS, HIGH = 0.62, 1.75, 2.5
MASSES = 40  # discrete laws with more points are drawn as a stepped area
CUT = 2.0  # a mass twice as high again is cut at so many times the second highest
ROOM = 0.16  # above the law, where the marks stand, over its height


@dataclass(frozen=True, slots=True)
class Mark:
    """One number of the law: told apart by the form of its mark and the stroke of its line, not by colour alone."""

    name: str
    colour: str
    line: object
    marker: str


MARKS = {
    "mean": Mark("mean", style.INK, "-", "o"),
    "mode": Mark("mode", style.PURPLE, (0, (1, 1.2)), "^"),
    "sample": Mark("sample", style.BLUE, (0, (5, 1.5)), "s"),
    "observed": Mark("x, in the data", style.ORANGE, (0, (3, 1.2, 1, 1.2)), "D"),
}


def place_words(index: tuple[int, ...]) -> str:
    """`(12, 5, 0)`; of a vector just the number."""
    return f"{index[0]}" if len(index) == 1 else f"({', '.join(map(str, index))})"


def title(record: PixelLaw) -> str:
    """Where the value in the data lies in the law; without one, what the law says."""
    where = f"{'feature' if len(record.index) == 1 else 'pixel'} {place_words(record.index)}"
    if _binary(record):
        chance = percent(float(record.density[-1]))
        seen = "" if record.observed is None else f"; in the data it is {short(record.observed)}"
        return f"p(x | z) says that {where} is 1 with probability {chance}{seen}"
    if record.observed is not None and record.below is not None and record.upto is not None:
        at = f"In the data {where} is {short(record.observed)}"
        if record.upto - record.below > 1e-6:
            share = f"{percent(record.below)} of p(x | z) lies below it and {percent(1 - record.upto)} above"
        else:
            share = f"{percent(record.below)} of p(x | z) lies below it"
        return f"{at}: {share}"
    if record.mean is None or record.stddev is None:
        return f"p(x | z) of {where}: which x it could be, and how likely each is"
    return f"p(x | z) of {where}: mean {short(record.mean)}, standard deviation {short(record.stddev)}"


def subtitle(record: PixelLaw) -> str:
    """The family, and how numbers were obtained that are no closed forms."""
    family = plain(record.family.replace("_", " ").replace("zero inflated", "zero-inflated"), 40)
    family = family.replace("quantized", "discretized")
    parts = [f"One z, one {'feature' if len(record.index) == 1 else 'pixel'}: the decoder states the whole law"]
    parts[0] += f" of x here ({family})." if family != "other" else " of x here."
    parts += [f"{name[0].upper()}{name[1:]}: {plain(note, 120)}." for name, note in record.notes.items()]
    return " ".join(parts)


@style.styled
def draw_pixel_law(record: PixelLaw, stamp: Stamp) -> Figure:
    """The law over x, marks in it, and the numbers beside it."""
    sheet = Sheet(title(record), subtitle(record), stamp, height=HIGH + 0.5)
    ax = sheet.axes(LEFT, 0.08, BODY - LEFT - KEYS, HIGH)
    support, density = np.asarray(record.support, float), np.asarray(record.density, float)
    finite = density[np.isfinite(density)]
    top = float(finite.max()) if finite.size and finite.max() > 0 else 1.0
    atom = _atom(density) if record.discrete else None
    if atom is not None:
        top = CUT * float(np.sort(finite)[-2])
    if not record.discrete:
        _density(ax, support, density)
    elif len(support) <= MASSES:
        _masses(ax, support, density)
    else:
        ax.stairs(np.nan_to_num(density), _edges(support), fill=True, color=style.SKY)
    shown = {name: value for name in MARKS if (value := getattr(record, name)) is not None and np.isfinite(value)}
    for level, (name, value) in enumerate(shown.items()):
        mark = MARKS[name]
        height = top * (1 + ROOM * (level + 1) / 2)  # each on a step of its own: equal numbers stay apart
        ax.plot([value, value], [0, height], color=mark.colour, ls=mark.line, lw=1.2, zorder=3)
        ax.plot([value], [height], color=mark.colour, marker=mark.marker, ms=5.5, zorder=4, clip_on=False)
    ax.set(ylim=(0, top * (1 + ROOM * (len(MARKS) + 1) / 2)), xlabel="x")
    ax.set_ylabel("probability" if record.discrete else "density, per unit of x")
    ax.set_yticks(
        [tick for tick in MaxNLocator(5).tick_values(0, top) if 0 <= tick <= (1 + 0.02) * top]
    )  # not the marks
    if _binary(record):
        ax.set_xticks([0, 1])
    if atom is not None:
        right = support[atom] < np.mean(support[[0, -1]])
        words = f"{percent(float(density[atom]))} at {short(float(support[atom]))}, cut"
        ax.annotate(
            words, (float(support[atom]), 0.97 * top), xytext=(8 if right else -8, 0), textcoords="offset points",
            ha="left" if right else "right", va="top", fontsize=style.SMALL_SIZE, color=style.MUTED, zorder=5,
            bbox={"facecolor": style.PAPER, "edgecolor": "none", "pad": 1.5},
        )  # fmt: skip
    _keys(sheet, shown, record)
    return sheet.figure


def _atom(mass: np.ndarray) -> int | None:
    """Where one mass is so much larger than all others that these would lie flat beside it."""
    if len(mass) < 3 or not np.isfinite(mass).all():
        return None
    second, first = np.sort(mass)[-2:]
    return int(np.argmax(mass)) if 0 < 2 * CUT * second < first else None


def _density(ax: Axes, support: np.ndarray, density: np.ndarray) -> None:
    ax.fill_between(support, 0, density, color=style.SKY, alpha=0.55, lw=0)
    ax.plot(support, density, color=style.BLUE, lw=1.3)
    ax.margins(x=0.02)


def _masses(ax: Axes, support: np.ndarray, mass: np.ndarray) -> None:
    wide = 0.5 * (float(np.diff(support).min()) if len(support) > 1 else 1.0)
    ax.bar(support, np.nan_to_num(mass), wide, color=style.SKY, edgecolor=style.BLUE, lw=0.8)


def _edges(support: np.ndarray) -> np.ndarray:
    half = np.diff(support) / 2
    return np.concatenate([[support[0] - half[0]], support[:-1] + half, [support[-1] + half[-1]]])


def _binary(record: PixelLaw) -> bool:
    return record.discrete and np.array_equal(record.support, [0.0, 1.0])


def _keys(sheet: Sheet, shown: dict[str, float], record: PixelLaw) -> None:
    """The marks with their numbers, then the spread and where x lies."""
    left, line = BODY - KEYS + 0.22, 0.3
    keys = sheet.bare(left, 0.08, 0.3, line * len(MARKS))
    keys.set(xlim=(0, 1), ylim=(len(MARKS), 0))
    for row, (name, mark) in enumerate(MARKS.items()):
        known = name in shown
        handle = Line2D([0.1, 0.9], [row + 0.5] * 2, color=mark.colour if known else style.RULE, ls=mark.line, lw=1.2)  # type: ignore[arg-type]
        keys.add_line(handle)
        keys.plot([0.5], [row + 0.5], marker=mark.marker, color=mark.colour if known else style.RULE, ms=5)
        number = minus(f"{shown[name]:.4g}") if known else "none"
        _line(sheet, left + 0.4, 0.08 + row * line, mark.name, number, known=known)
    top = 0.08 + line * len(MARKS) + 0.12
    rows = [("standard deviation", "none" if record.stddev is None else f"{record.stddev:.4g}")]
    if record.upto is not None and record.below is not None:
        rows.append(("share below x", percent(record.below)))
        if record.upto - record.below > 1e-6:
            rows.append(("share up to x", percent(record.upto)))
    for row, (name, number) in enumerate(rows):
        _line(sheet, left + 0.4, top + row * line, name, number)


def _line(sheet: Sheet, left: float, top: float, name: str, number: str, *, known: bool = True) -> None:
    sheet.text(left, top, name, size=style.SMALL_SIZE, color=style.MUTED)
    sheet.text(left, top + 0.12, number, weight="bold", color=style.INK if known else style.MUTED)
