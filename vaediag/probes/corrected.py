"""Codes drawn close to the true posterior p(z | x): if the decoder passes with them, the encoder was at fault.

z_0 ~ q(z | x), then MALA on log p(x, z) in coordinates whitened with q, its step found per image in the first half of
the steps and fixed in the second. At the null (q is the true posterior) the chain starts where it is to arrive.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from vaediag.aliases import Law, Seed, Tensor
from vaediag.backend import tf
from vaediag.diagnostics.latents import marginals
from vaediag.diagnostics.model_traits import model_traits
from vaediag.errors import InputError
from vaediag.prepared import kept
from vaediag.probes.codes import images_at_once
from vaediag.probes.gaussian import Whitening, whitening
from vaediag.probes.joint import has_gradient
from vaediag.probes.mala import GAIN, compile_chain
from vaediag.probes.mixing import Mixing, mixing
from vaediag.probes.psis import DRAWS, resampled, threshold
from vaediag.records.estimate import Array, Estimates
from vaediag.records.evidence import CorrectedRun
from vaediag.seeds import fold

STAGE = "correcting the codes"
OVER_THRESHOLD = 0.2  # share of images with a bad k-hat above which resampling is not relied on
STEPS_PER_CALL = 10
PIT_BARS = 20
MOMENTS, START, STEPS = range(3)  # what a part's seed is folded with

Progress = Callable[[str, int, int], None]


class Corrected(NamedTuple):
    """The corrected codes and where they came from; NaN rows where log p(x, z) stayed non-finite."""

    start: Array  # [n, L], z ~ q(z | x)
    z: Array  # [n, L], close to p(z | x)
    u: Array | None  # [n, L], Q_k(z_k | x) of the corrected z; None where q has no one-dimensional marginals
    run: CorrectedRun
    mixing: Mixing | None  # of the chains; None without a gradient, or without an image


def corrected_codes(
    vae: Any, x: Array, *, seed: Seed, steps: int = 50, index: Array | None = None, progress: Progress | None = None
) -> Corrected:
    """Move one code per image from q(z | x) towards p(z | x).

    Args:
        vae: anything with `encode`, `decode`, `prior`, `event_shape` and `latent_dim`.
        x: `[n, *event]`.
        seed: int32 pair; the images are worked on in parts of `images_at_once`, each with a seed of its own.
        steps: MALA proposals per image, at least 1; the step is sought in the first half of them. Not used where the
            decoder has no gradient: then one of 256 draws is chosen with Pareto-smoothed importance weights.
        index: `[n]`, the images' indices in their data set, for the record; 0 ... n - 1 if left out.
        progress: called as `progress(stage, done, total)`; may raise to cancel.
    Raises:
        InputError: no images, or fewer than one step.
    Source: MALA, Roberts and Tweedie (1996), doi:10.2307/3318418; see `vaediag.probes.mala`.
    """
    if steps < 1:
        raise InputError(f"steps: expected at least 1; got {steps}. Try 50.")
    if len(x) < 1:
        raise InputError("x: expected at least one image; got none. Choose a larger subset.")
    size = min(len(x), images_at_once(tuple(vae.event_shape), model_traits(vae).width))
    by_gradient = has_gradient(vae, tf.constant(x[:1], tf.float32), seed)
    block = math.gcd(steps, STEPS_PER_CALL)
    chain = kept(vae, ("chain", block), lambda: compile_chain(vae, block)) if by_gradient else None
    parts: list[dict[str, Array]] = []
    for start in range(0, len(x), size):
        real = min(size, len(x) - start)
        filled = np.resize(x[start : start + size], (size, *x.shape[1:]))  # one shape, one trace
        image = tf.constant(filled, tf.float32)
        report = _reporter(progress, start, real, len(x))
        key = fold(seed, start // size)
        q = vae.encode(image)
        first = q.sample(seed=fold(key, START))
        if chain is not None:
            white = whitening(q, fold(key, MOMENTS))
            part = _mala(chain, image, white, first, fold(key, STEPS), (steps // block, block), report)
        else:
            z, k_hat = resampled(vae, image, q, fold(key, STEPS), report)
            part = {"z": z, "k_hat": k_hat}
        part |= {"start": first.numpy(), "u": _marginal_cdf(q, part["z"])}
        parts.append({name: values[:real] for name, values in part.items() if values is not None})
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    images = np.arange(len(x)) if index is None else np.asarray(index)
    fine = np.isfinite(joined["z"]).all(1)
    moved = None
    if by_gradient:
        moved = mixing(*(joined[name][fine].swapaxes(0, 1) for name in ("path", "log_prob", "chance")))
    run = _mala_run(moved, steps, images) if by_gradient else _resampling_run(joined["k_hat"][fine], images)
    return Corrected(joined["start"], joined["z"], joined.get("u"), run, moved)


def latent_dispersion(u: Array) -> Estimates:
    """12 mean (u_k - 1/2)^2 per latent from u `[n, L]`: 1 when q(z_k | x) is right, > 1 too narrow, < 1 too wide.

    Rows with NaN are left out. The standard error is over images; NaN for fewer than two.
    """
    spread = 12 * (u[np.isfinite(u).all(1)].astype(float) - 0.5) ** 2
    n = len(spread)
    nothing = np.full(u.shape[1], np.nan)
    value = spread.mean(0) if n else nothing
    return Estimates(value, spread.std(0, ddof=1) / math.sqrt(n) if n > 1 else nothing)


def latent_pit(u: Array) -> Array:
    """Share of the images whose corrected z_k falls in each twentieth of q(z_k | x), `[L, 20]`; 1/20 where q is right.

    From u `[n, L]`; rows with NaN are left out, all NaN where no row remains.
    """
    whole = u[np.isfinite(u).all(1)]
    if not len(whole):
        return np.full((u.shape[1], PIT_BARS), np.nan)
    bar = np.minimum((whole * PIT_BARS).astype(int), PIT_BARS - 1)
    return np.stack([np.bincount(column, minlength=PIT_BARS) for column in bar.T]) / len(whole)


def _reporter(progress: Progress | None, start: int, kept: int, total: int) -> Callable[[float], None]:
    """From the share of one part that is done to the images that are done."""

    def report(share: float) -> None:
        if progress is not None:
            progress(STAGE, start + int(share * kept), total)

    return report


def _mala(
    chain: tuple[Any, Any],
    image: Tensor,
    white: Whitening,
    first: Tensor,
    key: Seed,
    shape: tuple[int, int],
    report: Callable[[float], None],
) -> dict[str, Array]:
    """The codes `z` `[n, L]` at the end of the chains, NaN where log p(x, z) is not finite, and the kept steps.

    These are `path` `[n, kept, L]` in units of q's spread, `log_prob` and `chance` (of acceptance) `[n, kept]`.
    `shape`: compiled calls, and steps in each.
    """
    begin, advance = chain
    calls, block = shape
    warm_up = calls * block // 2
    gains = np.where(np.arange(calls * block) < warm_up, GAIN, 0).astype("f4").reshape(shape)
    state = begin(image, white, white.white(first))
    told: list[list[Array]] = []
    for call in range(calls):
        state, *more = advance(image, white, state, gains[call], fold(key, call))
        told.append([values.numpy() for values in more])
        report((call + 1) / calls)
    kept = [np.concatenate(values)[warm_up:].swapaxes(0, 1) for values in zip(*told, strict=True)]
    stuck = np.isneginf(state.log_prob.numpy())
    z = np.where(stuck[:, None], np.nan, white.code(state.e).numpy())
    return {"z": z, "path": _standard(kept[0], white), "log_prob": kept[1], "chance": kept[2]}


def _standard(path: Array, white: Whitening) -> Array:
    """Whitened codes `[n, steps, L]` to (z - mean) / standard deviation of q."""
    if white.scale.shape.rank == 2:
        return path
    root = white.scale.numpy()
    return np.einsum("nkl,ntl->ntk", root / np.linalg.norm(root, axis=2, keepdims=True), path)


def _mala_run(moved: Mixing | None, steps: int, images: Array) -> CorrectedRun:
    if moved is None:
        return CorrectedRun("mala", steps, images, None, None, False)
    memory = float(moved.memory.max())
    return CorrectedRun("mala", steps, images, moved.acceptance, None, moved.reliable, moved.climb, memory)


def _resampling_run(k_hat: Array, images: Array) -> CorrectedRun:
    over = float((k_hat > threshold(DRAWS)).mean()) if len(k_hat) else math.nan
    return CorrectedRun("importance resampling", 0, images, None, over, over <= OVER_THRESHOLD)


def _marginal_cdf(q: Law, z: Array) -> Array | None:
    laws = marginals(q)
    return None if laws is None else laws.cdf(tf.constant(z, tf.float32)).numpy()
