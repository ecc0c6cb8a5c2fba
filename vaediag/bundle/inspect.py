"""A .keras file examined before Keras sees it: what is inside, how large it will be, and whether it could run code."""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from vaediag.bundle.architecture import clean_model
from vaediag.bundle.effects import Shape
from vaediag.bundle.plain_json import parse
from vaediag.bundle.weights import Weights, read_weights
from vaediag.bundle.wiring import Walk
from vaediag.bundle.zips import read_zip, write_zip
from vaediag.errors import InputError, UnsafeFileError

MAX_FILE = 2**30
_MAX_JSON = 4 * 2**20
_LIMITS = {"metadata.json": 2**16, "config.json": _MAX_JSON, "model.weights.h5": MAX_FILE}


@dataclass(frozen=True, slots=True)
class Network:
    """What a .keras file holds. Shapes are without the batch axis; `activations` are numbers per image."""

    inputs: tuple[Shape, ...]
    outputs: tuple[Shape, ...]
    parameters: int
    activations: int
    archive: bytes  # the same network, rebuilt from what was examined and nothing else


def inspect_network(path: str | Path) -> Network:
    """Examine a .keras file without Keras or TensorFlow.

    Raises:
        UnsafeFileError: anything but listed layers of Keras; sizes that the stored weights do not bear out; more than
            the caps allow; links and compression in the weights.
        InputError: no such file, an empty or damaged one, weights that are not finite.
    """
    path = Path(path)
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            raise UnsafeFileError(f"{path.name}: expected at most {MAX_FILE} bytes; got {size}. It is not opened.")
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path.name}: {path} cannot be read ({error.strerror}). Check the path.") from error
    return examine(data, path.name)


def examine(data: bytes, where: str) -> Network:
    """`inspect_network` for bytes; `where` is what messages call them."""
    if not data:
        raise InputError(f"{where}: expected a .keras file; got an empty one, 0 bytes. Copy or save it again.")
    members = read_zip(data, where, limits=_LIMITS)
    metadata = parse(members["metadata.json"], f"{where}: metadata.json", max_bytes=_MAX_JSON)
    config = parse(members["config.json"], f"{where}: config.json", max_bytes=_MAX_JSON)
    walk = Walk(where)
    cleaned, inputs, outputs = clean_model(config, walk)
    weights = read_weights(members["model.weights.h5"], where)
    _compare(walk.weights, weights, where)
    _check_finite(weights, where)
    version = metadata.get("keras_version") if isinstance(metadata, dict) else None
    archive = write_zip(
        {
            "metadata.json": _compact({"keras_version": version if isinstance(version, str) else "3"}),
            "config.json": _compact(cleaned),
            "model.weights.h5": weights.file(),
        }
    )
    return Network(
        inputs=tuple(inputs),
        outputs=tuple(outputs),
        parameters=sum(math.prod(shape) for shape in walk.weights),
        activations=walk.activations,
        archive=archive,
    )


def _compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def _compare(declared: list[Shape], weights: Weights, where: str) -> None:
    """Each declared weight must be there with its very shape: what is built is then no larger than the file."""
    there = Counter(weights.shapes())
    missing = Counter(declared) - there
    left = there - Counter(declared)
    if missing or left:
        shape = max(missing or left, key=math.prod)
        verb = "declares" if missing else "stores"
        raise UnsafeFileError(
            f"{where}: expected the stored weights to be those of its layers; it {verb} one of shape {list(shape)} that"
            f" the {'file does not hold' if missing else 'layers do not have'}. It is not loaded."
        )


def _check_finite(weights: Weights, where: str) -> None:
    lost = weights.not_finite()
    if lost is not None:
        raise InputError(
            f"{where}: expected finite weights; {lost[0]!r} holds {lost[1]} that are NaN or infinite."
            " Train again with a smaller learning rate, or load an earlier save."
        )
