"""Is p(x | z) the product over pixels that the decoder says it is?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimate
from vaediag.records.independence import Independence
from vaediag.records.text import by_severity, printable
from vaediag.report.event import kind
from vaediag_gui.resolve.depth import offer
from vaediag_gui.resolve.maps import MapPicture, centred, even
from vaediag_gui.resolve.message import Message
from vaediag_gui.resolve.words import Fact, plural, short, value
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Wish

QUESTION = (
    "Given z, is what one pixel lacks independent of what its neighbours lack? The decoder says so. What it costs in "
    "nats is the price of that claim."
)
NEIGHBOURS = ("to the right", "below", "below right", "below left")  # (0, 1), (1, 0), (1, 1), (1, -1)
CODES = {"posterior": "z from the encoder", "corrected": "z corrected, as the encoder was found wrong"}
LEAST = 0.1  # end of the colours: chance must not look like a fault


@dataclass(frozen=True, slots=True)
class DependenceState:
    """`offer` stands in place of all the rest where it was not measured."""

    title: str = ""
    offer: Message | None = None
    independence: Independence | None = None
    words: str = ""
    map_words: str = ""
    facts: tuple[Fact, ...] = ()


def dependence(wish: Wish, known: Answers, diagnosis: Diagnosis) -> DependenceState:
    found, flat = diagnosis.independence, kind(diagnosis.model.event_shape) == "flat"
    title = f"Are {'features' if flat else 'pixels'} independent, given z?"
    if found is None:
        return DependenceState(title, offer(wish, known, "independence", QUESTION))
    why = printable(diagnosis.why_not.get("independence.independence_cost", "not measured"))
    return DependenceState(title, None, found, verdict(diagnosis, found), map_words(found), facts(found, why))


def verdict(diagnosis: Diagnosis, found: Independence) -> str:
    """The finding where there is one; else the numbers, without a judgement."""
    for finding in by_severity(diagnosis.findings):
        if finding.id == "dependence":
            return printable(finding.title)
    near = found.residual_correlation.neighbours
    if len(near):
        most = int(np.nanargmax(np.abs(near.value)))
        return f"Neighbouring pixels: {value(near[most])} with the one {NEIGHBOURS[most]}, where 0 is exact"
    price = "" if found.independence_cost is None else f": the price is {value(found.independence_cost)} nats"
    return f"Features, given z{price}, where 0 is exact"


def map_words(found: Independence) -> str:
    record = found.residual_correlation
    what = f"Correlation of {printable(record.residuals)}, given z"
    if record.kind == "lags":
        return f"{what}, of two pixels so many columns and rows apart; the middle is a pixel with itself."
    return f"{what}, of any two features."


def lag_map(found: Independence) -> MapPicture:
    """The correlations as a map; a value with itself, 1 by definition, is not coloured."""
    record = found.residual_correlation
    raw, error = np.asarray(record.value, float), np.asarray(record.standard_error, float)
    drawn = raw.copy()
    if record.kind == "lags":
        drawn[raw.shape[0] // 2, raw.shape[1] // 2] = np.nan
    else:
        np.fill_diagonal(drawn, np.nan)
    levels = centred(drawn, least=LEAST, most=1.0)
    return MapPicture("correlation", raw, drawn, error, levels, "diverging", even(levels), 0.0)


def place_words(found: Independence, place: tuple[int, ...]) -> str:
    """`1 row below, 2 columns to the right: 0.120 ± 0.004`."""
    record = found.residual_correlation
    number = Estimate(float(record.value[place]), _error(record.standard_error[place]))
    said = value(number) if np.isfinite(number.value) else "not known, the image is too small"
    if record.kind != "lags":
        first, second = (int(found.coordinates.index[at]) for at in place)
        return f"features {first} and {second}: {said}"
    down, right = place[0] - record.value.shape[0] // 2, place[1] - record.value.shape[1] // 2
    if not down and not right:
        return "a pixel with itself: 1"
    rows = f"{plural(abs(down), 'row')} {'below' if down > 0 else 'above'}" if down else ""
    columns = f"{plural(abs(right), 'column')} to the {'right' if right > 0 else 'left'}" if right else ""
    return f"{', '.join(part for part in (rows, columns) if part)}: {said}"


def facts(found: Independence, why: str) -> tuple[Fact, ...]:
    """The price and the four neighbours; `why` there is no price, where there is none."""
    rows = []
    if found.independence_cost is None:
        rows.append(Fact("price of independence", "", f"not known: {why}"))
    else:
        least = "at least this; " if found.lower_bound else ""
        reading = f"nats per image, of {coordinates_words(found)}; {least}0 is exact"
        rows.append(Fact("price of independence", value(found.independence_cost), reading))
    near = found.residual_correlation.neighbours
    rows += [Fact(f"pixel {name}", value(near[at]), "") for at, name in enumerate(NEIGHBOURS[: len(near)])]
    codes = CODES.get(found.conditioning, f"z {found.conditioning}")
    rows.append(Fact("measured with", "", f"{codes}; {plural(found.images, 'image')}"))
    return tuple(rows)


def coordinates_words(found: Independence) -> str:
    used = found.coordinates
    if used.kind == "all":
        return f"all {short(used.total)} values"
    kind = {"patch": "a patch of", "random set": "a random set of"}.get(used.kind, used.kind)
    return f"{kind} {used.count:,} of the {used.total:,} values"


def _error(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None
