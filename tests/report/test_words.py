"""Text for people, and text from files that must not upset matplotlib."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cbook import is_math_text
from matplotlib.figure import Figure

from vaediag.records.estimate import Estimate
from vaediag.report.words import latents, listing, percent, plain, short, shorten, value


def pixels(figure):
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


@pytest.mark.parametrize("text", ["$x$", r"\$x$", "a$b", "$$", r"\\$\$x"])
def test_dollars_never_start_a_formula(text):
    assert is_math_text(plain(text)) is False
    drawn = Figure(figsize=(2, 1))
    drawn.text(0.1, 0.5, plain(text), family=["DejaVu Sans"])
    literal = Figure(figsize=(2, 1))
    literal.text(0.1, 0.5, text, family=["DejaVu Sans"], parse_math=False)
    assert (pixels(drawn) == pixels(literal)).all()


def test_characters_that_the_font_lacks_become_boxes():
    assert plain("σ漢\N{PILE OF POO}") == "σ\N{WHITE SQUARE}\N{WHITE SQUARE}"


def test_control_characters_and_line_breaks_become_spaces():
    assert plain("a\nb\x1b[31m\u202ec\td") == "a b [31m c d"


def test_long_text_keeps_both_ends():
    text = shorten("begin" + "x" * 500 + "end", 40)
    assert len(text) == 40
    assert text.startswith("begin")
    assert text.endswith("end")


def test_percent_never_rounds_to_nothing_or_everything():
    assert [percent(part).replace("\u00a0", " ") for part in (0, 1, 0.34, 0.004, 0.9996, 0.00001)] == [
        "0 %", "100 %", "34 %", "0.4 %", "> 99.9 %", "< 0.01 %",
    ]  # fmt: skip


def test_numbers():
    assert value(Estimate(-1.00231, 0.0041)).replace("\u00a0", " ") == "−1.0023 ± 0.0041"
    assert value(Estimate(2.5, None, "nats"), unit=True) == "2.5 nats"
    assert [short(number) for number in (0, 1.2345, -0.5, 123456, 0.00001234)] == [
        "0",
        "1.23",
        "−0.5",
        "123,456",
        "1.2e-05",
    ]


def test_subjects():
    assert listing([3]) == "3"
    assert listing([3, 5, 7]) == "3, 5 and 7"
    assert latents([5, 3], 8) == "Latents 3 and 5 of 8"
    assert latents(range(7), 8) == "7 of 8 latents"
    assert latents([0, 1], 2) == "Both latents"
    assert latents([0], 1) == "The only latent"
