"""Rules 3 to 5 in their order: one finding for sigma or the shape of p(x | z), and one for a shifted mean."""

from __future__ import annotations

from dataclasses import dataclass, replace

from vaediag.findings.bias import bias, without_shift
from vaediag.findings.data import atom
from vaediag.findings.encoder import Ground
from vaediag.findings.images import images
from vaediag.findings.level import level
from vaediag.findings.region import region, share_on_side
from vaediag.findings.reliability import reliability
from vaediag.findings.rules import EXPLAINED, MINIMUM_IMAGES, RULES, severity
from vaediag.findings.scale import outweighs_tails, scale, scale_side
from vaediag.findings.shape import shape, spread_beside_shift
from vaediag.findings.sided import Uneven
from vaediag.findings.sigma import scale_floor, scale_range
from vaediag.findings.tails import tails
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.finding import Finding

NEARLY = 0.7  # as large a difference as that of another pattern
MOST = 2 / 3  # of the pixels: sigma that is wrong to one side in so many is wrong as a whole


@dataclass(frozen=True, slots=True)
class Decoder:
    """What was found under one ground, in the order of the rules.

    Attributes:
        findings: at most one of tails, scale*, shape and reliability, and `bias`.
        sigma: is the spread of p(x | z) wrong (or kept from being judged by the tails)? Then that of x is, too.
        shifted: mean square of u - 1/2 that `bias` stands for, 0 without it.
    """

    findings: tuple[Finding, ...] = ()
    sigma: bool = False
    shifted: float = 0.0

    @property
    def ids(self) -> set[str]:
        return {finding.id for finding in self.findings}


def decoder_findings(diagnosis: Diagnosis, ground: Ground) -> Decoder:
    """The decoder's findings under `ground`; none below 100 images."""
    if ground.calibration.images < MINIMUM_IMAGES:
        return Decoder()
    if ground.calibration.ece is not None:
        found = reliability(ground.calibration, ground.where)
        return Decoder(() if found is None else (found,), found is not None)
    shift = bias(diagnosis, ground)
    centred = ground if shift is None else replace(ground, calibration=without_shift(ground.calibration, shift))
    found = _sigma(diagnosis, centred, ground)
    if found is None and shift is None:
        found = shape(diagnosis, ground)
    elif found is None:
        found = spread_beside_shift(diagnosis, ground, centred.calibration)
    elif found is not None and found.id == "tails":
        shift = None  # a mass or a skew moves the mean rank as well: the shape comes first
    findings = tuple(item for item in (found, None if shift is None else shift.finding) if item is not None)
    wrong = scale_side(diagnosis, centred.calibration) != 0 or any(
        item.id not in ("tails", "bias") for item in findings
    )
    return Decoder(findings, wrong, 0.0 if shift is None else shift.square)


def _sigma(diagnosis: Diagnosis, ground: Ground, measured: Ground) -> Finding | None:
    """Sigma beyond sense, tails, sigma uneven, sigma at its floor, sigma as a whole: the first that is wrong.

    An uneven sigma makes tails that look heavy: it speaks for them if it explains most of their weight. So does a
    sigma that is so far off to one side that no tails could be the cause; only images then tell nothing of their own.
    `ground` is about the mean as it should be, `measured` about the mean as it is.
    """
    ranged = scale_range(diagnosis)
    if ranged is not None:
        return ranged
    heavy = tails(diagnosis, ground)
    uneven = _uneven(diagnosis, ground)
    if heavy is not None and (uneven is None or atom(diagnosis) is not None or not _explains(uneven, ground)):
        if not outweighs_tails(diagnosis, ground.calibration):
            return heavy
        uneven = None if uneven is not None and uneven.finding.id == "scale.image" else uneven
    floor = scale_floor(diagnosis, ground)
    if floor is not None and scale_side(diagnosis, ground.calibration) <= 0:
        return floor
    whole = scale(diagnosis, ground, measured.calibration)
    if uneven is None or whole is None:
        return whole if uneven is None else uneven.finding
    share = share_on_side(diagnosis, ground.calibration, scale_side(diagnosis, ground.calibration))
    if uneven.finding.id != "scale.region" or share < MOST:
        return uneven.finding
    evidence = (
        f"{whole.evidence}; not evenly: {uneven.finding.title.removeprefix('σ is ').replace(', by a factor', ' by')}"
    )
    return replace(whole, title=f"{whole.title}, though not evenly", evidence=evidence)


def _uneven(diagnosis: Diagnosis, ground: Ground) -> Uneven | None:
    """Over levels of sigma, pixels or images: the one that makes the largest difference, or the first that nearly does.

    Where sigma is one of a pixel, its levels are pixels: if they make up most of the difference, they say more.
    """
    found = [item for item in (level(ground), region(diagnosis, ground), images(diagnosis, ground)) if item is not None]
    most = max((item.variation for item in found), default=0.0)
    return next((item for item in found if item.variation >= NEARLY * most), None)


def _explains(uneven: Uneven, ground: Ground) -> bool:
    """Most of the tail weight; or what is left of it would not have been noticed."""
    weight = ground.calibration.tail_weight
    if weight is None or weight.value < 0:
        return False
    left = replace(weight, value=weight.value - 3 * uneven.variation)
    return 3 * uneven.variation >= EXPLAINED * (weight.value - RULES["tail_weight"].margin) or not severity(
        "tail_weight", left
    )
