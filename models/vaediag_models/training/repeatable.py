"""Same machine, same versions: the same bits."""

from __future__ import annotations

from vaediag.backend import tf


def make_repeatable() -> None:
    """Ask TensorFlow for one order of every sum. It cannot be undone: only for a process that trains and ends."""
    tf.config.experimental.enable_op_determinism()
