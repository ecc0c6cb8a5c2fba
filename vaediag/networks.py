"""Foreign networks: how to call one, and which shape it takes. Keras 3, tf_keras and plain functions alike."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from vaediag.aliases import Tensor
from vaediag.errors import InputError


def caller(network: Any, what: str) -> Callable[[Tensor], Any]:
    """A function of one tensor that calls `network` in inference mode.

    Raises InputError when it cannot be called, or needs a second input (a conditional model).
    """
    if not callable(network):
        raise InputError(
            f"{what}: expected a Keras model or a function of one tensor; got {type(network).__name__}. Load it first, "
            "e.g. keras.models.load_model(path)."
        )
    inputs = _attribute(network, "inputs")
    if (inputs is not None and len(inputs) > 1) or _required_arguments(network) > 1:
        raise InputError(
            f"{what}: expected a function of one tensor; got one that needs more inputs. Conditional models are "
            "not supported as such: fix the condition in a function of one argument."
        )
    return (lambda t: network(t, training=False)) if _takes_training(network) else network


def _signature(network: Any) -> inspect.Signature | None:
    # a Keras model's own __call__ hides the signature of the `call` that it forwards to
    inner = _attribute(network, "call")
    try:
        return inspect.signature(inner if callable(inner) else network)
    except (TypeError, ValueError):
        return None


def _takes_training(network: Any) -> bool:
    signature = _signature(network)
    if signature is None:
        return False
    kinds = signature.parameters
    named = "training" in kinds
    return named or (callable(_attribute(network, "call")) and any(p.kind is p.VAR_KEYWORD for p in kinds.values()))


def _required_arguments(network: Any) -> int:
    signature = _signature(network)
    if signature is None:
        return 1
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = [p.name for p in signature.parameters.values() if p.kind in positional and p.default is p.empty]
    return len([name for name in names if name not in ("training", "mask")])


def _attribute(thing: Any, name: str) -> Any:
    try:
        return getattr(thing, name, None)
    except (AttributeError, RuntimeError, ValueError):  # Keras raises when a model is not built yet
        return None


def input_shape(network: Any) -> tuple[int, ...] | None:
    """Shape of one input of a Keras model, without the batch axis; None where the model does not know it."""
    shape = _attribute(network, "input_shape")
    if not isinstance(shape, tuple | list) or len(shape) < 2 or not all(isinstance(n, int) for n in shape[1:]):
        return None
    return tuple(int(n) for n in shape[1:])
