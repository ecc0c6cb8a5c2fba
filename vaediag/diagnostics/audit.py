"""Does the likelihood fit the data at all? Facts about the values of x (definitions.md, section 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from vaediag.distributions import SNAP
from vaediag.laws.traits import Traits
from vaediag.records.diagnosis import AuditItem
from vaediag.records.estimate import Array

# no density, or an infinite one, at the ends of the support: TFP's log p is -inf, +inf or NaN there
OPEN = ("beta", "logit_normal", "kumaraswamy", "relaxed_bernoulli", "log_normal")


def facts(traits: Traits) -> Callable[[Array], dict[str, float]]:
    """Counts of the values in images without NaN; "n": how many there are."""

    def count(values: Array) -> dict[str, float]:
        conditions = {
            "off_support": (values < traits.lower) | (values > traits.upper),
            "grey": (values > 0) & (values < 1),
            "integer": values == np.rint(values),
            "zero": values == 0,
            "one": values == 1,
            "byte": (values >= 0) & (values <= 255),
            "above_one": values > 1,
            "off_grid": _off_grid(values, traits),
            "edge": (values == traits.lower) | (values == traits.upper),
        }
        return {"n": float(values.size)} | {name: float(found.sum()) for name, found in conditions.items()}

    return count


def _off_grid(values: Array, traits: Traits) -> Array:
    """Values that a law on a grid gives no probability, because they lie between its points."""
    if traits.step is None or traits.binary:
        return np.zeros(values.shape, bool)
    steps = (values - traits.origin) / traits.step
    return np.abs(steps - np.rint(steps)) > SNAP


def finalize(
    sums: Mapping[str, Array | float],
    *,
    traits: Traits,
    constant: Array,
    free_scale: bool,
    not_finite: int,
    images: int,
) -> tuple[AuditItem, ...]:
    """Facts worth knowing; which of them is a finding is for the rules to say.

    Args:
        constant: [D] bool: pixels that never change.
        free_scale: the likelihood has a sigma of its own for every pixel.
        not_finite: images with a NaN or infinite pixel.
    """
    items: list[AuditItem] = []
    if not_finite:
        share = not_finite / images
        items.append(AuditItem("not_finite", share, f"{not_finite} of {images} images hold NaN or infinite values"))
    if sums["n"] == 0:
        return tuple(items)
    part = {name: float(value / sums["n"]) for name, value in sums.items()}
    support = f"[{traits.lower:g}, {traits.upper:g}]"
    bytes_ = part["above_one"] > 0 and part["byte"] == 1 and part["integer"] == 1
    if traits.upper <= 1 and bytes_:
        items.append(
            AuditItem("byte_range", part["off_support"], f"values are integers from 0 to 255, support {support}")
        )
    elif part["off_support"] > 0:
        items.append(AuditItem("off_support", part["off_support"], f"values outside the support {support}"))
    if traits.binary and part["grey"] > 0:
        items.append(AuditItem("grey", part["grey"], "values strictly between 0 and 1 under a Bernoulli"))
    if not traits.discrete and part["integer"] == 1 and (part["above_one"] == 0 or traits.upper > 1):
        what = "an integer" if part["above_one"] > 0 else "0 or 1"
        items.append(AuditItem("integers", 1.0, f"every value is {what}, the likelihood is a density"))
    if traits.family in OPEN and part["edge"] > 0:
        items.append(AuditItem("edge", part["edge"], _edge(traits, part)))
    elif not traits.discrete and max(part["zero"], part["one"]) > 0.1:
        value, share = (0, part["zero"]) if part["zero"] >= part["one"] else (1, part["one"])
        items.append(AuditItem("atom", share, f"values exactly {value} under a density"))
    if free_scale and constant.any():
        detail = f"{int(constant.sum())} of {constant.size} pixels never change, and each has a sigma of its own"
        items.append(AuditItem("constant_pixels", float(constant.mean()), detail))
    if part["off_grid"] > 0:
        grid = "not integers" if traits.step == 1 else f"between the steps of {_step(traits)}"
        detail = f"values are {grid}, the {traits.family.replace('_', ' ')} family is discrete"
        items.append(AuditItem("off_support", part["off_grid"], detail))
    return tuple(items)


def _step(traits: Traits) -> str:
    assert traits.step is not None
    return f"{traits.step:.4g}"


def _edge(traits: Traits, part: Mapping[str, float]) -> str:
    """Which end the values sit on, and under which family."""
    family = traits.family.replace("_", " ")
    if not np.isfinite(traits.upper):
        return f"values exactly {traits.lower:g} under a {family} law, whose density is 0 there"
    ends = [f"{name} exactly {value:g}" for name, value in ((f"{part['zero']:.2g}", 0), (f"{part['one']:.2g}", 1))]
    return f"values at the ends of {family}'s support, where its density is 0 or infinite: share {' and '.join(ends)}"


def off_support(sums: Mapping[str, Array | float]) -> float:
    return float(sums["off_support"] / sums["n"]) if sums["n"] > 0 else float(np.nan)
