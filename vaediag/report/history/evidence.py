"""ELBO, distortion and rate over time."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from vaediag.records.estimate import number
from vaediag.records.history import History
from vaediag.records.history_facts import at, best, last_measured
from vaediag.report import style
from vaediag.report.history.timeline import LEFT, RIGHT, HistoryPanel, band, stamp_of, time_axis
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.words import minus

HEIGHTS = (1.7, 1.0, 1.0)
SPACE = 0.14
PARTS = (("elbo", "ELBO", style.BLUE), ("distortion", "distortion", style.ORANGE), ("rate", "rate", style.GREEN))


def title(history: History) -> str:
    """Where the ELBO went, and whether its best is behind."""
    top, last = best(history), last_measured(history)
    if top is None or last is None:
        return "No diagnosis has numbers"
    first = int(np.flatnonzero(np.isfinite(history.elbo.value))[0])
    now, then = history.elbo.value[last], history.elbo.value[first]
    if first == last:
        return minus(f"The ELBO is {number(now)} nats per image after epoch {at(history.epoch[last])}")
    verb = "rose" if now > then else "fell"
    words = f"The ELBO {verb} from {number(then)} to {number(now)} nats per image"
    lost = history.elbo.value[top] - now
    if top == last:
        return minus(f"{words} and is at its best")
    error = history.elbo.standard_error[last]
    if np.isfinite(error) and lost < 0.1 * error:  # the images are the same: far less than their standard error
        return minus(f"{words} and is about at its best")
    return minus(f"{words}; it was best after epoch {at(history.epoch[top])}, {number(lost)} nats higher")


@style.styled
def draw(history: History) -> Figure | None:
    """Three panels under each other, one time axis; None where no diagnosis has numbers."""
    if best(history) is None:
        return None
    tops = [0.1 + sum(HEIGHTS[:i]) + i * SPACE for i in range(3)]
    sheet = Sheet(
        title(history),
        "Per held-out image, at the moment of each diagnosis: ELBO = −distortion − rate. "
        "Shaded: two standard errors over the images, which are the same every time.",
        stamp_of(history),
        height=tops[-1] + HEIGHTS[-1] + 0.42,
    )
    top = best(history)
    for (name, words, colour), above, high in zip(PARTS, tops, HEIGHTS, strict=True):
        ax = sheet.axes(LEFT, above, BODY - LEFT - RIGHT, high)
        time_axis(ax, history, named=name == "rate")
        band(ax, history, getattr(history, name), colour)
        ax.set_ylabel(f"{words}, nats")
        ax.yaxis.set_label_coords(-LEFT / (BODY - LEFT - RIGHT) + 0.015, 0.5)
        ax.yaxis.set_major_locator(MaxNLocator(5 if name == "elbo" else 4))
        ax.grid(axis="y")
        if name == "elbo" and len(history) > 1 and top is not None:
            ax.plot(
                history.epoch[top],
                history.elbo.value[top],
                "o",
                ms=7,
                mfc="none",
                mec=style.INK,
                mew=1.0,
                clip_on=False,
            )
    return sheet.figure


READING = """
The ELBO is what a VAE is trained for, here on images that it is not trained on; its best moment has a ring. It is lost
in two ways: the rate is what the code costs, the distortion what p(x | z) still does not know about x. A rate that
falls while the distortion stands still is information given up; a rate near 0 is a code that says nothing. When the
ELBO of held-out images turns down while the training loss goes on falling, the model has begun to learn its training
images by heart.
"""

PANEL = HistoryPanel("evidence", "Is the model still getting better?", draw, READING, "no diagnosis has numbers")
