"""Decode and view in one compiled call."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from vaediag.aliases import Seed, Tensor
from vaediag.backend import tf
from vaediag.compiled import compiled
from vaediag.laws.answer import note
from vaediag.laws.residual import residual
from vaediag.laws.views import RESIDUAL, evaluate
from vaediag.records.estimate import Array
from vaediag.seeds import fold

ELEMENTS = 2**19  # pixels per call: long paths of large images are decoded in parts


def decode_views(
    vae: Any,
    z: Array,
    views: tuple[str, ...],
    seed: Seed,
    *,
    level: float,
    p: float,
    hold_noise: bool,
    x: Array | None = None,
) -> tuple[dict[str, Array], dict[str, str]]:
    """Views of p(x | z) and notes on how they were obtained (`laws/views.py`).

    The call is compiled once per set of views: z, the seed, level, p and x are inputs, so that a slider over any of
    them costs nothing but the decoder.

    Args:
        z: float32 codes `[n, L]`.
        hold_noise: every code's sample uses the same noise.
        x: float32 `[n, *event]` or `[1, *event]`, needed for the view "residual".
    Returns:
        ({view: float32 `[n, *event]`}, {view: note}); views without a note are closed forms, finite everywhere.
    """
    with_x = RESIDUAL in views
    call = compiled(
        vae,
        ("views", views, hold_noise),
        lambda *given: _views(views, hold_noise, *given),
        lambda: _signature(vae, with_x=with_x),
    )
    size = max(1, ELEMENTS // math.prod(vae.event_shape))
    parts = []
    for at in range(0, len(z), size):
        image = () if x is None or not with_x else (x if len(x) == 1 else x[at : at + size],)
        parts.append(call(z[at : at + size], fold_part(seed, at, hold_noise), level, p, *image))
    values = {name: _joined([part[0][name] for part in parts]) for name in views}
    errors = {name: _joined([part[1][name] for part in parts]) for name in parts[0][1]}
    notes = {}
    for name in views:
        remarks = {"quantile": f"p = {p:g}", "interval_width": f"level = {level:g}"}
        found = (remarks.get(name), note(call.facts[name], values[name], errors.get(name)))
        if any(found):
            notes[name] = "; ".join(remark for remark in found if remark)
    return values, notes


def _views(
    views: tuple[str, ...],
    hold_noise: bool,
    vae: Any,
    methods: dict[str, str | None],
    z: Tensor,
    seed: Seed,
    level: Tensor,
    p: Tensor,
    x: Tensor | None = None,
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """({view: values}, {view: standard error}), traceable; `methods` learns how each view is obtained."""
    law = vae.law(z)
    answers = {
        name: residual(law, x, seed=seed)
        if name == RESIDUAL
        else evaluate(law, name, seed=seed, level=level, p=p, hold_noise=hold_noise)
        for name in views
    }
    methods.update({name: answer.method for name, answer in answers.items()})
    errors = {name: answer.error for name, answer in answers.items() if answer.error is not None}
    return {name: answer.value for name, answer in answers.items()}, errors


def _signature(vae: Any, *, with_x: bool) -> list[Any]:
    number = tf.TensorSpec((), tf.float64)  # probabilities near 1 have no digits left in float32
    given = [tf.TensorSpec((None, vae.latent_dim), tf.float32), tf.TensorSpec((2,), tf.int32), number, number]
    return [*given, tf.TensorSpec((None, *vae.event_shape), tf.float32)] if with_x else given


def fold_part(seed: Seed, start: int, hold_noise: bool) -> Seed:
    """The first part of a path, and held noise, use the seed as it is."""
    return seed if hold_noise or start == 0 else fold(seed, start).numpy()


def _joined(parts: list[Any]) -> Array:
    arrays = [part.numpy() for part in parts]
    return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
