"""Do the codes of the data follow the prior? One draw per image, counted in bins that the prior fills alike.

The KL of binned laws is a lower bound of that of the laws themselves. It needs no overlap of posteriors: where these
are so narrow that hardly two meet, the mixture of M of them is all gaps and says nothing of q(z_k); its draws do.
"""

from __future__ import annotations

import numpy as np

from vaediag.records.estimate import Array, Estimates

BINS = 10


def binned_kl(u: Array) -> Estimates:
    """KL between the law of u and the uniform one over ten bins, per column of u `[M, L]` in [0, 1], in nats.

    Less the (BINS - 1)/(2 M) that chance adds on average (Miller 1955), so that it is 0 on average for uniform u, and
    below 0 by chance. The standard error is that of the mean log share over images; for uniform u 1.4 times too large.
    """
    count = len(u)
    bin_ = np.minimum((u * BINS).astype(int), BINS - 1)
    share = np.stack([np.bincount(column, minlength=BINS) for column in bin_.T]) / count  # [L, BINS]
    with np.errstate(divide="ignore"):
        logs = np.where(share > 0, np.log(BINS * share), 0.0)
    mean = (share * logs).sum(1)
    variance = np.maximum((share * logs**2).sum(1) - mean**2, 0.0)  # rounding, where all shares are alike
    return Estimates(mean - (BINS - 1) / (2 * count), np.sqrt(variance / count), "nats")
