"""Values on an even grid: bytes, as they are or scaled to [0, 1] or [-1, 1]."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from typing import Any

from vaediag.aliases import Law
from vaediag.distributions import Rescaled
from vaediag.errors import InputError
from vaediag.heads.likelihoods.checks import finite, keep, whole


@dataclass(frozen=True)
class Grid:
    """x is low, low + step, ..., high.

    Attributes:
        levels: how many values there are.
        low, high: the first and the last. 0 and levels - 1 (the default): whole numbers, such as bytes. 0 and 1, or -1
            and 1: bytes that were scaled.
    """

    levels: int = 256
    _: KW_ONLY
    low: float = 0.0
    high: float | None = None

    def __post_init__(self) -> None:
        levels = whole("levels", self.levels, 2, "how many values x can take")
        low = finite("low", self.low, "the smallest value of x")
        high = low + levels - 1 if self.high is None else finite("high", self.high, "the largest value of x")
        if low >= high:
            raise InputError(f"low, high: expected low < high; got {low:g} and {high:g}. Try low=0, high=1.")
        keep(self, levels=levels, low=low, high=high)

    @property
    def top(self) -> float:
        """The largest value of x."""
        return self.low + self.levels - 1 if self.high is None else self.high

    @property
    def step(self) -> float:
        """From one value of x to the next."""
        return (self.top - self.low) / (self.levels - 1)

    @property
    def whole_numbers(self) -> bool:
        """x is 0, 1, ..., levels - 1."""
        return self.low == 0 and self.top == self.levels - 1

    def on_grid(self, law: Law) -> Law:
        """The law of x from that of its number 0, ..., levels - 1."""
        return law if self.whole_numbers else Rescaled(law, first=self.low, step=self.step)

    def grid_words(self) -> str:
        return f"{self.levels} values from {self.low:g} to {self.top:g}"

    def grid_config(self) -> dict[str, Any]:
        return {"levels": self.levels, "low": self.low, "high": self.top}
