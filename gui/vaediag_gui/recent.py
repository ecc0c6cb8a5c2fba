"""The models and data that were opened last, kept in the settings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from PyQt6.QtCore import QSettings

from vaediag_gui.legible import last_name, legible
from vaediag_gui.resolve.start import RecentFile

Kind = Literal["model", "data"]
KINDS: tuple[Kind, ...] = ("model", "data")
MOST = 10
_LONGEST = 4096  # characters of an address: what Linux allows for a path


class Recent:
    """Lists of addresses, the most recent first, at most `MOST` of each kind.

    What stands in the settings may be anything: entries that are not addresses are left out.
    """

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def addresses(self, kind: Kind) -> tuple[str, ...]:
        stored = self._settings.value(_key(kind))
        try:
            found = json.loads(stored) if isinstance(stored, str) else []
        except (ValueError, RecursionError):
            found = []
        return _clean(found if isinstance(found, list) else [])

    def add(self, kind: Kind, address: str) -> None:
        """Put an address first."""
        self._keep(kind, (address, *self.addresses(kind)))

    def remove(self, kind: Kind, address: str) -> None:
        self._keep(kind, (each for each in self.addresses(kind) if each != address))

    def clear(self) -> None:
        for kind in KINDS:
            self._settings.remove(_key(kind))

    def files(self, registered: Iterable[str] = ()) -> tuple[RecentFile, ...]:
        """For the start page: models, then data, with a reason where one cannot be opened any more."""
        names = frozenset(registered)
        return tuple(recent_file(kind, each, names) for kind in KINDS for each in self.addresses(kind))

    def _keep(self, kind: Kind, addresses: Iterable[str]) -> None:
        # JSON, because the INI format turns a list of one into a text, and surrogates of a path into question marks
        self._settings.setValue(_key(kind), json.dumps(_clean(addresses)))


def recent_file(kind: Kind, address: str, registered: frozenset[str]) -> RecentFile:
    """One entry; only paths are looked up, because asking whether a factory exists would run its module."""
    missing = ""
    if Path(address).is_absolute():
        missing = "" if _exists(address) else "not there any more"
    elif ":" not in address and address.partition("[")[0] not in registered:
        missing = "not registered any more"
    return RecentFile(kind, address, last_name(address, 40), legible(address, 200), missing)


def _exists(address: str) -> bool:
    folder, bracket, _ = address.rpartition("[")  # "folder[train]": one split of it
    candidates = (address, folder) if bracket and address.endswith("]") else (address,)
    try:
        return any(Path(each).exists() for each in candidates)
    except OSError:  # a name longer than the file system allows
        return False


def _clean(found: Iterable[object]) -> tuple[str, ...]:
    kept = (each for each in found if isinstance(each, str) and 0 < len(each) <= _LONGEST and "\0" not in each)
    return tuple(dict.fromkeys(kept))[:MOST]


def _key(kind: Kind) -> str:
    return f"recent/{kind}"
