"""How q(z_k | x) misses p(z_k | x): off-centre, too narrow, too wide, or several of these, in words."""

from __future__ import annotations

from itertools import groupby

import numpy as np

from vaediag.findings.rules import errors_allowed
from vaediag.findings.wording import listing, measured
from vaediag.records.estimate import Estimate, Estimates
from vaediag.records.evidence import Evidence

AWAY = (
    0.3  # distance of the means, in sd of q and in sd of p(z | x): the dispersion of a q as wide as it should be is 1.1
)
NOT_AS_WIDE = 0.1  # of the right width
OFF, NARROW, WIDE = "off-centre", "too narrow", "too wide"
UNKNOWN = "too narrow or off-centre"  # what a dispersion above 1 alone says


def misfits(evidence: Evidence, k: int) -> tuple[str, ...]:
    """The words for latent k, of which the dispersion is not 1."""
    dispersion, place = evidence.latent_dispersion, _place(evidence, k)
    above = dispersion is not None and dispersion.value[k] > 1
    known: list[str] = []
    if place is not None and dispersion is not None:
        offset, width = place
        allowed = errors_allowed(len(dispersion))
        # the offset is the root of a mean square, which is beyond chance where the root is twice as far
        far = min(offset.value, offset.value * width.value) > AWAY
        if far and offset.value > 2 * allowed * (offset.standard_error or 0.0):
            known.append(OFF)
        if abs(width.value - 1) > NOT_AS_WIDE + allowed * (width.standard_error or 0.0):
            known.append(NARROW if width.value < 1 else WIDE)
    # what was measured must account for the side on which the dispersion is
    if not set(known) & ({OFF, NARROW} if above else {WIDE}):
        return (UNKNOWN,) if above else (WIDE,)
    return tuple(known)


def title(evidence: Evidence, fired: list[int]) -> str:
    """`The encoder is off-centre in latents 0 and 1, by up to 2.7 sd`."""
    words = {k: misfits(evidence, k) for k in fired}
    each = [(word, tuple(k for k in fired if word in words[k])) for word in (UNKNOWN, OFF, NARROW, WIDE)]
    parts = [
        f"{' and '.join(word for word, _ in same)} in {_latents(where)}"
        for where, same in groupby([item for item in each if item[1]], lambda item: item[1])
    ]
    text = f"The encoder is {' and '.join(parts)}"
    return text if len(parts) > 1 else text + _size(evidence, fired, words[fired[0]])


def place(evidence: Evidence, k: int) -> str:
    """`latent 0 off-centre by 2.66 ± 0.16 sd of q, 0.81 ± 0.03 × the right width`; "" where it is not known."""
    found = _place(evidence, k)
    if found is None:
        return ""
    offset, width = (measured(one) for one in found)
    return f"latent {k} off-centre by {offset} sd of q, {width} × the right width"


def _place(evidence: Evidence, k: int) -> tuple[Estimate, Estimate] | None:
    offset, width, run = evidence.latent_offset, evidence.latent_width, evidence.corrected
    if offset is None or width is None or run is None or not run.reliable:
        return None
    known = np.isfinite([offset.value[k], width.value[k]]).all()
    return (offset[k], width[k]) if known else None


def _size(evidence: Evidence, fired: list[int], words: tuple[str, ...]) -> str:
    offset, width, dispersion = evidence.latent_offset, evidence.latent_width, evidence.latent_dispersion
    several, told = len(fired) > 1, []
    if OFF in words and offset is not None:
        told.append(f"by {'up to ' if several else ''}{_most(offset, fired):.1f} sd of q")
    if {NARROW, WIDE} & set(words) and width is not None and _place(evidence, fired[0]) is not None:
        farthest = max(fired, key=lambda k: abs(np.log(width.value[k])))
        told.append(f"{width.value[farthest]:.2g} × the right width")
    if not told and dispersion is not None:
        farthest = max(fired, key=lambda k: abs(dispersion.value[k] - 1))
        upto = ("up to " if dispersion.value[farthest] > 1 else "down to ") if several else ""
        told.append(f"dispersion {upto}{dispersion.value[farthest]:.2f}")
    return f": {', '.join(told)}"


def _most(estimates: Estimates, latents: list[int]) -> float:
    return float(np.nanmax(estimates.value[latents]))


def _latents(indices: tuple[int, ...]) -> str:
    return f"{'latent' if len(indices) == 1 else 'latents'} {listing(list(indices), most=6)}"
