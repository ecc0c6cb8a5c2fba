"""Files appear complete or not at all.

Everything is first written beside its destination under a temporary name, then moved over it. A folder cannot be
replaced in one step: the files of a set are all staged first, and moved one after the other in the order given, so put
the one that names the others (with their hashes) last. Ctrl-C while moving is held back until the set is complete.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import signal
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from vaediag.errors import InputError


def write_bytes(path: str | Path, data: bytes) -> Path:
    """Write one file, whole or not at all. Raises InputError when it cannot be written; the old file then stays."""
    path = Path(path)
    write_files(path.parent, {path.name: data})
    return path


def write_text(path: str | Path, text: str) -> Path:
    """Write one UTF-8 file, whole or not at all. Raises InputError when it cannot be written."""
    return write_bytes(path, text.encode("utf-8"))


def write_files(folder: str | Path, files: Mapping[str, bytes]) -> None:
    """Write a set of files into `folder` (made if missing), in their order; on failure what was there stays.

    Raises InputError when the folder or a file cannot be written (full disk, no permission, a file in the way).
    """
    folder = Path(folder)
    staged: list[tuple[Path, Path]] = []
    new, done = not folder.exists(), False
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            staged.append((_beside(folder / name), folder / name))
            _write(staged[-1][0], data)
        with _interrupts_held_back():
            for temporary, final in staged:
                temporary.replace(final)
            done = True
    except OSError as error:
        raise cannot_write(folder, error) from error
    finally:
        for temporary, _ in staged:
            temporary.unlink(missing_ok=True)
        if new and not done:
            with contextlib.suppress(OSError):  # never made, or somebody else put something there
                folder.rmdir()


@contextlib.contextmanager
def replacing(path: str | Path) -> Iterator[BinaryIO]:
    """An open binary file that takes the place of `path` when the block ends without an error.

    Raises InputError when it cannot be written. Errors of the block itself pass through, and leave the old file.
    """
    path = Path(path)
    temporary = _beside(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    """A fresh hidden name in the same folder: only within one file system is a move a replacement."""
    return path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Ctrl-C within the block is raised at its end. Only the main thread is ever interrupted."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _frame: arrived.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before if before is not None else signal.SIG_DFL)
    if arrived:
        raise KeyboardInterrupt


def cannot_write(path: Path, error: OSError) -> InputError:
    """A failed write in a sentence: what to free, or where else to write."""
    remedy = {
        errno.ENOSPC: "Free some space, or choose another disk.",
        errno.EDQUOT: "Free some of your quota, or choose another disk.",
        errno.EACCES: "Choose a folder that you may write to.",
        errno.EPERM: "Choose a folder that you may write to.",
        errno.EROFS: "Choose a folder that you may write to.",
        errno.EEXIST: "A file is in the way: choose another name.",
        errno.ENOTDIR: "A file is in the way: choose another name.",
        errno.EISDIR: "A folder is in the way: choose another name.",
    }.get(error.errno or 0, "Choose another place.")
    reason = error.strerror or str(error) or type(error).__name__
    return InputError(f"output: expected a place that can be written; {path} gave '{reason}'. {remedy}")
