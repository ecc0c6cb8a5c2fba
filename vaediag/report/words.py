"""Numbers and lists as a person would say them; text from files made harmless for matplotlib."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.ft2font import FT2Font

from vaediag.records.estimate import Estimate, number, with_error

NO_BREAK = "\N{NO-BREAK SPACE}"  # between a number and what belongs to it


@functools.cache
def _glyphs() -> frozenset[int]:
    path = Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    return frozenset(FT2Font(str(path)).get_charmap())


def plain(text: object, limit: int = 80) -> str:
    """One line of at most `limit` characters that matplotlib draws as written.

    Dollar signs are escaped (they would start a formula), control characters become spaces, characters that the
    font lacks become a box (matplotlib would warn), and the middle of a longer text becomes an ellipsis.
    """
    line = unicodedata.normalize("NFC", str(text))
    line = "".join(" " if unicodedata.category(letter)[0] in "CZ" else letter for letter in line)
    line = shorten(" ".join(line.split()), limit)
    line = "".join(letter if ord(letter) in _glyphs() else "\N{WHITE SQUARE}" for letter in line)
    return line.replace("$", r"\$")


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters: the beginning and the end, which tell names apart, are kept."""
    if len(text) <= limit:
        return text
    head = (limit - 1) * 2 // 3
    return f"{text[:head].rstrip()}…{text[len(text) - (limit - 1 - head) :].lstrip()}"


def minus(text: str) -> str:
    """A typographic minus sign in front of numbers."""
    return re.sub(r"(?<![\w.])-(?=\d)", "\N{MINUS SIGN}", text)


def value(estimate: Estimate, *, unit: bool = False) -> str:
    """`1.0023 ± 0.0041`, with the unit if asked for."""
    error = estimate.standard_error
    text = number(estimate.value) if error is None else with_error(estimate.value, error)
    text = text.replace(" ", NO_BREAK)
    return minus(f"{text} {estimate.unit}".rstrip() if unit else text)


def short(amount: float) -> str:
    """Three significant digits."""
    if amount != 0 and abs(amount) < 1e-4:
        return minus(f"{amount:.1e}")
    text = f"{amount:.3g}"
    return minus(f"{amount:,.0f}" if "e" in text else text)


def three(amount: float) -> str:
    """Three significant digits, zeros too, for numbers below each other: `1.50`, `1.65`, `12.0`, `340`."""
    return minus(f"{amount:#.3g}".rstrip(".")) if 1e-4 <= abs(amount) < 999.5 else short(amount)


def percent(fraction: float, *, decimals: int | None = None) -> str:
    """`34 %`, `0.4 %`; without given decimals never rounded to 0 or 100 when it is not."""
    amount = 100 * fraction
    if decimals is not None:
        text = f"{amount:.{decimals}f}"
    elif amount in (0, 100):
        text = f"{amount:.0f}"
    elif amount < 0.01:
        text = f"<{NO_BREAK}0.01"
    elif amount > 99.9:
        text = f">{NO_BREAK}99.9"
    else:
        text = f"{amount:.2g}" if amount < 10 else f"{amount:.1f}" if amount > 99 else f"{amount:.0f}"
    return f"{text}{NO_BREAK}%"


def plural(count: int, noun: str, many: str | None = None) -> str:
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"


def listing(items: Sequence[object]) -> str:
    """`3`, `3 and 5`, `3, 5 and 7`."""
    words = [str(item) for item in items]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def latents(indices: Sequence[int], total: int, *, named: int = 6) -> str:
    """`Latents 3 and 5 of 8`, `90 of 128 latents`, `All 8 latents`, `The only latent`: the subject of a sentence."""
    count = len(indices)
    if total == 1 and count == 1:
        return "The only latent"
    if count == total:
        return "Both latents" if total == 2 else f"All {total} latents"
    if count > named:
        return f"{count} of {total} latents"
    return f"Latent{'' if count == 1 else 's'} {listing(sorted(indices))} of {total}"
