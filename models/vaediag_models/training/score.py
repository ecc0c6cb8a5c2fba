"""The held-out ELBO of a finished VAE, for its card."""

from __future__ import annotations

import numpy as np

from vaediag.backend import tf
from vaediag.io.images import Images
from vaediag.seeds import fold, pair
from vaediag.vae import VAE

CHUNK = 250


def held_out_elbo(vae: VAE, images: Images, *, seed: int = 0, draws: int = 8) -> tuple[float, float]:
    """Mean over images of E_q log p(x | z) + log p(z) - log q(z | x), nats, and its standard error over images."""
    rows = []
    for number, x in enumerate(images.chunks(CHUNK)):
        q = vae.encode(tf.constant(x))
        z = [q.sample(seed=fold(pair(seed), number, draw)) for draw in range(draws)]
        each = [vae.decode(code).log_prob(x) + vae.prior.log_prob(code) - q.log_prob(code) for code in z]
        rows.append(np.mean([values.numpy() for values in each], 0))
    elbo = np.concatenate(rows).astype(np.float64)
    error = elbo.std(ddof=1) / np.sqrt(len(elbo)) if len(elbo) > 1 else float("nan")
    return float(elbo.mean()), float(error)
