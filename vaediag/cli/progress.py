"""Bars and spinners on standard error, for a person at a terminal; silent everywhere else."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import TypeAlias

Progress: TypeAlias = Callable[[str, int, int], None]  # (stage, done, total)


@contextlib.contextmanager
def working(what: str) -> Iterator[None]:
    """Show that something is going on whose length is not known, such as loading TensorFlow."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console

    with Console(file=sys.stderr).status(what):
        yield


@contextlib.contextmanager
def bars() -> Iterator[Progress]:
    """Give a function to call with `(stage, done, total)`; each stage gets a bar of its own, all gone at the end.

    The first bar moves all the time: between two stages something is compiled, which no stage can report.
    """
    if not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as shown:
        tasks: dict[str, TaskID] = {}
        shown.add_task("in all", total=None)

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = shown.add_task(stage, total=total)
            shown.update(tasks[stage], completed=done, total=total)

        yield report


def _silent(stage: str, done: int, total: int) -> None:
    del stage, done, total
