"""The synthetic records of builders.py, and a look at where the letters of a figure are."""

from __future__ import annotations

import importlib.util
import itertools
from pathlib import Path
from typing import Any

import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import BboxBase


@pytest.fixture(scope="session")
def build():
    spec = importlib.util.spec_from_file_location("report_builders", Path(__file__).with_name("builders.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def faults():
    """A function from a figure to what is wrong with its texts: clipped, overlapping, tiny."""
    return _faults


def _faults(figure: Figure) -> list[str]:
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    seen = [(text, text.get_window_extent(renderer)) for text in _visible(figure)]
    page = figure.bbox
    wrong = [
        f"clipped: {text.get_text()!r}"
        for text, box in seen
        if box.x0 < -0.5 or box.y0 < -0.5 or box.x1 > page.x1 + 0.5 or box.y1 > page.y1 + 0.5
    ]
    wrong += [f"tiny: {text.get_text()!r}" for text, _ in seen if float(text.get_fontsize()) < 6.0]
    wrong += [
        f"overlap: {one.get_text()!r} {other.get_text()!r}"
        for (one, box), (other, next_box) in itertools.combinations(seen, 2)
        if _cover(box, next_box)
    ]
    return wrong


def _cover(one: BboxBase, other: BboxBase) -> bool:
    """Do two boxes share more than the air around their letters?"""
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    return wide > 1.5 and high > 2.5


def _visible(figure: Figure) -> list[Text]:
    """Texts that are drawn; names of classes inside a scatter may lie on each other and are left out."""
    hidden: set[int] = set()
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            drawn = {id(tick.label1) for tick in _ticks(axis)} if ax.axison else set()
            ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
            hidden |= {id(tick.label1) for tick in ticks} - drawn | {id(tick.label2) for tick in ticks}
        hidden |= {id(text) for text in ax.texts if text.get_path_effects()}
    texts = [text for text in figure.findobj(Text) if isinstance(text, Text)]
    return [text for text in texts if text.get_visible() and text.get_text().strip() and id(text) not in hidden]


def _ticks(axis: Any) -> list[Any]:
    """The ticks that are drawn: those inside the view."""
    return axis._update_ticks()
