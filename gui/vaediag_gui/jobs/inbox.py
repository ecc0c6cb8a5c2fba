"""The questions that wait in a helper: per lane only the newest, the most urgent lane first."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from typing import Any

Question = Mapping[str, Any]  # the header of a frame: lane, generation, task, arguments


class Inbox:
    """Filled by the thread that reads, emptied by the one that works."""

    def __init__(self, lanes: Sequence[str]) -> None:
        self._lanes = tuple(lanes)
        self._waiting: dict[str, Question] = {}
        self._changed = threading.Condition()

    def put(self, question: Question) -> None:
        """A question takes the place of the one that its lane had; one that says "forget" only takes that away.

        Lanes that this helper does not have are passed over.
        """
        lane = question.get("lane")
        if lane not in self._lanes:
            return
        with self._changed:
            if question.get("forget"):
                self._waiting.pop(lane, None)
            else:
                self._waiting[lane] = question
                self._changed.notify()

    def take(self, *, tasks: Collection[str] | None = None, wait: float | None = None) -> Question | None:
        """The most urgent question, if need be after `wait` seconds (None: for ever), then None.

        Args:
            tasks: only questions that name one of these; None: any.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._next(tasks) is not None, wait)
            lane = self._next(tasks)
            return None if lane is None else self._waiting.pop(lane)

    def _next(self, tasks: Collection[str] | None) -> str | None:
        for lane in self._lanes:
            question = self._waiting.get(lane)
            if question is not None and (tasks is None or question.get("task") in tasks):
                return lane
        return None
