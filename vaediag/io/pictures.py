"""A folder of PNG or JPEG files as images: 0 to 255, grey `[H, W, 1]` or colour `[H, W, 3]`, all of one size."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from vaediag.errors import InputError
from vaediag.io.images import Images, from_rows
from vaediag.io.npy import one_line

Array: TypeAlias = np.ndarray[Any, Any]

SUFFIXES = {".png", ".jpg", ".jpeg"}
_GREY = {"1", "L", "LA", "I;16", "I"}


@dataclass(frozen=True)
class PictureRows:
    files: tuple[Path, ...]
    shape: tuple[int, ...]

    def read(self, start: int, stop: int) -> Array:
        return self._stack(self.files[start:stop])

    def take(self, indices: Array) -> Array:
        return self._stack([self.files[int(index)] for index in indices])

    def _stack(self, files: Any) -> Array:
        if not files:
            return np.empty((0, *self.shape[1:]), np.uint8)
        return np.stack([read_picture(file) for file in files])


def picture_images(folder: Path, *, source: str) -> Images:
    """The pictures of a folder, in the order of the numbers in their names; sub-folders, if any, are the labels.

    Raises InputError for no pictures, for one that cannot be read, and for different sizes, naming the files.
    """
    files = _pictures(folder)
    labels = None
    if not files:
        classes = sorted((path for path in folder.iterdir() if path.is_dir()), key=_natural)
        grouped = [_pictures(path) for path in classes]
        files = [file for group in grouped for file in group]
        labels = np.repeat(np.arange(len(grouped)), [len(group) for group in grouped])
    if not files:
        raise InputError(
            f"images: expected a folder with .png or .jpg files, or sub-folders of them; {folder} has none."
            " Choose another folder or file."
        )
    first, depth = _header(files[0])
    for file in files[1:]:
        if (header := _header(file)) != (first, depth):
            raise InputError(
                f"images: expected one size and mode; {files[0].name} has {list(first)}, {depth}, and {file.name}"
                f" has {list(header[0])}, {header[1]}. Resize them, or put them into folders of their own."
            )
    return from_rows(PictureRows(tuple(files), (len(files), *first)), labels=labels, name=folder.name, source=source)


def read_picture(file: Path) -> Array:
    """One picture as stored, `[H, W, 1]` or `[H, W, 3]`. Raises InputError, with its name, when it is broken."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(file) as picture:
            if picture.mode in ("LA", "RGBA", "PA") or "transparency" in picture.info:
                picture = _opaque(picture, file)
            values = np.asarray(picture if picture.mode in _GREY else picture.convert("RGB"))
    except InputError:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _unreadable(file, error) from error
    return values[..., None] if values.ndim == 2 else values


def _opaque(picture: Any, file: Path) -> Any:
    """Without its alpha channel. InputError when something shows through: what is behind it is nobody's data."""
    seen = picture.convert("RGBA")
    if seen.getextrema()[3][0] < 255:
        raise InputError(f"images: {file.name} is partly transparent. Save it without transparency.")
    return picture.convert("L" if picture.mode == "LA" else "RGB")


def _pictures(folder: Path) -> list[Path]:
    return sorted(
        (path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and not path.name.startswith(".")),
        key=_natural,
    )


def _natural(path: Path) -> tuple[list[tuple[int, str]], str]:
    """2.png before 10.png, so that the order of a folder is that of the array it was written from."""
    parts = re.findall(r"\d+|\D+", path.name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts], path.name


def _header(file: Path) -> tuple[tuple[int, int, int], str]:
    """`[height, width, channels]` and what a number is, from the file's header alone."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(file) as picture:
            width, height = picture.size
            depth = {"1": "black and white", "I;16": "16 bits", "I": "32 bits"}.get(picture.mode, "8 bits")
            return (height, width, 1 if picture.mode in _GREY else 3), depth
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: BaseException) -> InputError:
    return InputError(
        f"images: {file.name} in {file.parent} cannot be read as a picture ({one_line(error)}). Remove or replace it."
    )
