"""What a person sets once: a frozen record, kept in the settings."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import QSettings

THEMES = ("system", "light", "dark")
MOST_SEED = 2**31 - 1
LEAST_LIMIT, MOST_LIMIT = 10, 10_000_000


@dataclass(frozen=True, slots=True)
class Preferences:
    theme: str = "system"  # of THEMES
    seed: int = 0  # of the diagnosis
    limit: int | None = None  # images of the diagnosis, a seeded subset; None: all
    reopen: bool = True  # the last session at start


def load(settings: QSettings) -> Preferences:
    """The stored preferences; anything that cannot be one is as if it had never been set."""
    default = Preferences()
    theme = settings.value("preferences/theme")
    limit = _whole(settings.value("preferences/limit"))
    seed = _whole(settings.value("preferences/seed"))
    reopen = settings.value("preferences/reopen")
    return Preferences(
        theme=theme if theme in THEMES else default.theme,
        seed=seed if seed is not None and 0 <= seed <= MOST_SEED else default.seed,
        limit=limit if limit is not None and LEAST_LIMIT <= limit <= MOST_LIMIT else default.limit,
        reopen={"true": True, "false": False}.get(str(reopen).lower(), default.reopen),
    )


def save(settings: QSettings, preferences: Preferences) -> None:
    settings.setValue("preferences/theme", preferences.theme)
    settings.setValue("preferences/seed", preferences.seed)
    settings.setValue("preferences/limit", "" if preferences.limit is None else preferences.limit)
    settings.setValue("preferences/reopen", "true" if preferences.reopen else "false")


def _whole(stored: object) -> int | None:
    try:
        return int(stored) if isinstance(stored, int | str) else None
    except ValueError:
        return None
