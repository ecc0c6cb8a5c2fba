"""What tables have in common: which columns are x, which one is the labels, and what is said about both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vaediag.errors import InputError
from vaediag.records.text import clipped, printable

LABELS = ("label", "labels", "class", "target", "species")
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none"})
_NO_NAME = ("", "Unnamed: 0")  # as pandas writes its index, and as it reads it again


@dataclass(frozen=True)
class Columns:
    """Where the columns of a table go: `values` are x, `labels` and `row_names` are not (None: there is none)."""

    names: tuple[str, ...]
    values: tuple[int, ...]
    labels: int | None
    row_names: int | None

    @property
    def value_names(self) -> tuple[str, ...]:
        return tuple(self.names[i] for i in self.values)


def arranged(names: Sequence[str], where: str) -> Columns:
    """Sort out a table's columns by their names.

    Raises InputError for names that are missing or stand twice, for numbers where names should be, for two columns of
    labels, and when nothing is left for x.
    """
    names = tuple(name.strip() for name in names)
    row_names = 0 if len(names) > 1 and names[0] in _NO_NAME else None
    _check_names(names, row_names, where)
    labels = [i for i, name in enumerate(names) if name.lower() in LABELS]
    if len(labels) > 1:
        both = " and ".join(shown(names[i]) for i in labels)
        raise InputError(
            f"images: expected one column of labels; {where} has {both}. Rename or remove the one that is not meant."
        )
    label = labels[0] if labels else None
    values = tuple(i for i in range(len(names)) if i not in (label, row_names))
    if not values:
        raise InputError(f"images: expected columns of numbers; {where} has no column but its labels. Add some.")
    return Columns(names, values, label, row_names)


def phrases(columns: Columns, missing: int, incomplete: int, count: int, where: str) -> tuple[str, ...]:
    """What was taken for granted. `incomplete` of `count` rows have `missing` values; InputError if all of them do."""
    said = []
    if columns.labels is not None:
        said.append(f"column {shown(columns.names[columns.labels])} taken as labels, not as x")
    if columns.row_names is not None:
        said.append("first column, which has no name, left out")
    if incomplete == count > 0:
        raise InputError(
            f"images: expected rows without missing values; each of the {count} rows of {where} misses some. Fill them"
            " in, or leave out the columns that are mostly empty."
        )
    if missing:
        values, rows = "value" if missing == 1 else "values", "row" if incomplete == 1 else "rows"
        said.append(f"{missing} missing {values} in {incomplete} {rows} kept as NaN")
    return tuple(said)


def refuse_text(names: Sequence[str], example: str, where: str) -> InputError:
    """The error for columns that hold text."""
    listed = ", ".join(shown(name) for name in names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
    column, it = ("column", "it") if len(names) == 1 else ("columns", "them")
    return InputError(
        f"images: expected numbers; {where} has text in {column} {listed} ({example}). Remove {it}, turn {it} into"
        f" numbers, or call the column with the classes {LABELS[0]!r}."
    )


def shown(name: str) -> str:
    """A name from outside, for a sentence."""
    return repr(clipped(printable(name), 40))


def _check_names(names: tuple[str, ...], row_names: int | None, where: str) -> None:
    if all(_is_number(name) for name in names) and not _counts(names):
        raise InputError(
            f"images: expected a first line with the names of the columns; {where} begins with numbers. Add a line of"
            " names, or save the numbers as .npy."
        )
    unnamed = [i + 1 for i, name in enumerate(names) if not name and i != row_names]
    if unnamed:
        raise InputError(f"images: expected a name for every column; column {unnamed[0]} of {where} has none. Name it.")
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise InputError(
            f"images: expected names that differ; {where} has several columns {shown(twice[0])}. Rename them."
        )


def _counts(names: tuple[str, ...]) -> bool:
    """0, 1, 2 … or 1, 2, 3 …: the names that a table made from an array has."""
    return any(list(names) == [str(i + first) for i in range(len(names))] for first in (0, 1))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
