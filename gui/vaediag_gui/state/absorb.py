"""What an answer changes: pure, so that every order in which answers can arrive is a test without a window."""

from __future__ import annotations

import dataclasses
from math import prod
from typing import Any

from vaediag_gui.state.answers import Answers, DataFacts, ModelFacts, Thumbnails
from vaediag_gui.state.settle import start_code
from vaediag_gui.state.wish import Wish

THUMBNAILS = 6000  # kept; at 32 x 32 that is 6 MB

# Answers that belong to the model, and those that belong to the data: gone when another is opened.
OF_MODEL = ("anchor", "look", "pixel", "walk", "pair", "pixel_pit", "diagnosis", "comparison")
OF_DATA = ("anchor", "look", "pixel", "walk", "pair", "pixel_pit", "diagnosis", "other", "comparison")

BYTES = 64  # a range of x that only bytes have
OTHER_UNITS = 50  # times the model's own range: 255 against 1, where no picture of the model would be seen
IN_UNITS_OF_X = ("mean", "mode", "sample", "quantile", "data")

Changes = dict[str, Any]


def absorb(
    wish: Wish, known: Answers, lane: str, record: Any, before: tuple[float, ...] | None
) -> tuple[Changes, Changes]:
    """What changes in the known and in the wish when `lane` has answered with `record`.

    Args:
        before: the last code that was on show, for latents that are locked.
    """
    if lane == "model":
        another = known.model is None or known.model.source != record.source
        record = with_levels(record, known.data if known.data is not None and known.data.source == wish.data else None)
        found: Changes = {"model": record, **(dict.fromkeys(OF_MODEL) if another else {})}
        changes: Changes = {}
        exchanged = another and known.model is not None  # else the person named both
        if record.dataset and (wish.data is None or (exchanged and _misfit(record, known.data, wish))):
            changes["data"] = record.dataset
            if wish.preprocess is not None:
                changes["preprocess"] = None
        if (wish.z is None and wish.image is None) or (wish.z is not None and len(wish.z) != record.latent_dim):
            changes["z"] = start_code(_numbers(record.prior_mean), before, wish.locked)
        if wish.pixel is None:
            changes["pixel"] = middle(record.event_shape)  # so that its law is seen before anybody points at one
        return found, changes
    if lane == "data":
        another = known.data is not None and known.data.source != record.source
        found = {"data": record, **(dict.fromkeys(OF_DATA) if another else {}), "thumbnails": Thumbnails()}
        if known.model is not None:
            found["model"] = with_levels(known.model, record)
        changes = {}
        if wish.image is not None and wish.image >= record.count:
            changes["image"] = None
        return found, changes
    if lane == "anchor":
        if wish.z is None and record.image == wish.image:
            return {"anchor": record}, {"z": start_code(_numbers(record.z), before, wish.locked)}
        return {"anchor": record}, {}
    if lane == "thumbnails":
        return {"thumbnails": Thumbnails(_bounded({**known.thumbnails.pictures, **record.pictures}))}, {}
    return {lane: record}, {}


def middle(event_shape: tuple[int, ...]) -> tuple[int, ...]:
    """The index of the coordinate in the middle, of the first channel where there are channels."""
    inside = tuple(size // 2 for size in event_shape)
    return (*inside[:2], 0) if len(inside) == 3 else inside


def with_levels(model: ModelFacts, data: DataFacts | None) -> ModelFacts:
    """Black and white are what they are in the data, for every view in units of x, as in the report.

    Bytes of a model that preprocesses them are in other units than its x: its own levels stay.
    """
    if data is None or _span(data.levels) > max(BYTES, OTHER_UNITS * _span(model.levels["mean"])):
        return model
    levels = {view: data.levels if view in IN_UNITS_OF_X else ends for view, ends in model.levels.items()}
    return dataclasses.replace(model, levels=levels)


def _span(levels: tuple[float, float]) -> float:
    return levels[1] - levels[0]


def _misfit(model: ModelFacts, data: DataFacts | None, wish: Wish) -> bool:
    """Are the open data of another size than what the model makes?"""
    return data is not None and data.source == wish.data and prod(data.event_shape) != prod(model.event_shape)


def without_anchor(wish: Wish, known: Answers) -> tuple[float, ...] | None:
    """The code to show when no image is chosen and none is known: the prior's mean; None before the model is there."""
    if wish.z is None and wish.image is None and known.model is not None and known.model.source == wish.model:
        return _numbers(known.model.prior_mean)
    return None


def _numbers(values: Any) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _bounded(pictures: dict[int, Any]) -> dict[int, Any]:
    """The newest of them."""
    extra = len(pictures) - THUMBNAILS
    return dict(list(pictures.items())[extra:]) if extra > 0 else pictures
