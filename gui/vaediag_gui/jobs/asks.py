"""Which questions follow from the wish and from what is known: pure, so that a restart only has to ask again."""

from __future__ import annotations

import numpy as np

from vaediag.records.collapse import Collapse
from vaediag_gui.jobs.ask import Ask, ask
from vaediag_gui.state.answers import Answers, ModelFacts
from vaediag_gui.state.wish import Wish

COMPUTED = ("mean", "mode", "sample", "stddev", "entropy", "quantile", "interval_width", "residual")
ROWS = 8  # of a traversal, where nobody has chosen


def asks(wish: Wish, known: Answers) -> dict[str, Ask]:
    """The viewer's questions by lane, as far as they can be asked yet. Lanes that are not there are not needed now."""
    found: dict[str, Ask] = {}
    if wish.model:
        found["model"] = ask("model", address=wish.model, reloads=wish.reloads)
    if wish.data:
        found["data"] = ask("data", address=wish.data, preprocess=wish.preprocess, reloads=wish.reloads)
    model = loaded_model(wish, known)
    if model is None:
        return found
    common = {"model": wish.model, "reloads": wish.reloads}  # after a reload the same z is another question
    data = _data(wish, known)
    image = wish.image if data is not None else None
    if image is not None and data is not None:
        seed = wish.seed if wish.anchor == "draw" else 0
        found["anchor"] = ask("anchor", **common, **data, image=image, how=wish.anchor, seed=seed)
    if wish.z is not None and len(wish.z) == model.latent_dim:
        seen = {"image": image, **(data or {})} if image is not None else {}
        if wish.tab == "look":
            found["look"] = ask(
                "look", **common, **seen, z=wish.z, seed=wish.seed, p=wish.p, level=wish.level,
                views=[view for view in wish.views if view in COMPUTED and (view != "residual" or image is not None)],
            )  # fmt: skip
            if wish.pixel is not None and len(wish.pixel) == len(model.event_shape):
                found["pixel"] = ask("pixel", **common, **seen, z=wish.z, seed=wish.seed, index=wish.pixel)
        if wish.tab == "traverse":
            walk = _walk(wish, known, model, image, data)
            if walk is not None:
                found["walk"] = walk
    if wish.tab == "compare" and wish.other and image is not None and data is not None:
        found["pair"] = ask("pair", **common, **data, other=wish.other, image=image, seed=wish.seed)
    return found


def loaded_model(wish: Wish, known: Answers) -> ModelFacts | None:
    """The facts of the wished model, once they have arrived."""
    return known.model if known.model is not None and known.model.source == wish.model else None


def _data(wish: Wish, known: Answers) -> dict[str, object] | None:
    """How a question names the data; None until they are open."""
    if not wish.data or known.data is None or known.data.source != wish.data:
        return None
    return {"data": wish.data, "preprocess": wish.preprocess}


def own_collapse(wish: Wish, known: Answers) -> Collapse | None:
    """What the diagnosis says about the latents, where it is a diagnosis of the wished model."""
    model, diagnosis = loaded_model(wish, known), known.diagnosis
    if model is None or diagnosis is None or diagnosis.model.latent_dim != model.latent_dim:
        return None
    names = (diagnosis.model.source, diagnosis.model.name)
    return diagnosis.collapse if wish.model in names or model.name in names else None


def walked_dims(wish: Wish, known: Answers, latents: int) -> tuple[int, ...]:
    """The rows of a traversal: those chosen, all, those in use once diagnosed, or the first eight."""
    path = wish.path
    if path.dims and not path.every:
        return tuple(k for k in path.dims if k < latents)
    collapse = own_collapse(wish, known)
    order = list(range(latents))
    if collapse is not None and collapse.kl is not None and (wish.order == "kl" or not path.every):
        most = np.nan_to_num(np.asarray(collapse.kl.value, float))
        order.sort(key=lambda k: -most[k])
    if path.every:
        return tuple(order)
    if collapse is not None and collapse.status is not None:
        order = [k for k in order if collapse.status[k] != "collapsed"] or order
    return tuple(order[:ROWS])


def _walk(
    wish: Wish, known: Answers, model: ModelFacts, image: int | None, data: dict[str, object] | None
) -> Ask | None:
    path = wish.path
    shared = {
        "model": wish.model, "reloads": wish.reloads, "kind": path.kind, "views": path.views, "seed": wish.seed,
        "steps": path.steps, "hold_noise": path.hold_noise,
    }  # fmt: skip
    if path.kind == "interpolation":
        if image is None or path.end is None:
            return None
        return ask("walk", **shared, **(data or {}), image=image, end=path.end)
    from_image = image is not None and (path.start == "image" or path.units == "posterior")
    if not from_image and (path.start == "image" or path.units == "posterior"):
        return None
    frame = {"units": path.units, "span": (path.low, path.high)}
    if from_image:
        frame |= {"image": image, **(data or {})}
    elif path.start == "code":
        frame |= {"z": wish.z}
    if path.kind == "grid":
        if max(path.plane) >= model.latent_dim or path.plane[0] == path.plane[1]:
            return None
        return ask("walk", **shared, **frame, dims=path.plane)
    return ask("walk", **shared, **frame, dims=walked_dims(wish, known, model.latent_dim))
