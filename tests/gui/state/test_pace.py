"""How long work will still take."""

from __future__ import annotations

import pytest

from vaediag_gui.state.pace import Pace


def test_nothing_is_said_before_a_step_was_seen() -> None:
    pace = Pace()
    assert pace.left("annealing", 0, 10, 0.0) is None
    assert pace.left("annealing", 0, 10, 5.0) is None
    assert pace.left("annealing", 1, 10, 0.1 + 5.0) == pytest.approx(9 * 5.1)


def test_the_first_step_which_compiles_is_forgotten_once_there_are_others() -> None:
    pace = Pace()
    pace.left("annealing", 0, 10, 0.0)
    assert pace.left("annealing", 1, 10, 30.0) == pytest.approx(270)
    assert pace.left("annealing", 2, 10, 32.0) == pytest.approx(16)
    assert pace.left("annealing", 3, 10, 34.0) == pytest.approx(14)


def test_what_was_long_ago_does_not_count() -> None:
    pace = Pace()
    for step in range(10):
        pace.left("annealing", step, 1000, float(step))
    for step in range(10, 60):
        left = pace.left("annealing", step, 1000, 9.0 + 3.0 * (step - 9))
    assert left == pytest.approx(3.0 * (1000 - 59))


def test_another_stage_begins_anew_and_the_end_is_the_end() -> None:
    pace = Pace()
    pace.left("rows", 0, 2, 0.0)
    pace.left("rows", 1, 2, 2.0)
    assert pace.left("rows", 2, 2, 4.0) is None
    assert pace.left("effect", 1, 2, 5.0) is None
    assert pace.left("effect", 0, 2, 6.0) is None, "a second pass"
