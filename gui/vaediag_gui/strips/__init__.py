"""Small pictures of the registered models for their cards: an image x, the mean of p(x | z), three samples of it.

They are files, because the start page must not wait for a model; `python -m vaediag_gui.strips.make` draws them anew.
"""

from __future__ import annotations

from importlib.resources import files

from PyQt6.QtGui import QImage


def strips() -> dict[str, QImage]:
    """Model name -> grey squares side by side, as many as the width holds; models without a strip are not there."""
    found = {}
    for entry in files(__name__).iterdir():
        name, dot, ending = entry.name.rpartition(".")
        if dot and ending == "png":
            image = QImage.fromData(entry.read_bytes())
            if not image.isNull():
                found[name] = image
    return found
