"""Is p(x_i | z) right at one pixel? What a click on a calibration map asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vaediag.errors import InputError
from vaediag.laws.pixel import check_index
from vaediag.probes.codes import subset
from vaediag.probes.pixel_pit import pixel_pit
from vaediag.records.pixel import PixelCalibration
from vaediag.registry import images_for
from vaediag.seeds import fold, pair


def pixel_calibration(
    vae: Any, images: Any, index: int | Sequence[int], *, seed: int = 0, limit: int = 2000, farthest: int = 12
) -> PixelCalibration:
    """The PIT of one coordinate over images, z ~ q(z | x): histogram, dispersion, bias and, with a scale, reduced χ².

    The numbers are those of `diagnose(...).calibration.posterior.maps` at this pixel, up to the draws of z. The images
    behind them, those whose residual is largest in size, are in `farthest`.

    Args:
        images: Images, an address, a path, or an array `[N, *event_shape]`.
        index: of the pixel in the event, e.g. (row, column, channel).
        seed: of the draws of z, and of the subset.
        limit: at most so many images, a seeded subset.
        farthest: how many images to name; all where there are fewer.
    Returns:
        PixelCalibration; standard errors are over images, None for a single one.
    Raises:
        InputError: images that do not fit the model or give no finite number, an index outside the image, limit < 1,
            farthest < 0.
    """
    if farthest < 0:
        raise InputError(f"farthest: expected the number of images to name, 0 or more; got {farthest}. Try 12.")
    place = check_index(index, tuple(vae.event_shape))
    key = pair(seed)
    data = images_for(vae, images)
    chosen = subset(len(data), limit, seed)
    found = pixel_pit(vae, data, place, chosen, fold(key, 0))
    chi2 = found.reduced_chi2()
    return PixelCalibration(
        index=place,
        model=vae.name,
        likelihood=vae.describe()["likelihood"],
        data=data.name if data.split is None else f"{data.name}, {data.split} split",
        seed=int(seed),
        family=found.family,
        discrete=found.discrete,
        count=len(found),
        total=len(data),
        excluded=len(chosen) - len(found),
        histogram=found.histogram,
        bar_error=found.bar_error(),
        dispersion=found.dispersion(),
        bias=found.bias(),
        reduced_chi2=chi2,
        notes={} if chi2 is not None else {"reduced_chi2": "the family has no scale, or its fourth moment is infinite"},
        farthest=found.farthest(farthest),
    )
