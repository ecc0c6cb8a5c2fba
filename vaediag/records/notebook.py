"""Records in a notebook: paragraphs, and pictures of looks and traversals. Every string is escaped."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from vaediag.records.estimate import Array
from vaediag.records.pictures import Look, Traversal
from vaediag.records.png import png
from vaediag.records.text import printable

SPREADS = ("stddev", "interval_width", "entropy")
ROWS, STEPS = 8, 16  # drawn at most
TALL = 44  # pixels on the screen
NAMES = {"stddev": "σ"}


def paragraphs(title: str, lines: Iterable[str]) -> str:
    """A title in bold, and lines below it."""
    body = "".join(f"<br>{_text(line)}" for line in lines)
    return f"<p><strong>{_text(title)}</strong>{body}</p>"


def look_html(look: Look) -> str | None:
    """One strip per view, one picture per code; None for flat data, of which a notebook shows the text."""
    views = {name: np.asarray(values)[None] for name, values in look.views.items()}
    title = f"p(x | z) of {look.model} ({look.likelihood}) at {len(look.z)} code{'s' if len(look.z) > 1 else ''}"
    return _strips(title, views, ("",))


def traversal_html(walk: Traversal) -> str | None:
    """One strip per row and view, one picture per step; None for flat data."""
    count = len(walk.z)
    left = f" The first {ROWS} of {count} rows." if count > ROWS else ""
    title = f"{walk.kind} of {walk.model} ({walk.likelihood}), in {walk.units}.{left}"
    return _strips(title, walk.views, walk.row_labels)


def _strips(title: str, views: Mapping[str, Array], labels: Sequence[str]) -> str | None:
    shapes = {np.shape(values)[2:] for values in views.values()}
    if len(shapes) != 1 or len(next(iter(shapes))) not in (2, 3):
        return None
    shown = {name: _pictures(np.asarray(values, float)[:ROWS, :STEPS]) for name, values in views.items()}
    levels = _levels([values for name, values in shown.items() if name not in SPREADS])
    rows = []
    for row in range(min(ROWS, len(next(iter(shown.values()))))):
        for name, values in shown.items():
            most = 1.2 * float(np.nanmax(values, initial=0.0)) or 1.0  # nothing is as white as the paper
            low, high = (0.0, most) if name in SPREADS else levels
            source = base64.b64encode(png(_strip(values[row], low, high))).decode("ascii")
            label = labels[row] if row < len(labels) else ""
            words = f"<td>{_text(label)}</td><td>{_text(NAMES.get(name, name))}</td>"
            picture = f"<img src='data:image/png;base64,{source}' style='height:{TALL}px;image-rendering:pixelated'>"
            rows.append(f"<tr>{words}<td>{picture}</td></tr>")
    return f"<p>{_text(title)}</p><table>{''.join(rows)}</table>"


def _pictures(values: Array) -> Array:
    """`[rows, steps, H, W]`, or with a last axis of 3 for colour; other channels are averaged."""
    if values.ndim == 4 or values.shape[-1] == 3:
        return values
    return values[..., 0] if values.shape[-1] == 1 else values.mean(axis=-1)


def _levels(views: list[Array]) -> tuple[float, float]:
    """The values drawn black and white: [0, 1] where it holds the means, else nearly all values."""
    known = np.concatenate([view[np.isfinite(view)] for view in views[:1]]) if views else np.zeros(0)
    if not known.size or (known.min() >= -0.1 and known.max() <= 1.1):
        return 0.0, 1.0
    low, high = (float(level) for level in np.quantile(known, [0.005, 0.995]))
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _strip(pictures: Array, low: float, high: float) -> Array:
    """`[steps, H, W(, 3)]` side by side with white gaps, uint8."""
    scaled = 255 * np.clip((np.nan_to_num(pictures, nan=low) - low) / (high - low), 0, 1)
    gap = max(1, pictures.shape[2] // 16)
    room = [(0, 0), (0, 0), (0, gap), *[(0, 0)] * (pictures.ndim - 3)]
    padded = np.pad(scaled, room, constant_values=255.0)
    return np.concatenate(list(padded), axis=1)[:, :-gap].round().astype(np.uint8)


def _text(words: str) -> str:
    return html.escape(printable(words))
