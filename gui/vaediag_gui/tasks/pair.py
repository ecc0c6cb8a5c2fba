"""One image under two models, each at its own posterior mean."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaediag_gui.jobs.child import Answer, Report
from vaediag_gui.tasks.anchor import posterior
from vaediag_gui.tasks.opened import Models

VIEWS = ("mean", "sample")


def run(arguments: dict[str, Any], models: Models, report: Report) -> Answer:
    """The fields of Pair. Arguments: model, other, data, preprocess, image, seed. Raises InputError."""
    del report
    import vaediag as vd

    seed = arguments.get("seed", 0)
    first = models.vae_of(arguments)
    arrays: dict[str, np.ndarray] = {"x": models.image(arguments, first)}
    names = {}
    for which, argument in (("first", "model"), ("second", "other")):
        vae = models.vae_of(arguments, argument)
        mean, _, _ = posterior(vae, models.image(arguments, vae))
        shown = vd.look(vae, mean, views=VIEWS, seed=seed)
        arrays |= {f"views.{which}.{view}": shown.views[view][0] for view in VIEWS}
        names[which] = vae.name
    return {"image": arguments["image"], "seed": seed, **names}, arrays
