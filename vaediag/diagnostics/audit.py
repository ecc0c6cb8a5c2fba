"""Does the likelihood fit the data at all? Facts about the values of x (definitions.md, section 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from vaediag.laws.traits import Traits
from vaediag.records.diagnosis import AuditItem
from vaediag.records.estimate import Array


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
        }
        return {"n": float(values.size)} | {name: float(found.sum()) for name, found in conditions.items()}

    return count


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
    if not traits.discrete and max(part["zero"], part["one"]) > 0.1:
        value, share = (0, part["zero"]) if part["zero"] >= part["one"] else (1, part["one"])
        items.append(AuditItem("atom", share, f"values exactly {value} under a density"))
    if free_scale and constant.any():
        detail = f"{int(constant.sum())} of {constant.size} pixels never change, and each has a sigma of its own"
        items.append(AuditItem("constant_pixels", float(constant.mean()), detail))
    on_integers = traits.discrete and not traits.binary and traits.family not in ("finite_discrete", "empirical")
    if on_integers and part["integer"] < 1:
        items.append(AuditItem("off_support", 1 - part["integer"], "values are not integers, the family is discrete"))
    return tuple(items)


def off_support(sums: Mapping[str, Array | float]) -> float:
    return float(sums["off_support"] / sums["n"]) if sums["n"] > 0 else float(np.nan)
