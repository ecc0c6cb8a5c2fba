"""Numbers that are possible but look like those of another parameterisation: said, never repaired."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaediag.aliases import Law
from vaediag.border.foreign import is_distribution, unpacked

FEWEST = 64  # numbers that have to agree before anything is said of them


def doubts(law: Law) -> tuple[str, ...]:
    """What looks like another parameterisation in the laws of several codes, a phrase each."""
    logits = law.parameters.get("logits")
    if logits is None or type(law).__name__ not in ("Bernoulli", "ContinuousBernoulli"):
        return ()
    numbers = np.asarray(logits, float)
    if numbers.size < FEWEST or numbers.min() < 0 or numbers.max() > 1:
        return ()
    if all_binary(numbers):
        return ("DOUBTFUL: every logit is 0 or 1, as draws of x would be",)
    return ("DOUBTFUL: all logits lie in [0, 1], as probabilities after a sigmoid would (then: parameters='probs')",)


def all_binary(raw: Any) -> bool:
    """Is every output 0 or 1?"""
    numbers = _numbers(raw)
    return bool(numbers.size and np.isin(numbers, (0, 1)).all())


def binary_parameters(law: Law) -> bool:
    """Is every logit or probability 0 or 1?"""
    numbers = [law.parameters.get(name) for name in ("logits", "probs")]
    return any(values is not None and all_binary(values) for values in numbers)


def _numbers(raw: Any) -> np.ndarray:
    """All numbers of a network's outputs; none of a distribution's."""
    raw = unpacked(raw)
    parts = raw if isinstance(raw, list | tuple) else list(raw.values()) if isinstance(raw, dict) else [raw]
    arrays = [np.asarray(part, float).ravel() for part in parts if not is_distribution(part)]
    return np.concatenate(arrays) if arrays else np.empty(0)
