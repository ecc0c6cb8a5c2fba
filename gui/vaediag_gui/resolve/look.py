"""The Look tab: which views of p(x | z) stand beside each other, and the words on each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from vaediag.report.event import kind
from vaediag_gui.jobs.asks import loaded_model
from vaediag_gui.resolve.assumed import line, of_open
from vaediag_gui.resolve.inspector import columns_on
from vaediag_gui.resolve.message import Message, of_trouble, without_model
from vaediag_gui.state.answers import Anchor, Answers, ModelFacts, Shown
from vaediag_gui.state.wish import VIEWS, Wish
from vaediag_gui.theme.colourmaps import map_of

NAMES = {
    "mean": "mean",
    "mode": "mode",
    "sample": "sample",
    "stddev": "standard deviation σ",
    "entropy": "entropy",
    "quantile": "quantile",
    "interval_width": "interval width",
    "residual": "residual (x − mean)/σ",
    "data": "data x",
}
SHORT = NAMES | {"stddev": "σ", "interval_width": "interval", "residual": "residual"}
SAYS = {
    "mean": "not an image: the average of p(x | z)",
    "mode": "the most likely value of each pixel by itself",
    "sample": "one draw from p(x | z)",
    "stddev": "how far draws scatter around the mean",
    "entropy": "how undecided each pixel is",
    "residual": "how many σ the data lie from the mean",
    "quantile": "the value that each pixel is below with probability p",
    "interval_width": "how wide the central interval of each pixel is",
    "data": "the image itself",
}
UNITS = {"entropy": "nats", "residual": "σ"}


@dataclass(frozen=True, slots=True)
class Tile:
    """One view. `missing` replaces the picture where there is none; `note` says how it was obtained."""

    view: str
    title: str
    short: str  # where the title does not fit
    says: str
    unit: str
    levels: tuple[float, float]
    colours: str
    note: str = ""
    missing: str = ""


@dataclass(frozen=True, slots=True)
class LookState:
    """`shown` and `anchor` hold the arrays of the tiles; `message` stands above."""

    kind: str = "grey"  # "grey", "colour", "flat"
    event_shape: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()  # names of the values of flat data
    message: Message | None = None
    assumed: str = ""
    sentence: str = ""
    views: tuple[str, ...] = ()
    tiles: tuple[Tile, ...] = ()
    shown: Shown | None = None
    anchor: Anchor | None = None
    pixel: tuple[int, ...] | None = None
    seed: int = 0
    hold_noise: bool = True
    shimmer: bool = False
    p: float | None = None  # None: no quantile is shown
    level: float | None = None  # None: no interval is shown
    ready: bool = False  # there is a picture to save


def resolve_look(wish: Wish, known: Answers) -> LookState:
    """What the tab shows."""
    facts = loaded_model(wish, known)
    if facts is None:
        return LookState(message=without_model(wish, known))
    shown = known.look if known.look is not None and _fits(known.look, facts) else None
    anchor = known.anchor
    if anchor is not None and (anchor.image != wish.image or anchor.x.shape != facts.event_shape):
        anchor = None
    trouble = _trouble(known)
    views = tuple(view for view in VIEWS if view in wish.views)
    tiles = tuple(_tile(view, wish, facts, shown, anchor, trouble is not None) for view in views)
    return LookState(
        kind=kind(facts.event_shape),
        event_shape=facts.event_shape,
        columns=columns_on(wish, known),
        message=trouble,
        assumed=line(of_open(wish, known)),
        sentence=which_z(wish, facts, anchor),
        views=views,
        tiles=tiles,
        shown=shown,
        anchor=anchor,
        pixel=wish.pixel,
        seed=wish.seed,
        hold_noise=wish.hold_noise,
        shimmer=wish.shimmer,
        p=wish.p if "quantile" in views else None,
        level=wish.level if "interval_width" in views else None,
        ready=shown is not None,
    )


def _trouble(known: Answers) -> Message | None:
    for lane, title in (("look", "This z could not be decoded"), ("anchor", "This image could not be encoded")):
        if lane in known.troubles:
            return of_trouble(known.troubles[lane], lane, title)
    return None


def which_z(wish: Wish, facts: ModelFacts, anchor: Anchor | None) -> str:
    """Where z is, in words: "z: posterior mean of image 12, except z3"."""
    if wish.z is None or len(wish.z) != facts.latent_dim:
        return "z: centre of the prior"
    starts = [(_tuple_of_prior(facts), "centre of the prior")]
    if anchor is not None and len(anchor.z) == len(wish.z):
        how = "a draw from the posterior" if wish.anchor == "draw" else "posterior mean"
        starts.insert(0, (_tuple_of_anchor(anchor), f"{how} of image {anchor.image}"))
    for start, words in starts:
        if wish.z == start:
            return f"z: {words}"
    start, words = starts[0]
    moved = [k for k, (value, other) in enumerate(zip(wish.z, start, strict=True)) if value != other]
    if len(moved) <= min(3, facts.latent_dim - 1):
        return f"z: {words}, except {', '.join(f'z{k}' for k in moved)}"
    return f"z: moved away from the {words}" if anchor is not None else "z: set by hand or at random"


@lru_cache(maxsize=2)
def _tuple_of_prior(facts: ModelFacts) -> tuple[float, ...]:
    return tuple(facts.prior_mean.tolist())


@lru_cache(maxsize=2)
def _tuple_of_anchor(anchor: Anchor) -> tuple[float, ...]:
    return tuple(anchor.z.tolist())


def _fits(shown: Shown, facts: ModelFacts) -> bool:
    """Not the answer of the model before."""
    return len(shown.z) == facts.latent_dim and all(
        values.shape == facts.event_shape for values in shown.views.values()
    )


def _tile(
    view: str, wish: Wish, facts: ModelFacts, shown: Shown | None, anchor: Anchor | None, in_the_way: bool
) -> Tile:
    title, short, says = NAMES[view], SHORT[view], SAYS[view]
    if view == "quantile":
        title, says = f"quantile p = {wish.p:g}", f"each pixel is below it with probability {wish.p:g}"
    elif view == "interval_width":
        short = f"{100 * wish.level:g} % width"
        title, says = (
            f"width of the {100 * wish.level:g} % interval",
            f"{100 * wish.level:g} % of each pixel's draws lie in one this wide",
        )
    elif view == "data" and wish.image is not None:
        says = f"image {wish.image}: the values that the model is given"
    if view == "entropy" and not facts.discrete:
        says = "how undecided each pixel is (differential: may be negative)"
    missing = ""
    if view == "data":
        if wish.image is None:
            missing = "Choose an image in Data to compare"
        elif anchor is None:
            missing = "Not encoded" if in_the_way else "Encoding the image …"
    elif view == "residual" and wish.image is None:
        missing = "Choose an image in Data: the residual compares x with the mean"
    elif shown is None or view not in shown.views:
        missing = "Not decoded" if in_the_way else "Decoding …"
    elif not np.isfinite(shown.views[view]).any():
        missing = "No value here is a number: the decoder does not work at this z"
    return Tile(
        view=view,
        title=title,
        short=short,
        says=says,
        unit=UNITS.get(view, "units of x"),
        levels=facts.levels.get(view) or facts.levels.get("mean") or (0.0, 1.0),
        colours=map_of(view),
        note=_note(view, shown) if shown is not None else "",
        missing=missing,
    )


def _note(view: str, shown: Shown) -> str:
    """How it was obtained, without what the title says already."""
    parts = shown.notes.get(view, "").split("; ")
    return "; ".join(part for part in parts if not part.startswith(("p = ", "level = ")))
