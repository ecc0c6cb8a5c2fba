"""What every likelihood head offers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from vaediag.aliases import Law


@runtime_checkable
class Likelihood(Protocol):
    """A frozen recipe for p(x_i | z); holds no network, no variable and no TensorFlow object."""

    @property
    def floor(self) -> float | None:
        """The smallest scale that a network can state; None where the family has no scale."""
        ...

    @property
    def stated(self) -> float | None:
        """The one σ of a Normal whose network does not state it, in units of x; else None."""
        ...

    def outputs(self, event_shape: Sequence[int]) -> int:
        """How many numbers per image the network must give."""
        ...

    def law(self, outputs: Any, event_shape: Sequence[int]) -> Law:
        """Batch `[n, *event_shape]`, scalar events. Raises InputError when `outputs` do not fit."""
        ...

    def describe(self) -> str:
        """In words."""
        ...

    def to_config(self) -> dict[str, Any]:
        """Plain data; `heads.from_config` gives an equal head."""
        ...
