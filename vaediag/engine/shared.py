"""Quantities that enter a traced graph at most once, and only if somebody asks."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from vaediag.backend import tf


def shared(compute: Callable[[Any], Any]) -> Any:
    """A lazily cached property that always builds in its owner's graph.

    Without the explicit graph, a first use inside `map_fn` or `cond` would cache a tensor of the inner graph.
    """

    def build(owner: Shared) -> Any:
        with owner.graph.as_default():
            return compute(owner)

    build.__doc__ = compute.__doc__
    return cached_property(build)


class Shared:
    """Base of the objects whose `shared` quantities live in the graph that was current at creation."""

    def __init__(self, **given: Any) -> None:
        self.__dict__.update(given)
        self.graph = tf.compat.v1.get_default_graph()
