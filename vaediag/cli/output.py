"""Output that is either complete or not there."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from vaediag.errors import InputError

LAST = ".json"  # a reader takes the JSON as the sign that everything it names is there


@contextlib.contextmanager
def whole_folder(wanted: Path) -> Iterator[Path]:
    """Give an empty folder to fill; its files arrive in `wanted` only when the body has succeeded.

    A folder that exists keeps its other files: what is new replaces what has the same name, one file at a time.
    Raises InputError, before anything is computed, when `wanted` cannot become a folder.
    """
    anchor = _existing_ancestor(wanted)
    if not anchor.is_dir() or not os.access(anchor, os.W_OK):
        raise InputError(
            f"-o: expected a folder that can be written; got {wanted}, and {anchor} is not one; try another."
        )
    try:
        draft = Path(tempfile.mkdtemp(prefix=".vaediag-", dir=anchor))
    except OSError as error:  # /proc says that it can be written
        raise InputError(
            f"-o: expected a folder that can be written; got {wanted}, and {anchor} gave '{error.strerror}'; try"
            " another."
        ) from error
    try:
        yield draft
        _move_files(draft, wanted)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


@contextlib.contextmanager
def whole_file(wanted: Path, *, endings: tuple[str, ...]) -> Iterator[Path]:
    """Give a path of the same ending to write; it becomes `wanted` only when the body has succeeded.

    Raises InputError, before anything is computed, when the ending is not one of `endings` or the folder is missing.
    """
    if wanted.suffix.lower() not in endings:
        kinds = " or ".join(endings)
        raise InputError(f"-o: expected a file that ends in {kinds}; got {wanted}; try {wanted.stem}{endings[0]}.")
    if not wanted.parent.is_dir() or not os.access(wanted.parent, os.W_OK) or wanted.is_dir():
        raise InputError(f"-o: expected a file in a folder that exists and can be written; got {wanted}; try another.")
    handle, name = tempfile.mkstemp(prefix=".vaediag-", suffix=wanted.suffix, dir=wanted.parent)
    os.close(handle)
    draft = Path(name)
    try:
        yield draft
        draft.chmod(0o666 & ~_umask())
        draft.replace(wanted)
    finally:
        draft.unlink(missing_ok=True)


def check_writable(wanted: Path, option: str) -> None:
    """Raise InputError, before anything is computed, unless a file can be written there; its folder is made later."""
    anchor = _existing_ancestor(wanted.parent)
    if wanted.is_dir() or not anchor.is_dir() or not os.access(anchor, os.W_OK):
        reason = f"{wanted} is a folder" if wanted.is_dir() else f"{anchor} is no folder that can be written"
        raise InputError(f"{option}: expected a file that can be written; got {wanted}, but {reason}; try another.")


def _existing_ancestor(path: Path) -> Path:
    for each in (path, *path.absolute().parents):
        if each.exists():
            return each
    return Path("/")


def _move_files(draft: Path, wanted: Path) -> None:
    """JSON last: files cannot be replaced all at once."""
    files = sorted((each for each in draft.rglob("*") if each.is_file()), key=lambda each: (each.suffix == LAST, each))
    for each in files:
        target = wanted / each.relative_to(draft)
        target.parent.mkdir(parents=True, exist_ok=True)
        each.replace(target)


def _umask() -> int:
    """The process's mask; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
