"""Means and covariances of q(z | x), and the map that whitens a code with them."""

from __future__ import annotations

from typing import NamedTuple

from vaediag.aliases import Law, Seed, Tensor
from vaediag.backend import tf
from vaediag.diagnostics.normals import scale_tril
from vaediag.probes.codes import moments


class Whitening(NamedTuple):
    """z = mean + C e, with C the root of q's covariance: in e the posterior is roughly N(0, I)."""

    mean: Tensor  # [n, L]
    scale: Tensor  # C: its diagonal [n, L], or lower triangular [n, L, L]

    def code(self, white: Tensor) -> Tensor:
        """e `[n, L]` to z `[n, L]`."""
        if self.scale.shape.rank == 2:
            return self.mean + self.scale * white
        return self.mean + tf.linalg.matvec(self.scale, white)

    def white(self, code: Tensor) -> Tensor:
        """z `[n, L]` to e `[n, L]`."""
        centred = code - self.mean
        if self.scale.shape.rank == 2:
            return centred / self.scale
        return tf.linalg.triangular_solve(self.scale, centred[..., None])[..., 0]


def whitening(q: Law, seed: Seed) -> Whitening:
    """Mean and root covariance of a batch of posteriors; standard deviations only, unless it is a correlated normal."""
    tril = scale_tril(q)
    if tril is not None:
        return Whitening(q.mean(), tril)
    mean, stddev = moments(q, seed)
    return Whitening(tf.convert_to_tensor(mean), tf.convert_to_tensor(stddev))
