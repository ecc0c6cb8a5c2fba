"""Two diagnoses side by side, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vaediag.outward.packages import needed
from vaediag.records.comparison import Comparison

if TYPE_CHECKING:
    from pandas import DataFrame


def to_pandas(comparison: Comparison) -> dict[str, DataFrame]:
    """`differences`: one row per number: the means of both, second - first with its paired error, and which is better.

    Raises:
        InputError: pandas is not installed.
    """
    pandas = needed("pandas", "Comparison.to_pandas")
    rows = [
        {
            "quantity": item.name,
            "first": item.first,
            "second": item.second,
            "difference": item.difference.value,
            "standard_error": np.nan if item.difference.standard_error is None else item.difference.standard_error,
            "unit": item.difference.unit,
            "images": item.images,
            "judged": item.judged,
            "better": {"first": comparison.first, "second": comparison.second}.get(item.better or "", ""),
        }
        for item in comparison.differences
    ]
    return {"differences": pandas.DataFrame(rows).set_index("quantity")}
