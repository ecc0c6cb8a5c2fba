"""What a file or folder is, by its name and by what lies in it: nothing is opened, and nothing in it can run."""

from __future__ import annotations

import os
import stat
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple

from vaediag.bundle.schema import FILES
from vaediag.io.diagnosis import JSON, NPZ
from vaediag.io.history import JSON as HISTORY
from vaediag.io.history import NPZ as HISTORY_NPZ
from vaediag.io.idx import looks_like_idx
from vaediag.io.pictures import SUFFIXES as PICTURES
from vaediag_gui.legible import last_name

ACCEPTED = (
    "vaediag opens the folder of a saved model (with vae.json), of a saved diagnosis (with diagnosis.json), or of a"
    " training (with history.json), and data: .npy, .npz, .h5, .hdf5, .h5ad, .zarr, .csv, .tsv, IDX (also .gz),"
    " or a folder of PNG or JPEG pictures."
)
STORES = (
    ".npy", ".npz", ".h5", ".hdf5", ".h5ad", ".zarr", ".zarr.zip", ".csv", ".tsv", ".csv.gz", ".tsv.gz",
)  # fmt: skip
_HEAD = 2**16  # bytes of a file in which its attributes begin
_LOOK_AT = 2000  # entries of a folder, and its sub-folders: a folder of millions must not hold up the window


class Dropped(NamedTuple):
    """`address` is absolute, so it has a separator and vaediag takes it for a path whatever its name is."""

    kind: Literal["model", "data", "diagnosis", "history", "network"]
    address: str


def classify(path: str | os.PathLike[str]) -> Dropped | str:
    """What to do with a file or folder that was dropped or named; a sentence why it cannot be used otherwise."""
    address = absolute(os.fspath(path))
    name, place = last_name(address), Path(address)
    try:
        mode = place.stat().st_mode
    except (OSError, ValueError) as error:  # ValueError: a null character
        return _not_there(name, error)
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        return f"{name} is neither a file nor a folder. {ACCEPTED}"
    try:
        return _folder(place, name) if stat.S_ISDIR(mode) else _file(place, name)
    except OSError as error:
        return f"{name} cannot be read ({error.strerror or type(error).__name__}). Check its permissions."


def absolute(text: str) -> str:
    """A path as typed or dropped: `~` is the home folder, relative to where the app was started."""
    try:
        return os.path.normpath(Path(text).expanduser().absolute())
    except (OSError, RuntimeError):  # the current folder is gone; a home that nobody has
        return str(Path(os.sep, text))


def _folder(folder: Path, name: str) -> Dropped | str:
    if (folder / "vae.json").is_file():
        return Dropped("model", str(folder))
    if (folder / JSON).is_file():
        return Dropped("diagnosis", str(folder))
    if (folder / HISTORY).is_file():
        return Dropped("history", str(folder))
    if (folder / "saved_model.pb").is_file():
        return Dropped("network", str(folder))
    inside = _entries(folder)
    if folder.name.lower().endswith(STORES) or any(map(_is_images, inside)) or _holds_classes(inside):
        return Dropped("data", str(folder))
    if not inside:
        return f"The folder {name} is empty. {ACCEPTED}"
    return f"The folder {name} holds no model, no diagnosis and no pictures. {ACCEPTED}"


def _file(file: Path, name: str) -> Dropped | str:
    folder, lower = file.parent, file.name.lower()
    if file.name in ("vae.json", *FILES) and (folder / "vae.json").is_file():
        return Dropped("model", str(folder))
    if file.name == JSON:
        return Dropped("diagnosis", str(file))
    if file.name in (HISTORY, HISTORY_NPZ) and (folder / HISTORY).is_file():
        return Dropped("history", str(folder))
    if file.name in (NPZ, "report.html") and (folder / JSON).is_file():
        return Dropped("diagnosis", str(folder))
    if lower.endswith(".keras") or (lower.endswith((".h5", ".hdf5")) and _holds_network(file)):
        return Dropped("network", str(file))
    if lower.endswith(STORES):
        return Dropped("data", str(file))
    if looks_like_idx(file):
        if "idx1" in lower:
            return f"{name} holds labels; open the file of the images beside it, and its labels come along."
        return Dropped("data", str(file))
    if Path(lower).suffix in PICTURES:
        return f"{name} is a single picture; drop the folder that it lies in, with all pictures of one size."
    return f"{name} is of no kind that can be opened. {ACCEPTED}"


def _holds_network(file: Path) -> bool:
    """HDF5 files hold images or a network of Keras; the latter say so in an attribute at their top."""
    with file.open("rb") as opened:
        head = opened.read(_HEAD)
    return b"model_config" in head or b"keras_version" in head


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return list(islice(entries, _LOOK_AT))


def _is_images(entry: os.DirEntry[str]) -> bool:
    name = Path(entry.name)
    return _is_picture(entry) or (looks_like_idx(name) and "images" in name.name)


def _is_picture(entry: os.DirEntry[str]) -> bool:
    return Path(entry.name).suffix.lower() in PICTURES and not entry.name.startswith(".")


def _holds_classes(inside: list[os.DirEntry[str]]) -> bool:
    """Pictures in sub-folders, one for each label."""
    folders = [Path(entry.path) for entry in inside if entry.is_dir()][:20]
    return any(_is_picture(entry) for folder in folders for entry in _entries(folder))


def _not_there(name: str, error: OSError | ValueError) -> str:
    if isinstance(error, FileNotFoundError | NotADirectoryError | ValueError):
        return f"{name} does not exist. Check the path, or choose it again."
    return f"{name} cannot be read ({error.strerror or type(error).__name__}). Check the path and its permissions."
