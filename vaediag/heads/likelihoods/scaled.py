"""Location-scale families: where the scale comes from, whatever the law is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar, Self

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf
from vaediag.errors import InputError
from vaediag.heads.likelihoods import positive as spreads
from vaediag.heads.likelihoods.checks import keep, one_of, positive
from vaediag.heads.likelihoods.groups import LOCATIONS, hint, in_order, split
from vaediag.heads.shapes import expect_outputs, flat, size

SCALES = ("shared", "image", "pixel")


@dataclass(frozen=True)
class LocationScale:
    """One location per pixel, and a scale that is stated by the head or by the network.

    Attributes:
        scale: where the scale comes from.
            A number: fixed; d outputs. "shared": one trained number for all pixels, held in `value`; d outputs.
            "image": the network's last output states the scale of the image; d + 1 outputs, `[n, d + 1]`.
            "pixel": d locations, then d numbers that state the scales; 2 d outputs, `[n, 2 d]`.
        value: the trained scale of "shared"; None while untrained.
        floor: the smallest scale that a trained one can take; a fixed number is taken as it is.
        spread: what the outputs that state the scale are: "log_variance" (of a normal law: σ = exp(output / 2)),
            "log_scale" (exp(output)), "scale" (> 0 already), "softplus" (log(1 + exp(output))).
        estimated: where a fixed scale comes from, if it was estimated: "1000 images of digits".
    """

    scale: float | str = 0.1
    _: KW_ONLY
    value: float | None = None
    floor: float = 1e-3
    spread: str | None = None
    estimated: str | None = None

    family: ClassVar[str] = ""
    word: ClassVar[str] = ""
    symbol: ClassVar[str] = "scale"
    unit: ClassVar[str] = "in units of x"
    spreads: ClassVar[tuple[str, ...]] = spreads.SPREADS[1:]  # the first is the default

    def __post_init__(self) -> None:
        if isinstance(self.scale, str):
            if self.scale not in SCALES:
                raise InputError(f"scale: expected a number > 0 or one of {', '.join(SCALES)}; got {self.scale!r}.")
        else:
            keep(self, scale=positive("scale", self.scale, self.unit))
        if self.value is not None:
            if self.scale != "shared":
                raise InputError(
                    f"value: only scale='shared' holds a trained {self.symbol}; got value={self.value!r} with "
                    f"scale={self.scale!r}. Leave value out, or give the number as scale."
                )
            keep(self, value=positive("value", self.value, self.unit))
        if self.estimated is not None and isinstance(self.scale, str):
            raise InputError(f"estimated: only a number can be estimated; got scale={self.scale!r}. Leave it out.")
        spread = self.spreads[0] if self.spread is None else one_of("spread", self.spread, self.spreads)
        keep(self, floor=positive("floor", self.floor, self.unit), spread=spread)

    @property
    def one_scale(self) -> float | None:
        """The one scale of all pixels, where the network does not state it; None as well while untrained."""
        if self.scale == "shared":
            return None if self.value is None else max(self.value, self.floor)
        return None if isinstance(self.scale, str) else self.scale

    @property
    def stated(self) -> float | None:
        return None  # the σ of a Normal only

    @property
    def least_sigma(self) -> float | None:
        """The smallest standard deviation that a trained scale can take; None for a fixed one, or where none exists."""
        sigma = self.floor * self._sigma_per_scale()
        return sigma if isinstance(self.scale, str) and math.isfinite(sigma) else None

    def outputs(self, event_shape: Sequence[int]) -> int:
        d = size(event_shape)
        return {"image": d + 1, "pixel": 2 * d}.get(self.scale, d) if isinstance(self.scale, str) else d

    def law(self, outputs: Any, event_shape: Sequence[int]) -> Law:
        """Batch `[n, *event_shape]`. Raises InputError when the outputs do not fit."""
        event = tuple(event_shape)
        if self.scale == "pixel":
            locations, raw = split(outputs, event, [LOCATIONS, spreads.spread_group(self._spread)], self._head())
            return self.pixels(locations, self.sigma(raw))
        if self.scale == "image":
            return self._per_image(outputs, event)
        if self.one_scale is None:
            raise InputError(
                f"likelihood: {self._head()} has no trained value yet; expected value=sigma, got None. "
                f"Train it, or give the number: {type(self).__name__}(scale='shared', value=0.1)."
            )
        (locations,) = split(outputs, event, [LOCATIONS], self._head())
        return self.pixels(locations, tf.constant(self.one_scale, tf.float32))

    def pixels(self, locations: Tensor, scale: Tensor) -> Law:
        """The law of each pixel; `scale` broadcasts against `locations` `[n, *event]`."""
        raise NotImplementedError

    def sigma(self, raw: Tensor) -> Tensor:
        """The scale that an output states, at least `floor`."""
        return spreads.scale(raw, self._spread, self.floor, self._head())

    def describe(self) -> str:
        if isinstance(self.scale, str):
            value = (
                "" if self.scale != "shared" else " (untrained)" if self.value is None else f" ({self.one_scale:.4g})"
            )
            words = {"shared": f"one {self.symbol}{value}", "image": f"one {self.symbol} per image"}.get(
                self.scale, f"one {self.symbol} per pixel"
            )
            if self.scale != "shared" and self.spread != self.spreads[0]:
                words += f" ({spreads.spread_words(self._spread)})"
        else:
            words = f"fixed {self.symbol} {self.scale:.4g}"
            words += "" if self.estimated is None else f", estimated from {self.estimated}"
        return f"{self._words()}, {words}"

    def to_config(self) -> dict[str, Any]:
        if isinstance(self.scale, str):
            table: dict[str, Any] = {"kind": self.scale, "floor": self.floor}
            if self.scale == "shared":
                table["value"] = self.value
            if self.spread != self.spreads[0]:
                table["spread"] = self.spread
        else:
            table = {"kind": "fixed", "value": self.scale, "floor": self.floor}
            if self.estimated is not None:
                table["estimated"] = self.estimated
        return {"family": self.family, "scale": table} | self._more()

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        table = config["scale"]
        if not isinstance(table, Mapping):
            raise InputError(f"scale: expected a table such as {{'kind': 'image', 'floor': 0.001}}; got {table!r}.")
        kind = table["kind"]
        if kind != "fixed" and kind not in SCALES:
            raise InputError(f"scale kind: expected fixed or one of {', '.join(SCALES)}; got {kind!r}.")
        rest = {name: config[name] for name in cls._names()}
        return cls(
            table["value"] if kind == "fixed" else kind,
            value=table["value"] if kind == "shared" else None,
            floor=table.get("floor", 1e-3),
            spread=table.get("spread"),
            estimated=table.get("estimated"),
            **rest,
        )

    def _per_image(self, outputs: Any, event: tuple[int, ...]) -> Law:
        if isinstance(outputs, Mapping):
            group = spreads.spread_group(self._spread)
            outputs = in_order(outputs, [LOCATIONS, group], self._head())
        rows, d = flat(outputs), size(event)
        meaning = f"d locations and, last, one number for {self.symbol} ({spreads.spread_words(self._spread)})"
        expect_outputs(
            "decoder", rows.shape[1], d + 1, f"{meaning}; {self._head()} needs them", hint(rows.shape[1], d + 1)
        )
        raw = tf.reshape(rows[:, d], (-1, *(1 for _ in event)))
        return self.pixels(tf.reshape(rows[:, :d], (-1, *event)), self.sigma(raw))

    @property
    def _spread(self) -> str:
        return self.spread or self.spreads[0]

    def _head(self) -> str:
        return f"{type(self).__name__}(scale={self.scale!r})"

    def _sigma_per_scale(self) -> float:
        """Standard deviation of scale 1, of symmetric laws."""
        return 1.0

    def _words(self) -> str:
        """The family, with what `_more` holds."""
        return self.word

    @classmethod
    def _names(cls) -> tuple[str, ...]:
        """Fields beyond the scale, kept in the config."""
        return ()

    def _more(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self._names()}
