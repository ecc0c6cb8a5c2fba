"""How long work will still take, from its pace."""

from __future__ import annotations

LATELY = 20.0  # seconds that count: how fast a stage was before says little about how fast it is now
SURE = 0.5  # seconds that have to be seen before anything is said


class Pace:
    """Hears of every step of a stage."""

    def __init__(self) -> None:
        self._stage = ""
        self._marks: list[tuple[float, int]] = []  # (time, steps done); of a stage that has just begun its beginning
        self._warm = False  # the first interval, in which graphs are compiled, is left out

    def forget(self) -> None:
        self._stage, self._marks, self._warm = "", [], False

    def left(self, stage: str, done: int, total: int, now: float) -> float | None:
        """Seconds left of the stage at the time `now`; None while nobody can know."""
        if stage != self._stage or (self._marks and done < self._marks[-1][1]):
            self.forget()
            self._stage = stage
        if not self._marks or done > self._marks[-1][1]:
            self._marks.append((now, done))
        if len(self._marks) > 2 and not self._warm:
            self._marks, self._warm = self._marks[1:], True
        while len(self._marks) > 2 and self._marks[1][0] < now - LATELY:
            self._marks.pop(0)
        (begun, first), (ended, last) = self._marks[0], self._marks[-1]
        if last == first or ended - begun < SURE or last >= total:
            return None
        return (total - last) * (ended - begun) / (last - first)
