"""Calibration of one pixel over the images."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np

from vaediag.records.pixel import PixelCalibration
from vaediag_gui.jobs.child import Answer, Report
from vaediag_gui.tasks.opened import Models

LIMIT = 2000  # images
FAR = ("index", "value", "u", "residual")


def run(arguments: dict[str, Any], models: Models, report: Report) -> Answer:
    """The fields of PixelPit. Arguments: model, data, preprocess, index, seed. Raises InputError."""
    found = calibration_of(arguments, models, report)
    fields: dict[str, Any] = {
        "index": list(found.index),
        "images": found.count,
        "dispersion": dataclasses.asdict(found.dispersion),
        "bias": dataclasses.asdict(found.bias),
    }
    arrays = {"histogram": np.asarray(found.histogram)}
    if found.farthest is not None:
        fields["residuals"] = found.farthest.residuals
        arrays |= {f"far.{name}": np.asarray(getattr(found.farthest, name)) for name in FAR}
    return fields, arrays


def calibration_of(arguments: dict[str, Any], models: Models, report: Report) -> PixelCalibration:
    """The library's record."""
    report("loading TensorFlow and the model", 0, 2)
    import vaediag as vd

    vae = models.vae_of(arguments)
    images = models.images_of(arguments, vae)
    report("placing the images in the law of the pixel", 1, 2)
    return vd.pixel_calibration(vae, images, arguments["index"], seed=arguments.get("seed", 0), limit=LIMIT)
