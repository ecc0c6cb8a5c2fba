"""The compiled step: from one chunk of images to rows per image and sums over images."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from vaediag.backend import tf
from vaediag.engine.chunk import Chunk
from vaediag.prepared import kept

Given = dict[str, Any]  # nested dictionaries of tensors

WIDE = 8  # numbers per pixel up to which a law counts as one number
ELEMENTS = 2**18  # pixels per chunk: large enough to keep the cores busy, small enough for the cache


class Diagnostic(NamedTuple):
    """Measured in the graph, finished in NumPy.

    `measure(chunk)` returns up to three dictionaries of tensors: "rows" (`[n]`, kept per image), "groups"
    (`[GROUPS, ...]`, from `chunk.total`) and "sums" (any shape, added over chunks).
    """

    measure: Callable[[Chunk], dict[str, dict[str, Any]]]


def chunk_size(event_shape: tuple[int, ...], width: int = 1) -> int:
    """Images per chunk, a power of two from 16 to 512: a function of the model's shapes alone, so that runs add up.

    Args:
        width: numbers that the law of one pixel holds (256 levels of a Categorical); then as few as 4 images.
    """
    fitting = max(1, ELEMENTS * WIDE // math.prod(event_shape) // max(width, WIDE))
    return min(512, max(16 if width <= WIDE else 4, 1 << int(math.log2(fitting))))


def compile_step(
    vae: Any,
    diagnostics: Mapping[str, Diagnostic],
    *,
    chunk: int,
    given: Given | None = None,
    given_codes: bool = False,
) -> Any:
    """A function `(image, mask, start, seed, pivot[, codes]) -> ({name: measured}, finite [n])` of fixed shapes.

    Args:
        diagnostics: by name; of a prepared model the names stand for what is measured.
        given: tensors known before the pass (tables, centres of bins), which diagnostics find in `chunk.given`. They
            are inputs of the graph, so that it serves again when they change.
    """
    given = given or {}
    specs = tf.nest.map_structure(tf.TensorSpec.from_tensor, given)
    key = ("step", tuple(diagnostics), chunk, given_codes, repr(specs))
    step = kept(vae, key, lambda: _traced(vae, diagnostics, chunk, specs, given_codes))
    return lambda image, mask, start, seed, pivot, *codes: step(image, mask, start, seed, pivot, given, *codes)


def _traced(
    vae: Any, diagnostics: Mapping[str, Diagnostic], chunk: int, specs: dict[str, Any], given_codes: bool
) -> Any:
    """The step as a `tf.function`. Plain graph, not XLA: on CPU XLA is slower and changes the random draws."""
    event = tuple(vae.event_shape)
    signature = [
        tf.TensorSpec((chunk, *event), tf.float32),
        tf.TensorSpec((chunk,), tf.float32),
        tf.TensorSpec((), tf.int32),
        tf.TensorSpec((2,), tf.int32),
        tf.TensorSpec((math.prod(event),), tf.float32),
        specs,
    ]
    if given_codes:
        signature.append(tf.TensorSpec((chunk, vae.latent_dim), tf.float32))

    @tf.function(input_signature=signature)
    def step(image: Any, mask: Any, start: Any, seed: Any, pivot: Any, given: Any, codes: Any = None) -> Any:
        one = Chunk(vae=vae, image=image, mask=mask, start=start, seed=seed, pivot=pivot, given=given, codes=codes)
        measured = {name: diagnostic.measure(one) for name, diagnostic in diagnostics.items()}
        return measured, one.finite

    return step
