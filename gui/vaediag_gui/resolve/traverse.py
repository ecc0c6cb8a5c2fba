"""The Traverse tab: what can be walked, which words stand where, and whether the pictures are still the wished ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from vaediag.records.collapse import Collapse
from vaediag.records.columns import one_by_one
from vaediag.records.pictures import Traversal
from vaediag_gui.jobs.asks import ROWS, loaded_model, own_collapse, walked_dims
from vaediag_gui.legible import legible
from vaediag_gui.resolve.inspector import columns_on
from vaediag_gui.resolve.message import Message, of_trouble, without_model
from vaediag_gui.resolve.words import minus, plural, short
from vaediag_gui.state.answers import Answers, ModelFacts
from vaediag_gui.state.wish import Path, Wish

VIEWS = ("mean", "sample", "stddev")
VIEW_NAMES = {"mean": "mean", "sample": "sample", "stddev": "σ"}
MOST_COLUMNS = 5  # that are named in the caption
NO_ANCHOR = "needs an image: click one in Data"


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list; `why_not` says why it cannot be chosen ("": it can)."""

    value: str
    words: str
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class TraverseState:
    """`walk` is what is drawn (None: `message` stands in its place); `stale`: it is not yet the wished one."""

    path: Path
    facts: ModelFacts | None = None
    walk: Traversal | None = None
    stale: bool = False
    views: tuple[str, ...] = ()
    labels: tuple[tuple[str, ...], ...] = ()
    headings: tuple[str, ...] = ()
    axis: str = ""
    caption: str = ""
    message: Message | None = None
    rows: tuple[int, ...] = ()  # latents that are walked now
    which: str = "used"  # "used", "all", "chosen"
    starts: tuple[Choice, ...] = ()
    units: tuple[Choice, ...] = ()
    image: int | None = None  # the anchor
    images: int = 0  # in the data; 0: none are open
    apart: bool = False  # x is a row of columns, not a curve


def resolve_traverse(wish: Wish, known: Answers) -> TraverseState:
    path, facts = wish.path, loaded_model(wish, known)
    if facts is None:
        return TraverseState(path, message=without_model(wish, known))
    data = known.data if known.data is not None and known.data.source == wish.data else None
    image = wish.image if data is not None else None
    images = data.count if data is not None else 0
    walk = known.walk if known.walk is not None and known.walk.model == facts.name else None
    rows = walked_dims(wish, known, facts.latent_dim)
    message = _blocked(path, facts, image, images, rows)
    if message is not None:
        walk = None
    elif (trouble := known.troubles.get("walk")) is not None:
        message = of_trouble(trouble, "walk", "This path could not be decoded")
    elif image is not None and (trouble := known.troubles.get("anchor")) is not None and _from_image(path):
        message = of_trouble(trouble, "anchor", f"Image {image} could not be encoded")
    elif path.kind == "interpolation" and path.end == image:
        message = Message("Start and end are the same image", "Click another image in Data: the path starts there.")
    elif walk is None:
        message = Message("Decoding the path …")
    collapse = own_collapse(wish, known)
    return TraverseState(
        path=path,
        facts=facts,
        walk=walk,
        stale=walk is not None and not _answers(walk, wish, known, rows),
        views=_views(walk, path),
        labels=_labels(walk, collapse) if walk is not None else (),
        headings=_headings(walk) if walk is not None else (),
        axis=_axis(walk, path, image) if walk is not None else "",
        caption=_columns(columns_on(wish, known)) + _caption(path, rows, facts.latent_dim, collapse, image)
        if message is None or walk is not None
        else "",
        message=message,
        rows=rows,
        which="all" if path.every else "chosen" if path.dims else "used",
        starts=_starts(image),
        units=_units(image),
        image=image,
        images=images,
        apart=one_by_one(columns_on(wish, known) or None, facts.event_shape),
    )


# ---- words about one cell


def where(walk: Traversal, row: int, column: int) -> str:
    """`z3 = −1.5 prior standard deviations`: what the z of a cell is."""
    position = float(walk.positions[row, column])
    if walk.kind == "interpolation":
        return f"{_fraction(position)} of the way"
    unit = "posterior σ around the posterior mean" if walk.units.startswith("posterior") else "σ of the prior"
    if walk.kind == "grid":
        down, right = walk.dims
        at = float(walk.positions[row, row]) if row < walk.positions.shape[1] else float("nan")
        return f"z{down} = {_position(at)}, z{right} = {_position(position)} {unit}"
    latent = walk.dims[row]
    return f"z{latent} = {_position(position)} {unit} (value {short(float(walk.z[row, column, latent]))})"


def code(walk: Traversal, row: int, column: int) -> tuple[float, ...]:
    """The z of a cell."""
    return tuple(float(value) for value in walk.z[row, column])


def next_step(step: int, forward: bool, steps: int) -> tuple[int, bool]:
    """There and back: the column after `step`, and the direction from then on."""
    if steps < 2:
        return 0, True
    forward = (forward or step <= 0) and step < steps - 1
    return (step + 1 if forward else step - 1), forward


