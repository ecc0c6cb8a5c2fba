"""Plant, diagnose, note what fired: one model compiled per size and family, work spread over processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from vaediag_models.defects.bits import BitsModel
from vaediag_models.defects.gaussian import GaussianModel
from vaediag_models.defects.kinds import BITS, GAUSSIAN, KINDS
from vaediag_models.defects.size import Size

MODELS: dict[str, Callable[[Size], Any]] = {GAUSSIAN: GaussianModel, BITS: BitsModel}
INCLUDE = ("effect", "iwae", "independence")  # what rules read beyond the standard measurements
SMALLEST = (64, 200)  # pixels, images up to which the prior's predictive law is measured: it costs more than the rest
ALONE, BLOCK = 40, 6  # tasks of one compiled model that one process does alone; else so many at a time


class Task(NamedTuple):
    kind: str
    size: Size
    seed: int

    @property
    def compiled(self) -> tuple[str, tuple[int, int]]:
        """Tasks that share it share one compiled model."""
        return KINDS[self.kind].family, self.size.compiled


class Outcome(NamedTuple):
    task: Task
    findings: tuple[tuple[str, str], ...]  # (id, severity), those of severity info as well
    seconds: float

    @property
    def loud(self) -> frozenset[str]:
        return frozenset(id_ for id_, severity in self.findings if severity != "info")


def perform(task: Task) -> Outcome:
    """One diagnosis of one planted defect; a function of the task alone."""
    from threadpoolctl import threadpool_limits

    from vaediag.diagnose import diagnose

    started = time.perf_counter()
    kind = KINDS[task.kind]
    model, vae = _compiled(*task.compiled)
    rng = np.random.default_rng([task.seed, zlib.crc32(f"{task.kind} {task.size}".encode())])
    planted = kind.plant(task.size, rng)
    model.state(planted.numbers)
    with threadpool_limits(1):  # many small matrices: threads would only wait for each other
        small = task.size.pixels <= SMALLEST[0] and task.size.images <= SMALLEST[1]
        skip = ("pictures",) if small else ("pictures", "prior")
        found = diagnose(vae, planted.images(task.size.images), seed=task.seed, include=INCLUDE, skip=skip)
    findings = tuple((finding.id, finding.severity) for finding in found.findings)
    return Outcome(task, findings, time.perf_counter() - started)


def performed(
    tasks: Sequence[Task], *, processes: int = 2, until: float | None = None, progress: Any = None
) -> Iterator[Outcome]:
    """Outcomes as they come; tasks that would begin after `until` (`time.monotonic()`) are left out."""
    blocks = _blocks(tasks)
    done = 0
    with _pool(min(processes, len(blocks))) as pool:
        waiting = [pool.submit(_perform_all, block, until) for block in blocks]
        for future in as_completed(waiting):
            for outcome in future.result():
                done += 1
                if progress is not None:
                    progress("planting and diagnosing", done, len(tasks))
                yield outcome


def _perform_all(tasks: Sequence[Task], until: float | None) -> list[Outcome]:
    return [perform(task) for task in tasks if until is None or time.monotonic() < until]


@lru_cache(maxsize=2)
def _compiled(family: str, compiled: tuple[int, int]) -> tuple[Any, Any]:
    from vaediag.prepared import prepare

    model = MODELS[family](Size(*compiled, images=0))
    return model, prepare(model.vae)


def _blocks(tasks: Iterable[Task]) -> list[list[Task]]:
    """Tasks of one compiled model side by side; few of them stay together, so that one process compiles it."""
    blocks: list[list[Task]] = []
    for _, group in groupby(sorted(tasks, key=_cost_first), key=lambda task: task.compiled):
        same = list(group)
        length = len(same) if len(same) <= ALONE else BLOCK
        blocks += [same[start : start + length] for start in range(0, len(same), length)]
    return blocks


def _cost_first(task: Task) -> tuple[Any, ...]:
    family, (side, latents) = task.compiled
    return -side, family, latents, task.seed, task.size.images, task.kind


@contextmanager
def _pool(processes: int) -> Iterator[ProcessPoolExecutor]:
    """Fresh processes, one thread each; none is left behind, however this ends."""
    quiet = {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
    before = {name: os.environ.get(name) for name in quiet}
    os.environ.update(quiet)  # read when TensorFlow is loaded there
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), initializer=_ignore_ctrl_c)
    try:
        yield pool
    except BaseException:
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        for name, value in before.items():
            os.environ.pop(name, None) if value is None else os.environ.update({name: value})


def _ignore_ctrl_c() -> None:
    """The parent ends its children itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
