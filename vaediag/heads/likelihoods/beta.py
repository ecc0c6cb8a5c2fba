"""Beta: x strictly inside (0, 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from vaediag.aliases import Law
from vaediag.backend import tfd
from vaediag.heads.likelihoods.groups import Group
from vaediag.heads.likelihoods.positive import value
from vaediag.heads.likelihoods.rates import Positive

LEAST, MOST = 1e-3, 1e6  # beyond these float32 log-densities and draws lose all digits


@dataclass(frozen=True)
class Beta(Positive):
    """x strictly inside (0, 1): d concentrations of 1 (α), then d of 0 (β). Mean α / (α + β).

    Concentrations are kept within [1e-3, 1e6]. Where one is below 1 the density is infinite at 0 or at 1.
    """

    family: ClassVar[str] = "beta"
    named: ClassVar[tuple[Group, ...]] = (
        Group("concentrations of 1", ("alpha", "a", "concentration1")),
        Group("concentrations of 0", ("beta", "b", "concentration0")),
    )

    def law(self, outputs: Any, event_shape: Sequence[int]) -> Law:
        alpha, beta = (
            value(raw, self.parameters, self.head(), LEAST, MOST) for raw in self.groups(outputs, event_shape)
        )
        return tfd.Beta(alpha, beta)
