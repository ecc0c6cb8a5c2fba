"""The latents as pictures show them: their order, and what a status looks like without its colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.records.collapse import STATUS_MEANING, Collapse
from vaediag.report import style
from vaediag.report.words import short


@dataclass(frozen=True, slots=True)
class Status:
    """How one status is drawn, and what it means."""

    meaning: str
    colour: str
    hatch: str
    line: Any  # line style of curves
    marker: str

    @property
    def bar(self) -> dict[str, Any]:
        """Patch properties: fill, hatch and outline."""
        hollow = self.colour == style.MUTED
        return {
            "facecolor": style.paper() if hollow else self.colour,
            "edgecolor": style.MUTED if hollow else self.colour,
            "hatch": self.hatch,
            "hatchcolor": style.paper(),
            "linewidth": 0.8,
        }


STATUSES = {
    "used": Status(STATUS_MEANING["used"], style.BLUE, "", "-", "o"),
    "mixed": Status(STATUS_MEANING["mixed"], style.AMBER, "////", (0, (6, 1.5)), "D"),
    "wasted": Status(STATUS_MEANING["wasted"], style.PURPLE, "....", (0, (3, 1, 1, 1)), "v"),
    "noise": Status(STATUS_MEANING["noise"], style.GREEN, "xxxx", (0, (4, 1, 1, 1, 1, 1)), "^"),
    "collapsed": Status(STATUS_MEANING["collapsed"], style.MUTED, "", (0, (1, 1.3)), "s"),
}


def by_kl(collapse: Collapse) -> Sequence[int]:
    """Latents from the most to the least informative; ties keep their order."""
    if collapse.kl is None:
        return ()
    return [int(latent) for latent in np.argsort(-np.nan_to_num(np.asarray(collapse.kl.value)), kind="stable")]


def with_status(collapse: Collapse, status: str) -> list[int]:
    return [latent for latent, word in enumerate(collapse.status or ()) if word == status]


def silent(collapse: Collapse) -> list[int]:
    """The latents through which the encoder says nothing, whatever the decoder makes of them."""
    return sorted(with_status(collapse, "collapsed") + with_status(collapse, "noise"))


def describe(latent: int, collapse: Collapse | None) -> tuple[str, ...]:
    """`("z3", "4.12 nats", "used")`; the name alone where nothing else is known."""
    if collapse is None or collapse.kl is None or collapse.status is None:
        return (f"z{latent}",)
    return (f"z{latent}", f"{short(float(collapse.kl.value[latent]))} nats", collapse.status[latent])
