"""From values to colours: fixed levels, and rows of pictures as one image.

A row of eleven pictures drawn as one image is eleven times cheaper than eleven axes, and nothing can be misaligned.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.colors import Colormap, Normalize

from vaediag.records.estimate import Array
from vaediag.report.event import Kind
from vaediag.report.levels import finite_of, spread_top
from vaediag.report.levels import grey_levels as grey_levels

EDGE = (0.72, 0.75, 0.79, 1.0)
GAP = 0.06  # between pictures, as a fraction of a picture's width


def spread_norm(*arrays: Array) -> Normalize:
    """Zero to the 99.5 % quantile of the spreads; black is no spread at all."""
    return Normalize(0.0, spread_top(*arrays))


def centred_norm(values: Array, *, centre: float = 0.0, least: float, most: float = np.inf) -> Normalize:
    """White at `centre`, symmetric; reaches between `least` (noise must not look like a fault) and `most`."""
    finite = np.abs(finite_of(values) - centre)
    reach = min(max(_round_up(float(np.quantile(finite, 0.99))) if finite.size else least, least), most)
    return Normalize(centre - reach, centre + reach)


def centred_ticks(norm: Normalize) -> list[float]:
    """The ends, the centre and the middles between them."""
    return [float(tick) for tick in np.linspace(norm.vmin or 0.0, norm.vmax or 0.0, 5)]


def ratio_norm(log2_values: Array) -> Normalize:
    """For log2 of ratios, white at 1: half to twice where that is enough, else a quarter to four times."""
    far = np.abs(finite_of(log2_values))
    reach = 1.0 if far.size == 0 or float(np.quantile(far, 0.98)) <= 1.0 else 2.0
    return Normalize(-reach, reach)


def ratio_ticks(norm: Normalize) -> dict[float, str]:
    """Places and words of the ticks of a `ratio_norm`."""
    if norm.vmax == 1.0:
        return {-1.0: "0.5", -0.5: "0.7", 0.0: "1", 0.5: "1.4", 1.0: "2"}
    return {-2.0: "¼", -1.0: "½", 0.0: "1", 1.0: "2", 2.0: "4"}


def log_ratio(values: Array) -> Array:
    """log2 of a ratio for a diverging map; zero becomes the map's lower end, not undefined."""
    return np.log2(np.where(np.asarray(values) > 0, values, np.where(np.isnan(values), np.nan, 2.0**-9)))


def _round_up(reach: float) -> float:
    """To 1, 2, 4 or 5 times a power of ten, of which halves are short numbers."""
    if reach <= 0:
        return 0.0
    power = 10.0 ** np.floor(np.log10(reach))
    return float(power * next(step for step in (1, 2, 4, 5, 10) if reach <= step * power * (1 + 1e-9)))


def extension(norm: Normalize, *arrays: Array) -> str:
    """Which ends of a colour bar are pointed: those beyond which there are values."""
    finite = finite_of(*arrays)
    slack = 1e-6 * ((norm.vmax or 0.0) - (norm.vmin or 0.0))
    over = bool(finite.size and finite.max() > (norm.vmax or 0.0) + slack)
    under = bool(finite.size and finite.min() < (norm.vmin or 0.0) - slack)
    return {(True, True): "both", (True, False): "max", (False, True): "min", (False, False): "neither"}[over, under]


def painted(values: Array, kind: Kind, cmap: Colormap, norm: Normalize) -> Array:
    """`[..., H, W]` (or `[..., H, W, 3]` for colour pictures) to RGBA in [0, 1], `[..., H, W, 4]`."""
    if kind == "colour" and values.shape[-1] == 3:
        scaled = np.clip(np.asarray(norm(values)), 0.0, 1.0)
        return np.concatenate([np.nan_to_num(scaled), np.ones_like(scaled[..., :1])], axis=-1)
    return cmap(norm(np.ma.masked_invalid(values)))


def level(values: Array) -> bool:
    """Is every picture `[n, H, W]` of one value (one σ per image)? Then a number says more than a square."""
    return bool(
        np.all(np.nanmax(values, axis=(1, 2)) - np.nanmin(values, axis=(1, 2)) <= 1e-6 * np.nanmax(np.abs(values)))
    )


def contrasting(rgba: Array) -> str:
    """Black or white, whichever can be read on the colour."""
    red, green, blue = (float(part) for part in rgba[:3])
    return "#000000" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.45 else "#ffffff"


def strip(pictures: Array, *, zoom: int = 1) -> Array:
    """`[n, H, W, 4]` side by side, transparent gaps between: `[H, n W + (n - 1) gap, 4]`.

    Each has a thin grey edge, without which a white picture would melt into the paper.
    """
    count, height, width, _ = pictures.shape
    pictures = pictures.repeat(zoom, axis=1).repeat(zoom, axis=2)
    height, width = height * zoom, width * zoom
    if min(height, width) >= 48:
        pictures[:, [0, -1]] = pictures[:, :, [0, -1]] = EDGE
    gap = gap_cells(width)
    out = np.ones((height, count * width + (count - 1) * gap, 4))
    out[..., 3] = 0.0
    for index, picture in enumerate(pictures):
        start = index * (width + gap)
        out[:, start : start + width] = picture
    return out


def gap_cells(width: int) -> int:
    return max(1, round(width * GAP))


def zoom_for(width: int) -> int:
    """Whole-number enlargement, so that the gaps between small pictures can be thin."""
    return max(1, -(-96 // width))


def centres(count: int) -> Sequence[float]:
    """Centres of the pictures of a strip as fractions of its width."""
    total = count + (count - 1) * GAP
    return [(0.5 + index * (1 + GAP)) / total for index in range(count)]
