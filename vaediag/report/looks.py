"""The views of a `Look` as things to draw: names, units, colours. One place, so that every picture says the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.colors import Colormap, Normalize

from vaediag.records.estimate import Array
from vaediag.records.pictures import Look
from vaediag.report import style
from vaediag.report.event import Kind, cells, channel_note, kind, pictures, strongest
from vaediag.report.paint import grey_levels, spread_norm
from vaediag.report.words import listing, minus, plain, plural

MARK = 8  # so many coordinates of z are written out
RESIDUAL = Normalize(-4.0, 4.0)
VALUES = ("mean", "mode", "sample", "quantile")  # in units of x, on the grey levels of x
NAMES = {"stddev": "standard deviation σ", "interval_width": "interval width"}
SHORT = {"stddev": "σ"}
UNITS = {"entropy": "nats per pixel", "residual": "standard deviations", "stddev": "units of x"}
UNITS |= {"interval_width": "units of x"}
SAYS = {
    "mean": "average of p(x | z)",
    "mode": "most likely x",
    "sample": "one draw from p(x | z)",
    "stddev": "of p(x | z)",
    "entropy": "of p(x | z)",
    "residual": "(x − mean) / σ",
}


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One view, ready to be painted.

    Attributes:
        values: `[codes, H, W]`, for colour pictures `[codes, H, W, 3]`, for vectors `[codes, D]`.
        unit: of the colour bar.
    """

    id: str
    name: str
    note: str
    unit: str
    values: Array
    kind: Kind
    cmap: Colormap
    norm: Normalize

    @property
    def short(self) -> str:
        return SHORT.get(self.id, self.name)


def event_shape_of(record: Look) -> tuple[int, ...]:
    return tuple(next(iter(record.views.values())).shape[1:])


def views_of(
    record: Look, event_shape: tuple[int, ...], x: Array | None = None, levels: tuple[float, float] | None = None
) -> list[View]:
    """What the record has, in its order, after x where there is one; all pictures of x share their grey levels.

    Args:
        x: one image `[*event_shape]`, or one per code.
        levels: the values of x drawn black and white; else from x, or from the mean.
    """
    count = len(record.z)
    found = [] if x is None else [_view("x", images(x, event_shape, count), event_shape, "the image", levels)]
    for name, values in record.views.items():
        note = _remarks(record, name)[0] or SAYS.get(name, "")
        found.append(_view(name, values, event_shape, note, levels))
    if levels is None:
        grey = [each for each in found if each.cmap is style.GREY_MAP]
        first = next((each for each in grey if each.id in ("x", "mean")), grey[0] if grey else None)
        shared = Normalize(*(_levels(first) if first else (0.0, 1.0)))
        found = [replace(each, norm=shared) if each.cmap is style.GREY_MAP else each for each in found]
    return found


def shared_views(
    first: Look,
    second: Look,
    names: Sequence[str],
    x: Array,
    event_shape: tuple[int, ...],
    levels: tuple[float, float] | None,
) -> tuple[View, tuple[list[View], list[View]]]:
    """x, and the views called `names` of the first code of both, on the same colours."""
    joined = {name: np.stack([np.asarray(each.views[name])[0] for each in (first, second)]) for name in names}
    notes = {name: note for name, note in first.notes.items() if second.notes.get(name) == note}
    both = Look("", "", first.seed, np.zeros((2, 1)), joined, notes)
    image, *views = views_of(both, event_shape, x, levels)
    rows = [[replace(view, values=view.values[number : number + 1]) for view in views] for number in (0, 1)]
    return image, (rows[0], rows[1])


def images(x: Array, event_shape: tuple[int, ...], count: int) -> Array:
    """One image, or one per code, as `[codes, *event_shape]`."""
    values = np.asarray(x, dtype=float)
    return np.broadcast_to(values, (count, *event_shape))


def _levels(view: View) -> tuple[float, float]:
    """[0, 1] also for means that leave it a little or fill it in part, as the data hardly do."""
    finite = view.values[np.isfinite(view.values)]
    if view.id != "x" and finite.size:
        low, high = np.quantile(finite, [0.02, 0.98])
        if low >= -0.1 and high <= 1.1 and high - low >= 0.25:
            return 0.0, 1.0
    return grey_levels(view.values)


