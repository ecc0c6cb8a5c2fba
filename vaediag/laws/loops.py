"""Sums in the graph over whole numbers, a block of them at a time: memory stays bounded, and small laws are fast."""

from __future__ import annotations

from collections.abc import Callable

from vaediag.aliases import Tensor
from vaediag.backend import tf

WORK = 2**19  # numbers of one block
MOST = 64  # whole numbers of one block


def summed(
    terms: Callable[[Tensor], tuple[Tensor, ...]],
    count: int,
    shape: Tensor,
    start: float | Tensor,
    stop: float | Tensor,
) -> tuple[Tensor, ...]:
    """`count` totals of `terms(k)` over k = start, start + 1, ..., stop.

    Args:
        terms: of k `[block, 1, ...]` float32 makes tensors `[block, *shape]`.
        shape: of the totals; its length must be known.
    """

    def add(k: Tensor, keep: Tensor, totals: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        return tuple(
            total + tf.reduce_sum(tf.where(keep, more, 0.0), 0) for total, more in zip(totals, terms(k), strict=True)
        )

    return blocked(add, (tf.zeros(shape),) * count, shape, start, stop)


def blocked(
    body: Callable[[Tensor, Tensor, tuple[Tensor, ...]], tuple[Tensor, ...]],
    state: tuple[Tensor, ...],
    shape: Tensor,
    start: float | Tensor,
    stop: float | Tensor,
) -> tuple[Tensor, ...]:
    """`state = body(k, keep, state)` for each block k `[block, 1, ...]`; `keep` tells which k are not beyond `stop`."""
    block = tf.cast(tf.clip_by_value(WORK // tf.maximum(tf.reduce_prod(shape), 1), 1, MOST), tf.float32)
    offsets = tf.reshape(tf.range(block), (-1, *(1 for _ in range(shape.shape[0]))))
    first, last = tf.cast(start, tf.float32), tf.cast(stop, tf.float32)

    def turn(k: Tensor, *now: Tensor) -> tuple[Tensor, ...]:
        return (k + block, *body(k + offsets, k + offsets <= last, now))

    return tuple(tf.while_loop(lambda k, *_: k <= last, turn, (first, *state), parallel_iterations=1)[1:])
