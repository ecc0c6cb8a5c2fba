"""Draws of x whose noise can be held still while z moves."""

from __future__ import annotations

from vaediag.aliases import Law, Seed, Tensor
from vaediag.backend import tf
from vaediag.laws.answer import Answer
from vaediag.laws.quantile import has_monotone_sampler, quantile
from vaediag.laws.traits import traits

EDGE = 2.0**-24  # u stays off 0 and 1, where unbounded quantiles are infinite


def sample(law: Law, *, seed: Seed, hold_noise: bool = False) -> Answer:
    """One draw per pixel, `[n, *event]`: the quantile function (for Normal, mean + sigma times noise) at seeded noise.

    Samplers with rejection (Beta, Gamma) would jump when z moves a little; a quantile follows. The first row uses the
    same noise whatever n is.

    Args:
        hold_noise: every row uses the noise of the first.
    """
    if not has_monotone_sampler(law):
        return Answer(tf.cast(law.sample(seed=seed), tf.float32), "noise not held: no CDF" if hold_noise else None)
    shape = law.batch_shape_tensor()
    if hold_noise:
        shape = tf.concat([[1], shape[1:]], 0)
    if traits(law).family == "normal":
        noise = tf.random.stateless_normal(shape, seed, alg="philox")
        return Answer(law.loc + law.scale * noise)
    return Answer(quantile(law, _uniform(shape, seed), seed=seed).value)


def _uniform(shape: Tensor, seed: Seed) -> Tensor:
    return tf.clip_by_value(tf.random.stateless_uniform(shape, seed, alg="philox"), EDGE, 1.0 - EDGE)
