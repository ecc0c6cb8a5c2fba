"""One image with its posterior."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaediag.errors import InputError
from vaediag_gui.jobs.child import Answer, Report
from vaediag_gui.tasks.opened import Models


def run(arguments: dict[str, Any], models: Models, report: Report) -> Answer:
    """The fields of Anchor. Arguments: model, data, preprocess, image, how ("mean" or "draw"), seed. InputError."""
    del report
    vae = models.vae_of(arguments)
    x = models.image(arguments, vae)
    mean, stddev, draw = posterior(vae, x, arguments.get("seed", 0))
    z = draw if arguments.get("how") == "draw" else mean
    if not np.isfinite(z).all():
        raise InputError(
            f"image: expected one with a finite code; the encoder gives {int((~np.isfinite(z)).sum())} numbers that are"
            f" NaN or infinite for image {arguments['image']}. Choose another image, or look for NaN in this one."
        )
    return {"image": arguments["image"]}, {"x": x, "mean": mean, "stddev": stddev, "z": z}


def posterior(vae: Any, x: np.ndarray, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean, standard deviation and one draw of q(z | x) of one image, each float32 `[L]`."""
    from vaediag.compiled import compiled

    call = compiled(vae, "gui posterior", _posterior, lambda: _signature(vae))
    return tuple(tensor.numpy()[0] for tensor in call(x[None], _pair(seed)))  # type: ignore[return-value]


def _posterior(vae: Any, facts: dict[str, Any], x: Any, seed: Any) -> tuple[Any, Any, Any]:
    from vaediag.backend import tf
    from vaediag.laws import moments

    del facts
    q = vae.encode(x)
    mean, stddev = (find(q, seed=seed).value for find in (moments.mean, moments.stddev))
    return mean, stddev, tf.cast(q.sample(seed=seed), tf.float32)


def _signature(vae: Any) -> list[Any]:
    from vaediag.backend import tf

    return [tf.TensorSpec((None, *vae.event_shape), tf.float32), tf.TensorSpec((2,), tf.int32)]


def _pair(seed: int) -> Any:
    from vaediag.seeds import pair

    return pair(seed)
