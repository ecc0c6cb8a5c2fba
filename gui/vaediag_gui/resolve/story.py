"""A training as it can be drawn: where each diagnosis stands, what became of each latent and each finding."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from vaediag.findings.rules import KL_OF_A_DEAD_LATENT, errors_allowed
from vaediag.records.history import History
from vaediag.records.text import printable
from vaediag_gui.resolve.words import short

Array = np.ndarray
FRAME = 8.0  # a curve's frame reaches this many times the range of its better half below it


@dataclass(frozen=True, slots=True)
class Life:
    """What became of a latent; moments are positions of diagnoses. `since` None: it was never in use."""

    latent: int
    since: int | None
    died: int | None  # None: never in use, or still alive

    @property
    def alive(self) -> bool:
        return self.since is not None and self.died is None


@dataclass(frozen=True, slots=True, eq=False)
class FindingRow:
    """One finding over the training: `severity` `[T]` words, "" where it was not found."""

    words: str
    severity: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """What follows from a history; `x` `[T]` in `unit` ("epoch", "batch" or "diagnosis"), `edges` `[T + 1]` between."""

    history: History
    unit: str
    x: Array
    edges: Array
    lives: tuple[Life, ...]  # by latent; () where the KL cannot be split
    order: tuple[int, ...]  # latents in use, most KL first; then the dead, the last to die first; then the rest
    findings: tuple[FindingRow, ...]

    def when(self, moment: int) -> str:
        """`epoch 7`, `batch 1,240`."""
        number = self.x[moment]
        return f"{self.unit} {number:,.0f}" if float(number).is_integer() else f"{self.unit} {number:,.2f}"


@lru_cache(maxsize=2)
def story(history: History) -> Story:
    """The same object for the same history. Needs at least one diagnosis."""
    unit, x = _moments(history)
    lives = _lives(history)
    return Story(
        history=history,
        unit=unit,
        x=x,
        edges=_edges(x),
        lives=lives,
        order=_order(history, lives),
        findings=_findings(history),
    )


def _moments(history: History) -> tuple[str, Array]:
    """Epochs where each diagnosis has one of its own, else batches, else just one after the other."""
    for unit, at in (("epoch", history.epoch), ("batch", history.step)):
        at = np.asarray(at, float)
        if np.isfinite(at).all() and (np.diff(at) > 0).all():
            return unit, at
    return "diagnosis", np.arange(1.0, len(history) + 1)


def _edges(x: Array) -> Array:
    """Half-way between diagnoses, and as far beyond the first and the last."""
    if len(x) == 1:
        return np.array([x[0] - 0.5, x[0] + 0.5])
    middle = (x[1:] + x[:-1]) / 2
    return np.concatenate([[x[0] - (middle[0] - x[0])], middle, [x[-1] + (x[-1] - middle[-1])]])


def _lives(history: History) -> tuple[Life, ...]:
    kl, error = np.asarray(history.kl, float), np.nan_to_num(np.asarray(history.kl_error, float))
    known = np.isfinite(kl)
    if not known.any():
        return ()
    allowed = errors_allowed(kl.shape[1]) * error
    dead = known & (kl + allowed < KL_OF_A_DEAD_LATENT)
    return tuple(_life(latent, known[:, latent], dead[:, latent]) for latent in range(kl.shape[1]))


def _order(history: History, lives: tuple[Life, ...]) -> tuple[int, ...]:
    if not lives:
        return ()
    newest = np.nan_to_num(_last_finite(np.asarray(history.kl, float)), nan=-1.0)

    def key(life: Life) -> tuple[int, float, float]:
        died = -1 if life.died is None else life.died
        return (0 if life.alive else 1 if life.since is not None else 2), -died, -float(newest[life.latent])

    return tuple(life.latent for life in sorted(lives, key=key))


def _life(latent: int, known: Array, dead: Array) -> Life:
    """Dead since the first of the diagnoses that found it so without interruption up to the latest."""
    used = np.flatnonzero(known & ~dead)
    if not used.size:
        return Life(latent, None, None)
    after = np.flatnonzero(dead[used[-1] :])
    return Life(latent, int(used[0]), int(used[-1] + after[0]) if after.size else None)


def _last_finite(values: Array) -> Array:
    """`[L]`, of each column of `[T, L]` the last number; NaN where there is none."""
    found = np.full(values.shape[1], np.nan)
    for row in values:
        found = np.where(np.isfinite(row), row, found)
    return found


def _findings(history: History) -> tuple[FindingRow, ...]:
    """Each finding that was ever made, those of the latest diagnosis first, then the latest to go."""
    total, rows = len(history), {}
    for moment, ids in enumerate(history.findings):
        words = history.severities[moment] if moment < len(history.severities) else ()
        for place, name in enumerate(ids):
            rows.setdefault(name, [""] * total)[moment] = words[place] if place < len(words) else "warning"
    found = sorted(rows.items(), key=lambda item: -max(t for t, each in enumerate(item[1]) if each))
    return tuple(FindingRow(finding_words(name), tuple(marks)) for name, marks in found)


def finding_words(name: str) -> str:
    """`scale.region` as "scale: region"."""
    return printable(name.replace(".", ": ", 1).replace("_", " ").replace(".", " "))


def latest(history: History) -> int | None:
    """The latest diagnosis that has numbers; None where none has."""
    there = np.flatnonzero(np.isfinite(np.asarray(history.elbo.value, float)))
    return int(there[-1]) if there.size else None


def frame(low: Array, high: Array, *, falls: bool = False) -> tuple[float, float, int]:
    """A range for a curve that lies between `low` and `high`, and how many of its points lie wholly outside.

    A training begins far from where it ends: the frame follows the better half, so that its end can be read. `falls`:
    better is less.
    """
    if falls:
        bottom, top, outside = frame(-high, -low)
        return -top, -bottom, outside
    known = np.isfinite(low) & np.isfinite(high)
    low, high = low[known], high[known]
    if not low.size:
        return 0.0, 1.0, 0
    top, middle = float(high.max()), float(np.median(low))
    floor = max(float(low.min()), top - FRAME * max(top - middle, 1e-12))
    room = 0.06 * ((top - floor) or abs(top) or 1.0)
    return floor - room, top + room, int((high < floor - room).sum())


def told(made: Story, latent: int) -> str:
    """`in use since epoch 1`, `died at epoch 12`, `never in use`."""
    life = made.lives[latent]
    if life.since is None:
        return "never in use"
    if life.died is not None:
        return f"died at {made.when(life.died)}"
    return f"in use since {made.when(life.since)}" if life.since else "in use from the first diagnosis on"


def kl_words(made: Story, moment: int, latent: int) -> str:
    """`z3, epoch 5: 2.31 ± 0.04 nats · died at epoch 12`."""
    value, error = float(made.history.kl[moment, latent]), float(made.history.kl_error[moment, latent])
    spread = f" ± {short(error)}" if np.isfinite(error) else ""
    number = f"{short(value)}{spread} nats" if np.isfinite(value) else "not measured"
    return f"z{latent}, {made.when(moment)}: {number} · {told(made, latent)}"
