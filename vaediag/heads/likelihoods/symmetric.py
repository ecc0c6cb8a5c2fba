"""Laws on the whole line, symmetric about their location."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf, tfd
from vaediag.heads.likelihoods.checks import keep, positive
from vaediag.heads.likelihoods.positive import SPREADS
from vaediag.heads.likelihoods.scaled import LocationScale


@dataclass(frozen=True)
class Normal(LocationScale):
    """Continuous x: N(x_i | mean_i, σ²). See `LocationScale`; by default outputs that state σ are log σ²."""

    family: ClassVar[str] = "normal"
    word: ClassVar[str] = "normal"
    symbol: ClassVar[str] = "σ"
    spreads: ClassVar[tuple[str, ...]] = SPREADS

    @property
    def stated(self) -> float | None:
        """The one σ of a fixed or a trained shared scale, in units of x; None where the network states it."""
        return self.one_scale

    def pixels(self, locations: Tensor, scale: Tensor) -> Law:
        return tfd.Normal(locations, scale)


@dataclass(frozen=True)
class Laplace(LocationScale):
    """Continuous x with heavier tails: density exp(-|x - loc| / b) / (2 b); the |error| loss. σ = √2 b."""

    family: ClassVar[str] = "laplace"
    word: ClassVar[str] = "laplace"
    symbol: ClassVar[str] = "scale b"

    def pixels(self, locations: Tensor, scale: Tensor) -> Law:
        return tfd.Laplace(locations, scale)

    def _sigma_per_scale(self) -> float:
        return math.sqrt(2)


@dataclass(frozen=True)
class Logistic(LocationScale):
    """Continuous x: CDF 1 / (1 + exp(-(x - loc) / s)). σ = π s / √3."""

    family: ClassVar[str] = "logistic"
    word: ClassVar[str] = "logistic"
    symbol: ClassVar[str] = "scale s"

    def pixels(self, locations: Tensor, scale: Tensor) -> Law:
        return tfd.Logistic(locations, scale)

    def _sigma_per_scale(self) -> float:
        return math.pi / math.sqrt(3)


@dataclass(frozen=True)
class StudentT(LocationScale):
    """Continuous x with outliers: (x - loc) / scale has Student's t law with `df` degrees of freedom.

    Attributes:
        df: one number > 0 for all pixels. σ = scale √(df / (df - 2)) exists for df > 2.
    """

    df: Any = None

    family: ClassVar[str] = "student_t"
    word: ClassVar[str] = "student t"

    def __post_init__(self) -> None:
        super().__post_init__()
        keep(self, df=positive("df", self.df, "degrees of freedom", "4"))

    def pixels(self, locations: Tensor, scale: Tensor) -> Law:
        return tfd.StudentT(tf.constant(self.df, tf.float32), locations, scale)

    def _sigma_per_scale(self) -> float:
        return math.sqrt(self.df / (self.df - 2)) if self.df > 2 else math.inf

    def _words(self) -> str:
        return f"student t with {self.df:g} degrees of freedom"

    @classmethod
    def _names(cls) -> tuple[str, ...]:
        return ("df",)
