"""Given z, are the pixels independent, as p(x | z) says? The correlation of residuals, and what ignoring it costs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from vaediag.findings.rules import MINIMUM_IMAGES, RULES, side
from vaediag.records.columns import column_name, columns_of
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array, Estimate
from vaediag.records.independence import Coordinates, Independence
from vaediag.report import style
from vaediag.report.conditionings import CONDITIONINGS
from vaediag.report.event import kind
from vaediag.report.figures.panel import Panel
from vaediag.report.maps import BAR_SPACE, Map, draw_map
from vaediag.report.paint import centred_norm
from vaediag.report.sheet import BODY, Sheet, text_width, wrap
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.words import NO_BREAK, plain, plural, short, value

HEAD, SIZE = 0.5, 2.6
LAGS = ("right", "below", "below right", "below left")  # (0, 1), (1, 0), (1, 1), (1, −1)
MARGIN = RULES["lag_correlation"].margin
PRICE = "independence_cost"
MATRIX_NAMES, NAME, PAIR_NAME = 20, 18, 22  # so many names have room beside the matrix; letters of a name


def title(found: Independence, *, images: bool) -> str:
    """Are neighbours correlated, and what does the product over pixels cost?"""
    cost, near = found.independence_cost, found.residual_correlation.neighbours
    if found.images < MINIMUM_IMAGES:
        who = "the pixels" if images else "the features"
        return f"Whether {who} depend on each other given z cannot be told from {plural(found.images, 'image')}"
    off = [lag for lag in range(len(near)) if side("lag_correlation", near[lag], cells=len(near))]
    if off:
        says = f"Given z, neighbouring pixels are correlated by {_strongest(found, off)}"
        return says + _added(found)
    if cost is not None and side(PRICE, cost) > 0:
        return f"Given z, {_places(images)} depend on each other: ignoring it costs {_price(found)}"
    if over := [lag for lag in range(len(near)) if _over(near[lag])]:
        says = f"Given z, neighbouring pixels may be correlated: {_strongest(found, over)} is over the tolerance"
        return f"{says}, though not beyond all chance{_added(found)}"
    says = f"Given z, {_places(images)} are independent as far as"
    if cost is None:
        return f"{says} {plural(found.images, 'image')} show"
    return f"{says} can be seen: {_cost(found, 'ignoring what is left would cost')}"


def _strongest(found: Independence, lags: list[int]) -> str:
    near = found.residual_correlation.neighbours
    most = max(lags, key=lambda lag: abs(near.value[lag]))
    return f"{value(near[most])} ({LAGS[most]})"


def _over(near: Estimate) -> bool:
    """Its bar, as drawn, lies outside of the shaded tolerance."""
    return near.standard_error is not None and abs(near.value) - 2 * near.standard_error > MARGIN


def _added(found: Independence) -> str:
    return "" if found.independence_cost is None else f"; {_cost(found, 'ignoring it costs')}"


def _cost(found: Independence, words: str) -> str:
    return f"{words} {_price(found)}" if _measurable(found) else "no measurable cost"


def _price(found: Independence) -> str:
    """`at least 3.20 ± 0.40 nats per image`, `35.4 ± 1.6 nats in 110 of 256 values`."""
    cost, used = found.independence_cost, found.coordinates
    if cost is None:
        return ""
    least = "at least " if found.lower_bound and _measurable(found) else ""
    of = "per image" if used.kind == "all" else f"in {used.count:,} of {used.total:,} values"
    return f"{least}{value(cost)}{NO_BREAK}nats {of}"


def _measurable(found: Independence) -> bool:
    cost = found.independence_cost
    return cost is not None and cost.value > 2 * (cost.standard_error or 0.0)


def _places(images: bool) -> str:
    return "pixels" if images else "features"


@style.styled
def draw_dependence(
    found: Independence, event_shape: tuple[int, ...], stamp: Stamp, columns: Sequence[str] | None = None
) -> Figure:
    """Images: the map of lags and its four neighbours; other events: the matrix and its strongest pairs.

    `columns` names the values of flat data.
    """
    images, lags = kind(event_shape) != "flat", found.residual_correlation.kind == "lags"
    names = [] if lags or not _named(found, columns) else _names(found, columns, NAME)
    margin = max((text_width(name, style.SMALL_SIZE) for name in names), default=0.0) + (0.1 if names else 0.0)
    sheet = Sheet(
        title(found, images=images), _subtitle(found, images=images), stamp, height=HEAD + SIZE + max(margin, 0.42)
    )
    entry = map_of(found)
    left = max(margin, 0.45)
    ax = draw_map(sheet, entry, left, HEAD, SIZE, SIZE)
    ticks(ax, found, columns)
    start = left + SIZE + BAR_SPACE + (0.95 if lags else 0.25)
    beside = sheet.axes(start, HEAD, BODY - start, SIZE - 0.9)
    heading = "nearest neighbours" if lags else f"strongest of {plural(_pair_count(found), 'pair')}"
    sheet.text(start, HEAD - 0.36, heading, weight="bold")
    sheet.text(start, HEAD - 0.2, "correlation, 0 = independent", size=style.SMALL_SIZE, color=style.MUTED)
    draw_pairs(beside, found, columns)
    beside.set_xlabel("")
    for row, line in enumerate(wrap(_cost_line(found), BODY - start, style.SMALL_SIZE)):
        sheet.text(start, HEAD + SIZE - 0.36 + 0.14 * row, line, size=style.SMALL_SIZE)
    return sheet.figure


def map_of(found: Independence) -> Map:
    """Correlations at all lags, or of all pairs."""
    values, norm = correlations(found)
    lags = found.residual_correlation.kind == "lags"
    return Map(
        values,
        "correlation at a lag" if lags else "correlation of two features",
        f"mean over all {'pairs of pixels' if lags else 'images'}; grey is undefined",
        style.DIVERGING_MAP,
        norm,
    )


def correlations(found: Independence) -> tuple[Array, Normalize]:
    """The map of lags, or the matrix, without the 1 of every value with itself, and its colours."""
    correlation = found.residual_correlation
    values, errors = np.array(correlation.value, dtype=float), np.asarray(correlation.standard_error, dtype=float)
    if correlation.kind == "lags":
        values[values.shape[0] // 2, values.shape[1] // 2] = np.nan
    else:
        np.fill_diagonal(values, np.nan)
    noise = errors[np.isfinite(errors) & np.isfinite(values)]
    least = max(0.05, 6 * float(np.median(noise)) if noise.size else 0.0)  # chance must look pale
    return values, centred_norm(values, least=least, most=1.0)


def ticks(ax: Axes, found: Independence, columns: Sequence[str] | None) -> None:
    """What rows and columns of the map are."""
    if found.residual_correlation.kind == "lags":
        _lag_ticks(ax, found)
    else:
        _matrix_ticks(ax, found, columns)


def _pair_count(found: Independence) -> int:
    side_length = len(found.residual_correlation.value)
    return side_length * (side_length - 1) // 2


def _names(found: Independence, columns: Sequence[str] | None, longest: int) -> list[str]:
    return [plain(column_name(int(index), columns), longest) for index in found.coordinates.index]


def _named(found: Independence, columns: Sequence[str] | None) -> bool:
    """Is there room for every name?"""
    return columns is not None and len(found.coordinates.index) <= MATRIX_NAMES


def strongest(values: Array, count: int = 4) -> list[tuple[int, int]]:
    """The pairs with the largest correlation of either sign, each once."""
    upper = np.where(np.triu(np.ones(values.shape, dtype=bool), 1), np.nan_to_num(np.abs(values), nan=-1.0), -1.0)
    order = np.argsort(-upper, axis=None, kind="stable")[:count]
    found = [(int(i), int(j)) for i, j in zip(*np.unravel_index(order, values.shape), strict=True)]
    return [pair for pair in found if upper[pair] >= 0]


def _known(error: float) -> float | None:
    return float(error) if np.isfinite(error) else None


def _subtitle(found: Independence, *, images: bool) -> str:
    how = CONDITIONINGS.get(found.conditioning)
    source = how.rule if how else found.conditioning
    words = found.residual_correlation.residuals
    said = (
        f"{words[0].upper()}{words[1:]} of {plural(found.images, 'image')}, {source}. "
        "White is independent, as p(x | z) says. Bars: two standard errors; shaded: tolerance."
    )
    if found.independence_cost is not None:
        said += f" The price is that of {_coordinates(found.coordinates, images=images)}"
        said += "; seen in these residuals, it is at least so much." if found.lower_bound else "."
    return said


def _coordinates(used: Coordinates, *, images: bool) -> str:
    one = "values" if images else "features"
    which = {"all": "", "patch": "a patch of "}.get(used.kind, "a random set of ")
    some = f"all {used.count:,}" if used.count == used.total else f"{which}{used.count:,} of {used.total:,}"
    return f"{some} {one}{f', without {used.constant:,} that never vary' if used.constant else ''}"


def _cost_line(found: Independence) -> str:
    if found.independence_cost is None:
        return "The price could not be computed."
    return f"Price of the product: {_price(found)}, 0 for an exact model."


def draw_pairs(ax: Axes, found: Independence, columns: Sequence[str] | None = None) -> None:
    """Dots with two standard errors beside the tolerance; diamonds of another colour where the rule fires."""
    correlation = found.residual_correlation
    lags = correlation.kind == "lags"
    if lags:
        near = correlation.neighbours
        shown, names, cells = [near[lag] for lag in range(len(near))], list(LAGS), len(near)
    else:
        values, _ = correlations(found)
        pairs, cells, short_names = strongest(values), _pair_count(found), _names(found, columns, PAIR_NAME)
        shown = [Estimate(float(values[i, j]), _known(correlation.standard_error[i, j])) for i, j in pairs]
        names = [f"{short_names[i]} and {short_names[j]}" for i, j in pairs]
    judged = found.images >= MINIMUM_IMAGES
    off = [judged and side("lag_correlation", each, cells=cells) != 0 for each in shown]
    ax.axvspan(-MARGIN, MARGIN, color=style.band(), lw=0)
    ax.axvline(0, color=style.ink(), lw=0.9, ls=(0, (4, 2)))
    reach = 2 * MARGIN
    for row, (each, wrong) in enumerate(zip(shown, off, strict=True)):
        error = 2 * (each.standard_error or 0.0)
        mark, colour = ("D", style.ORANGE) if wrong else ("o", style.BLUE)
        ax.errorbar(each.value, row, xerr=error, fmt=mark, color=colour, ms=4.5, elinewidth=1.0, capsize=1.5)
        reach = max(reach, 1.15 * (abs(each.value) + error))
    ax.set(xlim=(-reach, reach), ylim=(max(len(shown), 1) - 0.4, -0.6), xlabel="correlation, 0 = independent")
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(5))
    if lags:
        ax.set_yticks(range(len(shown)), names)
        return
    ax.set_yticks([])
    for row, name in enumerate(names):  # names of two columns are long: they stand above their row
        ax.text(
            0.0, row - 0.29, name, transform=ax.get_yaxis_transform(), va="center", size=style.small(),
            bbox={"facecolor": style.paper(), "edgecolor": "none", "pad": 0.6},
        )  # fmt: skip


def _lag_ticks(ax: Axes, found: Independence) -> None:
    rows, columns = found.residual_correlation.value.shape
    for set_ticks, size in ((ax.set_xticks, columns), (ax.set_yticks, rows)):
        middle = size // 2
        places = [0, middle // 2, middle, size - 1 - middle // 2, size - 1]
        set_ticks(places, [short(place - middle) for place in places])
    ax.set(xlabel="Δ columns, pixels", ylabel="Δ rows, pixels")


def _matrix_ticks(ax: Axes, found: Independence, columns: Sequence[str] | None) -> None:
    if _named(found, columns):
        names = _names(found, columns, NAME)
        ax.set_xticks(range(len(names)), names, rotation=90)
        ax.set_yticks(range(len(names)), names)
        ax.tick_params(length=0, pad=2)
        return
    index = found.coordinates.index
    places = sorted({0, len(index) // 2, len(index) - 1})
    names = [str(index[place]) for place in places]
    ax.set_xticks(places, names)
    ax.set_yticks(places, names)
    ax.set(xlabel="feature", ylabel="feature")


READING = """
p(x | z) gives every pixel a law of its own, so that given z what one pixel lacks must say nothing about its
neighbours. Red means that they err together, blue that they err against each other. Red around the middle that fades
with distance is smooth noise or a mean that misses structure; stripes are rows or columns that err together. The
price is the log-likelihood that a decoder with the same margins but the right correlation would gain, on the values it
was measured on: a whole image has more. Samples of a model with a high price look grainy beside the data.
"""


def _draw(diagnosis: Diagnosis) -> Figure | None:
    if diagnosis.independence is None:
        return None
    event_shape = diagnosis.model.event_shape
    return draw_dependence(
        diagnosis.independence, event_shape, stamp_of(diagnosis), columns_of(diagnosis.data, event_shape)
    )


PANEL = Panel("dependence", "Are pixels independent given z?", _draw, READING, ("independence",))
