"""The law of one pixel at one z."""

from __future__ import annotations

from typing import Any

from vaediag.records.pixel import PixelLaw
from vaediag_gui.jobs.child import Answer, Report
from vaediag_gui.tasks.flat import flattened
from vaediag_gui.tasks.opened import Models


def run(arguments: dict[str, Any], models: Models, report: Report) -> Answer:
    """The fields of PixelLaw. Arguments: model, z, seed, index; image, data, preprocess for the observed value."""
    del report
    return flattened(law_of(arguments, models))


def law_of(arguments: dict[str, Any], models: Models) -> PixelLaw:
    """The law itself."""
    import vaediag as vd
    from vaediag.laws.pixel import check_index

    vae = models.vae_of(arguments)
    place = check_index(arguments["index"], tuple(vae.event_shape))
    x = models.image(arguments, vae)
    observed = None if x is None else float(x[place])
    return vd.pixel(vae, arguments["z"], place, observed=observed, seed=arguments.get("seed", 0))
