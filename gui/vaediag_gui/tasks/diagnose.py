"""A whole diagnosis, written into a folder that the window names."""

from __future__ import annotations

from typing import Any

from vaediag_gui.jobs.child import Answer, Report
from vaediag_gui.tasks.opened import Models


def run(arguments: dict[str, Any], models: Models, report: Report) -> Answer:
    """{"folder"}. Arguments: model, data, preprocess, seed, limit, folder, reloads, include. Raises InputError.

    With "ais" in `include` also ais_images and ais_temperatures.
    """
    report("opening the data", 0, 1)
    images = models.images_of(arguments)  # before TensorFlow, so that a wrong path is said at once
    if arguments.get("limit") is not None:
        images = images.limit(arguments["limit"], arguments.get("seed", 0))
    report("loading TensorFlow and the model", 0, 1)
    import vaediag as vd
    from vaediag.io.diagnosis import save_diagnosis

    vae = models.vae_of(arguments)
    include = arguments.get("include", ["effect"])
    sizes = {name: arguments[name] for name in ("ais_images", "ais_temperatures")} if "ais" in include else {}
    found = vd.diagnose(vae, images, seed=arguments.get("seed", 0), include=include, progress=report, **sizes)
    report("writing the diagnosis", 0, 1)
    save_diagnosis(found, arguments["folder"])
    return {"folder": arguments["folder"]}, {}
