"""KL per latent over time: a map in order, the lines, and how many are alive."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from vaediag.records.collapse import KL_USED
from vaediag.records.history import History
from vaediag.records.history_facts import Life, at, lives
from vaediag.report import style
from vaediag.report.history.timeline import LEFT, HistoryPanel, line, log_axis, stamp_of, time_axis, time_edges
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.words import latents as some
from vaediag.report.words import listing, three

NAMED = 24  # up to here every latent has a row with its name
ROW, MOST = 0.2, 4.2  # inches
NAMES = 1.45  # to the right of the map
LINES, TOP = 1.6, 0.24
LEAST = KL_USED / 10  # nats: what is less looks like this
TOLD = 3


def title(history: History) -> str:
    """Who died when, who never lived."""
    found = lives(history)
    total = history.latent_dim
    died = sorted((life for life in found if life.state == "died"), key=lambda life: life.since or 0)
    never = [life.latent for life in found if life.state == "never"]
    if not died and not never:
        return f"{some(range(total), total)} {'is' if total == 1 else 'are'} in use"
    if len(died) == len(found) and total > 1 and len(died) > TOLD:
        return f"All {total} latents have fallen silent, the last one {_when(history, died[-1])}"
    words = []
    if died:
        told = [f"z{life.latent} {_when(history, life)}" for life in died[:TOLD]]
        more = len(died) - len(told)
        count = "The only latent" if total == 1 else f"{len(died)} of {total} latents"
        words.append(
            f"{count} fell silent: {listing(told)}"
            if not more
            else f"{count} fell silent: {', '.join(told)} and {more} more"
        )
    if never:
        subject = some(never, total)
        subject = subject[0].lower() + subject[1:] if words else subject
        words.append(f"{subject} {'was' if len(never) == 1 else 'were'} never used")
    return "; ".join(words)


def _when(history: History, life: Life) -> str:
    return f"by epoch {at(history.epoch[life.since or 0])}"


@style.styled
def draw(history: History) -> Figure | None:
    """None where the KL was never split over latents."""
    if not lives(history):
        return None
    total = history.latent_dim
    high = float(np.clip(ROW * total, 0.5, MOST))
    sheet = Sheet(
        title(history),
        f"KL(q(zₖ | x) ‖ p(zₖ)) per latent, mean over the held-out images. Below {KL_USED:g} nats (dashed) a latent is "
        "silent: it says nothing about x. In the map those in use are in order of their KL, below them the others.",
        stamp_of(history),
        height=TOP + high + 0.62 + LINES + 0.42,
    )
    order = _order(history)
    wide = BODY - LEFT - NAMES
    norm = LogNorm(*_range(history))
    _map(sheet, sheet.axes(LEFT, TOP, wide, high), history, order, norm)
    below = TOP + high + 0.62
    _lines(sheet.axes(LEFT, below, wide, LINES), history, order)
    if np.isfinite(history.active).any():
        _count(sheet.axes(LEFT + wide + 0.6, below, NAMES - 0.66, LINES), history)
    return sheet.figure


def _map(sheet: Sheet, ax: Axes, history: History, order: np.ndarray, norm: LogNorm) -> None:
    total, high = len(order), ax.get_position().height * sheet.height
    values = np.ma.masked_invalid(np.clip(history.kl.T[order], norm.vmin, norm.vmax))
    ax.pcolormesh(
        time_edges(history), np.arange(total + 1) - 0.5, values, cmap=style.SPREAD_MAP, norm=norm, rasterized=True
    )
    ax.set_ylim(total - 0.5, -0.5)
    time_axis(ax, history)
    ax.xaxis.labelpad = 1
    if total <= NAMED:
        ax.set_yticks(range(total), [f"z{k}" for k in order])
        for row, (words, colour) in enumerate(_said(history, k) for k in order):
            ax.annotate(
                words, (1.0, row), (5, 0), xycoords=("axes fraction", "data"), textcoords="offset points",
                va="center", size=style.SMALL_SIZE, color=colour,
            )  # fmt: skip
    else:
        ax.set_yticks([0, total - 1], [f"z{order[0]}", f"z{order[-1]}"])
        ax.set_ylabel(f"{total} latents", labelpad=-14)
    ax.tick_params(axis="y", length=0)
    for side in ax.spines.values():
        side.set_visible(False)
    left = BODY - NAMES + (0.85 if total <= NAMED else 0.15)
    bar = sheet.colour_bar(left, TOP + min(0.0, high - 0.7), 0.09, max(min(high, 1.5), 0.7), style.SPREAD_MAP, norm)
    bar.set_title("nats", size=style.SMALL_SIZE, pad=3, loc="left")
    log_axis(bar.yaxis)


def _said(history: History, latent: int) -> tuple[str, str]:
    """The latest KL in words, and their colour."""
    nats = _latest(history.kl)[latent]
    return (f"{three(nats)} nats", style.INK) if nats >= KL_USED else ("silent", style.MUTED)


def _order(history: History) -> np.ndarray:
    """Those in use by their KL, then those that died, the last first, then those that never lived."""
    latest = np.nan_to_num(_latest(history.kl), nan=-1.0)
    found = lives(history)
    group = [("alive", "died", "never").index(life.state) for life in found]
    died = [-(life.since or 0) for life in found]
    return np.array(sorted(range(len(found)), key=lambda k: (group[k], died[k], -latest[k])))


def _lines(ax: Axes, history: History, order: np.ndarray) -> None:
    many = len(order) > NAMED
    low, top = _range(history)
    kl = np.clip(history.kl, low, top)
    alive = {life.latent: life.state == "alive" for life in lives(history)}
    for k in reversed(order):
        colour = style.BLUE if alive.get(k) else style.MUTED
        line(
            ax, history, kl[:, k], colour, lw=0.5 if many else 1.2, alpha=0.35 if many else 0.9, marker="",
            ls="-" if alive.get(k) else (0, (4, 1.5)),
        )  # fmt: skip
    ax.axhline(KL_USED, color=style.ORANGE, lw=0.9, ls=(0, (4, 2)))
    ax.set_yscale("log")
    ax.set_ylim(low * 0.9, top * 1.3)
    log_axis(ax.yaxis)
    ax.set_ylabel("KL, nats")
    time_axis(ax, history)
    ax.grid(axis="y")


def _count(ax: Axes, history: History) -> None:
    """How many are alive: a narrow panel of its own beside the lines."""
    ax.step(history.epoch, history.active, where="mid", color=style.BLUE, lw=1.3)
    if len(history) == 1:
        ax.plot(history.epoch, history.active, "o", color=style.BLUE, ms=3.2)
    time_axis(ax, history)
    ax.xaxis.set_major_locator(MaxNLocator(2, integer=True, min_n_ticks=1))
    ax.set_ylim(0, history.latent_dim * 1.04)
    ax.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    ax.set_title("in use", size=style.TEXT_SIZE, pad=3)
    ax.grid(axis="y")


def _latest(kl: np.ndarray) -> np.ndarray:
    """Of each latent the newest number, `[L]`; NaN where there never was one."""
    rows = np.flatnonzero(np.isfinite(kl).any(1))
    return kl[rows[-1]] if len(rows) else np.full(kl.shape[1], np.nan)


def _range(history: History) -> tuple[float, float]:
    top = float(np.nanmax(history.kl))
    return LEAST, max(top, 10 * KL_USED)


READING = """
Each row of the map is a latent, dark where it carries nothing. A latent that turns dark and stays so has collapsed: the
loss found it cheaper to ignore it. Early in a training that happens while the decoder still learns (a KL weight that
grows from 0 helps against it), late it is often latents that were never needed. The lines show the same on a
logarithmic axis: solid for what is in use at the end, dashed for what is not.
"""

PANEL = HistoryPanel(
    "latents", "Which latents live, and which died when?", draw, READING,
    "the KL cannot be split over latents (p(z) or q(z | x) does not factorise)",
)  # fmt: skip
