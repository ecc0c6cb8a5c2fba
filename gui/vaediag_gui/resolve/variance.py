"""Variance: where does the spread of x come from?"""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimate
from vaediag.records.text import by_severity, printable
from vaediag.records.variance import ScaleHealth, Variance
from vaediag.report.event import kind
from vaediag_gui.resolve.assumed import line, of_diagnosis
from vaediag_gui.resolve.behind import BehindState, behind
from vaediag_gui.resolve.calibration import PixelState, pixel_state
from vaediag_gui.resolve.maps import VARIANCE, columns_in, map_note
from vaediag_gui.resolve.standing import VOID, Invitation, Standing, about, standing, void
from vaediag_gui.resolve.words import Fact, capital, percent, plural, short, value
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Wish

INVITATION = Invitation(
    "Where does the spread of x come from?",
    "A generated x varies because z varies (latent signal) and because p(x | z) is itself a distribution (decoder "
    "noise). You will see both beside the variance of the data, pixel by pixel, and what the decoder's σ look like.",
)
LAWS = {"aggregate": "codes of the data", "prior": "codes of the prior"}
RULES = {"aggregate": "z ~ q(z)", "prior": "z ~ p(z)"}
READINGS = {
    "ratio": "total / data, 1 is exact; red: the model spreads more than the data, blue: less; "
    "grey: the data never varies there",
    "total": "decoder noise + latent signal, squared units of x",
    "data": "variance of the data, squared units of x; all four share one scale",
    "decoder_noise": "E Var(x | z): the same z, drawn again; squared units of x",
    "latent_signal": "Var E(x | z): the picture changes with z; squared units of x",
}
FLAT_RATIO = "total / data, 1 is exact; no bar: exact, or the data never varies there"


@dataclass(frozen=True, slots=True)
class LawChoice:
    key: str
    words: str
    why_not: str  # "" where it can be chosen


@dataclass(frozen=True, slots=True)
class VarianceState:
    standing: Standing
    verdict: str = ""
    about: str = ""
    assumed: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    variance: Variance | None = None
    event: tuple[int, ...] = ()
    columns: tuple[str, ...] = ()
    law: str = "aggregate"
    laws: tuple[LawChoice, ...] = ()
    map: str = "ratio"
    map_title: str = ""
    map_words: str = ""
    facts: tuple[Fact, ...] = ()
    scale_words: str = ""
    scale: tuple[Fact, ...] = ()
    pixel: PixelState | None = None
    behind: BehindState | None = None


def resolve_variance(wish: Wish, known: Answers) -> VarianceState:
    stand, diagnosis = standing(wish, known, INVITATION), known.diagnosis
    if diagnosis is None:
        return VarianceState(stand)
    variance = diagnosis.variance
    law = "prior" if wish.maps.law == "prior" and variance.prior is not None else "aggregate"
    which = wish.maps.variance if wish.maps.variance in VARIANCE else "ratio"
    note = map_note(diagnosis.model.event_shape)
    why_not = diagnosis.why_not.get("variance.prior", "not measured") if variance.prior is None else ""
    words, facts = scale_health(diagnosis)
    flat = kind(diagnosis.model.event_shape) == "flat"
    return VarianceState(
        standing=stand,
        verdict=verdict(diagnosis),
        about=about(diagnosis),
        assumed=line(of_diagnosis(diagnosis)),
        figures=(("variance_maps", "Variance maps"),),
        variance=variance,
        event=diagnosis.model.event_shape,
        columns=columns_in(diagnosis),
        law=law,
        laws=(LawChoice("aggregate", _law("aggregate"), ""), LawChoice("prior", _law("prior"), printable(why_not))),
        map=which,
        map_title=f"{capital(VARIANCE[which])} · {LAWS[law]}",
        map_words=f"{_reading(which, flat=flat)}{f'; {note}' if note else ''}",
        facts=_parts(variance, law),
        scale_words=words,
        scale=facts,
        pixel=pixel_state(wish, known, diagnosis.model.event_shape, columns_in(diagnosis)),
        behind=behind(wish, known, diagnosis.model.event_shape, columns_in(diagnosis)),
    )


def verdict(diagnosis: Diagnosis) -> str:
    """The finding about the variance where there is one; else the numbers, without a judgement."""
    if void(diagnosis):
        return VOID
    for finding in by_severity(diagnosis.findings):
        if finding.id == "variance":
            return printable(finding.title)
    parts = diagnosis.variance.aggregate
    if parts is None:
        return (
            f"There is no variance to compare: {printable(diagnosis.why_not.get('variance.aggregate', 'not measured'))}"
        )
    noise = percent(min(max(1 - parts.explained.value, 0.0), 1.0))
    return (
        f"The model's variance is {value(parts.variance_ratio)} of the data's, where 1 is exact; "
        f"{noise} of the model's is the decoder's own noise"
    )


