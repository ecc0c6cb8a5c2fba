"""How much of log p(x) does the bound leave on the table, and can the weights p(x, z) / q(z | x) tell?

One set of weights per image gives all three: the bound with K codes (Burda, Grosse and Salakhutdinov, 2016,
arXiv:1509.00519), their effective sample size, and Pareto k-hat (Vehtari et al., 2024, arXiv:1507.02646).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from vaediag.aliases import Seed, Tensor
from vaediag.backend import tf
from vaediag.diagnostics.model_traits import model_traits
from vaediag.errors import InputError
from vaediag.prepared import kept
from vaediag.probes.codes import images_at_once
from vaediag.probes.joint import log_joint
from vaediag.probes.psis import SHORTEST_TAIL, smoothed, threshold
from vaediag.records.estimate import Array, Estimate, estimate
from vaediag.records.evidence import Iwae, ParetoK
from vaediag.seeds import fold

STAGE = "weighing codes"
LADDER = (1, 2, 5, 10, 20, 50, 100)
FEWEST = 5 * SHORTEST_TAIL  # codes: a tail is a fifth of them
NO_FIT = 10.0  # stands for "no law fits" in records, which hold no infinities; a k-hat of 1 is already hopeless
DRAWS_PER_CALL = 10

Progress = Callable[[str, int, int], None]


class Importance(NamedTuple):
    """What the importance weights of a subset of images say; see `Evidence`."""

    iwae: Iwae
    ess: Estimate
    pareto_k: ParetoK


def importance(
    vae: Any,
    images: Any,
    index: Array,
    *,
    seed: Seed,
    ladder: Sequence[int] = LADDER,
    progress: Progress | None = None,
) -> Importance:
    """Weigh `ladder[-1]` codes z ~ q(z | x) of each image by p(x, z) / q(z | x).

    Args:
        vae: anything with `encode`, `decode`, `prior` and `event_shape`.
        images: anything with `take(indices)`.
        index: `[n]`, which images; those with no weight that is finite and positive are left out.
        seed: int32 pair; the images are worked on in parts of `images_at_once`, each with a seed of its own.
        ladder: increasing numbers of codes, from 1 to at least 25 (k-hat needs a tail of five).
        progress: called as `progress(stage, done, total)` with counts of codes; may raise to cancel.
    Raises:
        InputError: another ladder, or no image that can be used.
    """
    rungs = _checked(ladder)
    index = np.asarray(index)
    log_weights = log_importance_weights(vae, images, index, draws=rungs[-1], seed=seed, progress=progress)
    used = np.isfinite(log_weights).any(1)
    if not used.any():
        raise InputError(
            f"images: expected at least one with a finite log p(x, z) at one of its codes; none of {len(index)} has."
            " Look for NaN weights in the model, or values of x outside the support of the likelihood."
        )
    return summary(log_weights[used], index[used], rungs)


def log_importance_weights(
    vae: Any, images: Any, index: Array, *, draws: int, seed: Seed, progress: Progress | None = None
) -> Array:
    """log p(x, z) - log q(z | x) of `draws` codes z ~ q(z | x) of each image, `[n, draws]`; -inf where not finite."""
    count, calls = len(index), math.ceil(draws / DRAWS_PER_CALL)
    size = max(min(count, images_at_once(tuple(vae.event_shape), model_traits(vae).width)), 1)
    weigh = kept(vae, "weighing", lambda: compile_weighing(vae))
    weights = np.empty((count, draws))
    for part, start in enumerate(range(0, count, size)):
        chosen = index[start : start + size]
        x = np.asarray(images.take(chosen), np.float32)
        x = tf.constant(np.resize(x, (size, *x.shape[1:])))  # one shape, one trace
        for call in range(calls):
            first = call * DRAWS_PER_CALL
            real = min(DRAWS_PER_CALL, draws - first)
            found = weigh(x, fold(seed, part, call)).numpy()
            weights[start : start + size, first : first + real] = found[:real, : len(chosen)].T
            if progress is not None:
                progress(STAGE, start * draws + len(chosen) * (first + real), count * draws)
    return weights


def compile_weighing(vae: Any) -> Any:
    """A `tf.function` `(x [n, *event], seed) -> log weights [DRAWS_PER_CALL, n]`; one decode is held at a time."""

    @tf.function
    def weigh(x: Tensor, seed: Tensor) -> Tensor:
        q = vae.encode(x)

        def one(draw: Tensor) -> Tensor:
            z = q.sample(seed=fold(seed, draw))
            weight = log_joint(vae, x, z) - q.log_prob(z)
            return tf.where(tf.math.is_finite(weight), weight, tf.constant(-np.inf, weight.dtype))

        return tf.map_fn(one, tf.range(DRAWS_PER_CALL), fn_output_signature=tf.float32, parallel_iterations=1)

    return weigh


def summary(log_weights: Array, index: Array, ladder: Sequence[int]) -> Importance:
    """The records from log weights `[n, K]` of images `[n]`, each with a finite one; pure arithmetic."""
    bound = bounds(log_weights, ladder)
    value, error = _over_images(bound)
    gain, gain_error = _over_images(bound - bound[:, :1])
    share = effective_share(log_weights)
    k_hat = np.minimum(smoothed(log_weights)[1], NO_FIT)
    limit = threshold(log_weights.shape[1])
    iwae = Iwae(np.asarray(ladder), value, error, gain, gain_error, index, bound[:, 0], bound[:, -1], share)
    pareto = ParetoK(index, k_hat, limit, over=float((k_hat > limit).mean()), exact=float(np.isnan(k_hat).mean()))
    mean, mean_error = _over_images(share[:, None])
    return Importance(iwae, estimate(mean[0], mean_error[0]), pareto)


def bounds(log_weights: Array, ladder: Sequence[int]) -> Array:
    """log of the mean of k weights, `[n, ladder]` nats, averaged over all disjoint groups of k of the K weights.

    Each rung is unbiased for the bound with k codes; more groups only make it steadier. Weights after the last whole
    group are not used. NaN where a group holds no positive weight: that bound is minus infinity.
    """
    count, draws = log_weights.shape
    found = np.empty((count, len(ladder)))
    for rung, k in enumerate(ladder):
        groups = log_weights[:, : draws // k * k].reshape(count, -1, k)
        found[:, rung] = log_mean(groups).mean(1)
    return np.where(np.isfinite(found), found, np.nan)


def effective_share(log_weights: Array) -> Array:
    """(sum w)^2 / (K sum w^2) of each row, in (0, 1]: the share of the codes that the estimate rests on."""
    weights = np.exp(log_weights - log_weights.max(1, keepdims=True))
    return weights.sum(1) ** 2 / (weights.shape[1] * (weights**2).sum(1))


def log_mean(log_weights: Array) -> Array:
    """log mean exp over the last axis; minus infinity where all are."""
    peak = log_weights.max(-1, keepdims=True)
    peak = np.where(np.isfinite(peak), peak, 0)
    with np.errstate(divide="ignore"):
        return peak[..., 0] + np.log(np.exp(log_weights - peak).mean(-1))


def _over_images(values: Array) -> tuple[Array, Array]:
    """Mean and standard error of `[n, ladder]` over the images."""
    count = len(values)
    error = values.std(0, ddof=1) / math.sqrt(count) if count > 1 else np.full(values.shape[1], np.nan)
    return values.mean(0), error


def _checked(ladder: Sequence[int]) -> tuple[int, ...]:
    rungs = tuple(int(k) for k in ladder)
    if rungs[:1] != (1,) or rungs[-1] < FEWEST or sorted(set(rungs)) != list(rungs):
        raise InputError(
            f"ladder: expected increasing numbers of codes from 1 to at least {FEWEST}; got {rungs}. Try {LADDER}."
        )
    return rungs
