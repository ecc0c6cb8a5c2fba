"""Which question of each lane is with the helper, which waits, and which has killed it: bookkeeping without a process.

At most one question of a lane travels; the newest waits here, so that there is no backlog to work through.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from vaediag_gui.jobs.ask import Ask

DEATHS = 2  # a question is repeated once

# Lanes whose answers are worth showing although a newer question waits, while only what varies smoothly has changed:
# else a picture would stand still for as long as a slider moves, and a list stay empty while it is scrolled.
STREAMED = ("look", "pixel", "walk", "thumbnails")
_FIXED = ("model", "data", "preprocess", "reloads", "image", "views", "kind")  # arguments that make it another picture


@dataclass(slots=True)
class Lane:
    """One lane. `newest` is what was asked last, wherever it is now; None: nothing is wanted."""

    newest: Ask | None = None
    travelling: Ask | None = None  # with the helper, as number `generation`
    waiting: bool = False  # `newest` has not been sent yet
    generation: int = 0
    suspect: Ask | None = None  # the helper has died while it worked on this one
    deaths: int = 0


@dataclass(slots=True)
class Lanes:
    """The lanes of one helper, the most urgent first."""

    names: Sequence[str]
    at_work: tuple[str, int] | None = None  # lane and number of the question that the helper works on
    lanes: dict[str, Lane] = field(init=False)
    _fatal: dict[Ask, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lanes = {name: Lane() for name in self.names}

    def ask(self, asked: Ask, *, force: bool = False) -> bool:
        """Is there something new to send? Not if the question equals the lane's newest, answered or not.

        `force` asks even so, and forgives a question that has killed the helper.
        """
        lane = self.lanes[asked.lane]
        if not force and asked == lane.newest:
            return False
        if force:
            self._fatal.pop(asked, None)
            lane.suspect, lane.deaths = None, 0
        lane.newest = asked
        lane.waiting = asked not in self._fatal and (force or asked != lane.travelling)
        return lane.waiting

    def fatal(self, asked: Ask) -> str | None:
        """What was said when the helper died of this question for the second time; None: it may be asked."""
        return self._fatal.get(asked)

    def drop(self, name: str) -> bool:
        """Nothing is wanted of this lane; an answer that is under way is late. Was there a question with the helper?"""
        lane = self.lanes[name]
        travelled = lane.travelling is not None
        lane.newest = lane.travelling = None
        lane.waiting = False
        return travelled

    def sendable(self) -> Iterator[tuple[int, Ask]]:
        """Every waiting question whose lane is free, with its new number; they count as travelling from now on."""
        for lane in self.lanes.values():
            if lane.waiting and lane.travelling is None and lane.newest is not None:
                lane.waiting, lane.travelling = False, lane.newest
                lane.generation += 1
                yield lane.generation, lane.newest

    def begun(self, name: str, generation: int) -> Ask | None:
        """The helper has begun with a question; None: it is late."""
        self.at_work = (name, generation)
        return self._current(name, generation)

    def progressed(self, name: str, generation: int) -> Ask | None:
        """The question whose progress this is, as long as somebody wants to know."""
        asked = self._current(name, generation)
        return asked if asked is not None and asked == self.lanes[name].newest else None

    def ended(self, name: str, generation: int) -> Ask | None:
        """The helper has answered. The question, if the answer is still wanted; its lane is free again."""
        self.at_work = None
        asked = self._current(name, generation)
        if asked is None:
            return None
        lane = self.lanes[name]
        lane.travelling = None
        if lane.suspect == asked:
            lane.suspect, lane.deaths = None, 0
        if asked == lane.newest:
            return asked
        return asked if lane.newest is not None and streamed(asked, lane.newest) else None

    def died(self) -> Ask | None:
        """The helper is gone: all that travelled waits again. The question given up for it, if there is one."""
        blamed, self.at_work = self.at_work, None
        killer = None if blamed is None else self._current(*blamed)
        for lane in self.lanes.values():
            if lane.travelling is not None:
                lane.waiting, lane.travelling = lane.newest is not None, None
        if killer is None:
            return None
        lane = self.lanes[killer.lane]
        lane.deaths = lane.deaths + 1 if lane.suspect == killer else 1
        lane.suspect = killer
        if lane.deaths < DEATHS:
            return None
        if lane.newest == killer:
            lane.waiting = False
        return killer

    def give_up(self, asked: Ask, message: str) -> None:
        """Not to be asked again, unless by force."""
        self._fatal[asked] = message

    def stopped(self) -> None:
        """The helper was ended on purpose: what travelled waits again, and nobody is blamed."""
        self.at_work = None
        self.died()
        for lane in self.lanes.values():
            lane.suspect, lane.deaths = None, 0

    @property
    def pending(self) -> bool:
        """Is anything waiting or with the helper?"""
        return any(lane.waiting or lane.travelling is not None for lane in self.lanes.values())

    def _current(self, name: str, generation: int) -> Ask | None:
        lane = self.lanes.get(name)
        return lane.travelling if lane is not None and lane.generation == generation else None


def streamed(older: Ask, newer: Ask) -> bool:
    """Is the older answer worth showing on the way to the newer? Same lane, same picture, other values."""
    if older.lane not in STREAMED or older.lane != newer.lane:
        return False
    before, after = older.arguments, newer.arguments
    return all(before.get(name) == after.get(name) for name in _FIXED)
