"""Rule 2: is q(z | x) the posterior that decoder and prior imply? And on which z is the decoder then to be judged?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vaediag.findings.bound import raised
from vaediag.findings.rules import MINIMUM_IMAGES, severity, worst
from vaediag.findings.wording import listing, measured, times
from vaediag.records.calibration import Calibration
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimates, number
from vaediag.records.evidence import CorrectedRun
from vaediag.records.finding import Finding


@dataclass(frozen=True, slots=True)
class Ground:
    """The conditioning on which the decoder is judged. `doubtful`: it may still hold some of the encoder's fault."""

    calibration: Calibration
    doubtful: bool = False

    @property
    def where(self) -> str:
        return f"calibration.{self.calibration.conditioning}"


def encoder_finding(diagnosis: Diagnosis, *, decoder: bool = True) -> Finding | None:
    """`encoder`: latents whose dispersion differs from 1 on the corrected draws; each judged as one of L.

    `decoder`: may the decoder's numbers be quoted? Not where the data make them void.
    """
    dispersion, run = diagnosis.evidence.latent_dispersion, diagnosis.evidence.corrected
    if dispersion is None or run is None or len(run.images) < MINIMUM_IMAGES:
        return None
    levels = {k: severity("latent_dispersion", dispersion[k], cells=len(dispersion)) for k in range(len(dispersion))}
    fired = [k for k, level in levels.items() if level is not None]
    if not fired:
        return None
    narrow = [k for k in fired if dispersion.value[k] > 1]
    wide = [k for k in fired if dispersion.value[k] < 1]
    most = max(fired, key=lambda k: abs(dispersion.value[k] - 1))
    return Finding(
        id="encoder",
        severity=worst(*levels.values()),
        where="evidence.latent_dispersion",
        title=_title(narrow, wide, dispersion, most),
        evidence=_evidence(diagnosis, dispersion, run, fired, decoder=decoder),
        meaning="q(z | x) is not the posterior of this decoder and prior. The ELBO is looser than it need be"
        + (_JUDGED if decoder else "")
        + ". Dispersion above 1: the posterior's own draws fall into the tails of q, which is too narrow or has its "
        "mean in the wrong place; below 1: q is too wide.",
        try_=_advice(diagnosis, narrow, wide),
        figure="fault" if decoder and diagnosis.evidence.latent_pit is not None else "latent_dispersion",
    )


_JUDGED = (
    ", and codes drawn from the encoder make the decoder look wrong where it is not: it is judged on the corrected "
    "codes here"
)


def ground(diagnosis: Diagnosis, encoder: Finding | None) -> Ground:
    """Corrected z if the encoder was found wrong (and they exist), z from the encoder otherwise."""
    corrected, run = diagnosis.calibration.corrected, diagnosis.evidence.corrected
    if encoder is None or corrected is None or run is None:
        return Ground(diagnosis.calibration.posterior)
    return Ground(corrected, doubtful=not run.reliable)


def width(dispersion: float) -> float | None:
    """Width of q relative to the posterior, for centred Gaussians; None where no width gives this dispersion.

    With z ~ N(0, 1) and u = Phi(z / s): 12 Var u = (6/pi) asin(r/(1 + r)), r = 1/s^2 (orthant probabilities).
    """
    tilt = math.sin(math.pi * dispersion / 6)
    return math.sqrt((1 - tilt) / tilt) if 0 < dispersion < 3 and tilt > 0 else None


def _title(narrow: list[int], wide: list[int], dispersion: Estimates, most: int) -> str:
    if narrow and wide:
        return f"The encoder is too narrow or off-centre in {_latents(narrow)} and too wide in {_latents(wide)}"
    word = "narrow or off-centre" if narrow else "wide"
    upto = ("up to " if narrow else "down to ") if len(narrow or wide) > 1 else ""
    return f"The encoder is too {word} in {_latents(narrow or wide)}: dispersion {upto}{dispersion.value[most]:.2f}"


def _latents(indices: list[int]) -> str:
    return f"{'latent' if len(indices) == 1 else 'latents'} {listing(indices, most=6)}"


def _evidence(
    diagnosis: Diagnosis, dispersion: Estimates, run: CorrectedRun, fired: list[int], *, decoder: bool
) -> str:
    shown = sorted(fired, key=lambda k: -abs(dispersion.value[k] - 1))[:2]
    numbers = ", ".join(f"latent {k}: {measured(dispersion[k])}" for k in shown)
    parts = [f"latent dispersion {numbers}{', …' if len(fired) > len(shown) else ''} (exact: 1)"]
    if decoder:
        parts.append(_decoder(diagnosis))
    factor = width(float(dispersion.value[shown[0]]))
    if factor is not None:
        parts.append(f"as a width alone {factor:.2f} × the right one")
    parts += [how(run) + ("" if run.reliable else ": unreliable, as is the size of the fault")]
    parts.append(raised(diagnosis.evidence.iwae))
    return "; ".join(part for part in parts if part)


def _decoder(diagnosis: Diagnosis) -> str:
    """The decoder before and after the correction."""
    calibration = diagnosis.calibration
    if calibration.corrected is None:
        return ""
    before, after = calibration.posterior.dispersion.value, calibration.corrected.dispersion.value
    text = f"decoder dispersion {number(before)} with z from q, {number(after)} with z corrected"
    return text if calibration.paired is None else f"{text} (difference {measured(calibration.paired)})"


def how(run: CorrectedRun) -> str:
    """`mala, 50 steps on 256 images, acceptance 0.81`."""
    steps = f", {times(run.steps, 'step')}" if run.steps else ""
    text = f"{run.method}{steps} on {times(len(run.images), 'image')}"
    return ", ".join([text, *_quality(run)])


def doubt(run: CorrectedRun) -> str:
    """`mala unreliable, acceptance 0.00`."""
    return ", ".join([f"{run.method} unreliable", *_quality(run)])


def _quality(run: CorrectedRun) -> list[str]:
    parts = [] if run.acceptance is None else [f"acceptance {run.acceptance.value:.2f}"]
    if run.pareto_k_over is not None and np.isfinite(run.pareto_k_over):
        parts.append(f"Pareto k̂ too high for {run.pareto_k_over:.0%} of the images")
    return parts


def _advice(diagnosis: Diagnosis, narrow: list[int], wide: list[int]) -> str:
    steps = ["check first that the encoder's outputs are read as they were trained (log-variance or σ?)"]
    if narrow and "full-covariance" not in diagnosis.model.posterior:
        steps.append("a richer posterior, vd.posteriors.MeanTriL(): a diagonal one is too narrow where latents depend")
    if wide:
        steps.append("no noise added to the encoder's output, and no lower bound on its σ")
    steps.append("a larger encoder, or some more epochs of the encoder alone with the decoder frozen")
    return "; ".join(steps) + "."
