"""What was not drawn or not measured: one line per reason, not one per number."""

from __future__ import annotations

from collections.abc import Iterable

from vaediag.records.diagnosis import Diagnosis
from vaediag.report.conditionings import present


def by_reason(diagnosis: Diagnosis, entries: Iterable[tuple[str, str]]) -> list[tuple[str, tuple[str, ...]]]:
    """Reasons in the order of `entries` (name, reason), each with its names.

    A number of the calibration that is missing for every z stands once, as `calibration.ece`.
    """
    every = {each.conditioning for each in present(diagnosis.calibration)}
    found: dict[str, list[str]] = {}
    for name, why in entries:
        found.setdefault(why, []).append(name)
    return [(why, _merged(names, every)) for why, names in found.items()]


def _merged(names: list[str], every: set[str]) -> tuple[str, ...]:
    lacking: dict[str, set[str]] = {}
    for where, number in filter(None, map(_parts, names)):
        lacking.setdefault(number, set()).add(where)
    return tuple(dict.fromkeys(_short(name, lacking, every) for name in names))


def _short(name: str, lacking: dict[str, set[str]], every: set[str]) -> str:
    parts = _parts(name)
    return f"calibration.{parts[1]}" if parts is not None and lacking[parts[1]] >= every else name


def _parts(name: str) -> tuple[str, str] | None:
    """`calibration.prior.ece` as `prior` and `ece`."""
    parts = name.split(".")
    return (parts[1], parts[2]) if len(parts) == 3 and parts[0] == "calibration" else None
