"""What the rate is spent on: information about x, dependence between the latents, distance from the prior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaediag.records.collapse import Bounds, Collapse
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimate
from vaediag_gui.resolve.words import percent, short, value

EMPTY = 0.01  # nats: a smaller rate has no parts worth naming


@dataclass(frozen=True, slots=True)
class Share:
    """One part of the rate, between two bounds in nats; `colour` is a palette colour."""

    name: str
    lower: Estimate
    upper: Estimate
    colour: str

    def said(self) -> str:
        """`information: 8.10 ± 0.10 to 8.50 ± 0.10 nats`."""
        both = value(self.lower) if self.lower is self.upper else f"{value(self.lower)} to {value(self.upper)}"
        return f"{self.name}: {both} nats"


def shares(diagnosis: Diagnosis) -> tuple[Share, ...]:
    """The rate itself, then its parts; () without the mutual information."""
    collapse, rate = diagnosis.collapse, diagnosis.evidence.rate
    information, marginal = collapse.mutual_information, collapse.marginal_kl
    if information is None or marginal is None:
        return ()
    first = Share("rate", rate, rate, "muted"), _bounded("information", information, "blue")
    correlation, alone = collapse.total_correlation, _alone(collapse)
    if correlation is None or alone is None:
        return *first, _bounded("distance from prior", marginal, "orange")
    return (
        *first,
        _bounded("total correlation", correlation, "purple"),
        Share("one-dimensional KLs", alone, alone, "orange"),
    )


def split_words(diagnosis: Diagnosis) -> str:
    """How much of the rate is information, and how sure that is."""
    information, rate = diagnosis.collapse.mutual_information, diagnosis.evidence.rate.value
    if information is None:
        return ""
    if rate < EMPTY:
        return f"The rate is {short(rate)} nats: there is nothing to split."
    low, high = (max(each.value, 0.0) for each in (information.lower, information.upper))
    if information.saturated:
        return (
            f"Of {short(rate)} nats, between {short(low)} and {short(high)} are information about x: too few images to "
            "pin it down. Hatched: belongs to one of the parts, the bounds do not say to which."
        )
    part = [percent(min(nats / rate, 1.0)) for nats in (low, high)]
    share = part[0] if part[0] == part[1] else f"{part[0]} to {part[1]}"
    rest = "the rest is the distance of all codes from the prior: dependence between latents, and each one's own"
    return f"{share} of the rate is information about x; {rest}. Hatched: between the bounds."


def _bounded(name: str, bounds: Bounds, colour: str) -> Share:
    return Share(name, bounds.lower, bounds.upper, colour)


def _alone(collapse: Collapse) -> Estimate | None:
    """Sum of the one-dimensional KLs. No error: those of the latents share their images and do not add up."""
    if collapse.dimension_kl is None:
        return None
    return Estimate(float(np.sum(collapse.dimension_kl.value)), None, collapse.dimension_kl.unit)
