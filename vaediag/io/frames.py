"""A pandas DataFrame as images `[N, D]` with named values."""

from __future__ import annotations

from typing import Any

import numpy as np

from vaediag.io.images import Images, from_array
from vaediag.io.tables import arranged, phrases, refuse_text, shown


def is_frame(source: Any) -> bool:
    """Whether it is a pandas DataFrame, without importing pandas for the question."""
    kind = type(source)
    return kind.__module__.partition(".")[0] == "pandas" and kind.__name__ == "DataFrame"


def frame_images(frame: Any) -> Images:
    """Numbers and booleans are x; a column called as in `LABELS` is the labels; missing values are NaN.

    Raises InputError for text, dates and categories, with the names of the columns.
    """
    where = "the DataFrame"
    names = [" ".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in frame.columns]
    columns = arranged(names, where)
    text = [i for i in columns.values if getattr(frame.dtypes.iloc[i], "kind", "O") not in "biuf"]
    if text:
        kinds = f"{shown(names[text[0]])} holds {frame.dtypes.iloc[text[0]]}"
        raise refuse_text([names[i] for i in text], kinds, where)
    values = np.empty((len(frame), len(columns.values)), np.float32)
    with np.errstate(over="ignore"):  # beyond float32: infinite, and reported as such later
        for place, i in enumerate(columns.values):
            values[:, place] = frame.iloc[:, i].to_numpy(dtype=np.float64, na_value=np.nan)
    labels = None if columns.labels is None else frame.iloc[:, columns.labels].to_numpy()
    if labels is not None and labels.dtype == object:
        labels = labels.astype(str)
    missing = np.isnan(values).sum(1)
    said = phrases(columns, int(missing.sum()), int((missing > 0).sum()), len(frame), where)
    return from_array(values, labels=labels, name="table", columns=columns.value_names, assumed=said)
