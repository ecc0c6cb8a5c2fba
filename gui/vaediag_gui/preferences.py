"""What a person sets once: a frozen record, kept in the settings."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QSettings

from vaediag_gui.state.wish import AIS_IMAGES, AIS_TEMPERATURES

THEMES = ("system", "light", "dark")
MOST_SEED = 2**31 - 1
LEAST_LIMIT, MOST_LIMIT = 10, 10_000_000


@dataclass(frozen=True, slots=True)
class Preferences:
    theme: str = "system"  # of THEMES
    seed: int = 0  # of the diagnosis
    limit: int | None = None  # images of the diagnosis, a seeded subset; None: all
    reopen: bool = True  # the last session at start
    deep: bool = False  # diagnoses measure also what takes up to a minute
    ais_images: int = 8
    ais_temperatures: int = 1000


def load(settings: QSettings) -> Preferences:
    """The stored preferences; anything that cannot be one is as if it had never been set."""
    default = Preferences()
    theme = settings.value("preferences/theme")
    limit = _whole(settings.value("preferences/limit"))
    seed = _whole(settings.value("preferences/seed"))
    images, temperatures = (
        _whole(settings.value(f"preferences/{name}")) for name in ("ais_images", "ais_temperatures")
    )
    return Preferences(
        theme=theme if theme in THEMES else default.theme,
        seed=seed if seed is not None and 0 <= seed <= MOST_SEED else default.seed,
        limit=limit if limit is not None and LEAST_LIMIT <= limit <= MOST_LIMIT else default.limit,
        deep=_switch(settings.value("preferences/deep"), default.deep),
        ais_images=_within(images, AIS_IMAGES, default.ais_images),
        ais_temperatures=_within(temperatures, AIS_TEMPERATURES, default.ais_temperatures),
        reopen=_switch(settings.value("preferences/reopen"), default.reopen),
    )


def save(settings: QSettings, preferences: Preferences) -> None:
    settings.setValue("preferences/theme", preferences.theme)
    settings.setValue("preferences/seed", preferences.seed)
    settings.setValue("preferences/limit", "" if preferences.limit is None else preferences.limit)
    for name in ("ais_images", "ais_temperatures"):
        settings.setValue(f"preferences/{name}", getattr(preferences, name))
    for name in ("deep", "reopen"):
        settings.setValue(f"preferences/{name}", "true" if getattr(preferences, name) else "false")


def _switch(stored: object, default: bool) -> bool:
    return {"true": True, "false": False}.get(str(stored).lower(), default)


def _within(number: int | None, ends: tuple[int, int], default: int) -> int:
    return number if number is not None and ends[0] <= number <= ends[1] else default


def _whole(stored: object) -> int | None:
    try:
        return int(stored) if isinstance(stored, int | str) else None
    except ValueError:
        return None
