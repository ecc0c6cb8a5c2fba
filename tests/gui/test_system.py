"""A missing system library is named, with the command that installs it."""

from __future__ import annotations

import pytest

from vaediag_gui.system import explain


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        (
            "libEGL.so.1: cannot open shared object file: No such file or directory",
            ["libEGL.so.1", "apt-get install libegl1"],
        ),
        ("libxcb-cursor.so.0: cannot open shared object file", ["libxcb-cursor.so.0", "install libxcb-cursor0"]),
        ("libglib-2.0.so.0: cannot open", ["libglib-2.0.so.0", "install libglib2.0-0"]),
        ("libfoo-1.so.2: cannot open", ["libfoo-1.so.2", "apt-file search libfoo-1.so.2"]),
        ("DLL load failed", ["DLL load failed", "pip install --force-reinstall"]),
    ],
)
def test_the_library_and_the_remedy_are_named(message: str, parts: list[str]) -> None:
    line = explain(message)
    assert "\n" not in line
    for part in parts:
        assert part in line
