"""The decoder judged at codes that do not depend on how good the encoder is."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.aliases import Seed
from vaediag.diagnostics.calibration import calibration, finalize
from vaediag.diagnostics.whole import Plan
from vaediag.engine.run import Measured, Progress, run
from vaediag.engine.step import compile_step
from vaediag.io.images import Images, from_array
from vaediag.probes.corrected import Corrected, corrected_codes, latent_dispersion, latent_pit
from vaediag.records.calibration import Calibration
from vaediag.records.estimate import Array, Estimate, estimate
from vaediag.records.evidence import Evidence
from vaediag.seeds import fold


@dataclass(frozen=True, slots=True, eq=False)
class AtCorrected:
    """What the corrected codes say."""

    codes: Corrected
    calibration: Calibration | None  # None: no image gave finite results
    paired: Estimate | None  # dispersion(posterior) - dispersion(corrected) of the same images

    def evidence(self, before: Evidence) -> Evidence:
        """`before` with the test of the encoder."""
        u, moved = self.codes.u, self.codes.mixing
        return dataclasses.replace(
            before,
            latent_dispersion=None if u is None else latent_dispersion(u),
            latent_pit=None if u is None else latent_pit(u),
            corrected=self.codes.run,
            latent_offset=None if moved is None else moved.offset,
            latent_width=None if moved is None else moved.width,
        )


def at_corrected(
    vae: Any,
    made: Plan,
    data: Images,
    index: Array,
    measured: Measured,
    *,
    seed: int,
    key: Seed,
    progress: Progress | None,
) -> AtCorrected:
    """Corrected codes of the images at `index`, and the calibration of the decoder at those codes.

    Args:
        made, measured: the pass over all images, for its chunk, its bins and its rows.
        seed: of what calibration simulates; key: of codes and ranks.
    """
    x = data.take(index)
    codes = corrected_codes(vae, x, seed=fold(key, 0), index=index, progress=progress)
    diagnostics, given = {"corrected": calibration("corrected")}, {"center": made.given["center"]}
    step = compile_step(vae, diagnostics, chunk=made.chunk, given=given, given_codes=True)
    again = run(step, from_array(x), chunk=made.chunk, seed=fold(key, 1), codes=np.asarray(codes.z))
    if not again.used.any():
        return AtCorrected(codes, None, None)
    record = finalize(
        again.sums["corrected"],
        conditioning="corrected",
        event_shape=tuple(vae.event_shape),
        traits=made.traits,
        off_support=0.0,
        seed=seed,
    )
    difference = measured.rows["posterior"]["dispersion"][index] - again.rows["corrected"]["dispersion"]
    difference = difference[np.isfinite(difference)]
    error = difference.std(ddof=1) / np.sqrt(len(difference)) if len(difference) > 1 else np.nan
    return AtCorrected(codes, record, estimate(float(difference.mean()), float(error)))
