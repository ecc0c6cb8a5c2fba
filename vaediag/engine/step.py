"""The compiled step: from one chunk of images to rows per image and sums over images."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from vaediag.backend import tf
from vaediag.engine.chunk import Chunk

ELEMENTS = 2**18  # pixels per chunk: large enough to keep the cores busy, small enough for the cache


class Diagnostic(NamedTuple):
    """Measured in the graph, finished in NumPy.

    `measure(chunk)` returns up to three dictionaries of tensors: "rows" (`[n]`, kept per image), "groups"
    (`[GROUPS, ...]`, from `chunk.total`) and "sums" (any shape, added over chunks).
    """

    measure: Callable[[Chunk], dict[str, dict[str, Any]]]


def chunk_size(event_shape: tuple[int, ...]) -> int:
    """Images per chunk, a power of two from 16 to 512: a function of the event shape alone, so that runs add up."""
    fitting = max(1, ELEMENTS // math.prod(event_shape))
    return min(512, max(16, 1 << int(math.log2(fitting))))


def compile_step(vae: Any, diagnostics: Mapping[str, Diagnostic], *, chunk: int, given_codes: bool = False) -> Any:
    """A `tf.function` `(image, mask, start, seed, pivot[, codes]) -> ({name: measured}, finite [n])` of fixed shapes.

    Plain graph, not XLA: on CPU XLA is slower and changes the random draws.
    """
    event = tuple(vae.event_shape)
    signature = [
        tf.TensorSpec((chunk, *event), tf.float32),
        tf.TensorSpec((chunk,), tf.float32),
        tf.TensorSpec((), tf.int32),
        tf.TensorSpec((2,), tf.int32),
        tf.TensorSpec((math.prod(event),), tf.float32),
    ]
    if given_codes:
        signature.append(tf.TensorSpec((chunk, vae.latent_dim), tf.float32))

    @tf.function(input_signature=signature)
    def step(image: Any, mask: Any, start: Any, seed: Any, pivot: Any, codes: Any = None) -> Any:
        one = Chunk(vae=vae, image=image, mask=mask, start=start, seed=seed, pivot=pivot, codes=codes)
        measured = {name: diagnostic.measure(one) for name, diagnostic in diagnostics.items()}
        return measured, one.finite

    return step
