"""Where there is no screen, Qt would end the process: one line instead."""

from __future__ import annotations

import pytest

from vaediag.errors import InputError
from vaediag_gui.system import check_screen


def test_linux_without_a_screen_is_said_with_what_to_do():
    with pytest.raises(InputError, match="ssh -X") as caught:
        check_screen("linux", {"DISPLAY": ""})
    assert "vaediag report" in str(caught.value)


@pytest.mark.parametrize(
    ("platform", "environment"),
    [
        ("linux", {"DISPLAY": ":0"}),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}),
        ("linux", {"QT_QPA_PLATFORM": "offscreen"}),
        ("darwin", {}),
        ("win32", {}),
    ],
)
def test_a_screen_is_enough(platform: str, environment: dict[str, str]):
    check_screen(platform, environment)
