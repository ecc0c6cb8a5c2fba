"""Side by side: every candidate once per round, in turn, so that a busy moment hits all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import numpy as np


def side_by_side(candidates: Mapping[str, Callable[[], object]], *, rounds: int, warm: int = 2) -> dict[str, float]:
    """Median seconds of each candidate over `rounds` rounds, after `warm` rounds that do not count."""
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for turn in range(rounds + warm):
        for name, call in candidates.items():
            start = time.perf_counter()
            call()
            if turn >= warm:
                times[name].append(time.perf_counter() - start)
    return {name: float(np.median(values)) for name, values in times.items()}


def line(text: str, value: str, limit: str = "") -> None:
    print(f"  {text:<64} {value:>12}   {limit}".rstrip(), flush=True)
