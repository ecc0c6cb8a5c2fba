"""The pictures of a diagnosis: traversal, one z with many x, reconstructions, the worst images, the posterior."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from vaediag.aliases import Seed
from vaediag.diagnostics.latents import prior_mean, prior_stddev
from vaediag.probes.codes import Codes
from vaediag.records.estimate import Array
from vaediag.records.evidence import ParetoK
from vaediag.records.pictures import OneCode, Picked, Pictures, PosteriorScatter, Reconstructions
from vaediag.seeds import fold
from vaediag.traversal import look, traverse

SHOWN = 8  # images, samples and traversed latents in one figure


def gallery(
    vae: Any,
    images: Any,
    codes: Codes,
    *,
    rows: dict[str, Array],
    by_residual: bool,
    pareto_k: ParetoK | None,
    kl: Array | None,
    seed: int,
    key: Seed,
) -> Pictures:
    """Everything that a report shows beside the numbers.

    Args:
        codes: encoded images of a seeded subset.
        rows: "misfit" and "elbo" of every image, `[images]`, NaN where excluded; a larger misfit is worse.
        by_residual: the misfit is reduced chi-squared; else -log p(x | z): where one nearly certain value has a tiny
            sigma, a mean of squared residuals would be about that value alone.
        pareto_k: of the images of a probe, where it was measured.
        kl: `[L]`, orders the latents; None: their own order.
    """
    order = np.arange(vae.latent_dim) if kl is None else np.argsort(-np.asarray(kl), kind="stable")
    walk = traverse(vae, dims=[int(k) for k in order[:SHOWN]], seed=seed)
    score, elbo = rows["misfit"], rows["elbo"]
    usable = np.flatnonzero(np.isfinite(score))
    spaced = usable[np.linspace(0, len(usable) - 1, min(SHOWN, len(usable))).astype(int)]
    worst, lowest = _largest(score), _largest(-elbo)
    poor = None if pareto_k is None else _largest(pareto_k.value)
    worst_shown = _reconstructions(vae, images, worst, seed, fold(key, 302))
    return Pictures(
        traversal=walk,
        one_code=_one_code(vae, images, int(spaced[0]), seed),
        reconstructions=_reconstructions(vae, images, spaced, seed, fold(key, 301)),
        worst=_by_score(worst_shown) if by_residual else worst_shown,
        surprise=None if by_residual else score[worst],
        posterior=PosteriorScatter(
            index=np.asarray(codes.index),
            mean=np.asarray(codes.mean, np.float32),
            stddev=np.asarray(codes.stddev, np.float32),
            labels=None if images.labels is None else np.asarray(images.labels)[codes.index],
            prior_stddev=prior_stddev(vae.prior),
            prior_mean=prior_mean(vae.prior),
        ),
        lowest=Picked(_reconstructions(vae, images, lowest, seed, fold(key, 303)), elbo[lowest], "ELBO, nats"),
        poor=None
        if pareto_k is None or poor is None or not len(poor)
        else Picked(
            _reconstructions(vae, images, pareto_k.images[poor], seed, fold(key, 304)),
            pareto_k.value[poor],
            "Pareto k̂",
        ),
    )


def _largest(score: Array) -> Array:
    """Where the largest finite scores are, the largest first."""
    usable = np.flatnonzero(np.isfinite(score))
    return usable[np.argsort(-score[usable], kind="stable")][:SHOWN]


def _one_code(vae: Any, images: Any, index: int, seed: int) -> OneCode:
    """z is the posterior mean of one image; the eight samples differ in their seed only."""
    q = vae.encode(images.take([index]))
    z = np.asarray(q.mean() if hasattr(q, "mean") else q.sample(seed=fold([0, seed], 5)))
    views = look(vae, z, views=("mean", "mode", "stddev"), seed=seed).views
    many = look(vae, np.repeat(z, SHOWN, 0), views=("sample",), seed=seed).views["sample"]
    return OneCode(z[0], views["mean"][0], views["mode"][0], views["stddev"][0], many, index)


def _by_score(shown: Reconstructions) -> Reconstructions:
    """The largest first: the images were chosen by the pass, the scores shown are those of a fresh draw of z."""
    order = np.argsort(-shown.score, kind="stable")
    return Reconstructions(*(getattr(shown, field.name)[order] for field in dataclasses.fields(Reconstructions)))


def _reconstructions(vae: Any, images: Any, index: Array, seed: int, key: Seed) -> Reconstructions:
    x = np.asarray(images.take(index))
    z = np.asarray(vae.encode(x).sample(seed=key))
    views = look(vae, z, seed=seed).views
    residual = (x - views["mean"]) / np.maximum(views["stddev"], 1e-3 * max(float(views["stddev"].max()), 1e-12))
    return Reconstructions(
        index=np.asarray(index),
        x=x,
        mean=views["mean"],
        sample=views["sample"],
        stddev=views["stddev"],
        residual=residual,
        score=(residual.reshape(len(x), -1) ** 2).mean(1),
    )
