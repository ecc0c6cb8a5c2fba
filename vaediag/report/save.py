"""Figures as bytes: the same picture gives the same bytes, without dates."""

from __future__ import annotations

import io
from typing import Any

from matplotlib.figure import Figure

from vaediag.errors import InputError
from vaediag.report import style

FORMATS = ("png", "svg")


def figure_bytes(figure: Figure, kind: str = "png") -> bytes:
    """The figure as "png" (220 dots per inch) or "svg" (text as outlines, so that it looks the same everywhere).

    Raises InputError for another format.
    """
    if kind not in FORMATS:
        raise InputError(f"formats: expected png or svg; got {kind!r}; try 'png'.")
    title = str(figure.get_label())
    metadata: dict[str, Any] = {"Title": title, "Software": None}
    if kind == "svg":
        metadata = {"Title": title, "Date": None, "Creator": None}
    buffer = io.BytesIO()
    with style.look():
        figure.savefig(buffer, format=kind, dpi=style.DPI, metadata=metadata)
    return buffer.getvalue()
