"""log p(x, z) of one code per image, and whether it can be followed uphill."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaediag.aliases import Seed, Tensor
from vaediag.backend import tf


def log_joint(vae: Any, image: Tensor, z: Tensor) -> Tensor:
    """log p(x, z) `[n]` of images `[n, *event]`; minus infinity where not finite: no such z is accepted or chosen."""
    value = vae.decode(z).log_prob(image) + vae.prior.log_prob(z)
    return tf.where(tf.math.is_finite(value), value, tf.constant(-np.inf, value.dtype))


def has_gradient(vae: Any, image: Tensor, seed: Seed) -> bool:
    """Does log p(x | z) tell its gradient in z? Look-up tables and NumPy code inside a decoder do not."""
    z = vae.encode(image).sample(seed=seed)
    try:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(z)
            likelihood = vae.decode(z).log_prob(image)
            joint = likelihood + vae.prior.log_prob(z)
        return tape.gradient(likelihood, z) is not None and tape.gradient(joint, z) is not None
    except LookupError:  # TensorFlow's word for "this operation has no gradient"
        return False
