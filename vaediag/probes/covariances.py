"""The covariances Sigma_n of a batch of Gaussian posteriors: only their diagonal, or in full."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from vaediag.aliases import Tensor
from vaediag.backend import tf
from vaediag.records.estimate import Array


class Covariances(Protocol):
    """m covariances; P is a positive definite `[L, L]`."""

    def __len__(self) -> int: ...

    def total(self) -> Array:
        """Sum of Sigma_n, `[L, L]`."""
        ...

    def log_det(self) -> Array:
        """log det Sigma_n, `[m]`."""
        ...

    def trace(self, precision: Array) -> Array:
        """tr(P Sigma_n), `[m]`."""
        ...


class Diagonal:
    def __init__(self, stddev: Array) -> None:
        self.variance = stddev.astype(float) ** 2

    def __len__(self) -> int:
        return len(self.variance)

    def total(self) -> Array:
        return np.diag(self.variance.sum(0))

    def log_det(self) -> Array:
        return np.log(self.variance).sum(1)

    def trace(self, precision: Array) -> Array:
        return self.variance @ np.diag(precision)


class Correlated:
    def __init__(self, root: Tensor) -> None:
        self.root = root  # lower triangular [m, L, L], float32: the largest array of the probe

    def __len__(self) -> int:
        return len(self.root)

    def total(self) -> Array:
        return tf.einsum("nik,njk->ij", self.root, self.root).numpy().astype(float)

    def log_det(self) -> Array:
        return 2 * np.log(tf.linalg.diag_part(self.root).numpy().astype(float)).sum(1)

    def trace(self, precision: Array) -> Array:
        half = tf.constant(np.linalg.cholesky(precision).T, tf.float32)  # tr(P T T') = ||P^(1/2) T||^2
        return tf.reduce_sum(tf.square(tf.matmul(half, self.root)), [1, 2]).numpy().astype(float)
