"""Why no image at all has a finite result, where the values of x say it: one sentence for an error."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from vaediag.diagnostics.audit import OPEN
from vaediag.laws.traits import Traits
from vaediag.records.estimate import Array


def impossible(sums: Mapping[str, Array | float], traits: Traits) -> str | None:
    """What the values are, what the likelihood allows, and what to try; None where the values are all possible.

    Args:
        sums: of `audit.facts` over all images.
    """
    if not sums["n"]:
        return None
    part = {name: float(value / sums["n"]) for name, value in sums.items()}
    open_end = traits.family in OPEN and part["edge"] > 0 and part["off_support"] == 0
    if part["off_grid"] == part["off_support"] == 0 and not open_end:
        return None
    unit = bool(np.isclose(part["grey"] + part["zero"] + part["one"], 1.0))
    return (
        f"the images hold {_values(part, unit)}; {_allowed(traits, open_end)}: {_remedy(part, traits, unit, open_end)}."
    )


def _values(part: Mapping[str, float], unit: bool) -> str:
    whole = part["integer"] == 1
    if unit:
        text = "only 0 and 1" if whole else "values between 0 and 1"
    elif part["byte"] == 1:
        text = "whole numbers from 0 to 255" if whole else "values between 0 and 255, not all of them whole"
    else:
        text = "whole numbers, some" if whole else "values, some of them"
        text += " below 0 or above 255"
    many = [f"{100 * part[name]:.2g} % exactly {at}" for name, at in (("zero", 0), ("one", 1)) if part[name] > 0]
    return ", ".join([text, *(many if unit else many[:1])])


def _allowed(traits: Traits, open_end: bool) -> str:
    if open_end:
        return f"a {traits.family.replace('_', ' ')} law has no finite density at the ends of its support"
    if traits.step is None:
        return f"the likelihood knows only [{traits.lower:g}, {traits.upper:g}]"
    first, second = traits.lower, traits.lower + traits.step
    last = f", {traits.upper:g}" if np.isfinite(traits.upper) else ""
    return f"the likelihood's values are {first:g}, {second:.4g}, …{last}"


def _remedy(part: Mapping[str, float], traits: Traits, unit: bool, open_end: bool) -> str:
    whole = part["integer"] == 1
    if traits.upper <= 1 and part["byte"] == part["integer"] == 1 and part["above_one"] > 0:
        return 'preprocess="unit", or a likelihood of 0, 1, …, 255' if traits.step else 'preprocess="unit"'
    if open_end:
        return "use vd.likelihoods.DiscretizedLogistic() for bytes, or squeeze x off the ends, (254 x + 1) / 256"
    if traits.step is not None and not np.isfinite(traits.upper):
        return "give raw counts, neither normalised nor log-transformed, or choose a density, vd.likelihoods.Normal"
    if traits.step is not None and unit and not whole:
        return "use low=0, high=1 in the likelihood, or give the images in its units (preprocess=...)"
    if traits.step is not None:
        return "say where the grid lies with low=, high= and levels= of the likelihood, or give preprocess=..."
    return "bring the images to that range with preprocess=..., or choose a likelihood whose support holds them"
