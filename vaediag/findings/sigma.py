"""`scale.floor` and `scale.range`: sigma at the border of what the head can give, or beyond all sense."""

from __future__ import annotations

import math

import numpy as np

from vaediag.findings.encoder import Ground
from vaediag.findings.rules import RULES, severity
from vaediag.findings.wording import measured, percent
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimate, number
from vaediag.records.finding import Finding

RATIO = 1e6  # largest to smallest sigma


def scale_range(diagnosis: Diagnosis) -> Finding | None:
    """`scale.range`: sigma not finite, far beyond the spread of the data, or over a million-fold range."""
    health = diagnosis.variance.scale
    if health is None:
        return None
    data = math.sqrt(max(float(np.nanmax(diagnosis.variance.data_map, initial=0.0)), 0.0))
    largest = health.maximum / data if data > 0 else math.nan
    level = severity("sigma_range", Estimate(largest, 0.0))
    ratio = health.maximum / health.minimum if health.minimum > 0 else math.inf
    if health.non_finite == 0 and level is None and not (ratio > RATIO and health.stated is None):
        return None
    facts = [f"σ from {number(health.minimum)} to {number(health.maximum)}"]
    if data > 0:
        facts.append(f"no pixel of the data has a standard deviation above {number(data)}")
    if health.non_finite:
        facts.append(f"{health.non_finite} images have a σ or mean that is not finite")
    if health.floor is not None:
        facts.append(f"floor {number(health.floor)}")
    middle = np.interp(0.5, health.quantile_levels, health.quantiles)
    facts.append(f"median σ {number(float(middle))}")
    return Finding(
        id="scale.range",
        severity="problem" if health.non_finite or level == "problem" else "warning",
        where="variance.scale",
        title=_range_title(health.non_finite, level is not None, largest, ratio),
        evidence="; ".join(facts),
        meaning="The network that gives σ has run away: where σ explodes the decoder says nothing about the image, "
        "where it vanishes single pixels rule the ELBO. Averages of σ and of log p are then those of a few pixels.",
        try_="bound log σ² (a floor and a ceiling, or softplus instead of exp), a lower learning rate, clipped "
        "gradients; check that the images have the scale that the model was trained on.",
        figure="variance_maps",
    )


def _range_title(broken: int, large: bool, largest: float, ratio: float) -> str:
    if broken:
        return f"σ or mean is not finite for {broken} image{'' if broken == 1 else 's'}"
    if large:
        return f"σ explodes: up to {largest:.3g} times the spread of the data"
    return f"σ ranges over a factor {'without end' if math.isinf(ratio) else f'{ratio:.1g}'}: from nothing to all"


def scale_floor(diagnosis: Diagnosis, ground: Ground) -> Finding | None:
    """`scale.floor`: many pixels at the smallest sigma that the head can give, and errors there no larger.

    Silent where the errors at the smallest sigma exceed it: then the floor keeps nothing back.
    """
    health = diagnosis.variance.scale
    if health is None or health.floor is None or (health.stated is not None and health.at_floor < 1):
        return None
    level = severity("at_floor", Estimate(health.at_floor, 0.0))
    skill = ground.calibration.spread_skill
    if level is None or skill is None or not len(skill.spread) or not skill.spread[0] > 0:
        return None
    ratio = Estimate(float(skill.error[0] / skill.spread[0]), float(skill.standard_error[0] / skill.spread[0]))
    margin = RULES["error_ratio"].margin
    if ratio.value > 1 + margin:
        return None
    binding = ratio.value < 1 - margin
    return Finding(
        id="scale.floor",
        severity=level,
        where="variance.scale",
        title=f"{percent(health.at_floor)} of σ are at their floor, {number(health.floor)}",
        evidence=f"at the smallest σ, error / σ is {measured(ratio)} (exact: 1, below: the floor is too high)"
        f"; σ from {number(health.minimum)} to {number(health.maximum)}",
        meaning="There σ is what the head allows, not what the data say. "
        + (
            "The errors are smaller than the floor: intervals are too wide and samples too noisy in these pixels."
            if binding
            else "The errors still agree with it, but training would push σ on: the density of these pixels, and with "
            "it the ELBO, is set by the floor."
        ),
        try_="look in the variance maps which pixels these are. Never changing ones: crop or mask them, or share σ "
        '(vd.likelihoods.Normal(scale="image")). Real detail: lower the floor. Values on a grid (bytes): dequantise '
        "them, or let the floor be about half a step of the grid and say so.",
        figure="variance_maps",
    )