def played(rows: int, chosen: int | None, most: int = 4) -> tuple[int, ...]:
    """The rows that are large while it plays: at most four, the chosen one among them."""
    first = min(max((chosen or 0) - 1, 0), max(rows - most, 0))
    return tuple(range(first, min(first + most, rows)))


def parse_latents(text: str, latents: int) -> tuple[int, ...]:
    """`0, 3, 5-7` or `z3 z5` to numbers, each once, in the order given. Raises ValueError with a sentence."""
    found: list[int] = []
    for part in text.replace(",", " ").replace(";", " ").split():
        first, dash, last = part.lower().replace("z", "").replace("–", "-").partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise ValueError(f"“{legible(part, 20)}” is no latent; write numbers, such as 0, 3, 5.")
        least, most = int(first), int(last) if dash else int(first)
        if most >= latents or least > most:
            raise ValueError(f"There are latents from 0 to {latents - 1}; “{legible(part, 20)}” is not among them.")
        found += [k for k in range(least, most + 1) if k not in found]
    if not found:
        raise ValueError("Write the latents to walk, such as 0, 3, 5.")
    return tuple(found)


# ---- what can be walked


def _from_image(path: Path) -> bool:
    return path.kind == "interpolation" or path.start == "image" or path.units == "posterior"


def _blocked(path: Path, facts: ModelFacts, image: int | None, images: int, rows: Sequence[int]) -> Message | None:
    """Why this path cannot be asked for, with a way out; None where it can."""
    latents = facts.latent_dim
    if path.kind == "interpolation":
        return _blocked_between(path, image, images)
    if _from_image(path) and image is None:
        return Message(
            "Choose the image to start from",
            "Click an image in Data: its posterior mean is the start. Or walk from the prior's centre.",
            button="Start from the prior's centre",
            wish={"path": {"start": "prior", "units": "prior"}},
        )
    if path.kind == "grid" and latents < 2:
        return Message(
            "There is no plane", "This model has one latent.", button="Show its row",
            wish={"path": {"kind": "traversal"}},
        )  # fmt: skip
    if path.kind == "grid" and (path.plane[0] == path.plane[1] or max(path.plane) >= latents):
        return Message(
            "A plane needs two different latents", f"They are numbered from 0 to {latents - 1}.",
            button="Take z0 and z1", wish={"path": {"plane": (0, 1)}},
        )  # fmt: skip
    if path.kind == "traversal" and not rows:
        return Message(
            "None of the chosen latents exists", f"They are numbered from 0 to {latents - 1}.",
            button="Show those in use", wish={"path": {"dims": (), "every": False}},
        )  # fmt: skip
    return None


def _blocked_between(path: Path, image: int | None, images: int) -> Message | None:
    if not images:
        return Message(
            "Between two images", "Open the images first.", button="Open data…", command="open_data",
            arguments={"address": None},
        )  # fmt: skip
    if image is None:
        return Message(
            "Choose the image to start from", "Click an image in Data.", button="Start from image 0", wish={"image": 0}
        )
    if path.end is None or path.end >= images:
        end = (image + 1) % images
        why = "" if path.end is None else f"There is no image {path.end}: they are numbered to {images - 1:,}. "
        return Message(
            "Choose the image to end at",
            f"{why}Type its number above, or click it in Data and press “Take the anchor as end”.",
            button=f"End at image {end}",
            wish={"path": {"end": end}},
        )
    return None


def _answers(walk: Traversal, wish: Wish, known: Answers, rows: tuple[int, ...]) -> bool:
    """Is the walk the wished one? (The image at the end of an interpolation is not part of the record.)"""
    path = wish.path
    kinds = walk.kind == path.kind and walk.z.shape[1] == path.steps and walk.hold_noise == path.hold_noise
    if not kinds or walk.seed != wish.seed or not set(path.views) <= set(walk.views):
        return False
    if path.kind == "interpolation":
        return _starts_there(walk, _start(wish, known), ())
    if walk.dims != (path.plane if path.kind == "grid" else rows):
        return False
    ends = walk.positions[0, [0, -1]]
    if walk.units != f"{path.units} standard deviations" or not np.allclose(ends, (path.low, path.high), atol=1e-6):
        return False
    return _starts_there(walk, _start(wish, known), walk.dims if path.kind == "grid" else walk.dims[:1])


def _start(wish: Wish, known: Answers) -> Sequence[float] | None:
    """The z where the wished path starts; None while it is not known."""
    path = wish.path
    if _from_image(path):
        anchor = known.anchor
        return anchor.mean if anchor is not None and anchor.image == wish.image else None  # type: ignore[return-value]
    if path.start == "code":
        return wish.z
    return known.model.prior_mean if known.model is not None else None  # type: ignore[return-value]


