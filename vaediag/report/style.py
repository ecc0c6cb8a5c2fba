"""The one look of every picture: typography, palette, colour maps.

The palette is Okabe and Ito's, which people with any colour vision tell apart; still, no statement is made by colour
alone (statuses have hatches and words, conditionings have panels of their own, classes carry their label).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
from matplotlib import colormaps
from matplotlib.colors import Colormap, to_rgb

INK = "#1c2430"
MUTED = "#5b6675"
RULE = "#c9d0d9"
HAIRLINE = "#e7ebf0"
PAPER = "#ffffff"
WASH = "#f4f6f9"

BLUE = "#0b63a8"
ORANGE = "#c9510c"
GREEN = "#00805f"
AMBER = "#dd9a00"
PURPLE = "#94468a"
SKY = "#9cc7e6"

FONT = "DejaVu Sans"
TITLE_SIZE = 11.0
TEXT_SIZE = 8.0
SMALL_SIZE = 7.2

DPI = 220

UNDEFINED = "#d5dae1"  # cells of a map that have no value

_SETTINGS: Any = {
    "font.family": [FONT],
    "font.size": TEXT_SIZE,
    "text.color": INK,
    "text.usetex": False,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.labelsize": TEXT_SIZE,
    "axes.labelpad": 3.0,
    "axes.titlesize": TEXT_SIZE,
    "axes.linewidth": 0.7,
    "axes.facecolor": PAPER,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "axes.formatter.useoffset": False,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": SMALL_SIZE,
    "ytick.labelsize": SMALL_SIZE,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "xtick.minor.size": 1.5,
    "ytick.minor.size": 1.5,
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "grid.color": HAIRLINE,
    "grid.linewidth": 0.7,
    "legend.frameon": False,
    "legend.fontsize": SMALL_SIZE,
    "hatch.linewidth": 0.8,
    "hatch.color": PAPER,
    "lines.linewidth": 1.4,
    "lines.solid_capstyle": "round",
    "figure.facecolor": PAPER,
    "figure.dpi": 100.0,
    "figure.autolayout": False,
    "figure.constrained_layout.use": False,
    "savefig.facecolor": PAPER,
    "savefig.bbox": None,
    "image.interpolation": "nearest",
    "svg.fonttype": "path",
    "svg.hashsalt": "vaediag",  # the same picture gives the same bytes
}

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def small() -> Any:
    """The size of numbers and names inside axes: that of the labels of ticks, in the report's look and in anybody's."""
    return mpl.rcParams["xtick.labelsize"]


def ink() -> Any:
    """What lines of reference and error bars are drawn in: the colour of text, here and on anybody's paper."""
    return mpl.rcParams["text.color"]


def paper() -> Any:
    """The colour behind everything in axes."""
    return mpl.rcParams["axes.facecolor"]


def band() -> str:
    """A shade a little off the paper, for tolerances."""
    red, green, blue = to_rgb(paper())
    return HAIRLINE if 0.299 * red + 0.587 * green + 0.114 * blue > 0.4 else "#2c3541"


@contextmanager
def look() -> Iterator[None]:
    """Matplotlib's defaults plus the settings above; whatever the user had set is back afterwards."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def styled(draw: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Run a drawing function in the report's look, whatever the user's own settings are."""

    @functools.wraps(draw)
    def wrapped(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        with look():
            return draw(*args, **kwargs)

    return wrapped


def _map(name: str) -> Colormap:
    return colormaps[name].with_extremes(bad=UNDEFINED)


GREY_MAP = _map("gray")  # images: one value of x, the same grey in every panel
SPREAD_MAP = _map("magma")  # spread: black is none
DIVERGING_MAP = _map("RdBu_r")  # ratios around 1, biases around 0: white is right
STEP_MAP = _map("viridis")  # positions along a path, where lines stand for pictures
