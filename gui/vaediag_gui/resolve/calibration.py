"""Calibration: does x behave like a draw from p(x | z)?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaediag.findings.rules import MINIMUM_IMAGES, side
from vaediag.records.calibration import Band, Calibration
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimate
from vaediag.records.finding import Finding
from vaediag.records.text import by_severity, printable
from vaediag.report.event import kind
from vaediag_gui.resolve.assumed import line, of_diagnosis
from vaediag_gui.resolve.behind import BehindState, behind
from vaediag_gui.resolve.conditionings import CONDITIONINGS, measured
from vaediag_gui.resolve.dependence import DependenceState, dependence
from vaediag_gui.resolve.fault import FaultState, fault
from vaediag_gui.resolve.maps import CALIBRATION, NAMES, columns_in, map_note, pixel_words, place_of
from vaediag_gui.resolve.standing import VOID, Invitation, Standing, about, standing, void
from vaediag_gui.resolve.words import Fact, percent, plural, short, value
from vaediag_gui.state.answers import Answers, PixelPit, calibration_of
from vaediag_gui.state.wish import Wish

INVITATION = Invitation(
    "Does x behave like a draw from p(x | z)?",
    "For every value of x: which fraction of p(x | z) lies below it? If the decoder's uncertainty is right, all "
    "fractions are equally frequent. You will see that as histograms and curves with bands, for z from the encoder, "
    "from its corrected posterior and from the prior, and as maps that show where in the picture it is wrong.",
)
EXACT = "; an exact model of this size gives about"
DECODER_RULES = ("scale", "tails", "bias", "shape", "reliability")  # and those below them: "scale.region"
FIGURES = {
    "pit": "PIT histograms",
    "quantile_curve": "Quantile curves",
    "reliability": "Reliability curve",
    "spread_skill": "Spread and error",
    "calibration_maps": "Maps",
    "fault": "Whose fault?",
    "dependence": "Independence of pixels",
}


@dataclass(frozen=True, slots=True)
class PitCard:
    """One conditioning: its histogram is `calibration.pit_histogram`."""

    calibration: Calibration
    chosen: bool
    dispersion: str

    @property
    def key(self) -> str:
        return self.calibration.conditioning


@dataclass(frozen=True, slots=True)
class PixelState:
    """The calibration of the clicked pixel; `pit` None: `text` says why it is not there."""

    place: tuple[int, ...] | None  # on the map
    pit: PixelPit | None
    title: str
    text: str
    trouble: bool = False


@dataclass(frozen=True, slots=True)
class CalibrationState:
    standing: Standing
    verdict: str = ""
    about: str = ""
    assumed: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    cards: tuple[PitCard, ...] = ()
    chosen: Calibration | None = None
    facts: tuple[Fact, ...] = ()
    event: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()
    map: str = "dispersion"
    maps: tuple[tuple[str, str], ...] = ()
    map_words: str = ""
    pixel: PixelState = PixelState(None, None, "", "")
    behind: BehindState | None = None
    fault: FaultState | None = None
    dependence: DependenceState | None = None


def resolve_calibration(wish: Wish, known: Answers) -> CalibrationState:
    stand, diagnosis = standing(wish, known, INVITATION), known.diagnosis
    if diagnosis is None:
        return CalibrationState(stand)
    chosen = calibration_of(diagnosis, wish.maps.conditioning) or diagnosis.calibration.posterior
    offered = tuple((key, NAMES[key]) for key in CALIBRATION if getattr(chosen.maps, key) is not None)
    which = wish.maps.calibration if wish.maps.calibration in dict(offered) else "dispersion"
    event = diagnosis.model.event_shape
    return CalibrationState(
        standing=stand,
        verdict=verdict(diagnosis),
        about=about(diagnosis),
        assumed=line(of_diagnosis(diagnosis)),
        figures=_figures(diagnosis),
        cards=tuple(
            PitCard(each, each is chosen, value(each.dispersion)) for each in measured(diagnosis.calibration)
        ),
        chosen=chosen,
        facts=facts(chosen),
        event=event,
        columns=columns_in(diagnosis),
        map=which,
        maps=offered,
        map_words=_reading(which, event, chosen.conditioning),
        pixel=pixel_state(wish, known, event, columns_in(diagnosis)),
        behind=behind(wish, known, event, columns_in(diagnosis)),
        fault=fault(diagnosis),
        dependence=dependence(wish, known, diagnosis),
    )  # fmt: skip


def _reading(which: str, event: tuple[int, ...], conditioning: str) -> str:
    """What the map says, and what its colours mean."""
    words = _colours(which, event)
    return _at_the_mean(words) if conditioning == "posterior_mean" else words


def _colours(which: str, event: tuple[int, ...]) -> str:
    if kind(event) == "flat":
        return (
            CALIBRATION[which]
            .replace("red: ", "above: ")
            .replace("blue: ", "below: ")
            .replace("above: x lies above its law, below: below", "above: x lies above its law")
        )
    note = map_note(event)
    return f"{CALIBRATION[which]}{f'; {note}' if note else ''}"


def _at_the_mean(reading: str) -> str:
    """What is exact for a draw from q(z | x) is not at its mean: there z has seen x."""
    return reading.replace("is exact", "would be exact for z ~ q(z | x)")


def verdict(diagnosis: Diagnosis) -> str:
    """The finding about the decoder where there is one; else the dispersion, without a judgement."""
    if void(diagnosis):
        return VOID
    posterior = diagnosis.calibration.posterior
    number = f"dispersion {value(posterior.dispersion)}"
    if posterior.images < MINIMUM_IMAGES:
        return f"{number.capitalize()} where 1 is exact, from {plural(posterior.images, 'image')}: too few to judge"
    for finding in by_severity(diagnosis.findings):
        if finding.id.partition(".")[0] in DECODER_RULES and finding.severity != "info":
            return _said(diagnosis, finding)
    if any(finding.id == "encoder" for finding in diagnosis.findings):
        return f"Nothing found against the decoder; the encoder is wrong ({number} with its z, where 1 is exact)"
    return f"x behaves like a draw from p(x | z), as far as measured: {number}, where 1 is exact"


def _said(diagnosis: Diagnosis, finding: Finding) -> str:
    """`Over-confident: σ is too small by a factor 3.16 ± 0.05 (z corrected)`; the z is named unless it is q's."""
    title = printable(finding.title)
    section, _, conditioning = finding.where.partition(":")[0].partition(".")
    known = section == "calibration" and conditioning in CONDITIONINGS
    judged = calibration_of(diagnosis, conditioning) if known else None
    if finding.id != "scale" or judged is None:
        return title
    which = side("dispersion", judged.dispersion)
    where = "" if judged.conditioning == "posterior" else f" (z {judged.conditioning.replace('_', ' ')})"
    return f"{({1: 'Over-confident: ', -1: 'Under-confident: '}).get(which, '')}{title}{where}"


