"""Images as every diagnostic sees them: float32 `[n, *event_shape]`, read in chunks, whatever holds them.

The same images in an array, a file or a folder give the same bits here, and so the same `sha256`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, TypeAlias

import numpy as np

from vaediag.errors import InputError
from vaediag.io.identity import Identity
from vaediag.io.preprocess import bind, chosen
from vaediag.io.steps import Apply, reshaped
from vaediag.records.text import clipped, printable

Array: TypeAlias = np.ndarray[Any, Any]

_LARGEST = 2**24  # values of one image
_LONGEST_NAME = 100  # characters of a column's name


class Rows(Protocol):
    """Where raw images come from. `shape` is `[images, ...]`; both methods return any real or boolean type."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def read(self, start: int, stop: int) -> Array: ...

    def take(self, indices: Array) -> Array: ...


@dataclass(frozen=True)
class ArrayRows:
    """Images that are in memory already."""

    values: Array

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape

    def read(self, start: int, stop: int) -> Array:
        return self.values[start:stop]

    def take(self, indices: Array) -> Array:
        return self.values[indices]


@dataclass(frozen=True, eq=False)
class Images:
    """A set of images, read lazily; make one with `as_images` or `from_array`.

    Frozen: `limit`, `preprocess` and `fit` return new ones. `indices` are the rows kept by `limit` (None: all).
    """

    rows: Rows = field(repr=False)
    event_shape: tuple[int, ...]
    name: str = "images"
    split: str | None = None
    source: str | None = None
    preprocessing: str = "none"
    subset_note: str | None = None
    indices: Array | None = field(default=None, repr=False)
    all_labels: Array | None = field(default=None, repr=False)
    columns: tuple[str, ...] | None = None  # names of the values of flat data, [D]
    assumed: tuple[str, ...] = ()  # what reading them took for granted, a short phrase each
    stated: bool = False  # the preprocessing was asked for, "none" too: no model's declaration takes its place
    _steps: tuple[Apply, ...] = field(default=(), repr=False)

    def __len__(self) -> int:
        return self.rows.shape[0] if self.indices is None else len(self.indices)

    @cached_property
    def values(self) -> Array:
        """All images, float32 `[N, *event_shape]`, read-only; kept in memory once asked for."""
        everything = self.read(0, len(self))
        everything.flags.writeable = False
        return everything

    @property
    def labels(self) -> Array | None:
        """One label per image, `[N]`, or None."""
        if self.all_labels is None or self.indices is None:
            return self.all_labels
        return self.all_labels[self.indices]

    @cached_property
    def _identity(self) -> Identity:
        return Identity((len(self), *self.event_shape))

    @property
    def sha256(self) -> str:
        """Hash of shape and float32 bytes as streamed. Free if the images were read in order before."""
        position = self._identity.position
        while position < len(self):
            stop = min(position + self._comfortable(), len(self))
            self.read(position, stop)
            position = stop
        return self._identity.hexdigest()

    def read(self, start: int, stop: int) -> Array:
        """Images `start … stop - 1`, a fresh float32 array `[stop - start, *event_shape]`.

        Raises InputError outside `0 <= start <= stop <= len`, and when the file cannot be read.
        """
        if not 0 <= start <= stop <= len(self):
            raise InputError(
                f"images: expected a range within 0 … {len(self)}; got {start} … {stop}. Ask for fewer images."
            )
        if self.indices is None:
            block = self._finish(self.rows.read(start, stop), np.arange(start, stop))
        else:
            block = self._finish(self.rows.take(self.indices[start:stop]), self.indices[start:stop])
        self._identity.see(start, block)
        return block

    def take(self, indices: Sequence[int] | Array) -> Array:
        """The images at `indices` in that order, float32 `[len(indices), *event_shape]`; InputError out of range."""
        wanted = np.asarray(indices)
        if wanted.ndim != 1 or (wanted.size and wanted.dtype.kind not in "iu"):
            raise InputError(
                f"indices: expected whole numbers in one row; got {wanted.dtype} of shape {wanted.shape}."
                " Try a list such as [0, 5]."
            )
        wanted = wanted.astype(np.int64)
        outside = wanted[(wanted < 0) | (wanted >= len(self))]
        if outside.size:
            raise InputError(
                f"indices: expected numbers from 0 to {len(self) - 1}; got {int(outside[0])}."
                f" {self.name!r} has {len(self)} images."
            )
        numbers = wanted if self.indices is None else self.indices[wanted]
        return self._finish(self.rows.take(numbers), numbers)

    def chunks(self, size: int) -> Iterator[Array]:
        """All images in order, `size` at a time; the last chunk may be shorter. One chunk is held at once."""
        if size < 1:
            raise InputError(f"size: expected at least one image per chunk; got {size}. Try 256.")
        for start in range(0, len(self), size):
            yield self.read(start, min(start + size, len(self)))

    def limit(self, n: int, seed: int = 0) -> Images:
        """A seeded subset of `n` images in their order; all of them when there are no more than `n`."""
        if n < 1:
            raise InputError(f"limit: expected at least one image; got {n}. Try 1000, or leave it out.")
        if n >= len(self):
            return self
        chosen_rows = np.sort(np.random.default_rng(seed).choice(len(self), n, replace=False))
        return dataclasses.replace(
            self,
            indices=chosen_rows if self.indices is None else self.indices[chosen_rows],
            subset_note=f"{n} of {len(self)} images drawn with seed {seed}",
        )

    def preprocess(self, name: str) -> Images:
        """Apply named steps, joined with `+`, after those applied already: `unit`, `unit+pad:32` …

        `vaediag.io.preprocess.STEPS` says what there is. The same name again changes nothing. Raises InputError for
        another name, and for steps that do not fit the shape or the range of the images.
        """
        found = chosen(name)
        if not found or name == self.preprocessing:
            return self if self.stated else dataclasses.replace(self, stated=True)
        whole = name if self.preprocessing == "none" else f"{self.preprocessing}+{name}"
        before = chosen(whole)[: -len(found)]
        some = np.arange(min(self._comfortable(), self.rows.shape[0]))
        raw = self.rows.read(0, len(some))
        bound = bind(found, before, self.event_shape, self._finish(raw, some), raw.dtype, self.name)
        return dataclasses.replace(
            self,
            preprocessing=whole,
            stated=True,
            event_shape=bound.shape,
            columns=self.columns if len(bound.shape) == 1 else None,
            _steps=(*self._steps, reshaped(self.event_shape), *bound.applies),
        )

    def fit(self, event_shape: Sequence[int]) -> Images:
        """The same numbers in a model's event shape: a last axis of 1 added or taken away, flat vectors unfolded.

        Raises InputError, with both shapes, when that is not enough.
        """
        wanted = tuple(int(size) for size in event_shape)
        if wanted == self.event_shape:
            return self
        same_numbers = math.prod(wanted) == math.prod(self.event_shape)
        flat = len(wanted) == 1 or len(self.event_shape) == 1
        if same_numbers and (flat or _without_channel(wanted) == _without_channel(self.event_shape)):
            columns = self.columns if len(wanted) == 1 else None  # names of values, not of pixels
            return dataclasses.replace(self, event_shape=wanted, columns=columns)
        raise InputError(
            f"images: expected shape {list(wanted)} per image, as the model has; {self.name!r} has"
            f" {list(self.event_shape)} per image. {_shape_advice(self.rows.shape, self.event_shape, wanted)}"
        )

    def _finish(self, raw: Array, numbers: Array) -> Array:
        with np.errstate(over="ignore", invalid="ignore"):  # float64 beyond float32 becomes inf: reported as such later
            block = np.array(raw, np.float32, order="C")
        for apply in self._steps:
            block = apply(block, numbers)
        return block.reshape((len(block), *self.event_shape))

    def _comfortable(self) -> int:
        """Images in about four megabytes."""
        return max(1, 2**20 // math.prod(self.event_shape))


def from_array(
    values: Any,
    *,
    labels: Any = None,
    name: str = "array",
    split: str | None = None,
    source: str | None = None,
    columns: Sequence[object] | None = None,
    assumed: tuple[str, ...] = (),
) -> Images:
    """Images from an array `[N, H, W, C]`, `[N, H, W]` or `[N, D]` of numbers or booleans (not copied).

    `columns` names the values of flat data, `[D]`; control characters in names are left out. Raises InputError for
    other ranks, no images, objects, text, labels of another length, another number of names.
    """
    array = np.asarray(values)
    check_numbers(array.dtype, name)
    return from_rows(
        ArrayRows(array), labels=labels, name=name, split=split, source=source, columns=columns, assumed=assumed
    )


def from_rows(
    rows: Rows,
    *,
    labels: Any = None,
    name: str,
    split: str | None = None,
    source: str | None = None,
    columns: Sequence[object] | None = None,
    assumed: tuple[str, ...] = (),
) -> Images:
    """Images from any `Rows`, checked as `from_array` does."""
    shape = tuple(rows.shape)
    if not 2 <= len(shape) <= 4:
        raise InputError(
            f"images: expected an array [images, height, width, channels], [images, height, width] or"
            f" [images, values]; {name!r} has shape {list(shape)}. For one image, add a first axis of 1."
        )
    if 0 in shape:
        raise InputError(
            f"images: expected at least one image; {name!r} is empty, shape {list(shape)}. Try other data."
        )
    if math.prod(shape[1:]) > _LARGEST:
        raise InputError(
            f"images: expected at most {_LARGEST} values per image; {name!r} claims shape {list(shape)}. Choose other"
            " data, or cut the images."
        )
    kept = None if labels is None else np.asarray(labels)
    if kept is not None and kept.shape[:1] != shape[:1]:
        raise InputError(
            f"labels: expected one per image, {shape[0]}; {name!r} has shape {list(kept.shape)}. Leave them out."
        )
    return Images(
        rows=rows,
        event_shape=shape[1:],
        name=name,
        split=split,
        source=source,
        all_labels=kept if kept is None or kept.dtype.kind not in "US" else _words(kept),
        columns=None if columns is None else _names(columns, shape[1:], name),
        assumed=assumed,
    )


def _words(labels: Array) -> Array:
    """Labels of text as text that can be shown."""
    found, codes = np.unique(labels, return_inverse=True)
    words = [each.decode("utf-8", "replace") if isinstance(each, bytes) else each for each in found.tolist()]
    return np.array([clipped(printable(word), _LONGEST_NAME) for word in words])[codes.reshape(labels.shape)]


def _names(columns: Sequence[object], event_shape: tuple[int, ...], where: str) -> tuple[str, ...]:
    """Names as text that can be shown: they come from outside."""
    names = tuple(clipped(printable(str(name)), _LONGEST_NAME) for name in columns)
    if event_shape != (len(names),):
        raise InputError(
            f"columns: expected one name for each of the values {list(event_shape)} of {where!r}; got {len(names)}."
            " Leave them out, or name every value."
        )
    return names


def check_numbers(dtype: np.dtype[Any], name: str) -> None:
    """Raise InputError unless `dtype` is boolean, integer or real."""
    if dtype.kind == "O":
        raise InputError(
            f"images: expected numbers; {name!r} holds Python objects (pickled arrays or rows of unequal length),"
            " which are not opened because that could run code. Save them again as one array of float32 or uint8."
        )
    if dtype.kind not in "biuf":
        raise InputError(f"images: expected numbers; {name!r} holds {dtype}. Convert them to float32 or uint8.")


def _without_channel(shape: tuple[int, ...]) -> tuple[int, ...]:
    return shape[:-1] if shape and shape[-1] == 1 else shape


def _shape_advice(stored: tuple[int, ...], event: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    if stored in (wanted, _without_channel(wanted)):
        return "If this is one image, add a first axis of 1."
    if len(event) == 3 and (*event[1:], event[0]) == wanted:
        return "The channels seem to come first: move them last with numpy.moveaxis(x, 1, -1)."
    if len(event) == 1 and len(wanted) > 1:
        return f"These are rows of {event[0]} values, not images: choose other data, or another model."
    return "Choose images of that shape, or resize them."
