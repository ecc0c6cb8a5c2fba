"""Laws that TFP does not have."""

from __future__ import annotations

from typing import Any

from vaediag.aliases import Law, Seed, Tensor
from vaediag.backend import tf, tfd, tfp

INDEPENDENT: Any = tfd.Independent.__mro__[1]  # what `tfd.Independent(law, n)` makes of laws that TFP cannot flatten
SNAP = 0.01  # steps by which float32 arithmetic on x (k / 255, 2 k / 255 - 1) may miss a point of the grid


class Rescaled(tfd.AutoCompositeTensorDistribution):
    """The law of x = first + step * K, for a law of the integer K: bytes that were scaled to [0, 1] or [-1, 1].

    A `tfd.TransformedDistribution` would add log |1 / step| to the log-probability, as if x had a density. Values of x
    within a hundredth of a step of the grid count as on it; others have probability 0.

    Args:
        distribution: law of K, e.g. `tfd.QuantizedDistribution(tfd.Logistic(loc, scale), 0, 255)`.
        first: x of K = 0; a number.
        step: x of K = 1 minus x of K = 0; a number above 0.
    """

    def __init__(self, distribution: Law, first: float, step: float, name: str = "Rescaled") -> None:
        parameters = dict(locals())
        if not step > 0:
            raise ValueError(f"step: expected a number above 0; got {step!r}.")
        self._distribution, self._first, self._step = distribution, float(first), float(step)
        super().__init__(
            dtype=tf.float32,
            reparameterization_type=tfd.NOT_REPARAMETERIZED,
            validate_args=False,
            allow_nan_stats=True,
            parameters=parameters,
            name=name,
        )

    @property
    def distribution(self) -> Law:
        """The law of K."""
        return self._distribution

    @property
    def first(self) -> float:
        return self._first

    @property
    def step(self) -> float:
        return self._step

    def steps(self, x: Tensor) -> Tensor:
        """K for values of x, snapped to the grid where they lie on it."""
        k = (x - self._first) / self._step
        near = tf.round(k)
        return tf.where(tf.abs(k - near) < SNAP, near, k)

    def values(self, k: Tensor) -> Tensor:
        """x for values of K."""
        return self._first + self._step * tf.cast(k, tf.float32)

    @classmethod
    def _parameter_properties(cls, dtype: Any, num_classes: Any = None) -> dict[str, Any]:  # noqa: ARG003
        return {"distribution": tfp.util.BatchedComponentProperties()}

    def _event_shape_tensor(self) -> Tensor:
        return tf.constant([], tf.int32)

    def _event_shape(self) -> Any:
        return tf.TensorShape([])

    def _sample_n(self, n: Any, seed: Seed | None = None) -> Tensor:
        return self.values(self._distribution.sample(n, seed=seed))

    def _log_prob(self, x: Tensor) -> Tensor:
        k = self.steps(x)
        near = tf.round(k)
        mass = tf.cast(self._distribution.log_prob(near), tf.float32)
        return tf.where(tf.equal(k, near), mass, -float("inf"))

    def _cdf(self, x: Tensor) -> Tensor:
        return tf.cast(self._distribution.cdf(tf.floor(self.steps(x))), tf.float32)

    def _survival_function(self, x: Tensor) -> Tensor:
        return tf.cast(self._distribution.survival_function(tf.floor(self.steps(x))), tf.float32)

    def _entropy(self) -> Tensor:
        return tf.cast(self._distribution.entropy(), tf.float32)

    def _mean(self) -> Tensor:
        return self.values(self._distribution.mean())

    def _mode(self) -> Tensor:
        return self.values(self._distribution.mode())

    def _variance(self) -> Tensor:
        return self._step**2 * tf.cast(self._distribution.variance(), tf.float32)

    def _stddev(self) -> Tensor:
        return self._step * tf.cast(self._distribution.stddev(), tf.float32)

    def _quantile(self, p: Tensor) -> Tensor:
        return self.values(self._distribution.quantile(p))
