"""Write what is on show as a file, with the report's own drawing."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaediag.errors import InputError
from vaediag_gui.jobs.child import Answer, Report
from vaediag_gui.tasks.look import looked
from vaediag_gui.tasks.model import levels_of
from vaediag_gui.tasks.opened import Models
from vaediag_gui.tasks.pair import pair_of
from vaediag_gui.tasks.pixel import law_of
from vaediag_gui.tasks.pixel_pit import calibration_of
from vaediag_gui.tasks.walk import walked

SAMPLES = 30  # of a shimmer: three seconds
PICTURES = ("look", "pixel", "walk", "walk_gif", "shimmer_gif", "pair", "pixel_pit")


def run(arguments: dict[str, Any], models: Models, report: Report) -> Answer:
    """{"path"}: what was written. Raises InputError where it cannot be drawn or written.

    Arguments: what, path, and those of the picture: "look", "pixel", "walk", "walk_gif", "shimmer_gif" (of a look),
    "pair" and "pixel_pit" take those of their questions; "figure" takes figure (an id of the report) and folder, where
    the diagnosis is saved; "report" takes folder, and path is a folder as well; so does "training", of a history.
    """
    what, path = arguments["what"], arguments["path"]
    if what == "training":
        _from_history(arguments, report)
    elif what in ("report", "figure"):
        _from_diagnosis(arguments, report)
    elif what in PICTURES:
        _picture(arguments, models, report)
    else:
        known = ", ".join((*PICTURES, "figure", "report", "training"))
        raise InputError(f"what: expected one of {known}; got {what!r}.")
    return {"path": path}, {}


def _from_diagnosis(arguments: dict[str, Any], report: Report) -> None:
    from vaediag.io.diagnosis import load_diagnosis
    from vaediag.report.picture import write_figure
    from vaediag.report.write import write_report

    diagnosis = load_diagnosis(arguments["folder"])
    if arguments["what"] == "report":
        report("drawing the report", 0, 1)
        write_report(diagnosis, arguments["path"])
    else:
        report("drawing", 0, 1)
        write_figure(diagnosis, arguments["figure"], arguments["path"])


def _from_history(arguments: dict[str, Any], report: Report) -> None:
    from vaediag.io.history import load_history
    from vaediag.report.write import write_report

    history = load_history(arguments["folder"])
    report("drawing the report of the training", 0, 1)
    write_report(history, arguments["path"])


def _picture(arguments: dict[str, Any], models: Models, report: Report) -> None:
    from vaediag.report.picture import write_picture, write_shimmer

    path = arguments["path"]
    if arguments["what"] == "pixel_pit":
        write_picture(calibration_of(arguments, models, report), path)
        return
    report("loading TensorFlow and the model", 0, 2)
    vae = models.vae_of(arguments)
    levels = tuple(arguments.get("levels") or models.once(vae, "levels", levels_of)["mean"])
    report("drawing", 1, 2)
    match arguments["what"]:
        case "pixel":
            write_picture(law_of(arguments, models), path, data=_data(arguments, models))
        case "pair":
            x, *looks = pair_of(arguments, models)
            write_picture((looks[0], looks[1]), path, x=x, levels=levels, data=_data(arguments, models))
        case "shimmer_gif":
            many = {**arguments, "views": ["mean", "sample"], "z": np.tile(arguments["z"], (SAMPLES, 1))}
            write_shimmer(looked(vae, None, many), path, levels=levels)
        case "look":
            if not arguments["views"]:
                raise InputError("views: expected at least one view of p(x | z); got none. Show the mean, say.")
            x = models.image(arguments, vae)
            shown = x if arguments.get("with_x", True) else None
            write_picture(looked(vae, x, arguments), path, x=shown, levels=levels, data=_data(arguments, models))
        case _:
            write_picture(walked(arguments, models), path, levels=levels, data=_data(arguments, models))


def _data(arguments: dict[str, Any], models: Models) -> str:
    """The name of the data that a picture shows an image of; nothing where it shows none."""
    if arguments.get("image") is None:
        return ""
    images = models.images_of(arguments)
    return images.name if images.split is None else f"{images.name}, {images.split} split"
