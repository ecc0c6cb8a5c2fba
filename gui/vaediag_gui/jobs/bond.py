"""A helper ends with its window, however that ends: closed, crashed or killed."""

from __future__ import annotations

import contextlib
import os
import signal
import sys

PARENT = "VAEDIAG_PARENT"  # environment variable: process id of the window
_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>


def bind() -> None:
    """Tie this process to its parent, in a process group of its own.

    On Linux the kernel ends it when the parent dies. Everywhere the end of standard input, which the reader thread
    watches, does the same. Ctrl-C in a terminal is meant for the window, which ends its helpers itself.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(OSError, AttributeError):
        os.setpgid(0, 0)
    if sys.platform == "linux":
        import ctypes

        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    parent = os.environ.get(PARENT, "")
    if parent.isdecimal() and os.name == "posix" and os.getppid() != int(parent):
        os._exit(0)  # it was gone before the kernel was asked
