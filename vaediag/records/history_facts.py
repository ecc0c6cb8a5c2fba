"""What a history says when it is read: which latents died when, which findings lasted from when to when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaediag.records.collapse import KL_USED
from vaediag.records.estimate import Array
from vaediag.records.finding import SEVERITIES
from vaediag.records.history import History


@dataclass(frozen=True, slots=True)
class Life:
    """One latent: "alive" at the end, "died" (at which diagnosis it was first silent for good), or "never" alive."""

    latent: int
    state: str
    since: int | None = None  # index of that diagnosis


@dataclass(frozen=True, slots=True)
class Lasting:
    """One kind of finding over time.

    Attributes:
        severities: at each diagnosis, None where it was not found or nothing was measured.
        runs: (first, last) index of each stretch; a diagnosis without numbers breaks none.
    """

    id: str
    severities: tuple[str | None, ...]
    runs: tuple[tuple[int, int], ...]

    @property
    def worst(self) -> str:
        return max((each for each in self.severities if each), key=SEVERITIES.index)


def measured(history: History) -> Array:
    """Which diagnoses have numbers, `[T]` bool."""
    return np.array([not trouble for trouble in history.trouble], bool)


def lives(history: History) -> list[Life]:
    """Of every latent; none where the KL was never split over latents."""
    rows = np.flatnonzero(np.isfinite(history.kl).any(1)) if history.kl.size else np.array([], int)
    if not len(rows):
        return []
    alive = history.kl[rows] >= KL_USED
    return [_life(latent, alive[:, latent], rows) for latent in range(history.latent_dim)]


def _life(latent: int, alive: Array, rows: Array) -> Life:
    if alive[-1]:
        return Life(latent, "alive")
    seen = np.flatnonzero(alive)
    return Life(latent, "never") if not len(seen) else Life(latent, "died", int(rows[seen[-1] + 1]))


def lasting(history: History) -> list[Lasting]:
    """Every finding that was ever there: those that are there now first, then the gravest, then the longest."""
    ids = dict.fromkeys(id_ for found in history.findings for id_ in found)
    lines = [_lasting(history, id_) for id_ in ids]
    last = last_measured(history)

    def order(line: Lasting) -> tuple[bool, int, int]:
        there = last is not None and line.severities[last] is not None
        count = sum(each is not None for each in line.severities)
        return (not there, -SEVERITIES.index(line.worst), -count)

    return sorted(lines, key=order)


def _lasting(history: History, id_: str) -> Lasting:
    severities = tuple(
        grave[found.index(id_)] if id_ in found else None
        for found, grave in zip(history.findings, history.severities, strict=True)
    )
    asked = np.flatnonzero(measured(history))
    there = [severities[t] is not None for t in asked]
    starts = [t for i, t in enumerate(asked) if there[i] and not (i and there[i - 1])]
    ends = [t for i, t in enumerate(asked) if there[i] and not (i + 1 < len(there) and there[i + 1])]
    return Lasting(id_, severities, tuple((int(a), int(b)) for a, b in zip(starts, ends, strict=True)))


def last_measured(history: History) -> int | None:
    """Index of the latest diagnosis that has numbers."""
    there = np.flatnonzero(measured(history))
    return int(there[-1]) if len(there) else None


def best(history: History) -> int | None:
    """Index of the diagnosis with the highest ELBO."""
    return int(np.nanargmax(history.elbo.value)) if np.isfinite(history.elbo.value).any() else None


def spent(history: History) -> float:
    """Seconds of all diagnoses."""
    return float(np.nansum(history.cost))


def trained(history: History) -> float:
    """Seconds of training up to the last diagnosis, without the diagnoses."""
    return max(float(history.elapsed[-1]) - spent(history), 0.0) if len(history) else 0.0


def at(epoch: float | Array) -> str:
    """`12`, `12.5`: epochs as people write them."""
    return f"{float(epoch):g}"


def discrete(history: History) -> bool:
    """Is x discrete? Its law has no tail weight at any time, where that of continuous x always has one."""
    known = np.isfinite(history.dispersion.value)
    return bool(known.any() and not np.isfinite(history.tail_weight.value[known]).any())
