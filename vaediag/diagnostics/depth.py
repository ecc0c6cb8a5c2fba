"""What is measured on request: the decoder's use of the latents, tighter bounds, independence of pixels."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vaediag.aliases import Seed
from vaediag.diagnostics.collapse import with_effect
from vaediag.diagnostics.request import Sizes
from vaediag.engine.run import Progress
from vaediag.probes.ais import NoAisError, ais_record, annealed
from vaediag.probes.codes import encode_subset, subset
from vaediag.probes.corrected import Corrected
from vaediag.probes.effect import image_limit, latent_effect
from vaediag.probes.independence import image_limit as independence_limit
from vaediag.probes.independence import independence
from vaediag.probes.iwae import importance
from vaediag.probes.prune import prune_cost
from vaediag.records.collapse import Collapse
from vaediag.records.estimate import Array
from vaediag.records.evidence import Evidence
from vaediag.records.independence import Independence
from vaediag.seeds import fold

CODES, EFFECT, PRUNE, WEIGHTS, RESIDUALS, ANNEALING = 5, 6, 7, 8, 9, 10  # what the run's seed is folded with


@dataclass(frozen=True, slots=True, eq=False)
class Depth:
    """The sections with what was asked for; `reasons` says of what was asked and could not be measured why."""

    evidence: Evidence
    collapse: Collapse
    independence: Independence | None = None
    reasons: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Probed:
    """One run: what every request starts from. `corrected`: codes to judge by where the encoder was found wrong."""

    vae: Any
    data: Any  # anything with `take(indices)`
    used: Array  # indices of the images that gave finite results
    elbo: Array  # [images], of the pass
    corrected: Corrected | None
    sizes: Sizes
    seed: int
    key: Seed
    progress: Progress | None

    def some(self, limit: int) -> Array:
        return self.used[subset(len(self.used), limit, self.seed)]


def deepen(run: Probed, wanted: frozenset[str], evidence: Evidence, collapse: Collapse) -> Depth:
    """Everything out of `wanted` (names of EXTRA), each with seeds of its own: one does not change another."""
    if wanted & {"effect", "prune_cost"}:
        collapse = _replaced(run, wanted, collapse)
    if "iwae" in wanted:
        bounds = importance(
            run.vae, run.data, run.some(run.sizes.probe_images), seed=fold(run.key, WEIGHTS), progress=run.progress
        )
        evidence = dataclasses.replace(evidence, **bounds._asdict())
    reasons: dict[str, str] = {}
    if "ais" in wanted:
        try:
            evidence = _annealed(run, evidence)
        except NoAisError as reason:
            reasons["evidence.ais"] = str(reason)
    return Depth(evidence, collapse, _independence(run) if "independence" in wanted else None, reasons)


def _replaced(run: Probed, wanted: frozenset[str], collapse: Collapse) -> Collapse:
    """Both questions about single latents start from the same codes."""
    index = run.some(min(run.sizes.probe_images, image_limit(run.vae.latent_dim)))
    codes = encode_subset(run.vae, run.data, index, fold(run.key, CODES), keep_images="prune_cost" in wanted)
    if "effect" in wanted:
        replaced = latent_effect(run.vae, codes, seed=fold(run.key, EFFECT), progress=run.progress)
        collapse = with_effect(collapse, **replaced._asdict())
    if "prune_cost" in wanted:
        pruned = prune_cost(run.vae, codes, seed=fold(run.key, PRUNE), progress=run.progress)
        collapse = dataclasses.replace(collapse, **pruned._asdict())
    return collapse


def _annealed(run: Probed, evidence: Evidence) -> Evidence:
    """On images whose other bounds are known, where there are any."""
    sizes, iwae = run.sizes, evidence.iwae
    known = run.used if iwae is None else iwae.images
    index = known[subset(len(known), sizes.ais_images, run.seed)]
    found = annealed(
        run.vae,
        run.data,
        index,
        seed=fold(run.key, ANNEALING),
        temperatures=sizes.ais_temperatures,
        chains=sizes.ais_chains,
        progress=run.progress,
    )
    elbo, bound = run.elbo.astype(float), np.full(len(run.elbo), np.nan)
    if iwae is not None:  # its ELBO is the mean over many codes, that of the pass has one code per image
        elbo[iwae.images] = np.where(np.isnan(iwae.elbo), elbo[iwae.images], iwae.elbo)
        bound[iwae.images] = iwae.bound
    return dataclasses.replace(evidence, ais=ais_record(found, elbo=elbo[found.images], iwae=bound[found.images]))


def _independence(run: Probed) -> Independence:
    codes, conditioning = None, "posterior"
    index = run.some(independence_limit(tuple(run.vae.event_shape)))
    if run.corrected is not None:
        index, codes, conditioning = run.corrected.run.images, run.corrected.z, "corrected"
    return independence(
        run.vae,
        run.data,
        index,
        codes=codes,
        conditioning=conditioning,
        seed=fold(run.key, RESIDUALS),
        progress=run.progress,
    )
