"""Numbers as the tabs of the diagnosis say them."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from vaediag.records.estimate import Estimate, number, with_error


class Fact(NamedTuple):
    """`0.061 ± 0.001` of "area", and how to read it."""

    name: str
    value: str
    reading: str = ""


def minus(text: str) -> str:
    """A typographic minus sign in front of numbers."""
    return re.sub(r"(?<![\w.])-(?=\d)", "−", text)


def short(amount: float) -> str:
    """Three significant digits."""
    if amount != 0 and abs(amount) < 1e-4:
        return minus(f"{amount:.1e}")
    text = f"{amount:.3g}"
    return minus(f"{amount:,.0f}" if "e" in text else text)


def value(estimate: Estimate | None, *, unit: bool = False) -> str:
    """`1.0023 ± 0.0041`, with the unit if asked for; a dash where there is no number."""
    if estimate is None:
        return "–"
    error = estimate.standard_error
    text = number(estimate.value) if error is None else with_error(estimate.value, error)
    return minus(f"{text} {estimate.unit}".rstrip() if unit else text)


def brief(estimate: Estimate) -> str:
    """`1.08 ± 0.02`: as many decimals as one significant digit of the error needs, for columns."""
    error = estimate.standard_error
    if error is None or not math.isfinite(error) or error <= 1e-7 * abs(estimate.value):
        return short(estimate.value)
    decimals = max(-math.floor(math.log10(error)), 0)
    if decimals > 6:
        return short(estimate.value)
    return minus(f"{estimate.value:.{decimals}f} ± {error:.{decimals}f}")


def percent(fraction: float, decimals: int = 0) -> str:
    """`34 %`; "under 1 %" and "over 99 %" of what is neither none nor all."""
    text, step = f"{100 * fraction:.{decimals}f}", 10.0**-decimals
    if fraction > 0 and float(text) == 0:
        return f"under {step:g} %"
    if fraction < 1 and float(text) == 100:
        return f"over {100 - step:g} %"
    return f"{text} %"


def plural(count: int, noun: str, many: str | None = None) -> str:
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def capital(sentence: str) -> str:
    """A capital first, except for symbols: x, z1, q(z | x) and σ stay what they are."""
    return sentence[:1].upper() + sentence[1:] if sentence[:1].isascii() and sentence[1:2].isalpha() else sentence
