"""The pass over the data: chunks through the compiled step, rows kept, sums added in chunk order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from vaediag.aliases import Seed
from vaediag.engine.blocks import Blocks, insert, merged, total
from vaediag.records.estimate import Array
from vaediag.seeds import fold

Progress = Callable[[str, int, int], None]
TURNS = 16  # attempts to replace the images of one chunk that give no finite result


@dataclass(frozen=True, eq=False)
class Measured:
    """What a pass leaves: `rows[diagnostic][name]` per image (NaN where excluded), `sums` nested alike.

    Two passes over different chunks of the same images add with `+`, to the last bit what one pass gives.
    """

    rows: dict[str, dict[str, Array]]
    blocks: Blocks
    used: Array  # [images] bool: finite, not excluded
    readable: Array  # [images] bool: every pixel of x is finite

    @cached_property
    def sums(self) -> dict[str, dict[str, dict[str, Array]]]:
        return total(self.blocks)

    def __add__(self, later: Measured) -> Measured:
        rows = {
            name: {key: np.concatenate([part, later.rows[name][key]]) for key, part in parts.items()}
            for name, parts in self.rows.items()
        }
        used = np.concatenate([self.used, later.used])
        return Measured(rows, merged(self.blocks, later.blocks), used, np.concatenate([self.readable, later.readable]))


def run(
    step: Any,
    images: Any,
    *,
    chunk: int,
    seed: Seed,
    codes: Array | None = None,
    facts: Callable[[Array], dict[str, float]] | None = None,
    chunks: Iterable[int] | None = None,
    progress: Progress | None = None,
    stage: str = "measuring images",
) -> Measured:
    """Measure `images` (anything with `len` and `read(start, stop)`), or only the chunks with the given indices.

    Args:
        step: from `compile_step`.
        codes: `[images, L]` for a step with given codes.
        facts: what is counted of the values themselves, of every image without NaN (also those left out later).
    """
    count = len(images)
    pivot = _pivot(images)
    wanted = range(-(-count // chunk)) if chunks is None else list(chunks)
    blocks: Blocks = {}
    rows: dict[str, dict[str, list[Array]]] = {}
    used: list[Array] = []
    readable: list[Array] = []
    for done, i in enumerate(wanted):
        x = np.asarray(images.read(i * chunk, min(count, (i + 1) * chunk)), np.float32)
        clean = np.asarray(np.isfinite(x).reshape(len(x), -1).all(1))
        given = None if codes is None else codes[i * chunk : i * chunk + len(x)]
        measured, kept = _measure(step, x, given, clean, chunk, i, fold(seed, i), pivot)
        used.append(kept)
        readable.append(clean)
        for name, parts in measured.items():
            for row, values in parts.pop("rows", {}).items():
                numbers = np.where(kept, values.numpy()[: len(x)], np.nan).astype(np.float32)
                rows.setdefault(name, {}).setdefault(row, []).append(numbers)
        part = _numpy(measured)
        if not kept.any():  # every sum is of nothing, but was computed from what may be NaN
            part = _zeros(part)
        if facts is not None:
            part["facts"] = {"sums": {name: np.float64(value) for name, value in facts(x[clean]).items()}}
        insert(blocks, 0, i, part)
        if progress is not None:
            progress(stage, min(count, (done + 1) * chunk), count)
    joined = {name: {key: np.concatenate(parts) for key, parts in named.items()} for name, named in rows.items()}
    return Measured(joined, blocks, np.concatenate(used), np.concatenate(readable))


def _measure(
    step: Any, x: Array, codes: Array | None, clean: Array, chunk: int, index: int, key: Seed, pivot: Array
) -> tuple[Any, Array]:
    """One chunk, and which of its images count, `[n]` bool.

    Images with a non-finite pixel, code or result are replaced by good ones with mask 0 (0 * NaN is NaN). Images are
    measured independently of each other, so a replacement changes nothing for the rest. It meets the noise of its new
    place, though, so it may fail there and be replaced in its turn.
    """
    inputs = [x] if codes is None else [x, np.asarray(codes, np.float32)]
    good = clean if codes is None else clean & np.isfinite(codes).all(1)
    measured: Any = None
    for turn in range(TURNS):
        place = _stand_ins(good, chunk, turn)
        image, *given = (np.zeros((chunk, *a.shape[1:]), np.float32) if place is None else a[place] for a in inputs)
        mask = np.zeros(chunk, np.float32)
        mask[: len(x)] = good
        measured, finite = step(image, mask, np.int32(index * chunk), key, pivot.reshape(-1), *given)
        finite = finite.numpy()
        if place is None or finite.all():
            return measured, good
        good = good & finite[: len(x)]
    return measured, np.zeros_like(good)


def _stand_ins(good: Array, chunk: int, turn: int) -> Array | None:
    """Which image to put at each of the `chunk` places: itself if it is good, others in turn; None if none is good."""
    others = np.flatnonzero(good)
    if not len(others):
        return None
    place = np.arange(chunk)
    empty = np.flatnonzero(~np.isin(place, others))
    place[empty] = others[(np.arange(len(empty)) + turn) % len(others)]
    return place


def _pivot(images: Any) -> Array:
    """The first finite image of the first 64, zero if there is none: any fixed image would do."""
    first = np.asarray(images.read(0, min(len(images), 64)), np.float32)
    finite = np.isfinite(first).reshape(len(first), -1).all(1)
    return first[np.argmax(finite)] if finite.any() else np.zeros_like(first[0])


def _numpy(tree: Any) -> Any:
    return {k: _numpy(v) for k, v in tree.items()} if isinstance(tree, dict) else tree.numpy().astype(np.float64)


def _zeros(tree: Any) -> Any:
    return {k: _zeros(v) for k, v in tree.items()} if isinstance(tree, dict) else np.zeros_like(tree)
