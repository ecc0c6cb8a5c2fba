"""The moving traversal: there and back, mean beside sample."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from vaediag.report.gif import END, STEP, traversal_gif
from vaediag.report.stamp import stamp_of


def frames(data: bytes) -> list[tuple[np.ndarray, int]]:
    with Image.open(io.BytesIO(data)) as movie:
        assert movie.info["loop"] == 0
        out = []
        for index in range(movie.n_frames):  # type: ignore[attr-defined]
            movie.seek(index)
            out.append((np.asarray(movie.convert("RGB")).astype(int), int(movie.info["duration"])))
        return out


@pytest.mark.parametrize(("shape", "latents"), [((8, 8, 1), 2), ((32, 32, 3), 5), ((20,), 1)])
def test_goes_there_and_back_at_a_steady_pace(build, shape, latents):
    record = build.diagnosis(shape, latents)
    walk = record.pictures.traversal
    seen = frames(traversal_gif(walk, stamp_of(record), collapse=record.collapse))
    assert sum(duration for _, duration in seen) == 2 * END + 2 * (walk.z.shape[1] - 2) * STEP
    assert seen[0][1] == END
    assert np.abs(seen[0][0] - seen[5][0]).max() > 50
    assert (seen[0][0][:10, :10] == 255).all()  # paper


def test_shows_mean_beside_sample(build):
    record = build.diagnosis((8, 8, 1), 1)
    walk = record.pictures.traversal
    views = {"mean": np.zeros_like(walk.mean), "sample": np.ones_like(walk.mean)}
    picture = frames(traversal_gif(replace(walk, views=views), stamp_of(record), levels=(0.0, 1.0)))[0][0]
    middle = picture[picture.shape[0] // 2]
    black = np.flatnonzero((middle < 10).all(axis=1))
    assert len(black) > 100
    assert (middle[black.max() + 60 : black.max() + 160] > 245).all()


def test_same_record_same_bytes(build):
    record = build.diagnosis((8, 8, 1), 1)
    first, second = (traversal_gif(record.pictures.traversal, stamp_of(record)) for _ in range(2))
    assert first == second
