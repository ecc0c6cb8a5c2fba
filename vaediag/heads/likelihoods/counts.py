"""Counts 0, 1, 2, ...: with a Poisson's spread or more, with extra zeros or without."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from vaediag.aliases import Law
from vaediag.backend import tf, tfd
from vaediag.heads.likelihoods.groups import Group
from vaediag.heads.likelihoods.positive import LEAST, logarithm, value
from vaediag.heads.likelihoods.rates import Positive

RATES = Group("rates", ("rate", "mean", "mu", "lambda"))
MEANS = Group("means", ("mean", "mu", "rate"))
DISPERSIONS = Group("inverse dispersions", ("theta", "r", "inversedispersion", "totalcount"))
ZEROS = Group("logits of extra zeros", ("dropout", "dropoutlogit", "zerologit", "zilogit", "logitpi"))

HALF = 0.5  # TFP 0.25 makes of a logit l the softmax of (l, -l), which is sigmoid(2 l)


@dataclass(frozen=True)
class Poisson(Positive):
    """A count whose variance equals its mean: one rate per pixel."""

    family: ClassVar[str] = "poisson"
    named: ClassVar[tuple[Group, ...]] = (RATES,)

    def law(self, outputs: Any, event_shape: Sequence[int]) -> Law:
        (raw,) = self.groups(outputs, event_shape)
        return tfd.Poisson(log_rate=logarithm(raw, self.parameters, self.head()))


@dataclass(frozen=True)
class NegativeBinomial(Positive):
    """A count with more spread than a Poisson: d means μ, then d inverse dispersions θ; variance μ + μ² / θ."""

    family: ClassVar[str] = "negative_binomial"
    named: ClassVar[tuple[Group, ...]] = (MEANS, DISPERSIONS)

    def law(self, outputs: Any, event_shape: Sequence[int]) -> Law:
        mean, dispersion = self.groups(outputs, event_shape)
        return tfd.NegativeBinomial(**_count_and_logits(self, mean, dispersion))


@dataclass(frozen=True)
class ZeroInflatedPoisson(Positive):
    """A count with extra zeros: d rates, then d logits of the probability that x is 0 whatever the rate."""

    family: ClassVar[str] = "zero_inflated_poisson"
    named: ClassVar[tuple[Group, ...]] = (RATES,)
    further: ClassVar[tuple[Group, ...]] = (ZEROS,)

    def law(self, outputs: Any, event_shape: Sequence[int]) -> Law:
        raw, zeros = self.groups(outputs, event_shape)
        poisson = tfd.Poisson(log_rate=logarithm(raw, self.parameters, self.head()))
        return tfd.Inflated(poisson, inflated_loc_logits=HALF * zeros)


@dataclass(frozen=True)
class ZeroInflatedNegativeBinomial(Positive):
    """scVI's law of gene counts (Lopez et al. 2018): d means μ, d inverse dispersions θ, d logits of extra zeros."""

    family: ClassVar[str] = "zero_inflated_negative_binomial"
    named: ClassVar[tuple[Group, ...]] = (MEANS, DISPERSIONS)
    further: ClassVar[tuple[Group, ...]] = (ZEROS,)

    def law(self, outputs: Any, event_shape: Sequence[int]) -> Law:
        mean, dispersion, zeros = self.groups(outputs, event_shape)
        counts = _count_and_logits(self, mean, dispersion)
        return tfd.ZeroInflatedNegativeBinomial(inflated_loc_logits=HALF * zeros, **counts)


def _count_and_logits(head: Positive, mean: Any, dispersion: Any) -> dict[str, Any]:
    """TFP's parameters: θ trials, and logits log μ - log θ."""
    theta = value(dispersion, head.parameters, head.head(), LEAST, 1 / LEAST)
    logits = logarithm(mean, head.parameters, head.head()) - tf.math.log(theta)
    return {"total_count": theta, "logits": logits, "require_integer_total_count": False}
