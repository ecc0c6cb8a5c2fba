"""Collapse: which latents carry information, and does the decoder use it?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from vaediag.findings.rules import RULES
from vaediag.records.collapse import STATUS_MEANING, Bounds, Collapse
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimate, Estimates
from vaediag.records.pictures import PosteriorScatter
from vaediag.records.text import printable
from vaediag_gui.resolve.assumed import line, of_diagnosis
from vaediag_gui.resolve.depth import offer
from vaediag_gui.resolve.message import Message
from vaediag_gui.resolve.rate_split import Share, shares, split_words
from vaediag_gui.resolve.standing import Invitation, Standing, about, standing
from vaediag_gui.resolve.words import Fact, capital, plural, short, value
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Wish

INVITATION = Invitation(
    "Which latents carry information, and does the decoder use it?",
    "For each latent: how many nats the encoder says through it, and how much p(x | z) changes when it is replaced by "
    "a draw from the prior. A latent that neither uses has collapsed. You will see all of them in one picture and can "
    "go from each to its traversal.",
)
FIGURES = {
    "kl": "KL of each latent",
    "kl_effect": "KL against effect",
    "prune_cost": "What each latent is worth",
    "rate_split": "What the rate is spent on",
    "epsilon_delta": "(ε, δ)-collapse",
    "latent_dispersion": "Is the encoder right?",
    "posterior": "Where the codes are",
}
PRUNED = "How much ELBO would be lost if the decoder got noise instead of a latent, and nothing were paid for it?"
KINDS = {
    "active": "narrower than the prior for almost every image",
    "passive": "hardly narrower than the prior for almost every image",
    "mixed": "narrower than the prior for some images only",
}
FEW = 48  # latents that have a mark each
NAMED = 24  # latents that are named in a picture; the cursor names the others


@dataclass(frozen=True, slots=True)
class CollapseState:
    standing: Standing
    verdict: str = ""
    about: str = ""
    assumed: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    collapse: Collapse | None = None
    order: tuple[int, ...] = ()  # latents, the most informative first
    missing: str = ""  # why there is nothing per latent
    effect_words: str = ""  # how the effect was measured, or why it was not
    prune_words: str = ""
    prune_offer: Message | None = None
    split: tuple[Share, ...] = ()  # of the rate
    split_words: str = ""
    dispersion: Estimates | None = None
    dispersion_words: str = ""
    posterior: PosteriorScatter | None = None
    chosen: int | None = None
    chosen_title: str = ""
    chosen_facts: tuple[Fact, ...] = ()
    dead: tuple[int, ...] = ()  # the collapsed
    code: tuple[Fact, ...] = ()


def resolve_collapse(wish: Wish, known: Answers) -> CollapseState:
    stand, diagnosis = standing(wish, known, INVITATION), known.diagnosis
    if diagnosis is None:
        return CollapseState(stand)
    collapse = diagnosis.collapse
    total = diagnosis.model.latent_dim
    chosen = wish.maps.latent if wish.maps.latent is not None and 0 <= wish.maps.latent < total else None
    dispersion, run = diagnosis.evidence.latent_dispersion, diagnosis.evidence.corrected
    return CollapseState(
        standing=stand,
        verdict=verdict(diagnosis),
        about=about(diagnosis),
        assumed=line(of_diagnosis(diagnosis)),
        figures=_figures(diagnosis),
        collapse=collapse,
        order=by_kl(collapse, total),
        missing="" if collapse.kl is not None else _why(diagnosis, "collapse.kl", "collapse"),
        effect_words=_effect(diagnosis),
        prune_words=_prune(collapse),
        prune_offer=offer(wish, known, "prune_cost", PRUNED),
        split=shares(diagnosis),
        split_words=split_words(diagnosis),
        dispersion=dispersion if run is not None else None,
        dispersion_words=_dispersion(diagnosis, 0 if run is None else len(run.images)),
        posterior=None if diagnosis.pictures is None else diagnosis.pictures.posterior,
        chosen=chosen,
        chosen_title="" if chosen is None else describe(collapse, chosen),
        chosen_facts=() if chosen is None else latent_facts(diagnosis, chosen),
        dead=with_status(collapse, "collapsed"),
        code=_code(diagnosis),
    )


def verdict(diagnosis: Diagnosis) -> str:
    """`2 of 16 latents carry nothing: z4 and z9; z3 is wasted: the decoder ignores it`."""
    collapse, total = diagnosis.collapse, diagnosis.model.latent_dim
    if collapse.status is None or collapse.kl is None:
        return f"What each latent carries is not known: {_why(diagnosis, 'collapse.kl', 'collapse')}"
    dead, wasted, noise = (with_status(collapse, word) for word in ("collapsed", "wasted", "noise"))
    parts = []
    if dead:
        if len(dead) == total:
            parts.append("the only latent carries nothing" if total == 1 else f"all {total} latents carry nothing")
        else:
            parts.append(f"{len(dead)} of {total} latents {_s(dead, 'carries', 'carry')} nothing: {listing(dead)}")
    if wasted:
        parts.append(
            f"{listing(wasted)} {_s(wasted, 'is', 'are')} wasted: the decoder ignores {_s(wasted, 'it', 'them')}"
        )
    if noise:
        parts.append(f"{listing(noise)} {_s(noise, 'is', 'are')} noise: the decoder turns prior noise into differences")
    if parts:
        return capital("; ".join(parts))
    order = by_kl(collapse, total)
    low, high = order[-1], order[0]
    if total == 1:
        return f"The only latent carries {short(float(collapse.kl.value[0]))} nats"
    return (
        f"All {total} latents carry information: from {short(float(collapse.kl.value[low]))} nats (z{low}) "
        f"to {short(float(collapse.kl.value[high]))} nats (z{high})"
    )


def by_kl(collapse: Collapse, total: int) -> tuple[int, ...]:
    """Latents from the most to the least informative; in their own order where that is not known."""
    if collapse.kl is None:
        return tuple(range(total))
    return tuple(int(k) for k in np.argsort(-np.nan_to_num(np.asarray(collapse.kl.value)), kind="stable"))


def with_status(collapse: Collapse, status: str) -> tuple[int, ...]:
    return tuple(latent for latent, word in enumerate(collapse.status or ()) if word == status)


def listing(latents: Sequence[int], most: int = 6) -> str:
    """`z3–z8, z10 and z12`; long lists end in "and 90 more"."""
    runs: list[list[int]] = []
    for latent in sorted(latents):
        if runs and latent == runs[-1][-1] + 1:
            runs[-1].append(latent)
        else:
            runs.append([latent])
    names: list[tuple[str, int]] = []
    for run in runs:
        names += [(f"z{run[0]}–z{run[-1]}", len(run))] if len(run) > 2 else [(f"z{latent}", 1) for latent in run]
    if len(names) > most:
        names = [*names[: most - 1], (f"{sum(count for _, count in names[most - 1 :])} more", 0)]
    texts = [text for text, _ in names]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def describe(collapse: Collapse, latent: int) -> str:
    """`z3: used, carries information`."""
    if collapse.status is None:
        return f"z{latent}"
    word = collapse.status[latent]
    return f"z{latent}: {word}, {STATUS_MEANING.get(word, '')}".rstrip(", ")


def told(collapse: Collapse, latent: int) -> str:
    """One line for the cursor: `z3, used: KL 1.08 ± 0.03, effect 9.17 ± 0.64 nats`."""
    word = "" if collapse.status is None else f", {collapse.status[latent]}"
    numbers = [] if collapse.kl is None else [f"KL {value(collapse.kl[latent])}"]
    if collapse.effect is not None:
        numbers.append(f"effect {effect_of(collapse.effect, latent)}")
    if collapse.prune_cost is not None:
        numbers.append(f"worth {value(collapse.prune_cost[latent])}")
    return f"z{latent}{word}: {', '.join(numbers)} nats" if numbers else f"z{latent}{word}"


def effect_of(effect: Estimates, latent: int, words: Callable[[Estimate], str] = value) -> str:
    return words(effect[latent]) if np.isfinite(effect.value[latent]) else "infinite"


def latent_facts(diagnosis: Diagnosis, latent: int) -> tuple[Fact, ...]:
    """The numbers of one latent."""
    collapse = diagnosis.collapse
    rows: list[Fact] = []
    if collapse.kl is not None:
        rows.append(Fact("KL", value(collapse.kl[latent]), "nats per image; below 0.01 nothing is said"))
    if collapse.effect is not None:
        reading = "nats; p(x | z) moves so far when it is drawn anew; below 0.02 ignored"
        rows.append(Fact("effect", effect_of(collapse.effect, latent), reading))
    if collapse.prune_cost is not None:
        reading = "nats; lost from the ELBO without it; below 0 it costs more than it gives"
        rows.append(Fact("worth (prune cost)", value(collapse.prune_cost[latent]), reading))
    if collapse.dimension_kl is not None:
        rows.append(Fact("KL of all its codes, nats", value(collapse.dimension_kl[latent])))
    if collapse.posterior_kind is not None:
        kind = collapse.posterior_kind[latent]
        rows.append(Fact("posterior", kind, KINDS.get(kind, "")))
    if collapse.posterior_variance is not None:
        rows.append(Fact("mean posterior variance", short(float(collapse.posterior_variance[latent]))))
    if collapse.mean_variance is not None:
        rows.append(Fact("variance of the means", short(float(collapse.mean_variance[latent]))))
    if diagnosis.evidence.latent_dispersion is not None:
        found = diagnosis.evidence.latent_dispersion[latent]
        rows.append(Fact("dispersion of q", value(found), "1 is exact; above: too narrow or off-centre, below: wide"))
    return tuple(rows)


def _s(some: Sequence[int], one: str, many: str) -> str:
    return one if len(some) == 1 else many


def _why(diagnosis: Diagnosis, *keys: str) -> str:
    return next((printable(diagnosis.why_not[key]) for key in keys if key in diagnosis.why_not), "not measured")


def _effect(diagnosis: Diagnosis) -> str:
    collapse = diagnosis.collapse
    if collapse.effect is not None:
        images = f", {plural(collapse.effect_images, 'image')}" if collapse.effect_images else ""
        names = " Point at a mark for its name." if len(collapse.effect) > NAMED else ""
        return f"Effect by {printable(collapse.effect_method or 'an unknown method')}{images}.{names}"
    if collapse.kl is None:
        return ""
    return f"The effect on the decoder is missing ({_why(diagnosis, 'collapse.effect')}): status by the encoder alone."


def _prune(collapse: Collapse) -> str:
    if collapse.prune_cost is None:
        return ""
    images = f"; {plural(collapse.prune_images, 'image')}" if collapse.prune_images else ""
    how = f", saved KL by {collapse.prune_method}" if collapse.prune_method == "Monte Carlo" else ""
    marks = "Rings: the KL paid. Bars: one standard error." if len(collapse.prune_cost) <= FEW else "Line: the KL paid."
    return (
        f"ELBO lost when z comes from the prior instead of q(z | x) and its KL is saved{images}{how}. Hatched: costs "
        f"more than it gives. {marks}"
    )


def _dispersion(diagnosis: Diagnosis, images: int) -> str:
    dispersion = diagnosis.evidence.latent_dispersion
    if dispersion is None or not images:
        return f"Not measured: {_why(diagnosis, 'evidence.latent_dispersion', 'calibration.corrected')}."
    margin = RULES["latent_dispersion"].margin
    return (
        f"Posterior draws of {plural(images, 'image')}, looked up in q(z | x). Above 1: q is too narrow or off-centre; "
        f"below: too wide. Bars: two standard errors; shaded: within {margin:g}, tolerated."
    )


def _figures(diagnosis: Diagnosis) -> tuple[tuple[str, str], ...]:
    collapse = diagnosis.collapse
    there = {
        "kl": collapse.kl is not None and collapse.status is not None,
        "kl_effect": collapse.kl is not None and collapse.effect is not None,
        "prune_cost": collapse.prune_cost is not None,
        "rate_split": bool(shares(diagnosis)),
        "epsilon_delta": collapse.epsilon_delta is not None,
        "latent_dispersion": diagnosis.evidence.latent_dispersion is not None,
        "posterior": diagnosis.pictures is not None,
    }
    return tuple((key, words) for key, words in FIGURES.items() if there[key])


def _code(diagnosis: Diagnosis) -> tuple[Fact, ...]:
    """What is known of the code as a whole."""
    collapse, total = diagnosis.collapse, diagnosis.model.latent_dim
    rows: list[Fact | None] = [Fact("rate", value(diagnosis.evidence.rate), "nats per image; KL(q(z | x) ‖ p(z))")]
    if collapse.active_units is not None:
        rows.append(Fact("active units", f"{collapse.active_units} of {total}", "posterior mean moves with the image"))
    rows += [
        _fact("effect of all", collapse.effect_all, "nats; all latents drawn anew"),
        _bounds("mutual information", collapse.mutual_information, "what the code says about x"),
        _bounds("marginal KL", collapse.marginal_kl, "distance of the codes of the data from the prior"),
        _bounds("total correlation", collapse.total_correlation, "dependence between the latents"),
        _fact("posterior total correlation", collapse.posterior_total_correlation, "nats; dependence within q(z | x)"),
    ]
    return tuple(row for row in rows if row is not None)


def _fact(name: str, estimate: Estimate | None, reading: str) -> Fact | None:
    return None if estimate is None else Fact(name, value(estimate), reading)


def _bounds(name: str, bounds: Bounds | None, reading: str) -> Fact | None:
    if bounds is None:
        return None
    few = "; too few images to pin it down" if bounds.saturated else ""
    return Fact(name, f"{value(bounds.lower)} to {value(bounds.upper)}", f"nats, between bounds; {reading}{few}")
