"""Names for foreign types: TensorFlow's and TFP's classes cannot be annotated without a checker's complaints."""

from __future__ import annotations

from typing import Any, TypeAlias

Tensor: TypeAlias = Any  # tf.Tensor
Law: TypeAlias = Any  # tfd.Distribution
Seed: TypeAlias = Any  # int32 pair: NumPy array or tf.Tensor of shape [2]