def _view(
    name: str, values: Array, event_shape: tuple[int, ...], note: str, levels: tuple[float, float] | None
) -> View:
    values = np.asarray(values, dtype=float)
    if name == "x" or name in VALUES:
        shown, how, cmap = pictures(values, event_shape), kind(event_shape), style.GREY_MAP
        norm = Normalize(*(levels or (0.0, 1.0)))
    elif name == "residual":
        shown, how, cmap, norm = strongest(values, event_shape), "grey", style.DIVERGING_MAP, RESIDUAL
    else:
        shown, how, cmap = cells(values, event_shape), "grey", style.SPREAD_MAP
        norm = _entropy_norm(shown) if name == "entropy" else spread_norm(shown)
    plain_name = NAMES.get(name, plain(name, 20))
    return View(name, plain_name, plain(note, 40), UNITS.get(name, "x"), shown, how, cmap, norm)


def _entropy_norm(values: Array) -> Normalize:
    """Over the range that there is: the entropy of a density may be negative, so 0 means nothing."""
    finite = values[np.isfinite(values)]
    low, high = (float(each) for each in np.quantile(finite, [0.005, 0.995])) if finite.size else (0.0, 1.0)
    return Normalize(low, high) if high - low > 1e-6 * max(abs(low), abs(high)) else Normalize(low - 0.5, low + 0.5)


def _remarks(record: Look, name: str) -> tuple[str, str]:
    """("p = 0.1", how the view was obtained): the two parts of a view's note."""
    note = record.notes.get(name, "")
    first, _, rest = note.partition("; ")
    return (first, rest) if name in ("quantile", "interval_width") else ("", note)


def title(record: Look, event_shape: tuple[int, ...]) -> str:
    """How far x spreads around its mean, where the record knows."""
    count = len(record.z)
    names = listing([SHORT.get(name, NAMES.get(name, plain(name, 20))) for name in record.views])
    if count > 1:
        return f"p(x | z) at {count} codes: {names}"
    spread = np.asarray(record.views.get("stddev", np.nan), dtype=float)
    if not np.isfinite(spread).any():
        return f"p(x | z) at one z: {names}"
    low, high = f"{np.nanmin(spread):.2g}", f"{np.nanmax(spread):.2g}"
    thing = "feature" if kind(event_shape) == "flat" else "pixel"
    if low == high:
        return f"p(x | z) at one z: every {thing} spreads by σ = {low} around the mean"
    if np.nanmin(spread) < 1e-3 * np.nanmax(spread):
        return f"p(x | z) at one z: {thing}s spread by up to σ = {high} around the mean"
    return f"p(x | z) at one z: {thing}s spread by σ = {low} to {high} around the mean"


def subtitle(record: Look, event_shape: tuple[int, ...], drawn: int) -> str:
    """Which z, which codes are drawn, and how views were obtained that are no closed forms."""
    parts = [f"z = ({code_words(record.z[0])})."] if len(record.z) == 1 else []
    if len(record.z) > 1 and drawn > 1:
        parts.append("One column per code; every sample has noise of its own.")
    if drawn < len(record.z):
        parts.append(f"Drawn: the first {plural(drawn, 'code')}." if drawn > 1 else "Drawn: the first code.")
    parts += [
        f"{SHORT.get(name, plain(name, 20))}: {plain(rest, 120)}."
        for name in record.views
        if (rest := _remarks(record, name)[1])
    ]
    note = channel_note(event_shape)
    averaged = [
        SHORT.get(name, NAMES.get(name, name))
        for name in record.views
        if name in ("stddev", "entropy", "interval_width")
    ]
    if note and averaged:
        parts.append(f"{listing(averaged)} {'is' if len(averaged) == 1 else 'are'}{note[1:]}.")
    if note and "residual" in record.views:
        parts.append("The residual is the largest of the channels.")
    return " ".join(parts)


def code_words(z: Array) -> str:
    """The first coordinates of z."""
    values: Sequence[str] = [minus(f"{round(float(value), 2) + 0.0:.2f}") for value in z[:MARK]]
    return ", ".join(values) + (", …" if len(z) > MARK else "")
