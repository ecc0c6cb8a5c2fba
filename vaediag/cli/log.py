"""The log of an unexpected error: everything that a bug report needs, in one file."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from importlib.metadata import PackageNotFoundError, version


def write_log(error: BaseException, swallowed: str) -> str:
    """Write the traceback, the command, the versions and what native libraries said; return the file's path."""
    handle, path = tempfile.mkstemp(prefix="vaediag-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as log:
        log.write(f"command: {' '.join(sys.argv)}\n")
        log.write(f"python {platform.python_version()} on {platform.platform()}\n")
        for package in ("vaediag", "tensorflow", "tensorflow-probability", "keras", "tf_keras", "numpy"):
            log.write(f"{package} {_version(package)}\n")
        log.write("\n" + "".join(traceback.format_exception(error)))
        if swallowed:
            log.write(f"\nwhat native libraries wrote:\n{swallowed}")
    return path


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "is not installed"
