"""Laws on part of the line that are made of a normal one: its exponential, its sigmoid, what lies in an interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf, tfd
from vaediag.errors import InputError
from vaediag.heads.likelihoods.checks import finite, keep
from vaediag.heads.likelihoods.positive import SPREADS
from vaediag.heads.likelihoods.scaled import LocationScale


@dataclass(frozen=True)
class LogNormal(LocationScale):
    """Positive x: log x is N(loc, σ²). Locations and σ are those of log x; x = 0 is impossible."""

    family: ClassVar[str] = "log_normal"
    word: ClassVar[str] = "log normal"
    symbol: ClassVar[str] = "σ of log x"
    unit: ClassVar[str] = "of log x"
    spreads: ClassVar[tuple[str, ...]] = SPREADS

    def pixels(self, locations: Tensor, scale: Tensor) -> Law:
        return tfd.LogNormal(locations, scale)


@dataclass(frozen=True)
class LogitNormal(LocationScale):
    """x strictly inside (0, 1): logit x is N(loc, σ²). Locations and σ are those of logit x; 0 and 1 are impossible."""

    family: ClassVar[str] = "logit_normal"
    word: ClassVar[str] = "logit normal"
    symbol: ClassVar[str] = "σ of logit x"
    unit: ClassVar[str] = "of logit x"
    spreads: ClassVar[tuple[str, ...]] = SPREADS

    def pixels(self, locations: Tensor, scale: Tensor) -> Law:
        return tfd.LogitNormal(locations, scale)


@dataclass(frozen=True)
class TruncatedNormal(LocationScale):
    """x between two bounds: N(loc, σ²) given that low <= x <= high. Its mean is not loc, its deviation not σ.

    Attributes:
        low, high: bounds, the same for all pixels, in units of x.
    """

    low: float = 0.0
    high: float = 1.0

    family: ClassVar[str] = "truncated_normal"
    word: ClassVar[str] = "truncated normal"
    symbol: ClassVar[str] = "σ"
    spreads: ClassVar[tuple[str, ...]] = SPREADS

    def __post_init__(self) -> None:
        super().__post_init__()
        low, high = finite("low", self.low, "the smallest x"), finite("high", self.high, "the largest x")
        if low >= high:
            raise InputError(f"low, high: expected low < high; got {low:g} and {high:g}. Try low=0, high=1.")
        keep(self, low=low, high=high)

    def pixels(self, locations: Tensor, scale: Tensor) -> Law:
        low, high = tf.constant(self.low, tf.float32), tf.constant(self.high, tf.float32)
        return tfd.TruncatedNormal(locations, scale, low, high)

    def _words(self) -> str:
        return f"truncated normal on [{self.low:g}, {self.high:g}]"

    @classmethod
    def _names(cls) -> tuple[str, ...]:
        return ("low", "high")
