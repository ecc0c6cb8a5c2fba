"""Limits that a person sets for numbers of a diagnosis, and which of them are violated. No TensorFlow."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from difflib import get_close_matches
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from vaediag.errors import InputError
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array, Estimate, Estimates, number

SECTIONS = ("model", "data", "excluded", "evidence", "calibration", "variance", "collapse", "independence")
NUMBERS = (float, int, Estimate, Estimates, Array)
ON_REQUEST = {  # what must be asked for to have the numbers below a place
    "evidence.iwae": "--deep",
    "evidence.ess": "--deep",
    "evidence.pareto_k": "--deep",
    "evidence.ais": "--ais 8",
    "collapse.effect": "--deep",
    "collapse.prune": "--deep",
    "independence": "--deep",
}


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number must lie between `least` and `most`, give or take `slack` of its standard errors."""

    place: str  # dotted, as in diagnosis.json: "evidence.elbo"
    least: float | None
    most: float | None
    slack: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a threshold: `message` names the value, the one farthest out where there are several."""

    threshold: Threshold
    violated: bool
    message: str


@cache
def known_places() -> tuple[str, ...]:
    """Dotted places of all numbers that a diagnosis can have, from the types of its records."""
    hints = get_type_hints(Diagnosis)
    return tuple(place for section in SECTIONS for place in _places(hints[section], section))


def resolve(name: str) -> str:
    """The full place of a number from its name in diagnosis.json, of which the beginning may be left out if one fits.

    Raises InputError when none fits, or several do.
    """
    places = known_places()
    for asked in (name, name.removesuffix(".value")):
        found = [asked] if asked in places else [place for place in places if place.endswith(f".{asked}")]
        if len(found) == 1:
            return found[0]
        if found:
            raise InputError(f"thresholds: expected one number; {name!r} is one of several. Try {_words(found[:4])}.")
    raise InputError(f"thresholds: expected a number of diagnosis.json; got {name!r}.{_near(name, places)}")


def check_requested(thresholds: tuple[Threshold, ...], *, deep: bool, ais: bool) -> None:
    """Raise InputError for a number that this diagnosis will not have, before anything is computed."""
    for each in thresholds:
        option = _asked_with(each.place)
        if option is not None and not (ais if option.startswith("--ais") else deep):
            raise InputError(
                f"thresholds: expected a number that is measured; {each.place} is on request only. Add {option}."
            )


def judge(diagnosis: Diagnosis, threshold: Threshold) -> Outcome:
    """Compare one number, or every number of an array, with its limits.

    Raises InputError when the number was not measured or is undefined: a check must not pass on nothing.
    """
    values, errors, unit = _measured(diagnosis, threshold.place)
    room = threshold.slack * errors
    below = np.full(values.shape, -np.inf) if threshold.least is None else threshold.least - room - values
    above = np.full(values.shape, -np.inf) if threshold.most is None else values - threshold.most - room
    beyond = np.maximum(below, above)
    farthest = np.unravel_index(int(np.argmax(beyond)), values.shape)
    place = threshold.place + (f"[{', '.join(map(str, farthest))}]" if values.ndim else "")
    error = float(errors[farthest])
    text = f"{place} is {Estimate(float(values[farthest]), error or None, unit)}"
    count = int((beyond > 0).sum())
    if not count:
        return Outcome(threshold, False, f"{text}, within {_limits(threshold)}")
    side = "below min" if below[farthest] > 0 else "above max"
    limit = threshold.least if below[farthest] > 0 else threshold.most
    more = f" ({count} of {values.size} are beyond)" if values.size > 1 else ""
    return Outcome(threshold, True, f"{text}, {side} {number(limit or 0.0)}{_slack(threshold)}{more}")


def _places(hint: Any, place: str) -> Iterator[str]:
    kind = _plain(hint)
    if kind in NUMBERS:
        yield place
    elif is_dataclass(kind):
        hints = get_type_hints(kind)
        for field in fields(kind):
            yield from _places(hints[field.name], f"{place}.{field.name}")


def _plain(hint: Any) -> Any:
    """The type without its "or None"."""
    if get_origin(hint) in (Union, types.UnionType):
        return next(option for option in get_args(hint) if option is not types.NoneType)
    return hint


def _measured(diagnosis: Diagnosis, place: str) -> tuple[Array, Array, str]:
    """Values, standard errors (0 where unknown) and unit of the number at a place."""
    found: Any = diagnosis
    holder, name = found, ""
    for name in place.split("."):
        holder, found = found, getattr(found, name)
        if found is None:
            raise _missing(diagnosis, place)
    error: Any = _error_beside(holder, name)
    unit = ""
    if isinstance(found, Estimate | Estimates):
        found, error, unit = found.value, found.standard_error, found.unit
    values = np.asarray(found, float)
    errors = np.broadcast_to(np.nan_to_num(np.asarray(0.0 if error is None else error, float)), values.shape)
    undefined = np.argwhere(~np.isfinite(values))
    if values.size == 0 or len(undefined):
        where = f" at {undefined[0].tolist()}" if values.ndim and values.size else ""
        raise InputError(f"thresholds: expected a number; {place} is undefined{where}. Limit another number.")
    return values, errors, unit


def _error_beside(holder: Any, name: str) -> Array | None:
    """The standard errors of an array that stand in its record as an array of their own; None if there are none."""
    error = getattr(holder, "standard_error" if name == "value" else f"{name}_error", None)
    return error if isinstance(error, np.ndarray) and error.shape == np.shape(getattr(holder, name)) else None


def _missing(diagnosis: Diagnosis, place: str) -> InputError:
    parts = place.split(".")
    above = [".".join(parts[:end]) for end in range(len(parts), 0, -1)]
    reason = next((diagnosis.why_not[each] for each in above if each in diagnosis.why_not), "not measured")
    option = _asked_with(place)
    hint = f" Add {option}." if option and "request" in reason else _near(place, _present(diagnosis))
    return InputError(f"thresholds: expected a number; {place} is missing: {reason}.{hint}")


def _present(diagnosis: Diagnosis) -> list[str]:
    def is_there(place: str) -> bool:
        found: Any = diagnosis
        for name in place.split("."):
            found = getattr(found, name, None)
        return found is not None

    return [place for place in known_places() if is_there(place)]


def _asked_with(place: str) -> str | None:
    return next((option for start, option in ON_REQUEST.items() if place.startswith(start)), None)


def _near(name: str, places: tuple[str, ...] | list[str]) -> str:
    """The nearest names: by their last part first, which is what people remember."""
    last = name.rpartition(".")[2]
    ends = {place: place.rpartition(".")[2] for place in places}
    close = get_close_matches(last, sorted(set(ends.values())), n=3, cutoff=0.7)
    found = [place for end in close for place in places if ends[place] == end]
    found = sorted(found, key=lambda place: place.split(".")[0] != name.split(".")[0])[:3]
    found = found or get_close_matches(name, places, n=3, cutoff=0.6)
    return f" Did you mean {_words(found)}?" if found else " Try evidence.elbo."


def _words(names: list[str]) -> str:
    return " or ".join(names)


def _limits(threshold: Threshold) -> str:
    limits = (("min", threshold.least), ("max", threshold.most))
    return " and ".join(f"{word} {number(limit)}" for word, limit in limits if limit is not None)


def _slack(threshold: Threshold) -> str:
    return f" by more than {number(threshold.slack)} standard errors" if threshold.slack else ""
