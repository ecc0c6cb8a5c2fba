"""The views of one z."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from vaediag_gui.jobs.child import Answer, Report
from vaediag_gui.tasks.opened import Models

if TYPE_CHECKING:
    from vaediag.records.pictures import Look

BROKEN = "every value is NaN or infinite: the decoder does not work at this z"


def run(arguments: dict[str, Any], models: Models, report: Report) -> Answer:
    """The fields of Shown. Arguments: model, z, seed, p, level, views; image, data, preprocess for x. InputError."""
    del report
    vae = models.vae_of(arguments)
    x = models.image(arguments, vae)
    views: Mapping[str, np.ndarray] = {}
    notes: Mapping[str, str] = {}
    if arguments["views"]:
        found = looked(vae, x, arguments)
        views, notes = {name: values[0] for name, values in found.views.items()}, found.notes
    notes = {**notes, **{name: BROKEN for name, values in views.items() if not np.isfinite(values).any()}}
    if x is not None:
        views = {**views, "data": x}
    fields = {"z": arguments["z"], "seed": arguments.get("seed", 0), "image": arguments.get("image"), "notes": notes}
    return fields, dict(views)


def looked(vae: Any, x: np.ndarray | None, arguments: Mapping[str, Any]) -> Look:
    """The library's record of what a question asks for."""
    import vaediag as vd

    return vd.look(
        vae, arguments["z"], views=tuple(arguments["views"]), seed=arguments.get("seed", 0),
        level=arguments.get("level", 0.9), p=arguments.get("p", 0.5), x=x,
    )  # fmt: skip
