"""A model whose compiled functions are kept, for whoever diagnoses it more than once."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


def prepare(vae: Any) -> Any:
    """The same model, with a place to keep what is compiled: later diagnoses start at once.

    `diagnose` compiles what it needs of a model, which takes seconds, and forgets it, because the functions that a
    model is made of may change. Of a prepared model it keeps it. Weights may change in between (they are read again
    each time); Python values that `encode` and `decode` read, such as a sigma in a global, may not.
    """
    prepared = copy.copy(vae)
    prepared.kept = {}
    return prepared


def kept(vae: Any, key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives: of a prepared model made once for each `key`, which must name all that it closes over."""
    store: dict[Hashable, Any] | None = getattr(vae, "kept", None)
    if store is None:
        return make()
    if key not in store:
        store[key] = make()
    return store[key]
