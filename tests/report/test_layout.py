"""Pages in inches, pictures from values."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import Normalize

from vaediag.report import style
from vaediag.report.event import cells, channel_note, kind, pictures, shape_words, strongest
from vaediag.report.paint import centred_norm, extension, grey_levels, level, log_ratio, painted, spread_norm, strip
from vaediag.report.sheet import BODY, Sheet, balanced, text_width, wrap
from vaediag.report.stamp import Stamp

SENTENCE = "The decoder states one σ for every pixel, and the error made is three times that, for small and large alike"


@pytest.mark.parametrize("width", [0.8, 2.0, 5.0])
def test_lines_fit_and_nothing_is_lost(width):
    for lines in (wrap(SENTENCE, width, 9), balanced(SENTENCE, width, 9)):
        assert " ".join(lines) == SENTENCE
        assert max(text_width(line, 9) for line in lines) <= width


def test_a_word_that_is_too_long_is_broken():
    lines = wrap("x" * 400, 2.0, 9)
    assert "".join(lines) == "x" * 400
    assert max(text_width(line, 9) for line in lines) <= 2.0


def test_balanced_titles_do_not_end_in_a_lonely_word():
    title = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen f"
    width = text_width(title, 9) * 0.97
    first, last = balanced(title, width, 9)
    assert text_width(last, 9) > 0.2 * text_width(first, 9)


def test_axes_are_where_they_were_put():
    sheet = Sheet("A title", "below it", Stamp("m", "d", 3), height=2.0)
    box = sheet.axes(0.5, 0.25, 3.0, 1.0).get_position()
    width, height = sheet.figure.get_size_inches()
    assert box.width * width == pytest.approx(3.0)
    assert box.height * height == pytest.approx(1.0)
    lower = sheet.axes(0.5, 1.25, BODY - 0.5, 0.5).get_position()
    assert (box.y0 - lower.y1) * height == pytest.approx(0.0, abs=1e-9)


def test_what_kind_of_thing_x_is():
    shapes = [(8, 8, 1), (8, 8), (8, 8, 2), (8, 8, 3), (20,), (2, 3, 4, 5)]
    assert [kind(shape) for shape in shapes] == ["grey", "grey", "grey", "colour", "flat", "flat"]
    assert [cells(np.zeros((7, *shape)), shape).shape for shape in shapes] == [
        (7, 8, 8), (7, 8, 8), (7, 8, 8), (7, 8, 8), (7, 20), (7, 120),
    ]  # fmt: skip
    assert pictures(np.zeros((7, 8, 8, 3)), (8, 8, 3)).shape == (7, 8, 8, 3)
    assert channel_note((8, 8, 3)) == ", averaged over the 3 channels"
    assert channel_note((8, 8, 1)) == ""
    assert [shape_words(shape) for shape in ((28, 28, 1), (20,))] == ["28 × 28 × 1", "vector of 20"]


def test_residuals_of_channels_do_not_cancel():
    residual = np.array([3.0, -3.5, 0.5]).reshape(1, 1, 1, 3)
    assert strongest(residual, (1, 1, 3)).item() == -3.5
    assert strongest(np.full((1, 1, 1, 3), np.nan), (1, 1, 3)).shape == (1, 1, 1)


def test_grey_levels():
    rng = np.random.default_rng(0)
    assert grey_levels(rng.uniform(size=1000)) == (0.0, 1.0)
    assert grey_levels(rng.uniform(-1, 1, 1000)) == (-1.0, 1.0)
    low, high = grey_levels(rng.normal(100, 5, 10_000))
    assert low == pytest.approx(100 - 2.576 * 5, abs=1)
    assert high == pytest.approx(100 + 2.576 * 5, abs=1)
    assert grey_levels(np.full(5, 7.0)) == (6.5, 7.5)
    assert grey_levels(np.array([np.nan])) == (0.0, 1.0)


def test_white_is_right_and_noise_does_not_look_like_a_fault():
    norm = centred_norm(np.array([0.99, 1.01]), centre=1.0, least=0.2)
    assert (norm.vmin, norm.vmax) == (pytest.approx(0.8), pytest.approx(1.2))
    wide = centred_norm(np.array([0.0, 9.0]), centre=1.0, least=0.2, most=1.0)
    assert (wide.vmin, wide.vmax) == (0.0, 2.0)
    assert np.allclose(style.DIVERGING_MAP(norm(1.0))[:3], 0.97, atol=0.02)
    assert spread_norm(np.zeros(4)).vmax == 1.0


def test_zero_ratios_are_shown_and_undefined_ones_are_not():
    values = log_ratio(np.array([[0.0, 1.0, np.nan]]))
    assert values[0, 0] == -9
    assert values[0, 1] == 0
    assert np.isnan(values[0, 2])
    rgba = painted(values, "grey", style.DIVERGING_MAP, Normalize(-2, 2))
    assert np.allclose(rgba[0, 2, :3], np.array([0xD5, 0xDA, 0xE1]) / 255, atol=0.01)


def test_pictures_of_a_strip_are_whole_and_apart():
    row = strip(np.stack([np.full((4, 4, 4), shade) for shade in (0.0, 0.5, 1.0)]), zoom=24)
    assert row.shape == (96, 3 * 96 + 2 * 6, 4)
    assert (row[:, 96:102, 3] == 0).all()
    assert (row[1:-1, 103:197] == 0.5).all()


def test_extension_points_where_values_are():
    norm = Normalize(0, 1)
    assert [extension(norm, np.array(values)) for values in ([0.0, 1.0], [-1.0, 0.5], [0.5, 2.0], [-1.0, 2.0])] == [
        "neither", "min", "max", "both",
    ]  # fmt: skip


def test_level_means_one_value_per_picture():
    assert level(np.ones((3, 4, 4)) * np.arange(1, 4)[:, None, None])
    assert not level(np.arange(48.0).reshape(3, 4, 4))
