"""The whole report of a diagnosis as a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vaediag.errors import InputError
from vaediag.io.atomic import write_files
from vaediag.io.diagnosis import save_diagnosis
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.history import History
from vaediag.records.numbered import numbered
from vaediag.report.catalogue import PANELS
from vaediag.report.feature_tables import FILE as FEATURES
from vaediag.report.feature_tables import feature_file, is_flat
from vaediag.report.gif import traversal_gif
from vaediag.report.history.write import write_history
from vaediag.report.levels import levels_of
from vaediag.report.page import Shown, page
from vaediag.report.save import FORMATS, figure_bytes
from vaediag.report.stamp import stamp_of

PAGE, MOVIE = "report.html", "traversal.gif"


def write_report(
    diagnosis: Diagnosis | History, folder: str | Path, *, formats: Sequence[str] = ("png",)
) -> list[Path]:
    """Draw every figure that the record allows, and write them with report.html and the diagnosis itself.

    For flat data features.csv has a row per feature.

    Everything is drawn before the first file is written, each file appears whole or not at all, and the page, which
    holds copies of all pictures and needs no other file, comes last.

    Args:
        diagnosis: what to draw, a diagnosis or the history of a training; nothing is computed from model or data.
        folder: made if missing; other files in it stay.
        formats: of the single figures, "png" and "svg"; the page always holds PNGs.
    Returns:
        the files written, in order.
    Raises:
        InputError: an unknown format, or a folder that cannot be written.
    """
    formats = (formats,) if isinstance(formats, str) else tuple(formats)
    unknown = [kind for kind in formats if kind not in FORMATS]
    if unknown:
        raise InputError(f"formats: expected png or svg; got {unknown[0]!r}; try formats=('png',).")
    if isinstance(diagnosis, History):
        return write_history(diagnosis, folder, formats)
    files: dict[str, bytes] = {}
    shown: dict[str, Shown] = {}
    named = numbered(diagnosis)
    for panel in PANELS:
        figure = panel.draw(named)
        if figure is None:
            continue
        png = figure_bytes(figure, "png")
        shown[panel.id] = Shown(str(figure.get_label()), png)
        for kind in dict.fromkeys(formats):
            files[f"{panel.id}.{kind}"] = png if kind == "png" else figure_bytes(figure, kind)
    movie = _movie(diagnosis)
    if movie is not None:
        files[MOVIE] = movie
    if is_flat(diagnosis):
        files[FEATURES] = feature_file(diagnosis)
    files[PAGE] = page(diagnosis, shown, movie).encode("utf-8")
    folder = Path(folder)
    json = save_diagnosis(diagnosis, folder)
    write_files(folder, files)
    return [json.with_suffix(".npz"), json, *(folder / name for name in files)]


def _movie(diagnosis: Diagnosis) -> bytes | None:
    if diagnosis.pictures is None:
        return None
    walk = diagnosis.pictures.traversal
    return traversal_gif(walk, stamp_of(diagnosis), collapse=diagnosis.collapse, levels=levels_of(diagnosis))
