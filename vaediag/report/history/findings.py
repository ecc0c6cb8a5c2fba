"""Which finding was there from when to when: one row each."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from vaediag.records.estimate import Array
from vaediag.records.finding import SEVERITIES
from vaediag.records.history import History
from vaediag.records.history_facts import Lasting, last_measured, lasting
from vaediag.records.text import counted_words
from vaediag.report import style
from vaediag.report.history.timeline import HistoryPanel, stamp_of, time_axis, time_edges
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.words import plain, plural

NAMES = 1.55
ROW = 0.26
SHOWN = 24
LOOKS = {
    "problem": {"facecolor": "#b3261e", "hatch": ""},
    "warning": {"facecolor": style.AMBER, "hatch": "////"},
    "info": {"facecolor": style.SKY, "hatch": "...."},
}


def title(history: History) -> str:
    """What is there now, and what has gone."""
    last, lines = last_measured(history), lasting(history)
    if last is None:
        return "No diagnosis has numbers"
    if not lines:
        return "Nothing was ever found that differs from an exact model by more than chance and tolerance"
    now = [line for line in lines if line.severities[last] is not None]
    gone = len(lines) - len(now)
    words = counted_words(history.severities[last])
    if not gone:
        return f"At the end: {words}"
    return f"At the end: {words}; {plural(gone, 'other kind')} of finding {'has' if gone == 1 else 'have'} gone"


@style.styled
def draw(history: History) -> Figure | None:
    """None where there never was a finding."""
    lines = lasting(history)
    if not lines:
        return None
    shown = lines[:SHOWN]
    more = f" {len(lines) - len(shown)} kinds that have gone are not shown." if len(lines) > len(shown) else ""
    high = ROW * max(len(shown), 2)
    sheet = Sheet(
        title(history),
        f"One row per kind of finding, by its name in the list of findings; those still there at the top.{more}",
        stamp_of(history),
        height=0.36 + high + 0.42,
    )
    ax = sheet.axes(NAMES, 0.36, BODY - NAMES - 0.06, high)
    time_axis(ax, history)
    edges = time_edges(history)
    for row, line in enumerate(shown):
        _row(ax, row, line, edges)
    ax.set_yticks(range(len(shown)), [plain(line.id, 24) for line in shown])
    ax.set_ylim(max(len(shown), 2) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="x")
    present = [each for each in reversed(SEVERITIES) if any(each in line.severities for line in shown)]
    keys = sheet.bare(NAMES, 0.0, BODY - NAMES, 0.24)
    handles = [Patch(**_look(each), label="note" if each == "info" else each) for each in present]
    keys.legend(handles=handles, loc="center left", ncols=len(handles), borderaxespad=0, borderpad=0, handlelength=1.8)
    return sheet.figure


def _row(ax: Axes, row: int, line: Lasting, edges: Array) -> None:
    """Neighbouring diagnoses of one severity are one bar."""
    ax.axhline(row, color=style.HAIRLINE, lw=0.7, zorder=0.5)
    times = [t for t, each in enumerate(line.severities) if each is not None]
    start = 0
    for i, t in enumerate(times):
        ends = i + 1 == len(times) or times[i + 1] != t + 1 or line.severities[times[i + 1]] != line.severities[t]
        if ends:
            left, right = edges[times[start]], edges[t + 1]
            ax.barh(row, right - left, 0.62, left=left, **_look(line.severities[t] or "info"))
            start = i + 1


def _look(severity: str) -> dict[str, Any]:
    return {**LOOKS[severity], "edgecolor": style.PAPER, "linewidth": 0.0, "hatchcolor": style.PAPER}


READING = """
Read a row from left to right. Early in a training nearly everything is found, since an untrained model is wrong in
every way; what matters is what stays, and what comes late. A finding that appears after the ELBO has settled is the
price of something that the loss does not see. Each diagnosis here is a short one: the encoder is not checked by a
probe, so a wrong encoder can stand behind a finding about p(x | z).
"""

PANEL = HistoryPanel(
    "findings", "What was found, from when to when?", draw, READING,
    "nothing was ever found that differs from an exact model by more than chance and tolerance",
)  # fmt: skip
