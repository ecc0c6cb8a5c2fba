"""Preferences come back as they were set, and garbage comes back as the default."""

from __future__ import annotations

from pathlib import Path

import pytest
from PyQt6.QtCore import QSettings

from vaediag_gui.preferences import Preferences, load, save


def settings_in(folder: Path) -> QSettings:
    return QSettings(str(folder / "app.ini"), QSettings.Format.IniFormat)


@pytest.mark.parametrize(
    "preferences",
    [
        Preferences(),
        Preferences("dark", 7, 500, False, deep=True, ais_images=2, ais_temperatures=50),
        Preferences("light", 2**31 - 1, None, True),
    ],
)
def test_kept_between_starts(tmp_path: Path, preferences: Preferences) -> None:
    settings = settings_in(tmp_path)
    save(settings, Preferences("dark", 1, 100, False))
    save(settings, preferences)
    assert load(settings) == preferences  # as set, before it has been through the file
    settings.sync()
    assert load(settings_in(tmp_path)) == preferences


def test_nothing_stored(tmp_path: Path) -> None:
    assert load(settings_in(tmp_path)) == Preferences("system", 0, None, True)


@pytest.mark.parametrize(
    "text",
    [
        "theme=purple\nseed=-1\nlimit=0\nreopen=perhaps\ndeep=2\nais_images=0\nais_temperatures=1",
        "theme=@Invalid()\nseed=1e9\nlimit=a, b\nreopen=",
        f"theme=dark, light\nseed={'9' * 6000}\nlimit={'9' * 30}\nreopen=17",
        "theme=\nseed=4294967296\nlimit=-5\nreopen=@ByteArray(x)",
    ],
)
def test_garbage_is_as_if_never_set(tmp_path: Path, text: str) -> None:
    (tmp_path / "app.ini").write_text(f"[preferences]\n{text}\n", "utf-8")
    assert load(settings_in(tmp_path)) == Preferences()
