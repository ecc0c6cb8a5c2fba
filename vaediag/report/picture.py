"""A traversal on its own, as a file: what `vaediag traverse` writes."""

from __future__ import annotations

from pathlib import Path

from vaediag.errors import InputError
from vaediag.io.atomic import write_bytes
from vaediag.records.pictures import Traversal
from vaediag.report.figures.traversal import draw_traversal
from vaediag.report.gif import traversal_gif
from vaediag.report.save import figure_bytes
from vaediag.report.stamp import Stamp
from vaediag.report.words import plain

FORMATS = (".png", ".svg", ".gif")


def write_picture(walk: Traversal, path: str | Path) -> Path:
    """Write a traversal, interpolation or grid as .png, .svg or .gif (by the ending), whole or not at all.

    Raises InputError for another ending, or when the file cannot be written.
    """
    path = Path(path)
    ending = path.suffix.lower()
    if ending not in FORMATS:
        raise InputError(f"path: expected a name that ends in .png, .svg or .gif; got {path.name!r}; try 'walk.png'.")
    stamp = Stamp(f"{plain(walk.model, 48)} ({plain(walk.likelihood, 48)})", "", walk.seed)
    if ending == ".gif":
        return write_bytes(path, traversal_gif(walk, stamp))
    return write_bytes(path, figure_bytes(draw_traversal(walk, stamp, most=len(walk.z)), ending[1:]))
