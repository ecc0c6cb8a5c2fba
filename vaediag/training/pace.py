"""How often a training can afford to be looked at.

The promise: beside the first diagnosis and the one at the end, which are always made, none is begun that would bring
the seconds spent, compiling included, above `budget` times the seconds of training: those so far, or those of the
whole training where its length is known.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

COMPILING = 4.0  # the first diagnosis takes at least so many times what a later one does


class Clock:
    """Seconds of training and of diagnoses, each for itself; stands still between two trainings."""

    def __init__(self, now: Callable[[], float] = time.perf_counter) -> None:
        self.now = now
        self.restart()

    def restart(self) -> None:
        self._since: float | None = self.now()
        self._before = 0.0
        self.spent = 0.0

    def stop(self) -> None:
        self._before, self._since = self.elapsed, None

    def go_on(self) -> None:
        if self._since is None:
            self._since = self.now()

    @property
    def elapsed(self) -> float:
        return self._before + (0.0 if self._since is None else self.now() - self._since)

    @property
    def trained(self) -> float:
        return max(self.elapsed - self.spent, 0.0)

    @contextmanager
    def spending(self) -> Iterator[None]:
        """What is done here is not training."""
        start = self.now()
        try:
            yield
        finally:
            self.spent += self.now() - start


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a training is.

    Attributes:
        trained, spent: seconds of training and of diagnoses so far.
        costs: seconds of each diagnosis so far; the first has compiled.
        epoch, last: epochs finished now, and at the last diagnosis.
        start, end: epochs before the first and after the last one; None where the length is not known.
    """

    trained: float
    spent: float
    costs: tuple[float, ...]
    epoch: float
    last: float
    start: float = 0.0
    end: float | None = None


def affordable(stage: Stage, budget: float | None) -> bool:
    """May a diagnosis be made now, and those still affordable be spread evenly over what is left?"""
    if budget is None or not stage.costs:
        return True
    cost = expected(stage.costs)
    if stage.end is None:
        return stage.spent + 2 * cost <= budget * stage.trained  # one is kept for the end, here and below
    done = stage.epoch - stage.start
    if done <= 0:
        return False
    whole = stage.trained * max(stage.end - stage.start, done) / done
    between = math.floor((budget * whole - stage.spent) / cost) - 1
    return between >= 1 and stage.epoch - stage.last >= (stage.end - stage.last) / (between + 1)


def expected(costs: tuple[float, ...]) -> float:
    """Seconds that the next diagnosis will take: the median of the latest; of a first one most was compiling."""
    later = costs[1:]
    return statistics.median(later[-5:]) if later else costs[0] / COMPILING
