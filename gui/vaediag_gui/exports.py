"""What "Save picture" asks the analyst for: the arguments of the picture on show, and the file."""

from __future__ import annotations

from pathlib import Path

from vaediag_gui.jobs.ask import Ask, ask
from vaediag_gui.jobs.asks import asks
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Wish

LANES = {"look": "look", "shimmer_gif": "look", "pixel": "pixel", "walk": "walk", "walk_gif": "walk", "pair": "pair"}


def export_ask(what: str, path: Path, wish: Wish, known: Answers, folder: Path | None) -> Ask:
    """The question for an export.

    Args:
        what: a picture ("look", "pixel", "walk", "walk_gif", "shimmer_gif", "pair", "pixel_pit"), a figure of the
            report ("figure:pit"), the whole "report", or the report of the "training" that is watched.
        folder: where the diagnosis on show is saved.
    Raises:
        ValueError: there is nothing to save yet; a sentence for the person.
    """
    target = str(path)
    if what == "report" or what.startswith("figure:"):
        if folder is None or known.diagnosis is None:
            raise ValueError("There is no diagnosis to draw yet: press Diagnose first.")
        figure = what.partition(":")[2]
        return ask("export", what=what.partition(":")[0], figure=figure, folder=str(folder), path=target)
    if what == "training":
        if known.training is None or known.training.history is None or not wish.watch:
            raise ValueError("There is no training to draw yet: watch one first.")
        return ask("export", what=what, folder=wish.watch, path=target)
    if what == "pixel_pit":
        if wish.maps.pixel is None:
            raise ValueError("Click a pixel of a calibration map first.")
        return ask(
            "export", what=what, path=target, model=wish.model, data=wish.data, preprocess=wish.preprocess,
            index=wish.maps.pixel, seed=wish.diagnosis_seed,
        )  # fmt: skip
    question = asks(wish, known).get(LANES[what])
    if question is None:
        raise ValueError("There is no picture here yet: open a model, and choose what to show first.")
    levels = known.model.levels.get("mean") if known.model is not None else None  # drawn as on the screen
    more = {"what": what, "path": target, "levels": levels, "with_x": "data" in wish.views}
    return ask("export", **{**question.arguments, **more})
