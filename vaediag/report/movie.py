"""Figures as the frames of an endless GIF."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

DPI = 90


def rendered(figure: Figure) -> Image.Image:
    """The figure as it is now."""
    figure.set_dpi(DPI)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())[..., :3].copy())


def animated(frames: Sequence[Image.Image], order: Sequence[int], durations: Sequence[int]) -> bytes:
    """Frames in `order`, each for so many milliseconds, for ever."""
    palette = _palette(frames)
    shown = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    buffer = io.BytesIO()
    shown[order[0]].save(
        buffer, format="GIF", save_all=True, append_images=[shown[step] for step in order[1:]],
        duration=list(durations), loop=0, optimize=False,
    )  # fmt: skip
    return buffer.getvalue()


def _palette(frames: Sequence[Image.Image]) -> Image.Image:
    """One palette for all frames, so that colours do not flicker; white, the paper, is in it."""
    width, height = frames[0].size
    picked = [frames[index] for index in sorted({0, len(frames) // 2, len(frames) - 1})]
    tall = Image.new("RGB", (width, height * len(picked)), "white")
    for index, image in enumerate(picked):
        tall.paste(image, (0, index * height))
    found = tall.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    colours = np.asarray(found.getpalette() or [], dtype=np.uint8).reshape(-1, 3)
    colours[colours.min(axis=1) >= 246] = 255  # the paper is white, not nearly white
    found.putpalette(colours.ravel().tolist())
    return found