def scale_health(diagnosis: Diagnosis) -> tuple[str, tuple[Fact, ...]]:
    """A sentence about the decoder's σ, and the numbers."""
    scale = diagnosis.variance.scale
    if scale is None:
        reason = printable(diagnosis.why_not.get("variance.scale", "not measured"))
        return f"There is no σ to look at: {reason}.", ()
    one = scale.minimum == scale.maximum
    rows = []
    if not one:
        rows.append(
            Fact("range of σ", f"{short(scale.minimum)} to {short(scale.maximum)}", "all values of x, all images")
        )
        rows.append(_quantiles(scale))
    if scale.floor is not None:
        share = percent(scale.at_floor, 1) if scale.at_floor else "none"
        rows.append(Fact("floor", short(scale.floor), f"the smallest σ that the decoder can state; {share} at it"))
    if one or scale.stated is not None:
        stated = scale.minimum if scale.stated is None else scale.stated
        rows.append(Fact("σ stated", short(stated), "one number for all values of x"))
    normal = "normal" in diagnosis.model.likelihood
    best = "the one σ for which the ELBO is largest, for these means" if normal else "root mean squared error"
    rows.append(Fact("σ*" if normal else "error made", value(scale.optimal), f"{best}; units of x"))
    if scale.beta_equivalent is not None:
        beta = value(scale.beta_equivalent)
        rows.append(Fact("β equivalent", beta, "σ² / σ*²: as if trained with this β; 1 where σ is σ*"))
    if scale.non_finite:
        rows.append(Fact("not finite", plural(scale.non_finite, "image"), "gave a σ that is no number"))
    return _scale_words(scale, "σ*" if normal else "the error made"), tuple(rows)


def _quantiles(scale: ScaleHealth) -> Fact:
    """The median, with the others in its reading."""
    found = {
        float(level): short(float(each)) for level, each in zip(scale.quantile_levels, scale.quantiles, strict=True)
    }
    middle = min(found, key=lambda level: abs(level - 0.5))
    rest = ", ".join(f"{100 * level:g} % below {each}" for level, each in found.items() if level != middle)
    return Fact(f"{100 * middle:g} % of σ below", found[middle], rest)


def _scale_words(scale: ScaleHealth, best: str) -> str:
    if scale.stated is not None or scale.minimum == scale.maximum:
        stated = scale.stated if scale.stated is not None else scale.minimum
        return f"The decoder states one σ for everything, {short(stated)}; {best} is {value(scale.optimal)}."
    quantiles = dict(zip((float(each) for each in scale.quantile_levels), scale.quantiles, strict=True))
    middle = ""
    if 0.25 in quantiles and 0.75 in quantiles:
        middle = f", for the middle half between {short(quantiles[0.25])} and {short(quantiles[0.75])}"
    floor = f" {percent(scale.at_floor, 1)} of the values are at the floor." if scale.at_floor else ""
    return (
        f"σ lies between {short(scale.minimum)} and {short(scale.maximum)}{middle}; "
        f"{best} is {value(scale.optimal)}.{floor}"
    )


def _reading(which: str, *, flat: bool) -> str:
    return FLAT_RATIO if flat and which == "ratio" else READINGS[which]


def _law(law: str) -> str:
    return f"{LAWS[law]}, {RULES[law]}"


def _parts(variance: Variance, law: str) -> tuple[Fact, ...]:
    parts = variance.prior if law == "prior" and variance.prior is not None else variance.aggregate
    unit = "mean over the values of x, squared units of x"
    if parts is None:  # p(x | z) has no variance
        return (Fact("data", value(variance.data), f"Var(x); {unit}"),)

    def fact(name: str, estimate: Estimate, reading: str) -> Fact:
        return Fact(name, value(estimate), reading)

    return (
        fact("total / data", parts.variance_ratio, "sums over the values of x; 1 is exact"),
        fact("explained by z", parts.explained, "latent signal, share of the model's variance"),
        fact("decoder noise", parts.decoder_noise, f"E Var(x | z); {unit}"),
        fact("latent signal", parts.latent_signal, "Var E(x | z)"),
        fact("total", parts.total, "noise + signal"),
        fact("data", variance.data, "Var(x)"),
    )
