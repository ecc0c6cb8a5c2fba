"""One vector under two models: one panel each, on one scale."""

from __future__ import annotations

from matplotlib.figure import Figure

from vaediag.records.pictures import Look
from vaediag.report import style
from vaediag.report.figures.look_lines import LEFT, draw_values_of
from vaediag.report.looks import View
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp
from vaediag.report.words import plain

HIGH, BLOCK = 1.6, 2.2


def draw_pair_lines(
    records: tuple[Look, Look], image: View, rows: tuple[list[View], list[View]], title: str, words: str, stamp: Stamp
) -> Figure:
    """x and the law of each model over the features."""
    sheet = Sheet(title, words, stamp, height=2 * BLOCK + 0.22)
    values = [{"x": image.values[0], **{view.id: view.values[0] for view in views}} for views in rows]
    panels = []
    for number, (record, known) in enumerate(zip(records, values, strict=True)):
        top = number * BLOCK
        sheet.text(LEFT, top, plain(record.model, 36), weight="bold", color=style.BLUE)
        sheet.text(LEFT, top + 0.17, plain(record.likelihood, 36), size=style.SMALL_SIZE, color=style.MUTED)
        panels.append(sheet.axes(LEFT, top + 0.4, BODY - LEFT, HIGH))
        draw_values_of(panels[-1], known)
    low, high = (pick(*(ax.get_ylim()[end] for ax in panels)) for pick, end in ((min, 0), (max, 1)))
    for ax in panels:
        ax.set_ylim(low, high)
    panels[0].set_xticklabels([])
    panels[1].set_xlabel("feature")
    return sheet.figure
