"""The start page: which words stand where, which card comes first, what is going on meanwhile."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from vaediag.registry import Card
from vaediag_gui.legible import legible
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Wish

NO_BREAK = "\N{NO-BREAK SPACE}"
HEADING = "A decoder does not output an image. It outputs a distribution p(x | z)."
LEAD = (
    "Here you look at that distribution, and check it: is its σ as large as its mistakes,"
    " and which latents carry information?"
)
WITH_X = "an image x, the mean of p(x | z) at its code, and three samples of it"
WITHOUT_X = "the mean of p(x | z) at one z, and three samples of it"
LEGEND = "Small pictures: an image x, the mean of p(x | z) at its code, three samples of it."
SUGGESTED = "digits-bernoulli"
LOADING = "Loading TensorFlow in the background (a few seconds). You can already choose."


@dataclass(frozen=True, slots=True)
class RecentFile:
    """Something opened before. `missing` says why it cannot be opened any more ("": it can)."""

    kind: str  # "model" or "data"
    address: str
    name: str
    full: str  # the address, made legible
    missing: str = ""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A card in words. `facts` is one line: data set and ELBO, as far as they are known."""

    address: str
    title: str
    sentence: str
    facts: str
    picture: str  # what its strip shows, if it has one
    tag: str = ""  # "Start here", "Opening …", "Open now"


@dataclass(frozen=True, slots=True)
class StartState:
    """`helper` is the quiet line about TensorFlow. What did not open is said by the window, above every page."""

    helper: str
    tags: tuple[tuple[str, str], ...] = ()  # address -> tag, of cards that are more than a suggestion
    can_return: bool = False  # a model is open: the way back to it
    tab: str = "look"  # and to the tab that was left
    recent: tuple[RecentFile, ...] = ()


def model_cards(cards: Sequence[Card]) -> tuple[ModelCard, ...]:
    """Cards in words, the suggested one first."""
    made = [_model_card(card) for card in cards]
    return tuple(sorted(made, key=lambda card: card.address != SUGGESTED))


def resolve_start(wish: Wish, known: Answers, recent: tuple[RecentFile, ...] = ()) -> StartState:
    is_open = known.model is not None and known.model.source == wish.model
    tags: tuple[tuple[str, str], ...] = ()
    if wish.model and "model" not in known.troubles:
        tags = ((wish.model, "Open now" if is_open else "Opening …"),)
    return StartState(
        helper=_helper(known),
        tags=tags,
        can_return=is_open,
        tab=wish.tab,
        recent=recent,
    )


def _model_card(card: Card) -> ModelCard:
    parts = [f"Data: {legible(card.dataset, 40)}" if card.dataset else "Bring your own data"]
    if card.elbo is not None and math.isfinite(card.elbo):
        parts.append(f"ELBO {_number(card.elbo)} nats".replace(" ", NO_BREAK))
    return ModelCard(
        address=card.name,
        title=legible(card.name, 48),
        sentence=re.sub(r"(?<=\d) ([x×]) (?=\d)", rf"{NO_BREAK}\1{NO_BREAK}", legible(card.sentence, 240)),
        facts=" · ".join(parts),
        picture=WITH_X if card.dataset else WITHOUT_X,
        tag="Start here" if card.name == SUGGESTED else "",
    )


def _number(value: float) -> str:
    return f"{value:.1f}".replace("-", "\N{MINUS SIGN}")


def _helper(known: Answers) -> str:
    return {
        "starting": LOADING,
        "restarting": "Starting TensorFlow again. You can already choose.",
        "silent": "TensorFlow has not answered for a while. You can wait, or restart it from the Run menu.",
        "given up": known.viewer.detail or "TensorFlow could not be started. Try Run > Restart the viewer.",
    }.get(known.viewer.phase, "")
