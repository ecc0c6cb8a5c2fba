"""Evidence: how close is the bound to log p(x), and how good is the posterior of each image?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array, Estimate
from vaediag.records.evidence import Ais, Iwae, ParetoK
from vaediag.records.pictures import Picked
from vaediag.records.text import by_severity, printable
from vaediag_gui.resolve.assumed import line, of_diagnosis
from vaediag_gui.resolve.bar import why_not_diagnose
from vaediag_gui.resolve.depth import asked, offer
from vaediag_gui.resolve.message import Message
from vaediag_gui.resolve.standing import Invitation, Standing, about, standing
from vaediag_gui.resolve.words import Fact, percent, plural, short, value
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Wish

INVITATION = Invitation(
    "How close is the bound to log p(x)?",
    "The ELBO is a lower bound of the evidence log p(x). You will see which images have least of it and, when you ask "
    "for more, how far the bound lies below log p(x), for which images the encoder's posterior is poor, and the "
    "evidence itself by annealed importance sampling.",
)
IN_DEPTH = (
    "With 100 codes per image instead of one, the bound rises towards log p(x): how far tells how much the ELBO "
    "misses. The same codes tell for which images the posterior is poor."
)
FIGURES = {
    "evidence_gaps": "From the ELBO to log p(x)",
    "poor_posterior": "Images with a poor posterior",
    "lowest_evidence": "Images with the lowest evidence",
}
CHAINS = 16  # of AIS, per image
LEAST, MOST, STEP = -0.5, 1.5, 0.1  # of the histogram of k-hat


@dataclass(frozen=True, slots=True, eq=False)
class Tails:
    """The histogram of k-hat: images in bins of `edges` `[bins + 1]`; the first and the last bin hold all beyond.

    `exact`: images whose weights are all alike, which have no k-hat.
    """

    edges: Array
    counts: Array
    exact: int
    threshold: float


@dataclass(frozen=True, slots=True)
class EvidenceState:
    standing: Standing
    verdict: str = ""
    about: str = ""
    assumed: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    diagnosis: Diagnosis | None = None
    iwae: Iwae | None = None
    ladder_words: str = ""
    ladder_offer: Message | None = None
    pareto: ParetoK | None = None
    pareto_words: str = ""
    poor: Picked | None = None
    lowest: Picked | None = None
    images_words: str = ""  # why there are no images
    ais: Ais | None = None
    ais_words: str = ""
    ais_facts: tuple[Fact, ...] = ()
    ais_sizes: tuple[int, int] = (8, 1000)  # images, temperatures
    ais_why_not: str = ""  # what stands in the way of asking for it now
    facts: tuple[Fact, ...] = ()


def resolve_evidence(wish: Wish, known: Answers) -> EvidenceState:
    stand, diagnosis = standing(wish, known, INVITATION), known.diagnosis
    if diagnosis is None:
        return EvidenceState(stand)
    evidence, pictures = diagnosis.evidence, diagnosis.pictures
    return EvidenceState(
        standing=stand,
        verdict=verdict(diagnosis),
        about=about(diagnosis),
        assumed=line(of_diagnosis(diagnosis)),
        figures=_figures(diagnosis),
        diagnosis=diagnosis,
        iwae=evidence.iwae,
        ladder_words=ladder_words(diagnosis),
        ladder_offer=offer(wish, known, "iwae", IN_DEPTH),
        pareto=evidence.pareto_k,
        pareto_words="" if evidence.pareto_k is None else pareto_words(evidence.pareto_k),
        poor=None if pictures is None else pictures.poor,
        lowest=None if pictures is None else pictures.lowest,
        images_words="" if pictures is not None and pictures.lowest is not None else _no_images(diagnosis),
        ais=evidence.ais,
        ais_words=ais_words(diagnosis),
        ais_facts=() if evidence.ais is None else ais_facts(evidence.ais),
        ais_sizes=(wish.ais_images, wish.ais_temperatures),
        ais_why_not=why_not_diagnose(wish, known),
        facts=facts(diagnosis),
    )


def verdict(diagnosis: Diagnosis) -> str:
    """The finding about the bound where there is one; else how much the bound misses, as far as it is known."""
    for finding in by_severity(diagnosis.findings):
        if finding.id == "bound" and finding.severity != "info":
            return printable(finding.title)
    evidence = diagnosis.evidence
    ais = evidence.ais if evidence.ais is not None and evidence.ais.reliable else None
    if evidence.iwae is not None:
        annealed = "" if ais is None else f"; by annealing {value(ais.gap)}, on {_images(ais.images)}"
        return f"log p(x) lies at least {value(_gain(evidence.iwae))} nats above the ELBO{annealed}"
    if ais is not None:
        return f"log p(x) lies {value(ais.gap)} nats above the ELBO, by annealing, on {_images(ais.images)}"
    return f"The ELBO is {value(evidence.elbo)} nats per image; how far below log p(x) that is was not measured"


def ladder_words(diagnosis: Diagnosis) -> str:
    iwae, ais = diagnosis.evidence.iwae, diagnosis.evidence.ais
    if iwae is None:
        return ""
    words = f"Bound with K codes per image, above that with one; {_images(iwae.images)}, bars: two standard errors."
    if ais is not None:
        words += f" AIS: log p(x) of {_images(ais.images)}, above their ELBO."
    return words


def pareto_words(pareto: ParetoK) -> str:
    exact = f" {percent(pareto.exact)} have weights that are all alike: q is exact there." if pareto.exact else ""
    return (
        f"Tail of each image's weights p(x, z) / q(z | x). {percent(pareto.over)} of "
        f"{_images(pareto.images)} lie above {short(pareto.threshold)}, where their bound cannot be relied on.{exact}"
    )


def tails(pareto: ParetoK) -> Tails:
    edges = np.round(np.arange(LEAST, MOST + STEP / 2, STEP), 6)
    value_ = np.asarray(pareto.value, float)
    exact = np.isnan(value_)
    counts, _ = np.histogram(np.clip(value_[~exact], LEAST, MOST), bins=edges)
    return Tails(edges, counts, int(exact.sum()), float(pareto.threshold))


def ais_words(diagnosis: Diagnosis) -> str:
    ais = diagnosis.evidence.ais
    if ais is not None:
        doubt = "" if ais.reliable else "▲ Not to be relied on: try more temperatures. "
        return (
            f"{doubt}Per image, how far log p(x) by annealing lies above its ELBO, with standard errors over "
            f"{ais.chains} chains; the ring is the bound with the most codes."
        )
    if asked(diagnosis, "ais"):
        return f"Not measured: {printable(diagnosis.why_not['evidence.ais'])}."
    return (
        "Log p(x) of a few images itself, not a bound: chains walk from the prior to the posterior through many "
        "temperatures (Wu et al. 2017). Takes minutes; the more temperatures, the closer."
    )


def cost_words(images: int, temperatures: int) -> str:
    """`128 chains, 1,000 temperatures each; twice as many of either takes twice as long`."""
    chains = plural(images * CHAINS, "chain")
    return f"{chains} of {plural(temperatures, 'temperature')}; the time left is shown once the first steps are done."


def ais_facts(ais: Ais) -> tuple[Fact, ...]:
    rows = [
        Fact("log p(x)", value(ais.mean), f"nats per image, mean of {_images(ais.images)}"),
        Fact("above the ELBO", value(ais.gap), "nats per image, on the same images"),
        Fact("accepted steps", value(ais.acceptance), "of Hamiltonian Monte Carlo; about 0.65 is best"),
        Fact("temperatures", f"{ais.temperatures:,}", f"{ais.chains} chains per image, {ais.leapfrog} leapfrog steps"),
    ]
    if ais.sandwich is not None:
        reading = "nats between a lower and an upper bound, on images drawn from the model: what AIS can be off by"
        rows.append(Fact("off by at most", value(ais.sandwich.gap), reading))
    return tuple(rows)


def above_elbo(ais: Ais) -> tuple[Array, Array, Array]:
    """Of each image: log p(x) by AIS, its standard error, and the IWAE, both above the ELBO (NaN: not measured)."""
    elbo = np.asarray(ais.elbo, float)
    return np.asarray(ais.log_evidence) - elbo, np.asarray(ais.standard_error), np.asarray(ais.iwae) - elbo


def facts(diagnosis: Diagnosis) -> tuple[Fact, ...]:
    evidence = diagnosis.evidence
    rows = [
        Fact("ELBO", value(evidence.elbo), "nats per image; a lower bound of log p(x)"),
        Fact("distortion", value(evidence.distortion), "nats per image; −log p(x | z), z ~ q(z | x)"),
        Fact("rate", value(evidence.rate), f"nats per image; KL(q(z | x) ‖ p(z)), {printable(evidence.rate_method)}"),
    ]
    if evidence.bits_per_dimension is not None:
        rows.append(Fact("bits per dimension", value(evidence.bits_per_dimension), "by the ELBO; lower is better"))
    else:
        rows.append(Fact("ELBO per dimension", value(evidence.elbo_per_dimension), "nats"))
    iwae = evidence.iwae
    if iwae is not None:
        most, last = int(iwae.k[-1]), Estimate(float(iwae.value[-1]), _error(iwae.standard_error[-1]))
        rows.append(Fact(f"IWAE, K = {most}", value(last), f"nats per image, {_images(iwae.images)}"))
        rows.append(Fact("above the ELBO", value(_gain(iwae)), "nats per image, on the same images"))
    if evidence.ess is not None:
        rows.append(Fact("effective codes", value(evidence.ess), "share of the codes that count; 1: q is exact"))
    if evidence.pareto_k is not None:
        reading = f"of {_images(evidence.pareto_k.images)}: Pareto k above {short(evidence.pareto_k.threshold)}"
        rows.append(Fact("poor posterior", percent(evidence.pareto_k.over, 1), reading))
    return tuple(rows)


def picked_numbers(diagnosis: Diagnosis, picked: Picked) -> tuple[int, ...]:
    """The picked images as numbers in the data."""
    return tuple(int(number) for number in diagnosis.data.numbers(picked.shown.index))


def _gain(iwae: Iwae) -> Estimate:
    return Estimate(float(iwae.gain[-1]), _error(iwae.gain_error[-1]))


def _error(number: float) -> float | None:
    return float(number) if np.isfinite(number) else None


def _images(index: Array) -> str:
    return plural(len(index), "image")


def _no_images(diagnosis: Diagnosis) -> str:
    why = diagnosis.why_not.get("pictures", "this diagnosis was made before they were kept")
    return f"No images to show: {printable(why)}."


def _figures(diagnosis: Diagnosis) -> tuple[tuple[str, str], ...]:
    evidence, pictures = diagnosis.evidence, diagnosis.pictures
    there = {
        "evidence_gaps": evidence.iwae is not None or evidence.ais is not None,
        "poor_posterior": evidence.pareto_k is not None,
        "lowest_evidence": pictures is not None and pictures.lowest is not None,
    }
    return tuple((key, words) for key, words in FIGURES.items() if there[key])
