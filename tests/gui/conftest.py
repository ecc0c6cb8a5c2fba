"""Every GUI test starts from the light palette, with settings of its own, and leaves no window behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PyQt6.QtCore import QSettings
from PyQt6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def themed(qapp: QApplication) -> None:
    from vaediag_gui.theme.apply import apply
    from vaediag_gui.theme.palette import LIGHT

    if qapp.styleSheet() == "" or qapp.property("palette") != "light":
        apply(qapp, LIGHT)
        qapp.setProperty("palette", "light")


@pytest.fixture(autouse=True)
def own_settings(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings and caches of the person at the machine are never touched."""
    own = tmp_path_factory.mktemp("own")
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(own / "settings"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(own / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(own / "data"))


@pytest.fixture(autouse=True)
def no_leaked_windows(qapp: QApplication) -> Iterator[None]:
    before = set(qapp.topLevelWidgets())
    yield
    left = [each for each in qapp.topLevelWidgets() if each not in before and each.isVisible()]
    assert not left, f"windows left open: {left}"
