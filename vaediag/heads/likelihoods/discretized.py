"""Logistic laws summed over the cells of an even grid (Salimans et al. 2017, PixelCNN++, arXiv:1701.05517)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar, Self

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf, tfd, tfp
from vaediag.heads.likelihoods.checks import keep, one_of, positive, whole
from vaediag.heads.likelihoods.grid import Grid
from vaediag.heads.likelihoods.groups import LOCATIONS, split
from vaediag.heads.likelihoods.mixture import weighted
from vaediag.heads.likelihoods.positive import SPREADS, scale, spread_group
from vaediag.heads.shapes import size


@dataclass(frozen=True)
class _Discretized(Grid):
    """What one logistic and a mixture of them share."""

    _: KW_ONLY
    floor: float = 1e-3
    spread: str = "log_scale"

    @property
    def stated(self) -> None:
        return None

    def __post_init__(self) -> None:
        super().__post_init__()
        keep(
            self,
            floor=positive("floor", self.floor, "in steps of the grid", "0.001"),
            spread=one_of("spread", self.spread, SPREADS[1:]),
        )

    def cells(self, locations: Tensor, scales: Tensor) -> Law:
        """The law of x's number on the grid, for locations in units of x and scales in steps."""
        logistic = tfd.Logistic((locations - self.low) / self.step, scales)
        moved = tfd.TransformedDistribution(logistic, tfp.bijectors.Shift(-0.5))  # TFP's cell k is (k - 1, k]
        return _Cells(moved, low=tf.constant(0.0), high=tf.constant(self.levels - 1.0))

    def scales(self, raw: Tensor, head: str) -> Tensor:
        """Scales in steps of the grid, at least `floor`, from outputs that state them in units of x."""
        return tf.maximum(scale(raw, self.spread, 0.0, head) / self.step, self.floor)


@dataclass(frozen=True)
class DiscretizedLogistic(_Discretized):
    """x on a grid, e.g. bytes: P(x) = F(x + step / 2) - F(x - step / 2), F logistic; edges take the tails.

    Outputs: d locations, then d numbers that state the scale s, both in units of x (of [-1, 1] if low=-1, high=1).

    Attributes:
        levels, low, high: the grid, see `Grid`; default 0, 1, ..., 255.
        floor: smallest scale, in steps of the grid.
        spread: "log_scale" (default), "scale" or "softplus".
    """

    family: ClassVar[str] = "discretized_logistic"

    def outputs(self, event_shape: Sequence[int]) -> int:
        return 2 * size(event_shape)

    def law(self, outputs: Any, event_shape: Sequence[int]) -> Law:
        head = "DiscretizedLogistic()"
        locations, raw = split(outputs, event_shape, [LOCATIONS, spread_group(self.spread)], head)
        return self.on_grid(self.cells(locations, self.scales(raw, head)))

    def describe(self) -> str:
        return f"discretized logistic, {self.grid_words()}"

    def to_config(self) -> dict[str, Any]:
        return {"family": self.family, **self.grid_config(), "floor": self.floor, "spread": self.spread}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        return cls(**_grid_options(config))


@dataclass(frozen=True)
class DiscretizedLogisticMixture(_Discretized):
    """x on a grid with several peaks: Σ_k w_k of `DiscretizedLogistic` laws.

    Outputs: k d logits of the weights, k d locations, k d numbers that state s; within each, component after
    component. Of grey images `[n, H, W, 3 k]` that is the order of PixelCNN++. Its links between colour channels are
    not part of this head: pixels and channels are independent given z.

    Attributes:
        components: k.
        levels, low, high, floor, spread: as of `DiscretizedLogistic`.
    """

    _: KW_ONLY
    components: Any = None

    family: ClassVar[str] = "discretized_logistic_mixture"

    def __post_init__(self) -> None:
        super().__post_init__()
        keep(self, components=whole("components", self.components, 1, "how many logistics each pixel mixes"))

    def outputs(self, event_shape: Sequence[int]) -> int:
        return 3 * self.components * size(event_shape)

    def law(self, outputs: Any, event_shape: Sequence[int]) -> Law:
        head = f"DiscretizedLogisticMixture(components={self.components})"
        logits, locations, raw = weighted(outputs, event_shape, self.components, self.spread, head)
        parts = self.cells(locations, self.scales(raw, head))
        return self.on_grid(tfd.MixtureSameFamily(tfd.Categorical(logits=logits), parts))

    def describe(self) -> str:
        return f"mixture of {self.components} discretized logistics per pixel, {self.grid_words()}"

    def to_config(self) -> dict[str, Any]:
        config = {"family": self.family, "components": self.components}
        return config | self.grid_config() | {"floor": self.floor, "spread": self.spread}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        return cls(components=config["components"], **_grid_options(config))


def _grid_options(config: Mapping[str, Any]) -> dict[str, Any]:
    return {name: config[name] for name in ("levels", "low", "high", "floor", "spread") if name in config}


class _Cells(tfd.QuantizedDistribution):
    """TFP's own log-probability is -inf where two float32 CDFs round to the same number, and NaN off the grid.

    Here it is exact: F(b) - F(a) = F(b) F(-a) (1 - exp(a - b)) for a logistic F.
    """

    def _log_prob(self, y: Tensor) -> Tensor:
        logistic = self.distribution.distribution
        k = tf.clip_by_value(tf.round(y), self.low, self.high)
        inverse = 1.0 / logistic.scale
        above = tf.math.log_sigmoid((k + 0.5 - logistic.loc) * inverse)
        below = tf.math.log_sigmoid((logistic.loc - k + 0.5) * inverse)
        between = above + below + tf.math.log(-tf.math.expm1(-inverse))
        mass = tf.where(k <= self.low, above, tf.where(k >= self.high, below, between))
        return tf.where(tf.equal(y, k), mass, -float("inf"))
