"""One image under two models, each at its own posterior mean."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaediag.records.pictures import Look
from vaediag_gui.jobs.child import Answer, Report
from vaediag_gui.tasks.anchor import posterior
from vaediag_gui.tasks.opened import Models

VIEWS = ("mean", "sample")


def run(arguments: dict[str, Any], models: Models, report: Report) -> Answer:
    """The fields of Pair. Arguments: model, other, data, preprocess, image, seed. Raises InputError."""
    del report
    x, first, second = pair_of(arguments, models)
    arrays = {"x": x}
    for which, shown in (("first", first), ("second", second)):
        arrays |= {f"views.{which}.{view}": shown.views[view][0] for view in VIEWS}
    fields = {"image": arguments["image"], "seed": first.seed, "first": first.model, "second": second.model}
    return fields, arrays


def pair_of(arguments: dict[str, Any], models: Models) -> tuple[np.ndarray, Look, Look]:
    """The image as the first model sees it, and the look of each model at its own posterior mean."""
    import vaediag as vd

    looks = []
    for which in ("model", "other"):
        vae = models.vae_of(arguments, which)
        code, _, _ = posterior(vae, models.image(arguments, vae))
        looks.append(vd.look(vae, code, views=VIEWS, seed=arguments.get("seed", 0)))
    return models.image(arguments, models.vae_of(arguments)), looks[0], looks[1]
