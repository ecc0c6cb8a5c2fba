"""Decode and view in one compiled call, kept for as long as the model lives."""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from vaediag.aliases import Seed
from vaediag.backend import tf
from vaediag.errors import InputError
from vaediag.laws.answer import note
from vaediag.laws.views import evaluate
from vaediag.records.estimate import Array
from vaediag.seeds import fold

ELEMENTS = 2**19  # pixels per call: long paths of large images are decoded in parts

_Key = tuple[tuple[str, ...], float, float, bool]
_cache: weakref.WeakKeyDictionary[Any, dict[_Key, _Compiled]] = weakref.WeakKeyDictionary()


class _Compiled:
    """A `tf.function` `(z [n, L], seed) -> ({view: values}, {view: standard error})`, and how each view is obtained."""

    def __init__(self, vae: Any, key: _Key) -> None:
        views, level, p, hold_noise = key
        model: Any = weakref.ref(vae)  # the cache must not keep its own key alive
        self.methods: dict[str, str | None] = {}

        def decode(z: Any, seed: Any) -> Any:
            law = model().law(z)
            answers = {name: evaluate(law, name, seed=seed, level=level, p=p, hold_noise=hold_noise) for name in views}
            self.methods.update({name: answer.method for name, answer in answers.items()})
            errors = {name: answer.error for name, answer in answers.items() if answer.error is not None}
            return {name: answer.value for name, answer in answers.items()}, errors

        signature = [tf.TensorSpec((None, vae.latent_dim), tf.float32), tf.TensorSpec((2,), tf.int32)]
        # Our own code needs no autograph, which costs two seconds of the first look; a foreign decoder with Python
        # control flow over tensors does, and one that needs values (NumPy, a fixed batch) can only run eagerly.
        self._attempts: list[Callable[..., Any]] = [
            tf.function(decode, input_signature=signature, autograph=False),
            tf.function(decode, input_signature=signature),
            decode,
        ]

    def __call__(self, z: Array, seed: Seed) -> Any:
        z, seed = tf.constant(z), tf.constant(seed)
        while len(self._attempts) > 1:
            try:
                return self._attempts[0](z, seed)
            except InputError:
                raise
            except Exception:  # whatever a foreign decoder raises when it cannot be traced this way
                del self._attempts[0]
        return self._attempts[0](z, seed)


def decode_views(
    vae: Any,
    z: Array,
    views: tuple[str, ...],
    seed: Seed,
    *,
    level: float,
    p: float,
    hold_noise: bool,
) -> tuple[dict[str, Array], dict[str, str]]:
    """Views of p(x | z) and notes on how they were obtained (`laws/views.py`).

    Args:
        z: float32 codes `[n, L]`.
        hold_noise: every code's sample uses the same noise.
    Returns:
        ({view: float32 `[n, *event]`}, {view: note}); views without a note are closed forms, finite everywhere.
    """
    key = (views, level, p, hold_noise)
    kept = _cache.setdefault(vae, {})
    compiled = kept.get(key) or kept.setdefault(key, _Compiled(vae, key))
    size = max(1, ELEMENTS // math.prod(vae.event_shape))
    parts = [compiled(z[at : at + size], fold_part(seed, at, hold_noise)) for at in range(0, len(z), size)]
    values = {name: _joined([part[0][name] for part in parts]) for name in views}
    errors = {name: _joined([part[1][name] for part in parts]) for name in parts[0][1]}
    notes = {}
    for name in views:
        remarks = {"quantile": f"p = {p:g}", "interval_width": f"level = {level:g}"}
        found = (remarks.get(name), note(compiled.methods[name], values[name], errors.get(name)))
        if any(found):
            notes[name] = "; ".join(remark for remark in found if remark)
    return values, notes


def fold_part(seed: Seed, start: int, hold_noise: bool) -> Seed:
    """The first part of a path, and held noise, use the seed as it is."""
    return seed if hold_noise or start == 0 else fold(seed, start).numpy()


def _joined(parts: list[Any]) -> Array:
    arrays = [part.numpy() for part in parts]
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
