"""The values of flat data by name: columns of a table, genes, markers."""

from __future__ import annotations

from collections.abc import Sequence

from vaediag.records.diagnosis import DataInfo


def columns_of(data: DataInfo, event_shape: Sequence[int]) -> tuple[str, ...] | None:
    """The names of the values of x, `[D]`; None for images, and where there is not one name for each."""
    known = data.columns
    return known if known is not None and len(event_shape) == 1 and len(known) == event_shape[0] else None


def column_name(index: int, columns: Sequence[str] | None) -> str:
    """`age`, or `x[17]` where columns have no names."""
    return f"x[{index}]" if columns is None else columns[index]