def facts(calibration: Calibration) -> tuple[Fact, ...]:
    """Every number of one conditioning with its standard error and what an exact model gives."""
    rows = [
        _fact("dispersion", calibration.dispersion, "1 is exact; above over-confident, below under-confident"),
        _fact("bias", calibration.bias, "0 is exact; above: x lies higher than p(x | z) says"),
        _fact("miscalibration area", calibration.miscalibration_area, "between quantile curve and diagonal"),
        _fact("largest difference", calibration.max_calibration_error, "of quantile curve and diagonal"),
        _coverage(calibration.coverage),
        _fact("reduced χ²", calibration.reduced_chi2, "1 is exact; above: errors larger than σ says"),
        _fact("tail weight", calibration.tail_weight, "0 is exact; above: heavier tails than p(x | z)"),
        _fact("sharpness", calibration.sharpness, "units of x; root of the mean σ²"),
        _fact("ence", calibration.ence, "error against stated σ, bin by bin"),
        _fact("ece", calibration.ece, "stated probability against observed frequency"),
        _fact("largest bin error", calibration.mce, "of the reliability curve (mce)"),
        _fact("calibration slope", calibration.calibration_slope, "0 is exact; below: too sharp, above: too flat"),
    ]
    if calibration.brier is not None:
        brier = calibration.brier
        within = (
            "0" if abs(brier.within_bin.value) < 1e-9 else value(brier.within_bin)
        )  # a difference that rounding left
        parts = " − ".join([f"reliability {value(brier.reliability)}", f"resolution {value(brier.resolution)}"])
        parts += f" + uncertainty {value(brier.uncertainty)} + within bins {within}"
        rows.append(_fact("Brier score", brier.score, parts))
    rows += [
        _fact("crps", calibration.crps, "lower is better"),
        _fact("interval score", calibration.interval_score, "of the central 90 % interval; lower is better"),
        _fact("log score", calibration.log_score, "−log p; lower is better"),
    ]
    if calibration.off_support:
        rows.append(Fact("off support", percent(calibration.off_support, 2), "of the values are impossible"))
    there = tuple(row for row in rows if row is not None)
    if calibration.conditioning != "posterior_mean":
        return there
    return tuple(row._replace(reading=_at_the_mean(row.reading.partition(EXACT)[0])) for row in there)


