"""The data browser: which images are listed, how the data are described, and what stands there without any."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import prod

import numpy as np

from vaediag.report.event import shape_words
from vaediag_gui.jobs.asks import loaded_model
from vaediag_gui.legible import last_name, legible
from vaediag_gui.resolve.message import Message, of_trouble
from vaediag_gui.resolve.words import plural
from vaediag_gui.state.answers import Answers, DataFacts, ModelFacts, Thumbnails
from vaediag_gui.state.wish import Wish

NO_THUMBNAILS = Thumbnails()


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """The numbers of the images that are listed, ascending: all, or those with one label."""

    indices: np.ndarray


@dataclass(frozen=True, slots=True)
class DataState:
    """`listed` is None where `message` stands in place of the images; else a message stands above them."""

    facts: DataFacts | None = None
    name: str = ""
    about: str = ""
    listed: Listed | None = None
    count: str = ""  # "54 of 540 images"
    thumbnails: Thumbnails = NO_THUMBNAILS
    labels: tuple[str, ...] = ()  # to choose from; () with `typed`: too many for a list
    typed: bool = False
    label: str | None = None
    image: int | None = None  # the anchor
    chosen: str = ""  # the anchor in words
    anchor: str = "mean"
    message: Message | None = None


def resolve_data(wish: Wish, known: Answers) -> DataState:
    facts = known.data if known.data is not None and known.data.source == wish.data else None
    if facts is None:
        return DataState(message=_without_data(wish, known), name=last_name(wish.data or ""))
    label = wish.label if facts.labels is not None else None
    listed = _listed(facts, label)
    message = None
    if not len(listed.indices) and label is not None:
        message = Message(
            f"No image has the label “{legible(label, 30)}”", "", button="All labels", wish={"label": None}
        )
    elif (trouble := known.troubles.get("thumbnails")) is not None:
        message = of_trouble(trouble, "thumbnails", "Some images could not be read")
    elif (trouble := known.troubles.get("data")) is not None:
        message = of_trouble(trouble, "data", "The data could not be opened")
    elif wish.image is not None and (trouble := known.troubles.get("anchor")) is not None:
        message = of_trouble(trouble, "anchor", f"Image {wish.image} could not be encoded")
    else:
        message = _misfit(facts, loaded_model(wish, known))
    image = wish.image if wish.image is not None and 0 <= wish.image < facts.count else None
    shown = len(listed.indices)
    return DataState(
        facts=facts,
        name=legible(facts.name, 60),
        about=_about(facts),
        listed=listed if shown else None,
        count=plural(facts.count, "image") if shown == facts.count else f"{shown:,} of {plural(facts.count, 'image')}",
        thumbnails=known.thumbnails,
        labels=facts.label_names,
        typed=facts.labels is not None and not facts.label_names,
        label=label,
        image=image,
        chosen=describe(facts, image) if image is not None else "No image: z is free",
        anchor=wish.anchor,
        message=message,
    )


def describe(facts: DataFacts, image: int) -> str:
    """`Image 12, label 3`."""
    label = f", label {legible(facts.labels[image], 40)}" if facts.labels is not None else ""
    return f"Image {image:,}{label}"


def position(state: DataState, text: str) -> int:
    """Where in the list the image is whose number was typed. Raises ValueError with a sentence."""
    if state.facts is None or state.listed is None:
        raise ValueError("There are no images to go to.")
    digits = text.strip().replace(",", "").replace(" ", "")
    last = state.facts.count - 1
    if not digits.isdecimal() or int(digits) > last:
        raise ValueError(f"There are images from 0 to {last:,}; “{legible(text, 20)}” is not among them.")
    at = int(np.searchsorted(state.listed.indices, int(digits)))
    if at >= len(state.listed.indices) or state.listed.indices[at] != int(digits):
        label = state.facts.labels[int(digits)] if state.facts.labels is not None else ""
        raise ValueError(f"Image {digits} has the label {legible(label, 30)}: it is not listed now.")
    return at


def _without_data(wish: Wish, known: Answers) -> Message:
    if (trouble := known.troubles.get("data")) is not None:
        return of_trouble(trouble, "data", "The data could not be opened")
    if not wish.data:
        return Message(
            "No data are open",
            "Open images to start from, to compare with, and to diagnose on: a file, a folder, or a registered name.",
            button="Open data…",
            command="open_data",
            arguments={"address": None},
        )
    if known.viewer.phase in ("silent", "given up"):
        return Message(
            "The viewer does not answer", known.viewer.detail, "problem", "Restart it",
            command="restart", arguments={"helper": "viewer"},
        )  # fmt: skip
    return Message("Opening the data …")


def _misfit(data: DataFacts, model: ModelFacts | None) -> Message | None:
    if model is None or prod(data.event_shape) == prod(model.event_shape):
        return None
    return Message(
        "These images do not fit the model",
        f"They are {shape_words(data.event_shape)}, the model makes {shape_words(model.event_shape)}.",
        "warning",
    )


@lru_cache(maxsize=2)
def _listed(facts: DataFacts, label: str | None) -> Listed:
    if label is None or facts.labels is None:
        return Listed(np.arange(facts.count))
    return Listed(np.flatnonzero(np.asarray(facts.labels) == label))


def _about(facts: DataFacts) -> str:
    parts = [legible(facts.split, 20)] if facts.split else []
    parts.append(shape_words(facts.event_shape))
    if facts.preprocessing and facts.preprocessing != "none":
        parts.append(legible(facts.preprocessing, 60))
    return " · ".join(parts)
