"""Asking a network must not change its training: what it draws and counts meanwhile is put back.

A network may draw random numbers even in inference mode (a sampling layer inside an encoder), from any of the
generators below or from one of its own, whose state is a variable that is not trained. None of these can be read in a
documented way from outside, so each is looked for where this version of its package keeps it, and left alone where it
is not found; that training is bit for bit the same with and without a monitor is tested in both Keras.

Those that seed TensorFlow's operations are meanwhile somewhere else: TensorFlow keeps each eager random operation by
its seed, with its state, and would go on with ours when the training comes to the same seed.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

ELSEWHERE = 0x7A3D1A6
SMALL = 2**16  # numbers: seeds, counters and moving averages are small; frozen layers are large and stay as they are


@contextmanager
def untouched(*models: Any) -> Iterator[None]:
    """Random generators, and small variables of `models` that are not trained, are afterwards as they were before."""
    restore: list[Callable[[], None]] = []
    try:
        restore += [_variable(each) for each in _variables(models)]
        for put_back in _generators():
            restore.append(put_back)
        yield
    finally:
        for put_back in restore:
            put_back()


def _generators() -> Iterator[Callable[[], None]]:
    numpy_state = np.random.get_state()  # noqa: NPY002
    yield lambda: np.random.set_state(numpy_state)  # noqa: NPY002
    np.random.seed(ELSEWHERE)  # noqa: NPY002
    state = random.getstate()
    yield lambda: random.setstate(state)
    random.seed(ELSEWHERE)
    yield from _python_random(_eager_context(), "_rng")
    yield from _python_random(getattr(sys.modules.get("tf_keras.src.backend"), "_SEED_GENERATOR", None), "generator")
    shared = getattr(sys.modules.get("tensorflow.python.ops.stateful_random_ops"), "global_generator", None)
    if shared is not None:
        yield _variable(shared.state)
    yield from _keras_seeds()


def _eager_context() -> Any:
    module = sys.modules.get("tensorflow.python.eager.context")
    return None if module is None else module.context()


def _python_random(owner: Any, name: str) -> Iterator[Callable[[], None]]:
    """A `random.Random` that TensorFlow draws the seeds of its operations from, once a global seed was set."""
    generator = getattr(owner, name, None)
    if isinstance(generator, random.Random):
        state = generator.getstate()
        yield lambda: generator.setstate(state)
        generator.seed(ELSEWHERE)


def _keras_seeds() -> Iterator[Callable[[], None]]:
    """Keras 3's generator for layers without a seed; where there is none yet, there is none afterwards."""
    module = sys.modules.get("keras.src.backend.common.global_state")
    if module is None:
        return
    name = "global_seed_generator"
    found = module.get_global_attribute(name)
    if found is None:
        yield lambda: module.set_global_attribute(name, None)
    else:
        yield _variable(found.state)


def _variables(models: tuple[Any, ...]) -> list[Any]:
    found = {}
    for model in models:
        for each in getattr(model, "non_trainable_variables", None) or ():
            shape = getattr(each, "shape", None)
            if shape is not None and all(shape) and int(np.prod(tuple(shape))) <= SMALL:
                found[id(each)] = each
    return list(found.values())


def _variable(variable: Any) -> Callable[[], None]:
    before = np.array(variable.numpy())

    def put_back() -> None:
        if not np.array_equal(before, variable.numpy(), equal_nan=before.dtype.kind == "f"):
            variable.assign(before)

    return put_back
