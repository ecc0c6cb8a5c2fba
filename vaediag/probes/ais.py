"""log p(x) by annealed importance sampling: what the bounds of `Evidence` are measured against.

Nothing of the encoder enters. The average weight of the chains is unbiased for p(x), so its logarithm is a lower bound
on average, and tight when the chains keep up with the temperatures; `sandwich` measures whether they do.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from vaediag.aliases import Seed
from vaediag.backend import tf
from vaediag.diagnostics.model_traits import model_traits
from vaediag.errors import InputError, VaediagError
from vaediag.probes.annealing import LEAPFROG
from vaediag.probes.codes import images_at_once
from vaediag.probes.iwae import log_mean
from vaediag.probes.joint import has_gradient
from vaediag.probes.route import Annealer, pilot_length
from vaediag.probes.sandwich import IMAGES as SIMULATED
from vaediag.probes.sandwich import sandwich
from vaediag.records.estimate import Array, Estimate, estimate
from vaediag.records.evidence import Ais, Sandwich
from vaediag.seeds import fold

STAGE = "annealing codes"
ACCEPTANCE = (0.3, 0.99)  # steps were adapted to 0.8: outside, the chains hardly moved, or hardly went anywhere
WIDEST_GAP = 2.0  # nats: bounds of usable models are loose by a few nats, and AIS is to tell such differences
ABOVE = 0.5  # nats: by how much the bound of one image varies between draws of its codes
FEWEST_TEMPERATURES, FEWEST_CHAINS = 10, 2
WIDTH, MEASURED, SANDWICH = range(3)  # what the seed is folded with

Progress = Callable[[str, int, int], None]


class NoAisError(VaediagError):
    """This model cannot be annealed; the message is the reason, for people."""


class Annealed(NamedTuple):
    """log p(x) of some images; see `Ais`, whose fields these are."""

    images: Array  # [m] indices; those whose chains all lost their weight are left out
    log_evidence: Array  # [m], nats
    standard_error: Array  # [m], over chains
    temperatures: int
    chains: int
    leapfrog: int
    acceptance: Estimate
    sandwich: Sandwich | None  # None where the decoder's law cannot be sampled, or no simulated image kept its weight
    reliable: bool


def annealed(
    vae: Any,
    images: Any,
    index: Array,
    *,
    seed: Seed,
    temperatures: int = 1000,
    chains: int = 16,
    progress: Progress | None = None,
) -> Annealed:
    """Estimate log p(x) of the images at `index`, and how far off the estimate can be.

    Args:
        vae: anything with `encode` (only to ask for gradients), `decode`, `prior`, `event_shape` and `latent_dim`.
        images: anything with `take(indices)`.
        index: `[m]`, which images; each costs `temperatures * chains * 10` gradients of the decoder.
        seed: int32 pair; images are worked on in parts that fit `images_at_once`, each with a seed of its own.
        temperatures: steps from the prior to the posterior, at least 10.
        chains: per image, at least 2.
        progress: called as `progress(stage, done, total)` in counts of temperatures times images, over everything that
            is run; may raise to cancel.
    Raises:
        NoAisError: log p(x, z) has no gradient in z, or all chains of all images lost their weight.
        InputError: no images, too few temperatures or chains.
    Sources: Wu et al. (2017), arXiv:1611.04273; Grosse, Ghahramani and Adams (2015), arXiv:1511.02543, for the
        sandwich.
    """
    index = _checked(index, temperatures, chains)
    if not has_gradient(vae, tf.constant(images.take(index[:1]), tf.float32), seed):
        raise NoAisError("log p(x, z) has no gradient")
    at_once = max(images_at_once(tuple(vae.event_shape), model_traits(vae).width) // chains, 1)
    forth, back = pilot_length(temperatures) + temperatures, temperatures
    total = len(index) * forth + SIMULATED * (forth + back)
    report = _Count(progress, total)
    annealer = Annealer(vae, chains, temperatures, fold(seed, WIDTH))
    log_weights, acceptance = [], []
    for part, first in enumerate(range(0, len(index), at_once)):
        x = np.asarray(images.take(index[first : first + at_once]), np.float32)
        walk, _ = annealer.forward(x, fold(seed, MEASURED, part), report.of(len(x)))
        log_weights.append(walk.log_weights)
        acceptance.append(walk.acceptance)
    between = sandwich(annealer, at_once=at_once, seed=fold(seed, SANDWICH), report=report.of)
    weights = np.concatenate(log_weights)
    used = np.isfinite(weights).any(1)
    if not used.any():
        raise NoAisError("p(x | z) is zero or undefined for every chain")
    rate = estimate(*_over_images(np.concatenate(acceptance)[used]))
    return Annealed(
        images=index[used],
        log_evidence=log_mean(weights[used]),
        standard_error=chain_error(weights[used]),
        temperatures=temperatures,
        chains=chains,
        leapfrog=LEAPFROG,
        acceptance=rate,
        sandwich=between,
        reliable=is_reliable(rate, between),
    )


def ais_record(found: Annealed, *, elbo: Array, iwae: Array | None = None) -> Ais:
    """The record, with the bounds of the same images in the same order.

    Args:
        found: what `annealed` returned.
        elbo: `[m]` nats, of `found.images`; NaN where it was not measured, but not everywhere.
        iwae: `[m]` nats, with the largest K; NaN, or left out, where it was not measured.
    Raises:
        InputError: another number of bounds.
        NoAisError: no ELBO is known: there is no gap.
    """
    count = len(found.images)
    elbo = np.asarray(elbo, float)
    iwae = np.full(count, np.nan) if iwae is None else np.asarray(iwae, float)
    if elbo.shape != (count,) or iwae.shape != (count,):
        raise InputError(
            f"elbo: expected one bound for each of {count} images, and so for iwae; got {elbo.shape} and {iwae.shape}."
            " Give those of found.images."
        )
    if np.isnan(elbo).all():
        raise NoAisError("none of its images has a finite ELBO to compare log p(x) with")
    gap = found.log_evidence - elbo
    beaten = falls_short(found.log_evidence, found.standard_error, iwae)
    return Ais(
        **{**found._asdict(), "reliable": found.reliable and not beaten},
        elbo=elbo,
        iwae=iwae,
        mean=estimate(*_over_images(found.log_evidence), "nats per image"),
        gap=estimate(*_over_images(gap[np.isfinite(gap)]), "nats per image"),
    )


def chain_error(log_weights: Array) -> Array:
    """Standard error of the log of each row's mean weight `[n, chains]`, by the delta method; at most 1 by its form.

    Too small where the heaviest weights were missed: the sandwich says whether they were.
    """
    weights = np.exp(log_weights - log_weights.max(1, keepdims=True))
    return weights.std(1, ddof=1) / (weights.mean(1) * math.sqrt(weights.shape[1]))


def is_reliable(acceptance: Estimate, between: Sandwich | None) -> bool:
    """Did the chains move as they were tuned to, and do the bounds of simulated images nearly meet?"""
    low, high = ACCEPTANCE
    return low <= acceptance.value <= high and between is not None and between.gap.value <= WIDEST_GAP


def falls_short(log_evidence: Array, standard_error: Array, iwae: Array) -> bool:
    """Is a bound with many codes clearly above AIS for some image `[m]`? Both are lower bounds: AIS missed something.

    By more than three of its standard errors and what the other bound itself varies by.
    """
    with np.errstate(invalid="ignore"):  # NaN: not measured
        return bool((iwae - log_evidence > 3 * standard_error + ABOVE).any())


class _Count:
    """From the temperatures that one batch has passed to those of all images, for people who wait."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def of(self, images: int) -> Callable[[int], None]:
        """What a batch of so many images reports to."""

        def report(temperatures: int) -> None:
            self._done += images * temperatures
            if self._progress is not None:
                self._progress(STAGE, self._done, self._total)

        return report


def _over_images(values: Array) -> tuple[float, float]:
    """Mean, and its standard error: NaN for one image."""
    return float(values.mean()), float(values.std(ddof=1) / math.sqrt(len(values))) if len(values) > 1 else math.nan


def _checked(index: Array, temperatures: int, chains: int) -> Array:
    if len(index) < 1:
        raise InputError("index: expected at least one image; got none. Try 8.")
    if temperatures < FEWEST_TEMPERATURES:
        raise InputError(
            f"temperatures: expected at least {FEWEST_TEMPERATURES}; got {temperatures}. Try 1000:"
            " fewer are faster and less exact."
        )
    if chains < FEWEST_CHAINS:
        raise InputError(f"chains: expected at least {FEWEST_CHAINS}; got {chains}. Try 16.")
    return np.asarray(index)
