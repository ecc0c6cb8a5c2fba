"""Images that a model was not trained on, made of the values of real ones, so that the terms of a loss vary more."""

from __future__ import annotations

import numpy as np

from vaediag.records.estimate import Array

SHARES = (0.1, 0.25, 0.5)  # of the values that are exchanged


def strange(images: Array) -> Array:
    """Forms of images `[n, *event]` in which a share of the values is exchanged, `[9 n, *event]`.

    They are exchanged for those of the next image, of the inverted image and of the same image in another order: what
    was binary stays binary. On real images reconstruction and KL vary together; on these each varies by itself.
    """
    rng = np.random.default_rng(0)
    flat = images.reshape(len(images), -1)
    order = rng.permutation(flat.shape[1])
    others = (np.roll(flat, 1, 0), flat.min() + flat.max() - flat, flat[:, order])
    forms = [np.where(rng.random(flat.shape) < share, other, flat) for share in SHARES for other in others]
    return np.concatenate(forms).reshape(-1, *images.shape[1:]).astype(np.float32)


def usable(log_loss: Array, kl: Array, real: int) -> Array:
    """Indices of all of the first `real` images and of the others that are not far stranger than those.

    Far outside of its training a network's outputs may be enormous, and then two ways to compute one loss differ.
    """
    keep = np.ones(len(kl), bool)
    for values in (log_loss, kl):
        low, high = values[:real].min(), values[:real].max()
        reach = 2 * (high - low) + 0.5 * abs(high)
        keep &= np.isfinite(values) & (values <= high + reach)
    keep[:real] = True
    return np.flatnonzero(keep)
