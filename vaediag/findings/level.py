"""`scale.level`: sigma right where it is small and wrong where it is large, or the other way round."""

from __future__ import annotations

import math

import numpy as np

from vaediag.findings.encoder import Ground
from vaediag.findings.rules import RULES, severity, worst
from vaediag.findings.sided import Uneven, much_the_same
from vaediag.findings.wording import measured
from vaediag.records.calibration import SpreadSkill
from vaediag.records.estimate import Array, Estimate, number
from vaediag.records.finding import Finding


def level(ground: Ground) -> Uneven | None:
    """Error over stated sigma in bins of sigma, against the same of all bins together; each judged as one of all."""
    skill = ground.calibration.spread_skill
    if skill is None or ground.calibration.ence is None:
        return None
    known = (skill.spread > 0) & (skill.error > 0) & np.isfinite(skill.standard_error)
    if known.sum() < 2:
        return None
    away, errors, whole = _away(skill, known)
    levels = [
        severity("error_ratio", Estimate(float(value), float(error)), cells=len(away))
        for value, error in zip(away, errors, strict=True)
    ]
    fired = [i for i, found in enumerate(levels) if found is not None and not much_the_same(away[i] + whole, whole)]
    if not fired:
        return None
    most = max(fired, key=lambda i: abs(away[i]))
    share = skill.count[known] / skill.count[known].sum()
    finding = Finding(
        id="scale.level",
        severity=worst(*(levels[i] for i in fired)),
        where=f"{ground.where}.spread_skill",
        title=_title(away + whole, errors, share, skill.spread[known]),
        evidence=_evidence(skill, known, most, len(fired), whole),
        meaning="σ is right on average at best: where the decoder says that it is sure, and where it says that it is "
        "not, its errors are others than stated. So σ ranks pixels and images less well than it seems, and intervals "
        "are too narrow at one end and too wide at the other.",
        try_="over-fitting first: compare with the training images, and stop earlier or use more data if σ was right "
        "there. Large σ too large and small σ too small is what a noisy σ looks like: average it, "
        'vd.likelihoods.Normal(scale="image") instead of "pixel". Small σ too large: lower its floor.',
        figure="spread_skill",
    )
    return Uneven(finding, _variation(away, errors, share))


def _away(skill: SpreadSkill, known: Array) -> tuple[Array, Array, float]:
    """(log ratio of each bin minus that of all, its standard error, that of all)."""
    spread, error = skill.spread[known], skill.error[known]
    weight = skill.count[known] / skill.count[known].sum()
    ratio = np.log(error / spread)
    whole = float(weight @ ratio)
    return ratio - whole, skill.standard_error[known] / error, whole


def _title(ratio: Array, errors: Array, share: Array, spread: Array) -> str:
    """What holds in the lowest and the highest third of the pixels."""
    middle = np.cumsum(share) - share / 2
    low, high = middle < 1 / 3, middle > 2 / 3
    if not low.any() or not high.any():
        low, high = np.arange(len(share)) == 0, np.arange(len(share)) == len(share) - 1
    first, last = (_side(ratio[part], share[part]) for part in (low, high))
    if first == last:
        at = int(np.argmax(np.abs(ratio - float(share @ ratio)) - errors))
        return f"σ is {_side(ratio[at : at + 1], share[at : at + 1])} where it is about {number(spread[at])}"
    return f"σ is {first} where it is small, and {last} where it is large"


def _side(ratio: Array, share: Array) -> str:
    value = float(share @ ratio / share.sum())
    if abs(value) <= RULES["error_ratio"].margin:
        return "right"
    factor = math.exp(abs(value))
    return f"{factor:.2f} × too {'small' if value > 0 else 'large'}"


def _evidence(skill: SpreadSkill, known: Array, most: int, fired: int, whole: float) -> str:
    spread, error, deviation = (part[known] for part in (skill.spread, skill.error, skill.standard_error))
    ratio = Estimate(float(error[most] / spread[most]), float(deviation[most] / spread[most]))
    ends = f"{number(error[0] / spread[0])} at the smallest σ and {number(error[-1] / spread[-1])} at the largest"
    return (
        f"error / σ is {measured(ratio)} at σ {number(spread[most])} (exact: 1), {ends}, {math.exp(whole):.3g} over "
        f"all; {fired} of {len(spread)} levels of σ differ from the rest"
    )


def _variation(away: Array, errors: Array, share: Array) -> float:
    """Squared coefficient of variation of (error / sigma)^2 over the levels, beyond chance."""
    square = np.exp(2 * away)
    mean = float(share @ square)
    noise = float(share @ (2 * square * errors) ** 2)
    return max(float(share @ (square - mean) ** 2) - noise, 0.0) / mean**2
