"""Where there is no screen, Qt would end the process: one line instead."""

from __future__ import annotations

import sys

import pytest

from vaediag.errors import InputError
from vaediag_gui.system import _plugin, check_screen


def test_linux_without_a_screen_is_said_with_what_to_do():
    with pytest.raises(InputError, match="ssh -X") as caught:
        check_screen("linux", {"DISPLAY": ""})
    assert "vaediag report" in str(caught.value)


@pytest.mark.parametrize(
    ("platform", "environment"),
    [
        ("linux", {"DISPLAY": ":0"}),
        ("linux", {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}),
        ("linux", {"QT_QPA_PLATFORM": "offscreen"}),
        ("darwin", {}),
        ("win32", {}),
    ],
)
def test_a_screen_is_enough(platform: str, environment: dict[str, str]):
    check_screen(platform, environment, load=lambda _: None)


def refuse(path: str) -> None:
    assert path.endswith("libqxcb.so")
    raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")


@pytest.mark.parametrize("environment", [{"DISPLAY": ":0"}, {"QT_QPA_PLATFORM": "xcb", "WAYLAND_DISPLAY": "w"}])
def test_a_library_that_x11_needs_is_named(environment: dict[str, str]):
    with pytest.raises(InputError, match="apt-get install libxcb-cursor0"):
        check_screen("linux", environment, load=refuse)


@pytest.mark.parametrize("environment", [{"WAYLAND_DISPLAY": "w"}, {"QT_QPA_PLATFORM": "offscreen", "DISPLAY": ":0"}])
def test_what_is_not_used_need_not_be_there(environment: dict[str, str]):
    check_screen("linux", environment, load=refuse)


def test_the_plugin_lies_where_it_is_looked_for():
    if sys.platform.startswith("linux"):
        assert _plugin("offscreen").is_file()
