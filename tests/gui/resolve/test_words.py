"""Numbers as the tabs say them."""

from __future__ import annotations

import pytest

from vaediag.records.estimate import Estimate
from vaediag_gui.resolve.words import brief, percent


@pytest.mark.parametrize(
    ("fraction", "decimals", "words"),
    [
        (0.344, 0, "34 %"), (0.0, 1, "0.0 %"), (1.0, 0, "100 %"), (0.004, 0, "under 1 %"), (1e-6, 2, "under 0.01 %"),
        (0.997, 0, "over 99 %"), (0.99997, 1, "over 99.9 %"),
    ],
)  # fmt: skip
def test_only_none_and_all_are_called_so(fraction, decimals, words) -> None:
    assert percent(fraction, decimals) == words


@pytest.mark.parametrize(
    ("amount", "error", "words"),
    [(1.0812, 0.021, "1.08 ± 0.02"), (3e-9, 1e-9, "3.0e-09"), (0.0, 0.0, "0"), (2.0, None, "2")],
)
def test_a_column_never_shows_a_row_of_zeros(amount, error, words) -> None:
    assert brief(Estimate(amount, error)) == words
