"""The pixel inspector: p(x_i | z) of one pixel, its numbers in words, and axes that do not jump."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaediag.records.pixel import PixelLaw
from vaediag.records.text import printable
from vaediag_gui.jobs.asks import loaded_model
from vaediag_gui.legible import legible
from vaediag_gui.resolve.message import Message, of_trouble
from vaediag_gui.resolve.words import short
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Wish

MARKS = ("mean", "mode", "sample", "observed")  # what is marked on the curve, in the order of the legend
PEOPLE = ("bernoulli", "poisson", "laplace", "cauchy", "weibull", "gumbel", "student")
NBSP = "\u00a0"
NOTHING = 1e-3  # of the largest mass
FEW = 24  # masses drawn as bars with their shares; more are drawn as thin bars


@dataclass(frozen=True, slots=True)
class Number:
    """One line beside the curve. `at` is where it is marked, None where it is not."""

    name: str
    text: str
    at: float | None = None
    tip: str = ""


@dataclass(frozen=True, slots=True)
class InspectorState:
    """`message` stands above the curve, or in its place."""

    message: Message | None = None
    waiting: str = ""  # instead of the curve
    law: PixelLaw | None = None
    title: str = ""
    numbers: tuple[Number, ...] = ()
    x_words: str = "x"
    y_words: str = "density"
    channels: int = 1  # of x, when pixels have several
    channel: int = 0


def resolve_inspector(wish: Wish, known: Answers) -> InspectorState:
    """What the inspector shows."""
    facts = loaded_model(wish, known)
    if facts is None or wish.pixel is None:
        thing = "feature" if facts is not None and len(facts.event_shape) == 1 else "pixel"
        return InspectorState(waiting=f"Point at a {thing}: its whole law p(xᵢ | z) is drawn here")
    words = "" if known.pixel is None else pixel_words(known.pixel.index, facts.event_shape, columns_on(wish, known))
    channels = facts.event_shape[2] if len(facts.event_shape) == 3 else 1
    trouble = known.troubles.get("pixel")
    message = of_trouble(trouble, "pixel", "The law of this pixel could not be drawn") if trouble is not None else None
    law = known.pixel
    if law is None or len(law.index) != len(facts.event_shape):
        return InspectorState(message=message, waiting="" if message is not None else "Asking for this pixel …")
    return InspectorState(
        message=message,
        law=law,
        title=f"{words}: p(xᵢ | z), {family_words(law.family)}",
        numbers=_numbers(law),
        x_words="value of xᵢ",
        y_words="probability" if law.discrete else "density per unit of x",
        channels=channels,
        channel=law.index[2] if channels > 1 else 0,
    )


def columns_on(wish: Wish, known: Answers) -> tuple[str, ...]:
    """The names of the values of x, where the model's data name them; () where not."""
    facts, data = loaded_model(wish, known), known.data
    if facts is None or data is None or data.source != wish.data or facts.event_shape != (len(data.columns),):
        return ()
    return tuple(map(printable, data.columns))


def pixel_words(index: tuple[int, ...], event_shape: tuple[int, ...], columns: tuple[str, ...] = ()) -> str:
    """ "pixel (12, 5)", with the channel where there are several; the column, or "feature 3", of flat data."""
    if len(index) == 1 and len(columns) > index[0]:
        return legible(columns[index[0]], 40)
    if len(index) == 1:
        return f"feature {index[0]}"
    words = f"pixel ({index[0]}, {index[1]})"
    several = len(event_shape) == 3 and event_shape[2] > 1
    names = ("red", "green", "blue") if several and event_shape[2] == 3 else ()
    if several:
        words += f", {names[index[2]] if names else f'channel {index[2]}'}"
    return words


def family_words(family: str) -> str:
    """The name of a family as it is written: those named after people with a capital."""
    words = family.replace("_", " ").replace("quantized", "discretized").replace("zero inflated", "zero-inflated")
    return " ".join(word.capitalize() if word in PEOPLE else word for word in words.split(" "))


def _numbers(law: PixelLaw) -> tuple[Number, ...]:
    values = {"mean": law.mean, "mode": law.mode, "sample": law.sample, "observed": law.observed}
    made = [
        Number(name, _value(value, law.notes.get(name, "")), value, law.notes.get(name, ""))
        for name, value in values.items()
        if name != "observed" or value is not None or "observed" in law.notes
    ]
    made.insert(2, Number("σ", _value(law.stddev, law.notes.get("stddev", "")), None, law.notes.get("stddev", "")))
    where = where_observed(law)
    if where:
        made[-1] = Number("observed", f"{made[-1].text}: {where}", law.observed, made[-1].tip)
    return tuple(made)


def where_observed(law: PixelLaw) -> str:
    """How much of p(x_i | z) lies beyond the observed value; for few masses, how probable that value is."""
    if law.observed is None or law.below is None or law.upto is None:
        return ""
    if not np.isfinite([law.below, law.upto]).all():
        return ""
    if law.discrete and len(law.support) <= FEW:
        return f"{percent(law.upto - law.below)} of p"
    middle = (law.below + law.upto) / 2
    return f"above {percent(middle)} of p" if middle >= 0.5 else f"below {percent(1 - middle)} of p"


def percent(share: float) -> str:
    """ "93 %"; near 0 and 1 with as many digits as say that it is neither."""
    if share <= 0 or share >= 1:
        return f"{0 if share <= 0 else 100}{NBSP}%"
    edge = min(share, 1 - share)
    if edge < 1e-4:
        return f"under 0.01{NBSP}%" if share < 0.5 else f"over 99.99{NBSP}%"
    return f"{100 * share:.{2 if edge < 0.001 else 1 if edge < 0.01 else 0}f}{NBSP}%"


def _value(value: float | None, note: str) -> str:
    return note or "not defined" if value is None else short(value)


def steady(before: tuple[float, float] | None, wanted: tuple[float, float]) -> tuple[float, float]:
    """An axis range that moves only when it must: when something would be cut off, or fills less than a third of it."""
    low, high = wanted
    if before is not None and before[0] <= low and high <= before[1] and (high - low) * 3 >= before[1] - before[0]:
        return before
    room = 0.25 * ((high - low) or 1.0)
    return low - room, high + room


def wanted_x(law: PixelLaw) -> tuple[float, float]:
    """From the lowest to the highest value that has to be seen."""
    support = law.support
    if law.discrete and len(support) > FEW:  # of 256 values those that carry no mass need no room
        heavy = np.flatnonzero(law.density > NOTHING * np.nanmax(law.density))
        support = support[heavy[0] : heavy[-1] + 1] if heavy.size else support
    ends = [float(support[0]), float(support[-1])]
    ends += [value for value in (law.mean, law.mode, law.sample, law.observed) if value is not None]
    finite = [value for value in ends if np.isfinite(value)]
    return (min(finite), max(finite)) if finite else (0.0, 1.0)


def highest(law: PixelLaw) -> float:
    """Top of the curve; an infinite or very sharp peak at the border of a support must not flatten the rest."""
    finite = law.density[np.isfinite(law.density)]
    if not finite.size:
        return 1.0
    top = float(finite.max())
    usual = float(np.quantile(finite, 0.98))
    return top if law.discrete or top <= 4 * usual or usual <= 0 else 4 * usual
