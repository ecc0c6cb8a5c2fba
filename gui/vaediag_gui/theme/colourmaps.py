"""Colour maps as lookup tables: grey for x, one sequential for spread, one diverging for ratios and residuals."""

from __future__ import annotations

from functools import cache

import numpy as np

Table = np.ndarray

# Stops of magma (matplotlib, CC0) and of ColorBrewer's RdBu, reversed (Apache-2.0): the report's maps.
_MAGMA = (
    "000004 0b0924 20114b 3b0f70 57157e 721f81 8c2981 a8327d c43c75 de4968 f1605d fa7f5e fe9f6d febf84 fddea0 fcfdbf"
)
_DIVERGING = "053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b 67001f"


def _stops(words: str) -> np.ndarray:
    return np.array([[int(word[at : at + 2], 16) for at in (0, 2, 4)] for word in words.split()], float)


@cache
def table(name: str) -> Table:
    """uint8 `[256, 3]` of "grey", "spread" or "diverging"."""
    if name == "grey":
        return np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
    stops = _stops({"spread": _MAGMA, "diverging": _DIVERGING}[name])
    at = np.linspace(0, len(stops) - 1, 256)
    columns = [np.interp(at, np.arange(len(stops)), stops[:, channel]) for channel in range(3)]
    made = np.round(np.stack(columns, axis=1)).astype(np.uint8)
    made.flags.writeable = False
    return made


# Which map a view of p(x | z) is drawn with; anything else is x-like and grey.
MAP_OF_VIEW = {
    "stddev": "spread",
    "entropy": "spread",
    "interval_width": "spread",
    "residual": "diverging",
}


def map_of(view: str) -> str:
    """The name of a view's colour map."""
    return MAP_OF_VIEW.get(view, "grey")


def coloured(values: np.ndarray, levels: tuple[float, float], name: str, undefined: str) -> np.ndarray:
    """`[..., H, W]` to uint8 RGB `[..., H, W, 3]`; NaN becomes the palette's `undefined` colour (#rrggbb)."""
    low, high = levels
    with np.errstate(invalid="ignore"):
        scaled = np.clip((values - low) * (255.999 / ((high - low) or 1.0)), 0, 255)
        index = np.nan_to_num(scaled).astype(np.uint8)
    rgb = table(name)[index]
    missing = np.isnan(values)
    if missing.any():
        rgb[missing] = [int(undefined[at : at + 2], 16) for at in (1, 3, 5)]
    return rgb
