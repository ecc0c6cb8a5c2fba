"""What a diagnosis is asked to measure, and how much of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from vaediag.errors import InputError

SKIPPABLE = frozenset({"prior", "information", "corrected", "pictures"})
DEEP = frozenset({"effect", "prune_cost", "iwae", "independence"})  # measured on request only, like "ais"
EXTRA = DEEP | {"ais"}
PRESETS = {"deep": DEEP, "all": EXTRA}
LEAST = {"probe_images": 1, "ais_images": 1, "ais_temperatures": 10, "ais_chains": 2}
USUAL = {"probe_images": 256, "ais_images": 8, "ais_temperatures": 1000, "ais_chains": 16}


@dataclass(frozen=True, slots=True)
class Sizes:
    """Images of the probes, and how much annealed importance sampling, which takes minutes, is to do."""

    probe_images: int
    ais_images: int
    ais_temperatures: int
    ais_chains: int

    def checked(self) -> Sizes:
        """The same. Raises InputError unless all are whole numbers of at least what makes sense."""
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < LEAST[field.name]:
                raise InputError(
                    f"{field.name}: expected a whole number of at least {LEAST[field.name]}; got {value!r}. "
                    f"Try {USUAL[field.name]}."
                )
        return self


def included(include: Collection[str]) -> frozenset[str]:
    """Names of EXTRA from names and presets. Raises InputError."""
    names = frozenset({include} if isinstance(include, str) else include)
    unknown = sorted(names - EXTRA - set(PRESETS))
    if unknown:
        raise InputError(
            f"include: expected names out of {sorted(EXTRA)}, 'deep' or 'all'; got {unknown[0]!r}. "
            "Remove what is not in the list."
        )
    return (names & EXTRA).union(*(PRESETS[name] for name in names & set(PRESETS)))


def skipped(skip: Collection[str]) -> frozenset[str]:
    """Names of SKIPPABLE. Raises InputError."""
    names = frozenset({skip} if isinstance(skip, str) else skip)
    unknown = sorted(names - SKIPPABLE)
    if unknown:
        raise InputError(
            f"skip: expected names out of {sorted(SKIPPABLE)}; got {unknown[0]!r}. Remove what is not in the list."
        )
    return names
