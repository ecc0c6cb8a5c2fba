"""The images behind one pixel of a map: those whose residual there is largest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaediag.records.text import printable
from vaediag_gui.resolve.maps import pixel_words, place_of
from vaediag_gui.resolve.words import short
from vaediag_gui.state.answers import Answers, Thumbnails
from vaediag_gui.state.wish import Wish

MOST = 8  # as many as can be told apart in a narrow window


@dataclass(frozen=True, slots=True)
class BehindState:
    """Images in order, the farthest out first; `missing` are those whose pictures have to be asked for."""

    index: tuple[int, ...]  # of the pixel
    title: str
    words: str
    measure: str
    numbers: tuple[int, ...]
    values: tuple[str, ...]
    thumbnails: Thumbnails
    missing: tuple[int, ...]


def behind(wish: Wish, known: Answers, event: tuple[int, ...], columns: tuple[str, ...] = ()) -> BehindState | None:
    """None until a pixel has been clicked and its images are known."""
    index, pit = wish.maps.pixel, known.pixel_pit
    if index is None or pit is None or pit.index != index or pit.far is None or place_of(event, index) is None:
        return None
    far, pictures = pit.far, known.thumbnails.pictures
    numbers = tuple(int(number) for number in far.index[:MOST])
    signs = tuple(_signed(float(residual)) for residual in far.residual[:MOST])
    return BehindState(
        index=index,
        title=f"Images behind {pixel_words(event, index, columns)}",
        words=f"Those with the largest {printable(far.residuals)} there: above 0 x lies higher than its law says.",
        measure="residual, in standard deviations",
        numbers=numbers,
        values=signs,
        thumbnails=known.thumbnails,
        missing=tuple(number for number in numbers if number not in pictures),
    )


def _signed(residual: float) -> str:
    """Infinite where the law was certain of another value."""
    if not np.isfinite(residual):
        return "∞"
    return f"+{short(residual)}" if residual > 0 else short(residual)
