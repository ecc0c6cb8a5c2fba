"""Foreign networks: how to call one, and which shape it takes.

Keras 3, tf_keras, saved models and plain functions alike: what a thing offers decides, never its class.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from vaediag.aliases import Tensor
from vaediag.errors import InputError

TRAINING = ("training", "is_training")  # names of the flag that dropout and batch normalisation follow
_PREDICT = ("predict", "predict_on_batch", "predict_step")


def caller(network: Any, what: str) -> Callable[[Tensor], Any]:
    """A function of one tensor that calls `network` in inference mode.

    Raises InputError when it cannot be called, or needs a second input (a conditional model).
    """
    served = _served(network)
    if served is not None:
        return served
    if not callable(network):
        raise InputError(
            f"{what}: expected a Keras model or a function of one tensor; got {type(network).__name__}. Load it first, "
            "e.g. keras.models.load_model(path)."
        )
    if getattr(network, "__name__", "") in _PREDICT and callable(getattr(network, "__self__", None)):
        raise InputError(
            f"{what}: expected the model itself; got its method {network.__name__}, which gives NumPy arrays without "
            "gradients (and draws, where its last layer is a distribution). Give the model."
        )
    inputs = _attribute(network, "inputs")
    if (inputs is not None and len(inputs) > 1) or _required_arguments(network) > 1:
        raise InputError(
            f"{what}: expected a function of one tensor; got one that needs more inputs. Conditional models are "
            "not supported as such: fix the condition in a function of one argument."
        )
    flag = _training_flag(network)
    return network if flag is None else lambda t: network(t, **{flag: False})


def _served(network: Any) -> Callable[[Tensor], Any] | None:
    """What a loaded SavedModel that cannot be called offers in its place: `serve` of Keras 3, or its one signature."""
    signatures = _signatures(network)
    if signatures is None or callable(network):
        return None
    # the functions do not keep the variables of the loaded object alive: each closure here holds it
    serve = _attribute(network, "serve")
    if callable(serve):
        return lambda t, _keep=network: serve(t)
    if len(signatures) != 1:
        return None
    name, signature = next(iter(signatures.items()))
    inputs = signature.structured_input_signature[1]
    if len(inputs) != 1:
        raise InputError(
            f"SavedModel: expected a signature of one tensor; {name!r} takes {', '.join(sorted(inputs))}. Give a "
            "function of one tensor that calls it."
        )
    (argument,) = inputs
    return lambda t, _keep=network: signature(**{argument: t})


def _signatures(network: Any) -> Mapping[str, Any] | None:
    found = _attribute(network, "signatures")
    return found if isinstance(found, Mapping) or hasattr(found, "items") else None


def _signature(network: Any) -> inspect.Signature | None:
    # a Keras model's own __call__ hides the signature of the `call` that it forwards to
    inner = _attribute(network, "call")
    try:
        return inspect.signature(inner if callable(inner) else network)
    except (TypeError, ValueError):
        return None


def _training_flag(network: Any) -> str | None:
    signature = _signature(network)
    if signature is None:
        return None
    kinds = signature.parameters
    named = next((name for name in TRAINING if name in kinds), None)
    open_ended = callable(_attribute(network, "call")) and any(p.kind is p.VAR_KEYWORD for p in kinds.values())
    return named or ("training" if open_ended else None)


def _required_arguments(network: Any) -> int:
    signature = _signature(network)
    if signature is None:
        return 1
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = [p.name for p in signature.parameters.values() if p.kind in positional and p.default is p.empty]
    return len([name for name in names if name not in (*TRAINING, "mask")])


def _attribute(thing: Any, name: str) -> Any:
    try:
        return getattr(thing, name, None)
    except (AttributeError, RuntimeError, ValueError):  # Keras raises when a model is not built yet
        return None


def input_shape(network: Any) -> tuple[int, ...] | None:
    """Shape of one input of a Keras model or a SavedModel, without the batch axis; None where it is not known."""
    shape = _attribute(network, "input_shape") or _saved_shape(network)
    if not isinstance(shape, tuple | list) or len(shape) < 2:
        return None
    sizes = tuple(n for n in shape[1:] if isinstance(n, int))
    return sizes if len(sizes) == len(shape) - 1 else None


def _saved_shape(network: Any) -> tuple[int | None, ...] | None:
    signatures = _signatures(network)
    if not signatures:
        return None
    specs = {
        tuple(spec.shape.as_list())
        for signature in signatures.values()
        for spec in (_attribute(signature, "structured_input_signature") or ((), {}))[1].values()
        if spec.shape.rank is not None
    }
    return specs.pop() if len(specs) == 1 else None
