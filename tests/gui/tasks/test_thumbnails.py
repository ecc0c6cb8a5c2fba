"""Small pictures of images of every kind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vaediag_gui.tasks.thumbnails import thumbnail


def test_pictures_by_image_number(answer: Any) -> None:
    pages = answer("thumbnails", data="digits-binary", preprocess=None, indices=[5, 0, 5, 499, 500, -1], size=48)
    assert set(pages.pictures) == {0, 5, 499}
    assert pages.pictures[5].dtype == np.uint8
    assert set(np.unique(pages.pictures[5])) == {0, 255}


def test_no_index_gives_no_picture(answer: Any) -> None:
    assert answer("thumbnails", data="digits-binary", preprocess=None, indices=[], size=48).pictures == {}


@pytest.mark.parametrize(
    ("event", "shape"),
    [
        ((8, 8, 1), (8, 8)),
        ((8, 6), (8, 6)),
        ((8, 8, 3), (8, 8, 3)),
        ((8, 8, 2), (8, 8)),
        ((96, 48, 1), (48, 24)),
        ((128, 128, 3), (48, 48, 3)),
        ((500, 2, 1), (48, 1)),
        ((30,), (48, 48)),
        ((1,), (48, 48)),
        ((4, 4, 4, 2), (48, 48)),
    ],
)
def test_every_kind_of_x_fits(event: tuple[int, ...], shape: tuple[int, ...]) -> None:
    picture = thumbnail(np.random.default_rng(0).random(event, np.float32), (0.0, 1.0), 48)
    assert (picture.shape, picture.dtype) == (shape, np.uint8)


def test_levels_decide_black_and_white_and_nan_is_black() -> None:
    x = np.array([[-5.0, 1.0, 2.0, 3.0, 9.0, np.nan, np.inf, -np.inf]], np.float32)
    assert thumbnail(x, (1.0, 3.0), 48).tolist() == [[0, 0, 128, 255, 255, 0, 255, 0]]


def test_a_vector_is_a_line_that_rises_with_its_values() -> None:
    picture = thumbnail(np.linspace(0, 1, 10), (0.0, 1.0), 16)
    assert (picture[0] < 255).nonzero()[0].tolist() == [15] or picture[0, 15] < 255
    assert picture[15, 0] < 255
    assert picture[0, 0] == picture[15, 15] == 255
    assert ((picture < 255).sum(0) >= 1).all()


def test_data_and_thumbnails_need_no_tensorflow(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.random.default_rng(0).random((5, 9, 9)))
    code = f"""
import sys
from vaediag_gui.tasks.run import Tasks
tasks, address = Tasks(), {str(tmp_path / "x.npy")!r}
tasks.run("data", dict(address=address, preprocess=None, reloads=0), print)
tasks.run("thumbnails", dict(data=address, preprocess=None, indices=[1], size=32), print)
assert "tensorflow" not in sys.modules and "PyQt6" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
