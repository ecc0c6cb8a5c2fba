"""Families of one number per pixel that a sigmoid takes into [0, 1]."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any, ClassVar, Self

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf, tfd
from vaediag.heads.likelihoods.checks import expect_range, keep, one_of, whole
from vaediag.heads.likelihoods.groups import LOGITS, PROBS, split
from vaediag.heads.shapes import size

PARAMETERS = ("logits", "probs")
EPSILON = 1e-7  # float32 knows no probability much closer to 1; where Keras has no logits it clips there, too


@dataclass(frozen=True)
class _Sigmoid:
    """One logit or one probability per pixel.

    Attributes:
        parameters: what the outputs are. "logits": before a sigmoid. "probs": after it; kept within [1e-7, 1 - 1e-7],
            because float32 sigmoids reach 0 and 1 exactly: a pixel costs at most 16 nats, where a loss from logits
            (which Keras takes behind a sigmoid) would go on. Prefer logits: the last layer without its activation.
    """

    parameters: str = "logits"

    family: ClassVar[str] = ""
    word: ClassVar[str] = ""

    @property
    def floor(self) -> None:
        return None

    @property
    def stated(self) -> None:
        return None

    def __post_init__(self) -> None:
        keep(self, parameters=one_of("parameters", self.parameters, PARAMETERS))

    def outputs(self, event_shape: Sequence[int]) -> int:
        return size(event_shape)

    def logits(self, outputs: Any, event_shape: Sequence[int]) -> Tensor:
        """`[n, *event_shape]`. Raises InputError when the outputs do not fit."""
        head = f"{type(self).__name__}(parameters={self.parameters!r})"
        (values,) = split(outputs, event_shape, [LOGITS if self.parameters == "logits" else PROBS], head)
        if self.parameters == "logits":
            return values
        expect_range(
            values, -1e-6, 1 + 1e-6, head, "probabilities in [0, 1]", "Before a sigmoid they are parameters='logits'."
        )
        probs = tf.clip_by_value(values, EPSILON, 1.0 - EPSILON)
        return tf.math.log(probs) - tf.math.log1p(-probs)

    def describe(self) -> str:
        return f"{self.word} from {'logits' if self.parameters == 'logits' else 'probabilities'}"

    def to_config(self) -> dict[str, Any]:
        return {"family": self.family} | ({} if self.parameters == "logits" else {"parameters": self.parameters})

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        return cls(config.get("parameters", "logits"))


@dataclass(frozen=True)
class Bernoulli(_Sigmoid):
    """Binary x, 0 or 1: one logit (or probability) per pixel."""

    family: ClassVar[str] = "bernoulli"
    word: ClassVar[str] = "bernoulli"

    def law(self, outputs: Any, event_shape: Sequence[int]) -> Law:
        # dtype float32: with TFP's default, int32, a NumPy image would be truncated to 0/1 without a word
        return tfd.Bernoulli(logits=self.logits(outputs, event_shape), dtype=tf.float32)


@dataclass(frozen=True)
class ContinuousBernoulli(_Sigmoid):
    """Grey x in [0, 1] (Loaiza-Ganem & Cunningham 2019): one logit (or `probs`) per pixel. `probs` is not its mean."""

    family: ClassVar[str] = "continuous_bernoulli"
    word: ClassVar[str] = "continuous bernoulli"

    def law(self, outputs: Any, event_shape: Sequence[int]) -> Law:
        return tfd.ContinuousBernoulli(logits=self.logits(outputs, event_shape))


@dataclass(frozen=True)
class Binomial(_Sigmoid):
    """Whole x from 0 to `total_count`: how many of that many coins show 1; one logit (or probability) per pixel.

    Attributes:
        total_count: the largest x, the same for all pixels; 255 for bytes.
    """

    _: KW_ONLY
    total_count: Any = None

    family: ClassVar[str] = "binomial"
    word: ClassVar[str] = "binomial"

    def __post_init__(self) -> None:
        super().__post_init__()
        keep(self, total_count=whole("total_count", self.total_count, 1, "the largest x there can be"))

    def law(self, outputs: Any, event_shape: Sequence[int]) -> Law:
        count = tf.constant(self.total_count, tf.float32)
        return tfd.Binomial(count, logits=self.logits(outputs, event_shape))

    def describe(self) -> str:
        return super().describe().replace("binomial", f"binomial of {self.total_count}", 1)

    def to_config(self) -> dict[str, Any]:
        return super().to_config() | {"total_count": self.total_count}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        return cls(config.get("parameters", "logits"), total_count=config["total_count"])
