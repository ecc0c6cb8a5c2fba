"""Qt needs system libraries that a wheel cannot bring: say which is missing and what installs it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ctypes import CDLL
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from vaediag.errors import InputError

# Shared library -> Debian and Ubuntu package, for what PyQt6's wheels link to and servers lack.
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libOpenGL.so.0": "libopengl0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
}


def check_qt() -> None:
    """Raise InputError when PyQt6 or pyqtgraph is not installed, or a system library that Qt links to."""
    try:
        for name in ("PyQt6.QtWidgets", "pyqtgraph"):
            import_module(name)
    except ModuleNotFoundError as error:
        raise InputError(
            f"gui: the desktop app needs {error.name}, which is not installed; try pip install 'vaediag[gui]'."
        ) from error
    except ImportError as error:
        raise InputError(explain(str(error))) from error


def check_screen(platform: str, environment: Mapping[str, str], load: Callable[[str], object] = CDLL) -> None:
    """Raise InputError on Linux where Qt would end the process: no screen, or no library to reach it with."""
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if platform.startswith("linux") and not any(environment.get(name) for name in screens):
        raise InputError(
            "gui: expected a screen; DISPLAY and WAYLAND_DISPLAY are not set. Run it on the machine you sit at, or "
            "over 'ssh -X'; without one, 'vaediag report MODEL DATA -o report' draws the same pictures into files."
        )
    plugin = _plugin("xcb")
    if platform.startswith("linux") and _uses_xcb(environment) and plugin.is_file():  # a distribution has it elsewhere
        try:
            load(str(plugin))
        except OSError as error:  # Qt itself would say "could not load the plugin", abort, and name no library
            raise InputError(explain(str(error))) from error


def _uses_xcb(environment: Mapping[str, str]) -> bool:
    chosen = environment.get("QT_QPA_PLATFORM", "")
    return chosen == "xcb" or not (chosen or environment.get("WAYLAND_DISPLAY"))


def _plugin(name: str) -> Path:
    """Where PyQt6's wheel keeps the part of Qt that draws on a kind of screen."""
    spec = find_spec("PyQt6")
    folder = Path(spec.origin).parent if spec is not None and spec.origin else Path()
    return folder / "Qt6" / "plugins" / "platforms" / f"libq{name}.so"


def explain(message: str) -> str:
    """One line about a failed import of Qt: the library that is missing and the command that installs it."""
    match = re.search(r"(lib[\w.+-]+\.so[.\d]*)", message)
    library = match.group(1) if match else None
    if library is None:
        return f"gui: Qt could not be loaded ({message}); try 'pip install --force-reinstall PyQt6 PyQt6-Qt6'."
    remedy = f"sudo apt-get install {PACKAGES[library]}" if library in PACKAGES else f"apt-file search {library}"
    return f"gui: Qt needs the system library {library}, which is missing; try '{remedy}'."


if __name__ == "__main__":  # `python -m vaediag_gui.system`: one line where Qt cannot be loaded
    try:
        check_qt()
    except InputError as error:
        raise SystemExit(f"vaediag: {error}") from None
