"""Mixtures of normals: several peaks per pixel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar, Self

from vaediag.aliases import Law, Tensor
from vaediag.backend import tfd
from vaediag.heads.likelihoods.checks import keep, one_of, positive, whole
from vaediag.heads.likelihoods.groups import Group, split
from vaediag.heads.likelihoods.positive import SPREADS, scale, spread_group
from vaediag.heads.shapes import size

WEIGHTS = Group("logits of weights", ("logit", "weightlogit", "mixturelogit"))
MANY = Group("locations", ("loc", "location", "mean", "mu"))


@dataclass(frozen=True)
class NormalMixture:
    """Continuous x with several peaks: Σ_k w_k N(x | loc_k, σ_k²), weights a softmax over k for every pixel.

    Outputs: k d logits of the weights, k d locations, k d numbers that state σ; within each, component after
    component. As `[n, H, W, 3 k]` of grey images that is k logits, k locations, k spreads per pixel.

    Attributes:
        components: k.
        floor: smallest σ, in units of x.
        spread: "log_variance", "log_scale", "scale" or "softplus", as in `LocationScale`.
    """

    components: int
    _: KW_ONLY
    floor: float = 1e-3
    spread: str = "log_variance"

    family: ClassVar[str] = "normal_mixture"

    @property
    def stated(self) -> None:
        return None

    def __post_init__(self) -> None:
        keep(
            self,
            components=whole("components", self.components, 1, "how many normals each pixel mixes"),
            floor=positive("floor", self.floor),
            spread=one_of("spread", self.spread, SPREADS),
        )

    def outputs(self, event_shape: Sequence[int]) -> int:
        return 3 * self.components * size(event_shape)

    def law(self, outputs: Any, event_shape: Sequence[int]) -> Law:
        head = f"NormalMixture(components={self.components})"
        logits, locations, raw = weighted(outputs, event_shape, self.components, self.spread, head)
        scales = scale(raw, self.spread, self.floor, head)
        return tfd.MixtureSameFamily(tfd.Categorical(logits=logits), tfd.Normal(locations, scales))

    def describe(self) -> str:
        return f"mixture of {self.components} normals per pixel"

    def to_config(self) -> dict[str, Any]:
        config = {"family": self.family, "components": self.components, "floor": self.floor}
        return config | {"spread": self.spread}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        return cls(config["components"], floor=config.get("floor", 1e-3), spread=config.get("spread", "log_variance"))


def weighted(
    outputs: Any, event_shape: Sequence[int], components: int, spread: str, head: str
) -> tuple[Tensor, Tensor, Tensor]:
    """Logits of weights, locations and raw spreads, each `[n, *event_shape, components]`."""
    groups = [WEIGHTS, MANY, spread_group(spread)]
    logits, locations, raw = split(outputs, event_shape, groups, head, repeat=components)
    if components == 1:
        logits, locations, raw = logits[..., None], locations[..., None], raw[..., None]
    return logits, locations, raw
