"""Which latents carry information? KL, activity and (epsilon, delta)-collapse per latent (definitions.md, 4)."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from vaediag.backend import tf
from vaediag.engine.chunk import Chunk
from vaediag.engine.jackknife import jackknife
from vaediag.engine.step import Diagnostic
from vaediag.records.collapse import EFFECT_USED, KL_USED, Collapse, EpsilonDelta
from vaediag.records.estimate import Array, Estimate, Estimates, estimate

EPSILON, DELTA = 0.01, 0.01
THRESHOLDS = np.logspace(-5, 2, 71)  # nats; 0.01 is one of them, so that the default epsilon is counted exactly


def measure(chunk: Chunk) -> dict[str, dict[str, Any]]:
    kl = chunk.rate.per_latent
    if kl is None:
        return {"groups": {"n": tf.reduce_sum(chunk.group, 1)}}
    mean = chunk.q.mean()
    variance = chunk.q.variance()
    narrow = tf.cast(variance < 0.5 * tf.cast(chunk.vae.prior.variance(), tf.float32), tf.float32)
    below = tf.cast(kl[:, :, None] < tf.constant(THRESHOLDS * (1 - 1e-6), tf.float32), tf.float32)
    groups = {
        "n": tf.reduce_sum(chunk.group, 1),
        "kl": chunk.total(kl),
        "tc": chunk.total(chunk.rate.total_correlation),
        "mean": chunk.total(mean),
        "mean2": chunk.total(mean**2),
        "variance": chunk.total(variance),
    }
    return {"groups": groups, "sums": {"narrow": chunk.sum(narrow), "below": chunk.sum(below)}}


COLLAPSE = Diagnostic(measure)


def finalize(
    groups: dict[str, Array], sums: dict[str, Array], *, prior_variance: Array, each_image: bool = True
) -> Collapse:
    """The pass's part of the record; `diagnose` adds the whole-code information.

    Args:
        prior_variance: `[L]`.
        each_image: is the KL of a single image known? A Monte-Carlo estimate from one code is right on average only,
            and says nothing about how many images are below a threshold.
    """
    if "kl" not in groups:
        return Collapse(*[None] * 14)

    def statistics(total: dict[str, Array]) -> dict[str, Array]:
        n = total["n"]
        spread = (total["mean2"] - total["mean"] ** 2 / n) / np.maximum(n - 1, 1)
        return {"kl": total["kl"] / n, "tc": total["tc"] / n, "spread": spread, "variance": total["variance"] / n}

    values, errors = jackknife(statistics, groups)
    n = float(groups["n"].sum())
    kl = values["kl"]
    active = tuple(bool(a) for a in values["spread"] > 0.01 * prior_variance)
    share = sums["narrow"] / n
    kind = tuple("active" if s >= 0.95 else "passive" if s <= 0.05 else "mixed" for s in share)
    curve = 1 - sums["below"] / n
    at = int(np.argmin(np.abs(THRESHOLDS - EPSILON)))
    enough = sums["below"][:, at] >= (1 - DELTA) * n - 1e-6  # counts: 1 - 0.99 is not 0.01 in floating point
    return Collapse(
        status=tuple(status(float(value), word) for value, word in zip(kl, kind, strict=True)),
        kl=Estimates(kl, errors["kl"], "nats"),
        active=active,
        active_units=sum(active),
        posterior_kind=kind,
        posterior_variance=values["variance"],
        mean_variance=values["spread"],
        epsilon_delta=EpsilonDelta(
            EPSILON,
            DELTA,
            tuple(bool(c) for c in enough),
            THRESHOLDS.copy(),
            curve,
        )
        if each_image
        else None,
        posterior_total_correlation=estimate(values["tc"], errors["tc"], "nats"),
        mutual_information=None,
        marginal_kl=None,
        total_correlation=None,
        dimension_kl=None,
        mc_residual=None,
    )


def with_effect(
    found: Collapse,
    *,
    effect: Estimates | None,
    effect_all: Estimate | None,
    effect_method: str,
    effect_images: int,
) -> Collapse:
    """The record with what the effect probe found, and every latent's status in the light of it."""
    words = found.status
    if effect is not None and found.kl is not None and found.posterior_kind is not None:
        numbers = zip(found.kl.value, found.posterior_kind, effect.value, strict=True)
        words = tuple(status(float(kl), kind, float(moved)) for kl, kind, moved in numbers)
    return dataclasses.replace(
        found,
        status=words,
        effect=effect,
        effect_all=effect_all,
        effect_method=effect_method,
        effect_images=effect_images,
    )


def status(kl: float, kind: str, effect: float = math.nan) -> str:
    """One word per latent; as far as the encoder alone can tell where the effect is not known (NaN)."""
    paid = kl > KL_USED
    heard = paid if math.isnan(effect) else effect > EFFECT_USED
    if paid and heard:
        return "mixed" if kind == "mixed" else "used"
    return "wasted" if paid else "noise" if heard else "collapsed"