def _starts_there(walk: Traversal, start: Sequence[float] | None, moved: tuple[int, ...]) -> bool:
    if start is None or len(start) != walk.z.shape[-1]:
        return False
    there = np.isclose(walk.z[0, 0], np.asarray(start, np.float32), rtol=1e-4, atol=1e-4)
    there[list(moved)] = True
    return bool(there.all())


# ---- words


def _views(walk: Traversal | None, path: Path) -> tuple[str, ...]:
    if walk is None:
        return ()
    wanted = tuple(view for view in VIEWS if view in path.views and view in walk.views)
    return wanted or tuple(walk.views)


@lru_cache(maxsize=2)
def _labels(walk: Traversal, collapse: Collapse | None) -> tuple[tuple[str, ...], ...]:
    if walk.kind == "traversal":
        return tuple(describe(latent, collapse) for latent in walk.dims)
    if walk.kind == "grid":
        return tuple((f"z{walk.dims[0]} = {_position(float(at))}",) for at in walk.positions[0])
    return tuple(("Path",) if len(walk.z) == 1 else (legible(label, 24),) for label in walk.row_labels)


def describe(latent: int, collapse: Collapse | None) -> tuple[str, ...]:
    """`("z3", "4.12 nats", "used")`; the name alone where nothing else is known."""
    if collapse is None or collapse.kl is None or collapse.status is None:
        return (f"z{latent}",)
    return (f"z{latent}", f"{short(float(collapse.kl.value[latent]))} nats", legible(collapse.status[latent], 16))


@lru_cache(maxsize=2)
def _headings(walk: Traversal) -> tuple[str, ...]:
    words = _fraction if walk.kind == "interpolation" else _position
    return tuple(words(float(position)) for position in walk.positions[0])


def _position(position: float) -> str:
    return minus(f"{round(position, 6):.3g}")


def _fraction(position: float) -> str:
    return f"{100 * position:.3g} %"


def _axis(walk: Traversal, path: Path, image: int | None) -> str:
    if walk.kind == "interpolation":
        return f"of the way from image {image} to image {path.end}"
    unit = "posterior σ around the posterior mean" if walk.units.startswith("posterior") else "σ of the prior"
    return f"z{walk.dims[1]} in {unit}" if walk.kind == "grid" else unit


def _columns(names: tuple[str, ...]) -> str:
    """Which columns of a table stand in each cell, as far as a line holds them."""
    if not names:
        return ""
    short_names = [legible(name, 20) for name in names]
    if len(names) > MOST_COLUMNS:
        short_names = [*short_names[: MOST_COLUMNS - 1], "…", short_names[-1]]
    return f"In each cell: {', '.join(short_names)}. "


def _caption(path: Path, rows: tuple[int, ...], latents: int, collapse: Collapse | None, image: int | None) -> str:
    """What rows are, what stays the same, what is random."""
    if path.kind == "traversal":
        others = f" The others stay at {_place(path, image)}." if latents > 1 else ""
        words = f"{_rows(path, rows, latents, collapse)}{others}"
    elif path.kind == "grid":
        others = f" The others stay at {_place(path, image)}." if latents > 2 else ""
        words = f"z{path.plane[0]} changes from row to row, z{path.plane[1]} along each row.{others}"
    else:
        words = "A straight line in z, from one posterior mean to the other."
    if "sample" in path.views:
        words += " Samples keep their noise: only z changes." if path.hold_noise else " Every sample has its own noise."
    return words + (" σ is in units of x." if "stddev" in path.views else "")


def _rows(path: Path, rows: tuple[int, ...], latents: int, collapse: Collapse | None) -> str:
    if latents == 1:
        return "The row moves the only latent."
    if path.every:
        return f"Each row moves one of all {latents} latents."
    if path.dims or len(rows) == latents:
        return "Each row moves one latent."
    if collapse is None or collapse.status is None:
        return f"Each row moves one of the first {len(rows)} of {latents} latents; a diagnosis says which are in use."
    used = sum(status != "collapsed" for status in collapse.status)
    if not used:
        return f"Each row moves one latent; none of the {latents} is in use."
    if used > ROWS:
        return f"Each row moves one of the {ROWS} latents with most KL; {used} of {latents} are in use."
    return f"Each row moves one of the {plural(used, 'latent')} in use, of {latents}; most KL first."


def _place(path: Path, image: int | None) -> str:
    if path.start == "image" or path.units == "posterior":
        return f"the posterior mean of image {image}"
    return "the z of Look" if path.start == "code" else "the prior's centre"


def _starts(image: int | None) -> tuple[Choice, ...]:
    return (
        Choice("prior", "the prior's centre"),
        Choice("image", "the anchor image" if image is None else f"image {image}", NO_ANCHOR if image is None else ""),
        Choice("code", "the z of Look"),
    )


def _units(image: int | None) -> tuple[Choice, ...]:
    return (Choice("prior", "σ of the prior"), Choice("posterior", "posterior σ", NO_ANCHOR if image is None else ""))
