"""A page laid out in inches from its top left corner, so that panels line up and text keeps its size.

Every figure is a `Sheet`: a sentence as title, one or two lines below it, a body, and a footer that says where the
picture came from. The figure's height follows from the body; widths are the same for all figures.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, Normalize
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from vaediag.records.estimate import Array
from vaediag.report import style
from vaediag.report.paint import centres, contrasting, strip
from vaediag.report.stamp import Stamp

WIDTH = 8.0
MARGIN = 0.4
BODY = WIDTH - 2 * MARGIN
LINE = 1.32  # line height over font size
ASCENT = 1.02  # from the top of a line to its baseline, over font size
POINT = 1 / 72
CHIP = 0.2  # height of a row of numbers
LEAST = 0.72  # of the body: how far lines may be shortened to be about equally long


class Sheet:
    """One figure. Positions are inches: `left` from the body's left edge, `top` downwards from the body's top edge."""

    def __init__(self, title: str, subtitle: str, stamp: Stamp, *, height: float) -> None:
        headline = balanced(title, BODY, style.TITLE_SIZE, weight="bold")
        below = balanced(subtitle, BODY, style.TEXT_SIZE)
        footer = wrap(stamp.line(), BODY, style.SMALL_SIZE)
        self._head = MARGIN * 0.85 + text_height(headline, style.TITLE_SIZE) + 0.06
        self._top = self._head + text_height(below, style.TEXT_SIZE) + 0.16
        foot = 0.27 + text_height(footer, style.SMALL_SIZE) + 0.22
        self.height = self._top + height + foot
        self.figure = Figure(figsize=(WIDTH, self.height), dpi=100)
        FigureCanvasAgg(self.figure)
        self.figure.set_label(title)
        self._write(MARGIN, MARGIN * 0.85, headline, size=style.TITLE_SIZE, weight="bold")
        self._write(MARGIN, self._head, below, color=style.MUTED)
        rule = self.height - foot + 0.19
        self.figure.add_artist(
            Line2D([MARGIN / WIDTH, 1 - MARGIN / WIDTH], [1 - rule / self.height] * 2, color=style.HAIRLINE, lw=0.8)
        )
        self._write(MARGIN, rule + 0.08, footer, size=style.SMALL_SIZE, color=style.MUTED)

    def axes(self, left: float, top: float, width: float, height: float, **options: Any) -> Axes:
        """Axes whose frame is the given rectangle of the body."""
        bottom = self.height - self._top - top - height
        box = ((MARGIN + left) / WIDTH, bottom / self.height, width / WIDTH, height / self.height)
        return self.figure.add_axes(box, **options)

    def bare(self, left: float, top: float, width: float, height: float) -> Axes:
        """Axes without ticks or frame, for pictures."""
        ax = self.axes(left, top, width, height)
        ax.set_axis_off()
        return ax

    def text(self, left: float, top: float, lines: str | Sequence[str], **options: Any) -> None:
        """Text whose top left corner (or as `ha`, `va` say) is at the given place of the body."""
        self._write(MARGIN + left, self._top + top, lines, **options)

    def chips(self, left: float, top: float, width: float, values: Array, cmap: Colormap, norm: Normalize) -> None:
        """A row of numbers on their colours: pictures `[n, H, W]` of one value each."""
        colours = cmap(norm(values[:, 0, 0]))
        self.bare(left, top, width, CHIP).imshow(
            strip(colours[:, None, None, :].repeat(24, 1).repeat(96, 2)), aspect="auto", interpolation="nearest"
        )
        for centre, value, colour in zip(centres(len(values)), values[:, 0, 0], colours, strict=True):
            self.text(
                left + centre * width, top + CHIP / 2, f"{value:.2g}", ha="center", va="center",
                size=style.SMALL_SIZE - 0.4, color=contrasting(colour),
            )  # fmt: skip

    def colour_bar(
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        cmap: Colormap,
        norm: Normalize,
        label: str = "",
        **options: Any,
    ) -> Axes:
        """A colour bar in the given rectangle, upright when it is taller than wide."""
        ax = self.axes(left, top, width, height)
        upright = height > width
        settings: dict[str, Any] = {"ticks": MaxNLocator(4), "extendfrac": 0.04, **options}
        bar = self.figure.colorbar(
            ScalarMappable(norm, cmap), cax=ax, orientation="vertical" if upright else "horizontal", **settings
        )
        ax.minorticks_off()
        bar.outline.set(linewidth=0.5, edgecolor=style.RULE)  # pyright: ignore[reportCallIssue]
        ax.tick_params(labelsize=style.SMALL_SIZE, length=2, width=0.5)
        if label:
            bar.set_label(label, size=style.SMALL_SIZE, labelpad=3)
        return ax

    def _write(self, x: float, y: float, lines: str | Sequence[str], **options: Any) -> None:
        """Lines are set one by one on their baselines: text set by its bounding box dances with its letters."""
        settings: dict[str, Any] = {"va": "top", "ha": "left", "size": style.TEXT_SIZE, **options}
        lines = [lines] if isinstance(lines, str) else list(lines)
        leading = settings["size"] * LINE * POINT
        place = settings.pop("va")
        if place != "top":
            y -= (len(lines) if place == "bottom" else len(lines) / 2) * leading
        for number, line in enumerate(lines):
            baseline = y + (number + ASCENT / LINE) * leading
            self.figure.text(x / WIDTH, 1 - baseline / self.height, line, va="baseline", **settings)


def text_height(lines: Sequence[str], size: float) -> float:
    """Height in inches of `lines` set in `size` points."""
    return len(lines) * size * LINE * POINT


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Width in inches: that of the words and the spaces between them, each measured once."""
    words = text.split(" ")
    space = _width("n n", size, weight) - 2 * _width("n", size, weight)
    return sum(_width(word, size, weight) for word in words if word) + (len(words) - 1) * space


@functools.lru_cache(maxsize=4096)
def _width(word: str, size: float, weight: str) -> float:
    font = FontProperties(family=[style.FONT], size=size, weight=weight)
    text = word.replace(r"\$", "$")
    return _ruler().get_text_width_height_descent(text, font, ismath=False)[0] / style.DPI


def wrap(text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """Break `text` into lines that fit into `width` inches; a word that is too long on its own is broken too."""
    lines: list[str] = []
    for word in text.split(" "):  # no-break spaces hold numbers and their units together
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(joined, size, weight) <= width:
            lines[-1] = joined
            continue
        lines.extend(_pieces(word, width, size, weight))
    return lines


def balanced(text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """Like `wrap`, with lines about equally long: a title must not end in one lonely word."""
    lines = wrap(text, width, size, weight)
    low, high = LEAST * width, width  # not narrower: two half lines are no better than a line and a word
    while len(lines) > 1 and high - low > 0.05:
        middle = (low + high) / 2
        tried = wrap(text, middle, size, weight)
        if len(tried) > len(lines) or any(text_width(line, size, weight) > middle for line in tried):
            low = middle
        else:
            high = middle
    return wrap(text, high, size, weight)


def _pieces(word: str, width: float, size: float, weight: str) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and not pieces[-1].endswith("\\") and text_width(pieces[-1] + letter, size, weight) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


@functools.cache
def _ruler() -> Any:
    return FigureCanvasAgg(Figure(figsize=(1, 1), dpi=style.DPI)).get_renderer()
