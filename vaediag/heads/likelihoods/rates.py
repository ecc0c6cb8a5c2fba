"""What heads of positive parameters share: which numbers the outputs are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from vaediag.aliases import Tensor
from vaediag.heads.likelihoods.checks import keep, one_of
from vaediag.heads.likelihoods.groups import Group, split
from vaediag.heads.likelihoods.positive import POSITIVE, positive_group, positive_words
from vaediag.heads.shapes import size


@dataclass(frozen=True)
class Positive:
    """Groups of positive numbers, perhaps followed by one of logits.

    Attributes:
        parameters: what the positive ones are given as: "logs" (exp of the output), "positive" (the numbers
            themselves, from a network that ends in exp, softplus, softmax, ...), "softplus" (log(1 + exp(output))).
    """

    parameters: str = "logs"

    family: ClassVar[str] = ""
    named: ClassVar[tuple[Group, ...]] = ()  # positive groups, in order
    further: ClassVar[tuple[Group, ...]] = ()  # groups that are taken as they are

    @property
    def floor(self) -> None:
        return None

    @property
    def stated(self) -> None:
        return None

    def __post_init__(self) -> None:
        keep(self, parameters=one_of("parameters", self.parameters, POSITIVE))

    def outputs(self, event_shape: Sequence[int]) -> int:
        return (len(self.named) + len(self.further)) * size(event_shape)

    def groups(self, outputs: Any, event_shape: Sequence[int]) -> list[Tensor]:
        """Raw outputs of each group, `[n, *event_shape]`."""
        known = [positive_group(self.parameters, group.name, group.keys) for group in self.named]
        return split(outputs, event_shape, [*known, *self.further], self.head())

    def head(self) -> str:
        return f"{type(self).__name__}(parameters={self.parameters!r})"

    def describe(self) -> str:
        words = self.family.replace("zero_inflated", "zero-inflated").replace("_", " ")
        return f"{words} from {positive_words(self.parameters)}"

    def to_config(self) -> dict[str, Any]:
        return {"family": self.family} | ({} if self.parameters == "logs" else {"parameters": self.parameters})

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        return cls(config.get("parameters", "logs"))
