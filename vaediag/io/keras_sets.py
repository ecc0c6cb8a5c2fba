"""The image sets of `keras.datasets`, from Keras' own folder; downloaded there, as Keras does, when they are missing.

Keras itself is not needed: opening data takes milliseconds, loading TensorFlow takes seconds.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from vaediag.errors import InputError
from vaediag.io.images import Images, from_array
from vaediag.io.npy import one_line

Array: TypeAlias = np.ndarray[Any, Any]

_KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
_CIFAR = "https://www.cs.toronto.edu/~kriz/"
_SECONDS = 20  # without an answer
_PIECE = 2**20
_ALLOWED = {  # all that the files of CIFAR are made of
    ("numpy", "ndarray"),
    ("numpy", "dtype"),
    ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"),
    ("_codecs", "encode"),
}


@dataclass(frozen=True)
class Remote:
    """A file of Keras' folder, where it is from, and its sha256 as Keras states it (None: it states none)."""

    place: str
    url: str
    sha256: str | None = None


MNIST = Remote("mnist.npz", f"{_KERAS}mnist.npz", "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1")
FASHION = {
    split: tuple(
        Remote(f"fashion-mnist/{start}-{kind}-ubyte.gz", f"{_KERAS}{start}-{kind}-ubyte.gz")
        for kind in ("images-idx3", "labels-idx1")
    )
    for split, start in (("train", "train"), ("test", "t10k"))
}
CIFAR = {
    "cifar10": (
        Remote(
            "cifar-10-python.tar.gz",
            f"{_CIFAR}cifar-10-python.tar.gz",
            "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
        ),
        "cifar-10-batches-py",
        {"train": tuple(f"data_batch_{i}" for i in range(1, 6)), "test": ("test_batch",)},
    ),
    "cifar100": (
        Remote(
            "cifar-100-python.tar.gz",
            f"{_CIFAR}cifar-100-python.tar.gz",
            "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
        ),
        "cifar-100-python",
        {"train": ("train",), "test": ("test",)},
    ),
}
NAMES = ("mnist", "fashion_mnist", *CIFAR)


def keras_images(name: str, split: str | None, *, source: str) -> Images:
    """Bytes and labels of a set of `NAMES`, `test` unless asked otherwise.

    Raises InputError for another name or split, and when a file is missing and cannot be downloaded: with its name,
    its place and its address.
    """
    if name not in NAMES:
        raise InputError(f"images: expected keras:{', keras:'.join(NAMES)}; got {source!r}. Choose one of them.")
    split = split or "test"
    if split not in ("train", "test"):
        raise InputError(f"split: expected train or test of keras:{name}; got {split!r}. Try keras:{name}[test].")
    if name == "mnist":
        images, labels = _mnist(split)
    elif name == "fashion_mnist":
        images, labels = _fashion(split)
    else:
        images, labels = _cifar(name, split)
    return from_array(images, labels=labels, name=name, split=split, source=source)


def folder() -> Path:
    """Where Keras keeps data sets: `$KERAS_HOME/datasets`, or `~/.keras/datasets`."""
    home = os.environ.get("KERAS_HOME")
    return (Path(home) if home else Path.home() / ".keras") / "datasets"


def _mnist(split: str) -> tuple[Array, Array]:
    from vaediag.io.archives import npz_images

    found = npz_images(fetched(MNIST), split, source="keras:mnist")
    return found.rows.read(0, len(found)), np.asarray(found.labels)


def _fashion(split: str) -> tuple[Array, Array]:
    from vaediag.io.idx import idx_rows

    images, labels = (idx_rows(fetched(each)) for each in FASHION[split])
    return images.read(0, images.shape[0]), labels.read(0, labels.shape[0])


def _cifar(name: str, split: str) -> tuple[Array, Array]:
    archive, inner, files = CIFAR[name]
    unpacked = [folder() / f"{inner}-target" / inner, folder() / inner, folder() / f"{inner}-target"]
    # where Keras 3 and the Kerases before it unpack the archive
    for place in unpacked:
        if all((place / file).is_file() for file in files[split]):
            batches = [_batch((place / file).read_bytes(), place / file) for file in files[split]]
            break
    else:
        batches = _from_archive(fetched(archive), inner, files[split])
    return np.concatenate([images for images, _ in batches]), np.concatenate([labels for _, labels in batches])


def _from_archive(path: Path, inner: str, files: Sequence[str]) -> list[tuple[Array, Array]]:
    """The batches in the archive, in order; it is read and not unpacked."""
    try:
        with tarfile.open(path, "r:gz") as archive:
            batches = []
            for file in files:
                member = archive.extractfile(f"{inner}/{file}")
                if member is None:
                    raise KeyError(f"{inner}/{file} is no file")
                batches.append(_batch(member.read(), path))
            return batches
    except (tarfile.TarError, OSError, EOFError, KeyError) as error:
        raise _unreadable(path, error) from error


class _Plain(pickle.Unpickler):
    """Arrays, text, lists and tables; whatever else a pickle asks for is refused, so nothing in it can run."""

    def find_class(self, module_name: str, global_name: str) -> Any:
        if (module_name, global_name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"it asks for {module_name}.{global_name}")
        return super().find_class(module_name, global_name)


def _batch(data: bytes, path: Path) -> tuple[Array, Array]:
    import io

    try:
        table = _Plain(io.BytesIO(data), encoding="bytes").load()
        images = np.asarray(table[b"data"], np.uint8).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
        return images, np.asarray(table[b"labels" if b"labels" in table else b"fine_labels"], np.int64)
    except Exception as error:  # a damaged pickle can fail in any way
        raise _unreadable(path, error) from error


def fetched(remote: Remote) -> Path:
    """The path of a file in Keras' folder, downloaded if it is not there. Raises InputError when that fails."""
    import urllib.request

    path = folder() / remote.place
    if path.is_file():
        return path
    part = path.with_name(f"{path.name}.part-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with urllib.request.urlopen(remote.url, timeout=_SECONDS) as answer, part.open("wb") as file:
            while piece := answer.read(_PIECE):
                digest.update(piece)
                file.write(piece)
        if remote.sha256 not in (None, digest.hexdigest()):
            raise OSError("what arrived is not that file")
        part.replace(path)
    except (OSError, ValueError) as error:  # ValueError: an address that a proxy's settings make impossible
        raise InputError(
            f"images: expected {path}, which is not there; downloading it failed ({one_line(error)}). Put the file"
            f" there; it is from {remote.url}."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return path


def _unreadable(path: Path, error: BaseException) -> InputError:
    return InputError(f"images: {path} cannot be read ({one_line(error)}). Remove it, so that it is downloaded again.")
