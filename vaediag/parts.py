"""Where the encoder and the decoder are in a whole model: attributes, methods, or layers of those names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vaediag.border.foreign import is_distribution
from vaediag.errors import InputError

PRIORS = ("prior", "latent_prior", "p_z", "pz")


@dataclass(frozen=True)
class Parts:
    """The two networks of a model, and where they were found, for people (None: where anybody would look)."""

    encoder: Any
    decoder: Any
    said: str | None = None


def parts_of(model: Any) -> Parts:
    """Encoder and decoder of a whole model.

    Looked for in this order: `.encoder` and `.decoder`; the methods `.encode` and `.decode`; layers that have these
    words in their names; and the same in `.vae`.

    Raises:
        InputError: they are not there; the message lists the layers that are.
    """
    for owner, where in ((model, ""), (getattr(model, "vae", None), ".vae")):
        found = None if owner is None else _attributes(owner, where) or _layers(owner, where)
        if found is not None:
            return found
    names = [layer.name for layer in _layers_of(model)]
    listed = f" with the layers {', '.join(map(repr, names))}" if names else ""
    raise InputError(
        f"model: expected an object with .encoder and .decoder, or with .encode(x) and .decode(z); got "
        f"{type(model).__name__}{listed}. Give both networks: vd.VAE(encoder, decoder, ...), e.g. "
        "encoder=model.get_layer('...')."
    )


def own_prior(model: Any) -> str | None:
    """The name of an attribute of the model that is called a prior and is a distribution."""
    held = {name: getattr(model, name, None) for name in PRIORS}
    return next((name for name, prior in held.items() if is_distribution(prior)), None)


def _attributes(owner: Any, where: str) -> Parts | None:
    for encoder, decoder in (("encoder", "decoder"), ("encode", "decode")):
        pair = getattr(owner, encoder, None), getattr(owner, decoder, None)
        if None in pair:
            continue
        said = [f"networks taken from {where}.{encoder} and {where}.{decoder}"] if where or encoder == "encode" else []
        if encoder == "encoder" and callable(getattr(owner, "decode", None)):
            said.append("the model's methods encode and decode not used")
        return Parts(*pair, "; ".join(said) or None)
    return None


def _layers(owner: Any, where: str) -> Parts | None:
    """Sub-models by name, of a loaded whole whose Python class is gone."""
    found = []
    for word in ("encoder", "decoder"):
        named = [layer for layer in _layers_of(owner) if word in layer.name.lower()]
        if len(named) != 1:
            return None
        found += named
    names = " and ".join(repr(layer.name) for layer in found)
    encoder, decoder = found
    return Parts(encoder, decoder, f"networks taken from the layers {names}{where and f' of {where}'}")


def _layers_of(model: Any) -> list[Any]:
    layers = getattr(model, "layers", None)
    return [layer for layer in layers if hasattr(layer, "name")] if isinstance(layers, list | tuple) else []
