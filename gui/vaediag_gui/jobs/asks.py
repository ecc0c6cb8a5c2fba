"""Which questions follow from the wish and from what is known: pure, so that a restart only has to ask again."""

from __future__ import annotations

from vaediag_gui.jobs.ask import Ask, ask
from vaediag_gui.state.answers import Answers, ModelFacts
from vaediag_gui.state.wish import Wish

COMPUTED = ("mean", "mode", "sample", "stddev", "entropy", "quantile", "interval_width", "residual")


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
    common = {"model": wish.model}
    data = _data(wish, known)
    image = wish.image if data is not None else None
    if image is not None and data is not None:
        found["anchor"] = ask("anchor", **common, **data, image=image, how=wish.anchor, seed=wish.seed)
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


def walked_dims(wish: Wish, known: Answers, latents: int) -> tuple[int, ...]:
    """The rows of a traversal: those chosen, all, those in use once diagnosed, or the first eight."""
    path = wish.path
    if path.every:
        return tuple(range(latents))
    if path.dims:
        return tuple(k for k in path.dims if k < latents)
    collapse = known.diagnosis.collapse if known.diagnosis is not None else None
    if collapse is not None and collapse.status is not None and len(collapse.status) == latents:
        used = [k for k in range(latents) if collapse.status[k] != "collapsed"]
        if collapse.kl is not None:
            used.sort(key=lambda k: -float(collapse.kl.value[k]))  # type: ignore[union-attr]
        if used:
            return tuple(used[:8])
    return tuple(range(min(latents, 8)))


def _walk(
    wish: Wish, known: Answers, model: ModelFacts, image: int | None, data: dict[str, object] | None
) -> Ask | None:
    path = wish.path
    shared = {
        "model": wish.model, "kind": path.kind, "views": path.views, "seed": wish.seed, "steps": path.steps,
        "hold_noise": path.hold_noise,
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
