"""A function of a model, compiled once per model and kept for as long as the model lives."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from vaediag.backend import tf
from vaediag.errors import InputError

_cache: weakref.WeakKeyDictionary[Any, dict[Hashable, Compiled]] = weakref.WeakKeyDictionary()


class Compiled:
    """`call(vae, *tensors)` as a `tf.function` where that can be, else as it is.

    `facts` is filled by `call`, if it wants to, with what is known once it was traced ("Monte Carlo, 1024 draws").
    """

    def __init__(self, vae: Any, call: Callable[..., Any], signature: Sequence[Any]) -> None:
        model: Any = weakref.ref(vae)  # the cache must not keep its own key alive
        self.facts: dict[str, Any] = {}

        def run(*tensors: Any) -> Any:
            return call(model(), self.facts, *tensors)

        # Our own code needs no autograph, which costs two seconds of the first call; a foreign network with Python
        # control flow over tensors does, and one that needs values (NumPy, a fixed batch) can only run eagerly.
        self._attempts: list[Callable[..., Any]] = [
            tf.function(run, input_signature=signature, autograph=False),
            tf.function(run, input_signature=signature),
            run,
        ]
        self._types = [spec.dtype for spec in signature]

    def __call__(self, *values: Any) -> Any:
        tensors = [tf.constant(value, dtype) for value, dtype in zip(values, self._types, strict=True)]
        while len(self._attempts) > 1:
            try:
                return self._attempts[0](*tensors)
            except InputError:
                raise
            except Exception:  # whatever a foreign network raises when it cannot be traced this way
                del self._attempts[0]
        return self._attempts[0](*tensors)


def compiled(vae: Any, key: Hashable, call: Callable[..., Any], signature: Callable[[], Sequence[Any]]) -> Compiled:
    """The one compiled form of `call(vae, facts, *tensors)` that this model has under `key`.

    Args:
        key: names `call` and everything that it closes over.
        signature: gives a `tf.TensorSpec` per tensor; asked only the first time.
    """
    kept = _cache.setdefault(vae, {})
    found = kept.get(key)
    if found is None:
        found = kept[key] = Compiled(vae, call, signature())
    return found