def _fact(name: str, estimate: Estimate | None, reading: str) -> Fact | None:
    if estimate is None or not np.isfinite(estimate.value):
        return None
    unit = f"{estimate.unit}; " if estimate.unit and estimate.unit not in reading else ""
    exact = "" if estimate.expected is None else f"{EXACT} {short(estimate.expected)}"
    return Fact(name, value(estimate), f"{unit}{reading}{exact}")


def _coverage(band: Band, level: float = 0.9) -> Fact | None:
    nominal = np.asarray(band.nominal, dtype=float)
    place = int(np.argmin(np.abs(nominal - level)))
    if abs(nominal[place] - level) > 1e-6 or not np.isfinite(band.observed[place]):
        return None
    low, high = float(band.lower[place]), float(band.upper[place])
    within = f"95 % band {percent(low, 1)} to {percent(high, 1)}; " if np.isfinite(low) else ""
    reading = f"{within}of the values lie in the central interval of mass 90 %"
    return Fact("coverage of 90 %", percent(float(band.observed[place]), 1), reading)


def band_words(band: Band) -> str:
    """Where the diagonal is farthest outside the band, or that it is inside everywhere."""
    nominal, observed = np.asarray(band.nominal, float), np.asarray(band.observed, float)
    if not np.isfinite(band.lower).all():
        return "No band: too few images."
    beyond = (nominal < np.asarray(band.lower) - 1e-9) | (nominal > np.asarray(band.upper) + 1e-9)
    if not beyond.any():
        return "The diagonal lies inside the band everywhere."
    place = int(np.argmax(np.where(beyond, np.abs(observed - nominal), -1.0)))
    pairs = ([percent(float(each[place]), digits) for each in (nominal, observed)] for digits in range(4))
    stated, found = next((pair for pair in pairs if pair[0] != pair[1]), ("", ""))
    return f"The diagonal leaves the band: {found} where {stated} is stated."


def _figures(diagnosis: Diagnosis) -> tuple[tuple[str, str], ...]:
    posterior = diagnosis.calibration.posterior
    there = {
        "reliability": posterior.reliability_curve, "spread_skill": posterior.spread_skill,
        "fault": diagnosis.evidence.latent_pit, "dependence": diagnosis.independence,
    }  # fmt: skip
    return tuple((key, words) for key, words in FIGURES.items() if there.get(key, key) is not None)


def pixel_state(wish: Wish, known: Answers, event: tuple[int, ...], columns: tuple[str, ...] = ()) -> PixelState:
    index = wish.maps.pixel
    place = place_of(event, index)
    if index is None or place is None:
        thing = "bar" if len(event) == 1 else "pixel"
        return PixelState(None, None, "PIT of one pixel" if thing == "pixel" else "PIT of one feature",
                          f"Click a {thing} of the map to see where its values fall in p(xᵢ | z).")  # fmt: skip
    words = pixel_words(event, index, columns)
    found = known.pixel_pit
    trouble = known.troubles.get("pixel_pit")
    if trouble is not None:
        return PixelState(place, None, f"PIT of {words}", trouble.message, trouble=True)
    if found is None or tuple(found.index) != tuple(index):
        return PixelState(place, None, f"PIT of {words}", f"Computing the PIT of {words} over the images…")
    dispersion, bias = (each if isinstance(each, Estimate) else None for each in (found.dispersion, found.bias))
    says = f"z ~ q(z | x), {plural(found.images, 'image')} · dispersion {value(dispersion)} · bias {value(bias)}"
    return PixelState(place, found, f"PIT of {words}", says)
