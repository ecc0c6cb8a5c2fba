"""The side panel of the latents: which rows, in which order, and what is known of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from vaediag.records.collapse import STATUS_MEANING, Collapse
from vaediag_gui.jobs.asks import loaded_model
from vaediag_gui.resolve.message import Message, without_model
from vaediag_gui.state.answers import Anchor, Answers, ModelFacts
from vaediag_gui.state.wish import Wish


@dataclass(frozen=True, slots=True)
class Latent:
    """What does not move with z. `kl` is in nats, `share` in [0, 1] of the largest KL; None: not known."""

    number: int
    name: str
    low: float
    high: float
    prior_mean: float
    status: str = ""
    meaning: str = ""
    kl: float | None = None
    kl_words: str = ""
    share: float | None = None


@dataclass(frozen=True, slots=True)
class LatentsState:
    """`rows` are numbers of latents in the order shown; `message` is set where there is no model."""

    message: Message | None = None
    latents: tuple[Latent, ...] = ()
    rows: tuple[int, ...] = ()
    z: tuple[float, ...] = ()
    bands: tuple[tuple[float, float], ...] | None = None  # posterior mean ± 2 sigma of the anchor
    locked: frozenset[int] = frozenset()
    order: str = "kl"
    filter: str = ""
    summary: str = ""
    nothing: str = ""  # why no row is shown
    diagnosed: bool = False
    can_diagnose: bool = False
    reset_to: str = "the prior's mean"


def resolve_latents(wish: Wish, known: Answers) -> LatentsState:
    """What the panel shows; parts that stay while z moves are the same objects as before."""
    facts = loaded_model(wish, known)
    if facts is None:
        return LatentsState(message=without_model(wish, known))
    collapse = _collapse_of(wish, known, facts)
    latents = _latents(facts, collapse)
    rows = _rows(facts, collapse, wish.order, wish.filter, wish.locked if "lock" in wish.filter else frozenset())
    z = wish.z if wish.z is not None and len(wish.z) == len(latents) else tuple(each.prior_mean for each in latents)
    anchor = known.anchor
    anchored = anchor is not None and anchor.image == wish.image and len(anchor.mean) == len(latents)
    diagnosed = collapse is not None
    return LatentsState(
        latents=latents,
        rows=rows,
        z=z,
        bands=_bands(anchor) if anchored and anchor is not None else None,
        locked=wish.locked,
        order=wish.order,
        filter=wish.filter,
        summary=_summary(facts, collapse, len(rows)),
        nothing="" if rows else f"No latent matches “{wish.filter}”.",
        diagnosed=diagnosed,
        can_diagnose=not diagnosed and known.data is not None and known.work is None,
        reset_to=f"the posterior mean of image {wish.image}" if anchored else "the prior's mean",
    )


def _collapse_of(wish: Wish, known: Answers, facts: ModelFacts) -> Collapse | None:
    """What a diagnosis says of the latents of this model."""
    diagnosis = known.diagnosis
    if diagnosis is None or diagnosis.model.latent_dim != facts.latent_dim:
        return None
    if (diagnosis.model.source or diagnosis.model.name) not in (wish.model, facts.name):
        return None
    collapse = diagnosis.collapse
    return collapse if collapse is not None and (collapse.kl is not None or collapse.status is not None) else None


@lru_cache(maxsize=2)
def _latents(facts: ModelFacts, collapse: Collapse | None) -> tuple[Latent, ...]:
    count = facts.latent_dim
    kl = collapse.kl.value if collapse is not None and collapse.kl is not None else np.full(count, np.nan)
    status = collapse.status if collapse is not None and collapse.status is not None else ("",) * count
    finite = kl[np.isfinite(kl)]
    largest = float(finite.max()) if finite.size else 0.0
    made = []
    for k in range(count):
        value = float(kl[k]) if np.isfinite(kl[k]) else None
        made.append(
            Latent(
                number=k,
                name=f"z{k}",
                low=float(facts.low[k]),
                high=float(facts.high[k]),
                prior_mean=float(facts.prior_mean[k]),
                status=status[k],
                meaning=STATUS_MEANING.get(status[k], ""),
                kl=value,
                kl_words="" if value is None else nats(value),
                share=None if value is None else (max(value, 0.0) / largest if largest > 0 else 0.0),
            )
        )
    return tuple(made)


def nats(value: float) -> str:
    """Two or three digits and the unit: "4.1 nats", "0.02 nats", "0 nats" below half a hundredth."""
    if abs(value) < 0.005:
        return "0 nats"
    return f"{value:.{2 if abs(value) < 1 else 1}f} nats".replace("-", "−")


@lru_cache(maxsize=4)
def _rows(
    facts: ModelFacts, collapse: Collapse | None, order: str, text: str, locked: frozenset[int]
) -> tuple[int, ...]:
    latents = _latents(facts, collapse)
    words = [word.strip().casefold() for word in text.replace(",", " ").split()]
    kept = [each for each in latents if not words or any(matches(each, word, locked) for word in words)]
    if order == "kl":
        kept.sort(key=lambda each: (-each.kl if each.kl is not None else 1.0, each.number))
    return tuple(each.number for each in kept)


def matches(latent: Latent, word: str, locked: frozenset[int] = frozenset()) -> bool:
    """Whether a word of the filter names a latent: "3", "z3", "3-8", the beginning of a status, "locked"."""
    if word.startswith("lock"):
        return latent.number in locked
    bare = word.removeprefix("z")
    first, dash, last = bare.partition("-")
    if first.isdecimal():
        end = int(last) if last.isdecimal() else int(first)
        return int(first) <= latent.number <= end if dash else latent.number == int(first)
    return bool(latent.status) and latent.status.startswith(word)


@lru_cache(maxsize=2)
def _bands(anchor: Anchor) -> tuple[tuple[float, float], ...]:
    low, high = anchor.mean - 2 * anchor.stddev, anchor.mean + 2 * anchor.stddev
    return tuple(zip(low.tolist(), high.tolist(), strict=True))


@lru_cache(maxsize=4)
def _summary(facts: ModelFacts, collapse: Collapse | None, shown: int) -> str:
    latents = _latents(facts, collapse)
    count = len(latents)
    if shown != count:
        return f"{shown} of {count} latents"
    words = f"{count} latent{'s' if count != 1 else ''}"
    counts = [(word, sum(each.status == word for each in latents)) for word in STATUS_MEANING]
    said = ", ".join(f"{number} {word}" for word, number in counts if number)
    return f"{words}: {said}" if said else words
