"""Categorical: a probability for each of a few values, in any shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf, tfd
from vaediag.heads.likelihoods.grid import Grid
from vaediag.heads.likelihoods.groups import LOGITS, hint, in_order
from vaediag.heads.shapes import expect_outputs, flat, size


@dataclass(frozen=True)
class Categorical(Grid):
    """x is one of `levels` values: for each pixel the logits of all of them, before a softmax.

    Outputs: the logits of one pixel lie next to each other: `[n, d * levels]`, `[n, H, W, C * levels]` or
    `[n, *event_shape, levels]`.

    Attributes:
        levels, low, high: the values, see `Grid`; default 0, 1, ..., 255.
    """

    family: ClassVar[str] = "categorical"

    @property
    def floor(self) -> None:
        return None

    @property
    def stated(self) -> None:
        return None

    def outputs(self, event_shape: Sequence[int]) -> int:
        return self.levels * size(event_shape)

    def law(self, outputs: Any, event_shape: Sequence[int]) -> Law:
        event, head = tuple(event_shape), f"Categorical(levels={self.levels})"
        if isinstance(outputs, Mapping):
            outputs = in_order(outputs, [LOGITS], head)
        rows, expected = flat(outputs), self.outputs(event)
        meaning = f"{self.levels} logits per pixel; {head} needs them"
        expect_outputs("decoder", rows.shape[1], expected, meaning, hint(rows.shape[1], expected))
        return self.on_grid(_Levels(logits=tf.reshape(rows, (-1, *event, self.levels)), dtype=tf.float32))

    def describe(self) -> str:
        return f"categorical, {self.grid_words()}"

    def to_config(self) -> dict[str, Any]:
        return {"family": self.family, **self.grid_config()}

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        return cls(config["levels"], low=config.get("low", 0.0), high=config.get("high"))


class _Levels(tfd.Categorical):
    """TFP's own truncates 1.9 to 1 without a word, and stops with an error at values that are no category."""

    def _log_prob(self, k: Tensor) -> Tensor:
        logits = self.logits_parameter()
        k = tf.cast(k, logits.dtype)
        near = tf.clip_by_value(tf.round(k), 0.0, logits.shape[-1] - 1.0)
        shape = tf.broadcast_dynamic_shape(tf.shape(k), tf.shape(logits)[:-1])
        labels = tf.broadcast_to(tf.cast(near, tf.int32), shape)
        every = tf.broadcast_to(logits, tf.concat([shape, tf.shape(logits)[-1:]], 0))
        mass = -tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=every)
        return tf.where(tf.equal(k, near), mass, -float("inf"))
