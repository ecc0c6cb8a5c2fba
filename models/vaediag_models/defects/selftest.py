"""The small version of the bench, for `vaediag selftest`."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from vaediag_models.defects.kinds import DEFECTS, EXACT
from vaediag_models.defects.run import Outcome, Task, performed
from vaediag_models.defects.size import SMALL

if TYPE_CHECKING:
    from vaediag.cli.progress import Progress

EXACT_FOR_EACH = 3  # exact models of each family for every seed: rare accusations take more of them to be seen


def tasks(seeds: int) -> list[Task]:
    """Seeds 0, 1, ... of every defect, and several times as many exact models; every kind once before the next seed."""
    wanted = []
    for seed in range(seeds):
        wanted += [Task(kind.name, SMALL, seed) for kind in DEFECTS]
        wanted += [Task(kind.name, SMALL, EXACT_FOR_EACH * seed + i) for i in range(EXACT_FOR_EACH) for kind in EXACT]
    return wanted


def selftest(seeds: int, seconds: float, progress: Progress | None = None) -> list[Outcome]:
    """Outcomes of `tasks(seeds)`, in their order; those that would have begun after `seconds` are missing."""
    wanted = tasks(seeds)
    outcomes = list(performed(wanted, until=time.monotonic() + seconds, progress=progress))
    place = {task: i for i, task in enumerate(wanted)}
    return sorted(outcomes, key=lambda outcome: place[outcome.task])
