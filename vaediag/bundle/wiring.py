"""How the layers of a network are joined: in a row or in a graph. Shapes are sent through, and counted on the way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vaediag.bundle.allowed import plain, refused
from vaediag.bundle.effects import Effect, Shape
from vaediag.errors import UnsafeFileError

MAX_LAYERS = 1000
MAX_CALLS = 2000  # of layers, in all: networks inside networks multiply
MAX_ACTIVATIONS = 2**26  # numbers per image in all layers together: 256 MiB
_MAX_RANK = 5


@dataclass
class Walk:
    """What is found on the way through a network; `weights` in the order of the layers."""

    where: str
    weights: list[Shape] = field(default_factory=list)
    activations: int = 0
    layers: int = 0
    calls: int = 0

    def call(self) -> None:
        """Count one call of a layer or network; raises UnsafeFileError when there are too many."""
        self.calls += 1
        if self.calls > MAX_CALLS:
            raise refused(self.where, f"more than {MAX_CALLS} calls of layers")

    def enter(self, given: Sequence[Shape], declared: Sequence[Shape]) -> None:
        """Count one call of a network. What Keras builds follows the declared shapes, so only they may be given."""
        self.call()
        if list(given) != list(declared):
            shapes = [list(shape) for shape in declared]
            raise refused(
                self.where, f"a network with inputs {shapes} that is given {[list(shape) for shape in given]}"
            )

    def count(self, effect: Effect, *, first_call: bool) -> Shape:
        """Add one call of a layer; raises UnsafeFileError when the network has grown too large."""
        self.call()
        if len(effect.output) > _MAX_RANK:
            raise refused(self.where, f"an array with {len(effect.output)} axes")
        self.activations += math.prod(effect.output) + effect.scratch
        if self.activations > MAX_ACTIVATIONS:
            raise UnsafeFileError(
                f"{self.where}: expected at most {MAX_ACTIVATIONS} numbers per image in all layers together;"
                f" this network would make {self.activations} or more. It is not loaded."
            )
        if first_call:
            self.weights.extend(effect.weights)
        return effect.output


def table_of(value: Any, walk: Walk, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise refused(walk.where, f"{what} that is no table")
    return value


class Input:
    """An input layer: it has a shape and gives what it is given."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def __call__(self, inputs: Sequence[Shape], **_: bool) -> list[Shape]:
        return list(inputs)


class Row:
    """Layers one after the other."""

    def __init__(self, walk: Walk, nodes: list[Any], inputs: list[Shape]) -> None:
        self.walk, self.nodes, self.inputs = walk, nodes, inputs

    def __call__(self, inputs: Sequence[Shape], *, first_call: bool) -> list[Shape]:
        self.walk.enter(inputs, self.inputs)
        shapes = list(inputs)
        for node in self.nodes:
            shapes = node(shapes, first_call=first_call)
        return shapes


class Graph:
    """Layers that call each other: `calls[name]` lists, for each call of a layer, the tensors it is given."""

    def __init__(self, walk: Walk, nodes: dict[str, Any], calls: dict[str, list[list[Any]]], ends: Any) -> None:
        self.walk, self.nodes, self.calls = walk, nodes, calls
        self.starts, self.outputs = ends
        self.inputs = [nodes[name].shape for name, _, _ in self.starts]

    def __call__(self, inputs: Sequence[Shape], *, first_call: bool) -> list[Shape]:
        self.walk.enter(inputs, self.inputs)
        known: dict[tuple[str, int], list[Shape]] = {
            (name, 0): [shape] for (name, _, _), shape in zip(self.starts, inputs, strict=True)
        }
        waiting = [(name, number) for name, calls in self.calls.items() for number in range(len(calls))]
        while waiting:
            later = []
            for name, number in waiting:
                tensors = self.calls[name][number]
                if all((source, call) in known for source, call, _ in tensors):
                    shapes = [self._shape(known, tensor) for tensor in tensors]
                    known[name, number] = self.nodes[name](shapes, first_call=first_call and number == 0)
                else:
                    later.append((name, number))
            if len(later) == len(waiting):
                raise refused(self.walk.where, "layers that wait for each other")
            waiting = later
        return [self._shape(known, tensor) for tensor in self.outputs]

    def _shape(self, known: Mapping[tuple[str, int], list[Shape]], tensor: Any) -> Shape:
        name, call, index = tensor
        shapes = known.get((name, call), [])
        if not 0 <= index < len(shapes):
            raise refused(self.walk.where, f"an output of layer {name[:60]!r} that it does not have")
        return shapes[index]


def list_of(value: Any, walk: Walk) -> list[Any]:
    if not isinstance(value, list) or len(value) > MAX_LAYERS:
        raise refused(walk.where, "a list of calls that is none")
    return value


def inbound(call: Any, walk: Walk) -> tuple[dict[str, Any], list[Any]]:
    """One call of a layer: the clean record of it, and the tensors `(layer, call, output)` that it is given."""
    table = table_of(call, walk, "a call")
    tensors: list[Any] = []
    args = [_argument(item, tensors, walk) for item in list_of(table.get("args"), walk)]
    kwargs = {
        str(key): plain(value, walk.where, str(key))
        for key, value in table_of(table.get("kwargs") or {}, walk, "arguments").items()
    }
    if not tensors or any(value is not None and not isinstance(value, bool) for value in kwargs.values()):
        raise refused(walk.where, "a call with other arguments than tensors")
    return {"args": args, "kwargs": kwargs}, tensors


def _argument(item: Any, tensors: list[Any], walk: Walk, depth: int = 0) -> Any:
    if isinstance(item, list) and depth == 0:
        return [_argument(part, tensors, walk, depth + 1) for part in list_of(item, walk)]
    table = table_of(item, walk, "an argument")
    config = table_of(table.get("config"), walk, "an argument's config")
    if table.get("class_name") != "__keras_tensor__":
        raise refused(walk.where, f"the argument {str(table.get('class_name'))[:60]!r}")
    tensor = _tensor(config.get("keras_history"), walk)
    tensors.append(tensor)
    kept = {
        "shape": plain(config.get("shape"), walk.where, "shape"),
        "dtype": plain(config.get("dtype"), walk.where, "dtype"),
        "keras_history": list(tensor),
    }
    return {"class_name": "__keras_tensor__", "config": kept}


def _tensor(value: Any, walk: Walk) -> tuple[str, int, int]:
    if (
        not isinstance(value, list)
        or len(value) != 3
        or not isinstance(value[0], str)
        or not all(isinstance(number, int) and not isinstance(number, bool) for number in value[1:])
    ):
        raise refused(walk.where, "a tensor without an origin")
    return value[0], value[1], value[2]


def ends(value: Any, walk: Walk) -> tuple[list[Any], Any]:
    """Inputs or outputs: one tensor, or a list of them; the config keeps the form it had."""
    if isinstance(value, list) and len(value) == 3 and isinstance(value[0], str):
        tensor = _tensor(value, walk)
        return [tensor], list(tensor)
    tensors = [_tensor(item, walk) for item in list_of(value, walk)]
    return tensors, [list(tensor) for tensor in tensors]
