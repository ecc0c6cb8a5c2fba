"""Qt needs system libraries that a wheel cannot bring: say which is missing and what installs it."""

from __future__ import annotations

import re

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
    """Raise InputError when PyQt6 is installed but a system library that it links to is missing."""
    try:
        import PyQt6.QtWidgets  # noqa: F401  # pyright: ignore[reportMissingImports]
    except ModuleNotFoundError:
        return  # the extra is not installed: there is nothing to check
    except ImportError as error:
        raise InputError(explain(str(error))) from error


def explain(message: str) -> str:
    """One line about a failed import of Qt: the library that is missing and the command that installs it."""
    match = re.search(r"(lib[\w.+-]+\.so[.\d]*)", message)
    library = match.group(1) if match else None
    if library is None:
        return f"gui: Qt could not be loaded ({message}); try 'pip install --force-reinstall PyQt6 PyQt6-Qt6'."
    remedy = f"sudo apt-get install {PACKAGES[library]}" if library in PACKAGES else f"apt-file search {library}"
    return f"gui: Qt needs the system library {library}, which is missing; try '{remedy}'."
