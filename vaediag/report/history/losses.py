"""What the training loop itself reported, over time."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from vaediag.records.history import History
from vaediag.report import style
from vaediag.report.history.timeline import LEFT, HistoryPanel, line, stamp_of, time_axis
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.words import plain, plural

HEIGHT, NAMES, MOST = 1.9, 1.5, 6
COLOURS = (style.BLUE, style.ORANGE, style.GREEN, style.PURPLE, style.AMBER, style.INK)
DASHES = ("-", (0, (5, 1.5)), (0, (1, 1.2)), (0, (5, 1.2, 1, 1.2)), (0, (8, 2)), (0, (3, 3)))


@style.styled
def draw(history: History) -> Figure | None:
    """None where the loop reported nothing."""
    known = {name: values for name, values in history.losses.items() if np.isfinite(values).any()}
    if not known:
        return None
    shown = dict(list(known.items())[:MOST])
    left = f" {len(known) - len(shown)} more are in history.json." if len(known) > len(shown) else ""
    sheet = Sheet(
        f"{plural(len(known), 'number')} that the training loop reported",
        f"At the moments of the diagnoses, as the loop computes them, on its own images and scale.{left}",
        stamp_of(history),
        height=HEIGHT + 0.52,
    )
    ax = sheet.axes(LEFT, 0.1, BODY - LEFT - NAMES, HEIGHT)
    time_axis(ax, history)
    for (name, values), colour, dash in zip(shown.items(), COLOURS, DASHES, strict=False):
        line(ax, history, values, colour, ls=dash, label=plain(name, 20))
    ax.set_ylabel("as reported")
    ax.grid(axis="y")
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.02), borderaxespad=0, handlelength=2.6)
    return sheet.figure


READING = """
These numbers are the loop's own: their units and weights depend on how the loss was written (`vd.verify_loss` tells
whether it is the negative ELBO). Compare their shape with the ELBO above, which is measured on held-out images.
"""

PANEL = HistoryPanel("losses", "What did the training loop report?", draw, READING, "the training loop reported none")
