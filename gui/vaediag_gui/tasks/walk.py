"""Paths of z: rows of latents, a plane of two latents, or the way from one image to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaediag.errors import InputError
from vaediag_gui.jobs.child import Answer, Report
from vaediag_gui.tasks.flat import flattened
from vaediag_gui.tasks.opened import Models, one

if TYPE_CHECKING:
    from vaediag.records.pictures import Traversal

KINDS = ("traversal", "grid", "interpolation")


def run(arguments: dict[str, Any], models: Models, report: Report) -> Answer:
    """The fields of Traversal.

    Arguments: model, kind, views, seed, steps, hold_noise; dims, units and span; where it starts: z, or image with data
    and preprocess (else the prior's mean); end: the image at the end of an interpolation. Raises InputError.
    """
    del report
    return flattened(walked(arguments, models))


def walked(arguments: dict[str, Any], models: Models) -> Traversal:
    """The path itself."""
    import vaediag as vd

    vae = models.vae_of(arguments)
    kind = arguments["kind"]
    if kind not in KINDS:
        raise InputError(f"kind: expected one of {', '.join(KINDS)}; got {kind!r}.")
    shared: dict[str, Any] = {
        "steps": arguments["steps"],
        "views": tuple(arguments["views"]),
        "seed": arguments.get("seed", 0),
        "hold_noise": arguments.get("hold_noise", True),
    }
    x = models.image(arguments, vae)
    # q(z | x) rather than the image, which could pass for a code where both are vectors of one length
    start = arguments.get("z") if x is None else vae.encode(x[None])
    if kind == "interpolation":
        if x is None or arguments.get("end") is None:
            raise InputError("end: expected an image at either end of an interpolation; got one. Choose both images.")
        last = one(models.images_of(arguments, vae), arguments["end"])
        return vd.interpolate(vae, start, vae.encode(last[None]), **shared)
    shared |= {"start": start, "units": arguments.get("units", "prior"), "span": tuple(arguments["span"])}
    if kind == "grid":
        return vd.grid(vae, tuple(arguments["dims"]), **shared)
    return vd.traverse(vae, arguments["dims"], **shared)
