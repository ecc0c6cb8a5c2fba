"""Rule 2: is q(z | x) the posterior that decoder and prior imply? And on which z is the decoder then to be judged?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaediag.findings.bound import raised
from vaediag.findings.misfit import NARROW, UNKNOWN, WIDE, misfits, place, title
from vaediag.findings.rules import MINIMUM_IMAGES, severity, worst
from vaediag.findings.wording import measured, times
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
    if not decoder and not run.reliable:
        return None  # neither the likelihood nor the codes can be relied on
    levels = {k: severity("latent_dispersion", dispersion[k], cells=len(dispersion)) for k in range(len(dispersion))}
    fired = [k for k, level in levels.items() if level is not None]
    if not fired:
        return None
    return Finding(
        id="encoder",
        severity=worst(*levels.values()),
        where="evidence.latent_dispersion",
        title=title(diagnosis.evidence, fired),
        evidence=_evidence(diagnosis, dispersion, run, fired, decoder=decoder),
        meaning="q(z | x) is not the posterior of this decoder and prior. The ELBO is looser than it need be"
        + (_JUDGED if decoder else "")
        + ". Dispersion above 1: the posterior's own draws fall into the tails of q, which is too narrow or has its "
        "mean in the wrong place; below 1: q is too wide.",
        try_=_advice(diagnosis, {word for k in fired for word in misfits(diagnosis.evidence, k)}),
        figure="fault" if decoder and diagnosis.evidence.latent_pit is not None else "latent_dispersion",
    )


STUCK = 0.9  # memory of a chain that has hardly moved, as the probe has it
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


def _evidence(
    diagnosis: Diagnosis, dispersion: Estimates, run: CorrectedRun, fired: list[int], *, decoder: bool
) -> str:
    shown = sorted(fired, key=lambda k: -abs(dispersion.value[k] - 1))[:2]
    numbers = ", ".join(f"latent {k}: {measured(dispersion[k])}" for k in shown)
    parts = [f"latent dispersion {numbers}{', …' if len(fired) > len(shown) else ''} (exact: 1)"]
    parts.append(place(diagnosis.evidence, shown[0]))
    if decoder:
        parts.append(_decoder(diagnosis))
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
    if not run.reliable and run.memory is not None and run.memory > STUCK:
        parts.append("hardly moving")
    elif not run.reliable and run.climb is not None:
        parts.append(f"log p(x, z) still changes by {number(run.climb.value)} nats")
    if run.pareto_k_over is not None and np.isfinite(run.pareto_k_over):
        parts.append(f"Pareto k̂ too high for {run.pareto_k_over:.0%} of the images")
    return parts


def _advice(diagnosis: Diagnosis, words: set[str]) -> str:
    steps = ["check first that the encoder's outputs are read as they were trained (log-variance or σ?)"]
    if words & {NARROW, WIDE} and "fixed" in diagnosis.model.likelihood:
        steps.append("that σ and β are those of the training: a loss with another weight of the KL makes another width")
    run = diagnosis.evidence.corrected
    narrow = NARROW in words or (UNKNOWN in words and run is not None and run.reliable)
    if narrow and "full-covariance" not in diagnosis.model.posterior:
        steps.append("a richer posterior, vd.posteriors.MeanTriL(): a diagonal one is too narrow where latents depend")
    if WIDE in words:
        steps.append("no noise added to the encoder's output, and no lower bound on its σ")
    steps.append("a larger encoder, or some more epochs of the encoder alone with the decoder frozen")
    return "; ".join(steps) + "."
