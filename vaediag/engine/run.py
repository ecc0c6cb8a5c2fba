"""The pass over the data: chunks through the compiled step, rows kept, sums added in chunk order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.records.estimate import Array
from vaediag.aliases import Seed
from vaediag.seeds import fold

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """What a pass leaves: `rows[diagnostic][name]` per image (NaN where excluded), `sums` nested alike.

    Two passes over different chunks of the same images add with `+`, to the last bit what one pass gives.
    """

    rows: dict[str, dict[str, Array]]
    sums: dict[str, dict[str, dict[str, Array]]]
    used: Array  # [images] bool: finite, not excluded

    def __add__(self, later: Measured) -> Measured:
        rows = {
            name: {key: np.concatenate([part, later.rows[name][key]]) for key, part in parts.items()}
            for name, parts in self.rows.items()
        }
        return Measured(rows, _added(self.sums, later.sums), np.concatenate([self.used, later.used]))


def run(
    step: Any,
    images: Any,
    *,
    chunk: int,
    seed: Seed,
    codes: Array | None = None,
    chunks: Iterable[int] | None = None,
    progress: Progress | None = None,
    stage: str = "measuring",
) -> Measured:
    """Measure `images` (anything with `len` and `read(start, stop)`), or only the chunks with the given indices.

    Images with a non-finite pixel are replaced by a finite stand-in before they enter the graph and left out.
    """
    count = len(images)
    pivot = _pivot(images)
    wanted = range(-(-count // chunk)) if chunks is None else list(chunks)
    sums: Any = None
    rows: dict[str, dict[str, list[Array]]] = {}
    used: list[Array] = []
    for done, i in enumerate(wanted):
        x = np.asarray(images.read(i * chunk, min(count, (i + 1) * chunk)), np.float32)
        image, mask = _padded(x, chunk, pivot)
        given = () if codes is None else (_pad_rows(codes[i * chunk : i * chunk + len(x)], chunk),)
        key = fold(seed, i)
        measured, weight = step(image, mask, np.int32(i * chunk), key, pivot.reshape(-1), *given)
        kept = weight.numpy()[: len(x)] > 0
        used.append(kept)
        for name, parts in measured.items():
            for row, values in parts.pop("rows", {}).items():
                numbers = np.where(kept, values.numpy()[: len(x)], np.nan).astype(np.float32)
                rows.setdefault(name, {}).setdefault(row, []).append(numbers)
        part = {
            name: {kind: {key: t.numpy().astype(np.float64) for key, t in sums_.items()} for kind, sums_ in kinds.items()}
            for name, kinds in measured.items()
        }
        sums = part if sums is None else _added(sums, part)
        if progress is not None:
            progress(stage, min(count, (done + 1) * chunk), count)
    joined = {name: {key: np.concatenate(parts) for key, parts in named.items()} for name, named in rows.items()}
    return Measured(joined, sums, np.concatenate(used))


def _pivot(images: Any) -> Array:
    """The first finite image of the first 64, zero if there is none: any fixed image would do."""
    first = np.asarray(images.read(0, min(len(images), 64)), np.float32)
    finite = np.isfinite(first).reshape(len(first), -1).all(1)
    return first[np.argmax(finite)] if finite.any() else np.zeros_like(first[0])


def _padded(x: Array, chunk: int, stand_in: Array) -> tuple[Array, Array]:
    finite = np.isfinite(x).reshape(len(x), -1).all(1)
    image = np.empty((chunk, *x.shape[1:]), np.float32)
    image[: len(x)] = x
    image[: len(x)][~finite] = stand_in
    image[len(x) :] = stand_in  # padding repeats a real image: 0 * NaN is NaN
    mask = np.zeros(chunk, np.float32)
    mask[: len(x)] = finite
    return image, mask


def _pad_rows(codes: Array, chunk: int) -> Array:
    padded = np.zeros((chunk, codes.shape[1]), np.float32)
    padded[: len(codes)] = codes
    return padded


def _added(a: Any, b: Any) -> Any:
    if isinstance(a, dict):
        return {key: _added(a[key], b[key]) for key in a}
    return a + b
