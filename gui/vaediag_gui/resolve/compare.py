"""The Compare tab: two models on the same images, in numbers with their paired errors and in pictures of one image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from vaediag.records.comparison import Comparison, Difference
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import number
from vaediag.registry import Card
from vaediag_gui.jobs.asks import loaded_model
from vaediag_gui.legible import last_name, legible
from vaediag_gui.resolve.message import Message, of_trouble, without_model
from vaediag_gui.resolve.words import capital, minus, plural, value
from vaediag_gui.state.answers import Answers, ModelFacts, Pair
from vaediag_gui.state.wish import Wish

SIDES = {"first": ("diagnose", "diagnose"), "second": ("diagnose_other", "diagnose_other")}  # side -> lane, command
HEADLINES = ("elbo", "prior.crps", "posterior.dispersion", "posterior.bias", "posterior.chi2", "rate", "distortion")
UNDER = {"posterior": "posterior", "posterior_mean": "posterior mean", "prior": "prior predictive"}
UNITS = {"nats per image": "nats"}  # the tooltip says the rest
MEASURES = {
    "elbo": ("ELBO", "Evidence lower bound: a bound on log p(x), in nats per image"),
    "rate": ("Rate", "KL(q(z | x) ‖ p(z)): what the code says about the image, in nats per image"),
    "distortion": ("Distortion", "−log p(x | z) at z from the posterior, in nats per image"),
    "bias": ("PIT bias", "Mean of u minus ½: 0 where x lies neither above nor below what is expected"),
    "dispersion": ("PIT dispersion", "1 where σ is right; above 1 over-confident, below 1 under-confident"),
    "chi2": ("Reduced χ²", "Mean of ((x − mean)/σ)²: 1 where σ is as large as the mistakes"),
    "crps": ("CRPS", "Continuous ranked probability score, in units of x"),
    "log_score": ("Log score", "−log p of every value, summed over the image, in nats"),
    "interval_score": (
        "Interval score",
        "Width of the 90 % interval plus 20 times how far x lies outside it, in units of x",
    ),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two models. `why_not` says why it cannot be diagnosed now ("": it can)."""

    name: str = ""
    about: str = ""
    severity: str = ""  # "problem": `about` says what went wrong
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One number under both models, in words."""

    name: str
    first: str
    second: str
    change: str
    verdict: str
    better: str  # "first", "second", ""
    tip: str


@dataclass(frozen=True, slots=True)
class Table:
    """The numbers: `headlines` of them first, the rest where all are asked for."""

    summary: str
    header: tuple[str, ...]
    rows: tuple[Row, ...]
    headlines: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CompareState:
    """`numbers` stands in place of the table, `pictures` in place of the pair (or above it)."""

    message: Message | None = None  # instead of everything
    model: str | None = None
    dataset: str | None = None
    other: str | None = None
    first: Side = Side()  # frozen
    second: Side = Side()
    table: Table | None = None
    numbers: Message | None = None
    pair: Pair | None = None
    stale: bool = False
    title: str = ""
    pictures: Message | None = None
    facts: ModelFacts | None = None


def resolve_compare(wish: Wish, known: Answers) -> CompareState:
    facts = loaded_model(wish, known)
    if facts is None:
        return CompareState(message=without_model(wish, known))
    first = _own(known.diagnosis, wish.model, facts.name)
    second = _own(known.other, wish.other, "") if wish.other else None
    comparison = known.comparison if first is not None and second is not None else None
    pair = _pair(wish, known, facts.name)
    return CompareState(
        model=wish.model,
        dataset=facts.dataset,
        other=wish.other,
        first=_side("first", legible(facts.name, 48), first, wish, known),
        second=_side("second", _second_name(wish, second), second, wish, known),
        table=table_of(comparison) if comparison is not None else None,
        numbers=_numbers(wish, known, first, second, comparison),
        pair=pair,
        stale=pair is not None and (pair.image != wish.image or pair.seed != wish.seed),
        title=f"Image {pair.image:,} under both models, each at its own posterior mean" if pair is not None else "",
        pictures=_pictures(wish, known, pair),
        facts=facts,
    )


def model_entries(cards: Sequence[Card], state: CompareState) -> tuple[tuple[str, str, str], ...]:
    """(address, words, why not) of the models to choose from: those of the same data first."""
    same = sorted(cards, key=lambda card: card.dataset != state.dataset)
    entries = [
        (card.name, _with_data(card, state), "is the first model" if card.name == state.model else "") for card in same
    ]
    if state.other is not None and all(address != state.other for address, _, _ in entries):
        entries.append((state.other, last_name(state.other, 40), ""))
    return tuple(entries)


@lru_cache(maxsize=4)
def table_of(comparison: Comparison) -> Table:
    """The numbers in words, those that a person asks for first at the top."""
    order = {name: place for place, name in enumerate(HEADLINES)}
    differences = sorted(comparison.differences, key=lambda each: order.get(each.name, len(order)))
    return Table(
        summary=summary(comparison),
        header=("", "first", "second", "second − first", "better (by standard errors)"),
        rows=tuple(_row(each) for each in differences),
        headlines=sum(each.name in order for each in differences),
        notes=tuple(legible(note, 300) for note in comparison.notes),
    )


def summary(comparison: Comparison) -> str:
    """Which model is better by the ELBO, and by how much; where that cannot be said, why."""
    images = plural(comparison.images, "image")
    elbo = next((each for each in comparison.differences if each.name == "elbo"), None)
    if elbo is None or not elbo.judged:
        return f"Their ELBOs are not on one scale, so that none is better by it. Paired over {images}."
    amount = value(elbo.difference).lstrip("−")
    if elbo.better is None:
        apart = f": the difference is {errors(elbo)} standard errors" if errors(elbo) else ""
        return f"By the ELBO the two cannot be told apart{apart}. Paired over {images}."
    name = legible(comparison.first if elbo.better == "first" else comparison.second, 40)
    by = f"{amount} nats per image, {errors(elbo)} standard errors"
    return f"{name} is better: its ELBO is higher by {by}. Paired over {images}."


# ---- the two sides


def _own(diagnosis: Diagnosis | None, address: str | None, name: str) -> Diagnosis | None:
    """The diagnosis, where it is of that model; one that does not say its address is taken as it is."""
    if diagnosis is None:
        return None
    made = diagnosis.model
    return diagnosis if made.source is None or made.source == address or made.name in (address, name) else None


def _second_name(wish: Wish, diagnosis: Diagnosis | None) -> str:
    if diagnosis is not None:
        return legible(diagnosis.model.name, 48)
    return last_name(wish.other, 48) if wish.other else "Not chosen yet"


def _side(which: str, name: str, diagnosis: Diagnosis | None, wish: Wish, known: Answers) -> Side:
    lane, _ = SIDES[which]
    why_not = ""
    if which == "second" and not wish.other:
        why_not = "Choose the second model first"
    elif known.data is None or known.data.source != wish.data:
        why_not = "Open the images to diagnose on first"
    elif known.work is not None:
        why_not = f"{capital(known.work.title)} is under way"
    trouble = known.troubles.get(lane)
    if trouble is not None:
        return Side(name, f"The diagnosis did not work. {trouble.message}", "problem", why_not)
    if diagnosis is not None:
        data = diagnosis.data
        about = f"Diagnosed on {plural(data.count, 'image')} of {legible(data.name, 40)}, seed {diagnosis.seed}."
        return Side(name, about, "", why_not)
    return Side(name, "Not diagnosed yet." if wish.other or which == "first" else "", "", why_not)


# ---- the numbers


def _numbers(
    wish: Wish, known: Answers, first: Diagnosis | None, second: Diagnosis | None, comparison: Comparison | None
) -> Message | None:
    if not wish.other:
        return Message(
            "Which model is better, and is the difference more than chance?",
            "Choose a second model above. Numbers are compared image by image, so that images that are hard for both"
            " do not hide a difference.",
            "",
        )
    if first is not None and second is not None and (trouble := known.troubles.get("compare")) is not None:
        return Message("These two diagnoses cannot be compared", trouble.message, "problem")
    if comparison is not None:
        return None
    if first is not None and second is not None:
        return Message("Comparing …")
    if known.data is None or known.data.source != wish.data:
        return Message(
            "A comparison needs images", "Open the data that both models belong to.", button="Open data…",
            command="open_data", arguments={"address": None},
        )  # fmt: skip
    if known.work is not None:
        return Message("Numbers appear here once both models are diagnosed")
    missing = "first" if first is None else "second"
    both = "Neither model is" if first is None and second is None else f"The {missing} model is not"
    return Message(
        "The numbers need a diagnosis of both models", f"{both} diagnosed on these images yet.",
        button=f"Diagnose the {missing}", command=SIDES[missing][1], arguments={},
    )  # fmt: skip


def _row(each: Difference) -> Row:
    conditioning, _, measure = each.name.rpartition(".")
    words, meaning = MEASURES.get(measure, (legible(each.name, 40), ""))
    name = f"{words}, {UNDER.get(conditioning, legible(conditioning, 20))}" if conditioning else words
    unit = UNITS.get(each.difference.unit, each.difference.unit)
    dropped = f" {plural(each.dropped, 'image')} left out, undefined under one model." if each.dropped else ""
    return Row(
        name=f"{name} ({unit})" if unit else name,
        first=minus(number(each.first)),
        second=minus(number(each.second)),
        change=value(each.difference),
        verdict=_verdict(each),
        better=each.better or "",
        tip=f"{meaning}.{f' Better is {each.judged}.' if each.judged else ''}{dropped}".strip(". ") + ".",
    )


def _verdict(each: Difference) -> str:
    """Which model is better and by how many standard errors; where the number does not say, nothing is claimed."""
    if not each.judged:
        return "does not rank models"
    return f"{each.better or 'neither'} ({errors(each) or 'not known'})"


def errors(each: Difference) -> str:
    """How many standard errors the difference is: "25.4"; "" where it is not known.

    Between two values on either side of an exact one the error of the distance to it is another: "more than 3".
    """
    error = each.difference.standard_error
    if not error:
        return ""
    if each.judged.startswith("nearer"):
        exact = float(each.judged.rpartition(" ")[2])
        if (each.first - exact) * (each.second - exact) < 0:
            return "more than 3" if each.better else "less than 3"
    return f"{abs(each.difference.value) / error:.1f}"


def _with_data(card: Card, state: CompareState) -> str:
    data = f" · {legible(card.dataset, 20)}" if card.dataset and card.dataset != state.dataset else ""
    return f"{legible(card.name, 40)}{data}"


# ---- the pictures


def _pair(wish: Wish, known: Answers, first: str) -> Pair | None:
    """The pair to show, also an older one of the same models; the one before a second model that failed is none."""
    pair = known.pair
    if pair is None or not wish.other or wish.image is None or pair.first != first:
        return None
    failed = "pair" in known.troubles and pair.second not in (wish.other, last_name(wish.other))
    return None if failed else pair


def _pictures(wish: Wish, known: Answers, pair: Pair | None) -> Message | None:
    if not wish.other:
        return Message("The same image under both models appears here", "", "")
    if known.data is None or known.data.source != wish.data:
        return Message("No images are open", "", button="Open data…", command="open_data", arguments={"address": None})
    if wish.image is None:
        return Message(
            "Choose an image to see it under both models", "Click one in Data.", button="Take image 0",
            wish={"image": 0},
        )  # fmt: skip
    if (trouble := known.troubles.get("pair")) is not None:
        return of_trouble(trouble, "pair", "The image could not be decoded by both models")
    if pair is None:
        return Message("Decoding the image with both models …")
    return None
