"""The whole report of a training as a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vaediag.io.atomic import write_files
from vaediag.io.history import save_history
from vaediag.records.history import History
from vaediag.report.history.catalogue import PANELS
from vaediag.report.history.page import page
from vaediag.report.page import Shown
from vaediag.report.save import figure_bytes

PAGE = "report.html"


def write_history(history: History, folder: str | Path, formats: Sequence[str]) -> list[Path]:
    """Draw what the history allows, and write it with the page and the history itself (see `write_report`)."""
    drawings: dict[str, bytes] = {}
    shown: dict[str, Shown] = {}
    for panel in PANELS if len(history) else ():
        figure = panel.draw(history)
        if figure is None:
            continue
        png = figure_bytes(figure, "png")
        shown[panel.id] = Shown(str(figure.get_label()), png)
        for kind in dict.fromkeys(formats):
            drawings[f"{panel.id}.{kind}"] = png if kind == "png" else figure_bytes(figure, kind)
    drawings[PAGE] = page(history, shown).encode("utf-8")
    folder = Path(folder)
    json = save_history(history, folder)
    write_files(folder, drawings)
    return [json.with_suffix(".npz"), json, *(folder / name for name in drawings)]
