"""What `vaediag check` is told by the `[tool.vaediag.check]` table of a pyproject.toml."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from vaediag.cli.options import Level
from vaediag.cli.thresholds import Threshold, resolve
from vaediag.errors import InputError

FILE, TABLE = "pyproject.toml", "tool.vaediag.check"
KEYS = ("fail-on", "ignore", "limit", "seed", "deep", "ais", "temperatures", "preprocess", "thresholds")
LIMITS = ("min", "max", "slack")


@dataclass(frozen=True, slots=True)
class Settings:
    """How to check. None: not said, so that the option or its default counts."""

    source: Path | None = None  # the file it was read from
    fail_on: str | None = None
    ignore: tuple[str, ...] = ()  # ids of findings that never fail a check
    limit: int | None = None
    seed: int | None = None
    deep: bool | None = None
    ais: int | None = None
    temperatures: int | None = None
    preprocess: str | None = None
    thresholds: tuple[Threshold, ...] = ()

    def overruled(self, **given: Any) -> Settings:
        """With what was given as options (not None) in the place of what the file says."""
        return replace(self, **{name: value for name, value in given.items() if value is not None})


def settings(config: Path | None, *, start: Path) -> Settings:
    """The table of `config`, or of the nearest pyproject.toml with one in `start` and the folders above it.

    Without such a file nothing is set. Raises InputError when a file cannot be read, or a key or value is not known;
    with `config`, also when there is no table in it.
    """
    if config is not None:
        table = _table(config)
        if table is None:
            raise InputError(f"--config: expected a table [{TABLE}]; {config} has none. Add it, or leave --config out.")
        return parsed(table, config)
    for folder in (start, *start.absolute().parents):
        path = folder / FILE
        if path.is_file() and (table := _table(path)) is not None:
            return parsed(table, path)
    return Settings()


def parsed(table: Mapping[str, Any], source: Path | None = None) -> Settings:
    """A table as settings. Raises InputError that names the file, the key, what was expected and what arrived."""
    place = f"{source}: [{TABLE}]" if source else f"[{TABLE}]"
    try:
        _known("key", table, KEYS)
        return Settings(
            source=source,
            fail_on=_one_of(table, "fail-on", [each.value for each in Level]),
            ignore=_ignored(table),
            limit=_whole(table, "limit", 1),
            seed=_whole(table, "seed", 0),
            deep=_flag(table, "deep"),
            ais=_whole(table, "ais", 1),
            temperatures=_whole(table, "temperatures", 10),
            preprocess=_preprocessing(table),
            thresholds=tuple(_thresholds(table.get("thresholds", {}))),
        )
    except InputError as error:
        raise InputError(f"{place} {error}") from error


def _table(path: Path) -> Mapping[str, Any] | None:
    """The table of a file, None if it has none."""
    import tomllib

    try:
        with path.open("rb") as file:
            found: Any = tomllib.load(file)
    except OSError as error:
        raise InputError(f"{path}: expected a TOML file; {error.strerror}. Try another --config.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: expected TOML; {error}. Mend that line, or try another --config.") from error
    for name in TABLE.split("."):
        if not isinstance(found, dict) or name not in found:
            return None
        found = found[name]
    if not isinstance(found, dict):
        raise InputError(f"{path}: expected a table [{TABLE}]; got {found!r}. Put the settings below that heading.")
    return found


def _known(what: str, names: Collection[str], known: Collection[str]) -> None:
    for name in names:
        if name not in known:
            close = get_close_matches(str(name).replace("_", "-"), known, n=1, cutoff=0.5)
            hint = f"Did you mean {close[0]}?" if close else f"There are {', '.join(known)}."
            raise InputError(f"{what}: expected a known one; got {name!r}. {hint}")


def _ignored(table: Mapping[str, Any]) -> tuple[str, ...]:
    from vaediag.findings.catalogue import RULEBOOK

    ids = table.get("ignore", [])
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise InputError(f'ignore: expected a list of finding ids; got {ids!r}. Try ignore = ["posterior_mean"].')
    known = [card.id for card in RULEBOOK]
    for each in ids:
        if each not in known:
            close = get_close_matches(each, known, n=3, cutoff=0.5)
            hint = f" Did you mean {' or '.join(close)}?" if close else ""
            raise InputError(f"ignore: expected the id of a finding; got {each!r}.{hint} `vaediag rules` lists them.")
    return tuple(ids)


def _thresholds(table: Any) -> Iterator[Threshold]:
    if not isinstance(table, dict):
        raise InputError(f'thresholds: expected a table; got {table!r}. Try "evidence.elbo" = {{min = -95}}.')
    for name, limits in _leaves(table, ""):
        _known(f"thresholds: {name}", limits, LIMITS)
        least, most, slack = (_number(name, limits, key) for key in LIMITS)
        if least is None and most is None:
            raise InputError(f"thresholds: {name}: expected min or max; got {limits!r}. Try {{min = 0}}.")
        if least is not None and most is not None and least > most:
            raise InputError(f"thresholds: {name}: expected min <= max; got {limits!r}. Swap them.")
        if slack is not None and slack < 0:
            raise InputError(f"thresholds: {name}: expected slack >= 0 standard errors; got {slack:g}. Try 2.")
        yield Threshold(resolve(name), least, most, slack or 0.0)


def _leaves(table: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Names and limits; without quotation marks TOML makes tables in tables of a dotted name."""
    for key, value in table.items():
        name = f"{path}.{key}" if path else key
        if not isinstance(value, dict):
            raise InputError(f"thresholds: {name}: expected a table; got {value!r}. Try {{min = 0.9, max = 1.1}}.")
        if value and all(isinstance(each, dict) for each in value.values()):
            yield from _leaves(value, name)
        else:
            yield name, value


def _number(name: str, limits: Mapping[str, Any], key: str) -> float | None:
    value = limits.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        meant = _read(value)
        hint = f"Try {key} = {1 if meant is None else f'{meant:.12g}'}."
        raise InputError(f"thresholds: {name}: {key}: expected a finite number; got {value!r}. {hint}")
    return float(value)


def _one_of(table: Mapping[str, Any], key: str, known: list[str]) -> str | None:
    value = table.get(key)
    if value is not None and value not in known:
        raise InputError(f"{key}: expected {' or '.join(map(repr, known))}; got {value!r}. Try {key} = {known[0]!r}.")
    return value


def _preprocessing(table: Mapping[str, Any]) -> str | None:
    from vaediag.io.preprocess import chosen

    name = table.get("preprocess")
    if name is not None and not isinstance(name, str):
        raise InputError(f"preprocess: expected a name; got {name!r}. Try preprocess = 'unit'.")
    if name is not None:
        chosen(name)
    return name


def _whole(table: Mapping[str, Any], key: str, least: int) -> int | None:
    value = table.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value < 2**31:
        meant = _read(value)
        fits = meant is not None and meant.is_integer() and least <= meant < 2**31
        hint = f"Try {key} = {meant:.0f}." if fits else f"Try {key} = {max(least, 1)}."
        raise InputError(f"{key}: expected a whole number from {least}; got {value!r}. {hint}")
    return value


def _read(value: Any) -> float | None:
    """The number that was meant where it stands in quotation marks or has a point too many."""
    try:
        found = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def _flag(table: Mapping[str, Any], key: str) -> bool | None:
    value = table.get(key)
    if value is not None and not isinstance(value, bool):
        raise InputError(f"{key}: expected true or false; got {value!r}. Try {key} = true.")
    return value
