"""Which part of a file's network is the encoder or the decoder: outputs are chosen, what only they need is kept."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from vaediag.bundle.architecture import clean_model
from vaediag.bundle.cut import (
    Config,
    Piece,
    Tensor,
    cut,
    foreign,
    foreign_layers,
    inputs_of,
    layers_of,
    output_tensors,
    outside,
)
from vaediag.bundle.effects import Shape
from vaediag.bundle.foreign import Foreign
from vaediag.bundle.wiring import Walk
from vaediag.errors import InputError, UnsafeFileError

ENCODER, DECODER = "encoder", "decoder"


def part(file: Foreign, role: str, names: Sequence[str] = ()) -> Piece:
    """The piece of a network that gives the parameters of q(z | x) or of p(x | z).

    Args:
        file: the network as it stands in its file.
        role: "encoder" or "decoder". Of an encoder with three outputs the first two are kept: the third is a draw of z.
        names: layers, or keys of outputs, that give the parameters, in their order; without them, the outputs.
    Raises:
        InputError: no such output, outputs that have to be named, or one that needs a layer whose code is not there.
    """
    outputs = output_tensors(file.config)
    if names:
        wanted = [_named(file, outputs, name.strip()) for name in names]
    elif isinstance(outputs, dict):
        raise InputError(
            f"{file.where}: expected outputs in an order; got outputs by name. Name those that give the parameters, in"
            f" their order: --{role}-outputs {','.join(list(outputs)[:2])} ({', '.join(outputs)} are there)."
        )
    elif role == ENCODER and len(outputs) > 3:
        raise InputError(
            f"{file.where}: expected at most three outputs, mean, spread and z; got {len(outputs)}."
            f" {_which(file, role)}"
        )
    else:
        wanted = outputs[:2] if role == ENCODER else outputs
    if not wanted:
        raise InputError(f"{file.where}: expected a network with outputs; got none. Save it again with Keras.")
    piece = cut(file.config, wanted)
    strange = sorted(set(foreign_layers(piece.config)))
    if strange:
        raise InputError(
            f"{file.where}: expected outputs of layers that Keras brings, for the {role}; the output of"
            f" {_comma(piece.outputs)} needs {_comma(strange)}, whose code is not in the file and would not be run."
            f" {_drawn_from(piece, role)}{_which(file, role)}"
        )
    return piece


def input_shape(file: Foreign) -> Shape | None:
    """Shape of the first input without the batch axis, as the file declares it."""
    for layer in layers_of(file.config):
        shape = layer["config"].get("batch_shape") if layer.get("class_name") == "InputLayer" else None
        if isinstance(shape, list) and all(isinstance(size, int) for size in shape[1:]):
            return tuple(shape[1:])
    return None


def gives(file: Foreign, role: str) -> int | None:
    """How many numbers per image `part` would keep; None where that is not known before it is cut."""
    outputs = output_tensors(file.config)
    listed = list(outputs.values()) if isinstance(outputs, dict) else outputs
    found = [output_shape(file.config, each, file.where) for each in (listed[:2] if role == ENCODER else listed)]
    known = [math.prod(shape) for shape in found if shape is not None]
    return sum(known) if known and len(known) == len(found) else None


def left_out(piece: Piece, role: str) -> tuple[str, ...]:
    """What was not taken over from a file and could matter, in phrases for people."""
    said = []
    if piece.distribution is not None:
        said.append(f"{role} without its last layer {piece.distribution}: what that layer was given are the parameters")
    if piece.left_out:
        layers = ", ".join(dict.fromkeys(piece.left_out))
        said.append(f"{role} without its layer {layers}: outputs are those of {', '.join(piece.outputs)}")
    return tuple(said)


def shapes(config: Config, where: str) -> tuple[tuple[Shape, ...], tuple[Shape, ...]]:
    """Shapes of what goes into a network and what comes out. Raises UnsafeFileError as `clean_model` does."""
    _, inputs, outputs = clean_model(config, Walk(where))
    return tuple(inputs), tuple(outputs)


def output_shape(config: Config, output: Tensor, where: str) -> Shape | None:
    """Shape of one output; None where layers stand before it whose code is not in the file."""
    try:
        return shapes(cut(config, [output]).config, where)[1][0]
    except (UnsafeFileError, IndexError):
        return None


def rows(config: Config) -> Iterator[tuple[str, int]]:
    """Layers that give one row of numbers, and how many: where mean and spread can be taken."""
    for layer in layers_of(config):
        settings = layer.get("config", {})
        if layer.get("class_name") == "Dense" and isinstance(settings.get("units"), int):
            yield str(settings.get("name")), settings["units"]


def _named(file: Foreign, outputs: list[Tensor] | dict[str, Tensor], name: str) -> Tensor:
    if isinstance(outputs, dict) and name in outputs:
        return outputs[name]
    for layer in layers_of(file.config):
        own = str(layer.get("config", {}).get("name"))
        if own == name:
            return outside(name, layer)
    there = list(outputs) if isinstance(outputs, dict) else []
    known = ", ".join([*there, *(own for own, _ in rows(file.config))][:12])
    raise InputError(f"outputs: expected names of layers in {file.where}; got {name!r}, which is none; try {known}.")


def _drawn_from(piece: Piece, role: str) -> str:
    """The two layers that the one that draws z is given are what an encoder should give; "" if it is otherwise."""
    given = [name for layer in layers_of(piece.config) if foreign(layer) for name in inputs_of(layer)]
    if role != ENCODER or len(given) != 2:
        return ""
    return f"If it draws z from {given[0]} and {given[1]}: --encoder-outputs {','.join(given)}. "


def _which(file: Foreign, role: str) -> str:
    if file.inner:
        return f"There are networks inside it: {', '.join(f'{file.where}:{name}' for name in file.inner)}."
    there = [f"{name} ({units})" for name, units in rows(file.config)][-6:]
    what = "mean and spread" if role == ENCODER else "the parameters of p(x | z)"
    listed = f" Layers with a row of numbers: {', '.join(there)}." if there else ""
    python = f"in Python {role}_outputs="
    return f"Name the layers that give {what}, in their order: --{role}-outputs NAME,NAME ({python}).{listed}"


def _comma(words: Sequence[str]) -> str:
    return ", ".join(words)
