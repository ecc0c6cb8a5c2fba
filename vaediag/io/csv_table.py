"""A .csv or .tsv file with a line of names as images `[N, D]`: read once, a block at a time."""

from __future__ import annotations

import csv
import gzip
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any, TypeAlias

import numpy as np

from vaediag.errors import InputError
from vaediag.io.images import Images, from_rows
from vaediag.io.npy import one_line
from vaediag.io.spool import Spool
from vaediag.io.tables import MISSING, Columns, arranged, phrases, refuse_text, shown

Array: TypeAlias = np.ndarray[Any, Any]

ENDINGS = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
_LINE = 2**26  # characters: a file without line breaks is no table
_BLOCK = 2**17  # values that are text at one time


@dataclass
class _Seen:
    """What gathers while the lines go by."""

    missing: int = 0
    incomplete: int = 0
    names: dict[str, int] = field(default_factory=dict)  # label -> code
    codes: array[int] = field(default_factory=lambda: array("q"))
    row_names: str | None = None  # "text" or "count"


def table_images(path: Path, *, source: str) -> Images:
    """The numbers of a table, float32 `[N, D]`, with the names of its columns; missing values are NaN.

    A column called as in `LABELS` is the labels. Raises InputError, with the line and the column, for text among the
    numbers, lines of unequal length, no line of names, text that is not UTF-8, damaged archives.
    """
    try:
        with gzip.open(path, "rb") if path.name.lower().endswith(".gz") else path.open("rb") as file:
            return _read(file, path, source)
    except InputError:
        raise
    except UnicodeDecodeError as error:
        raise InputError(
            f"images: expected a table in UTF-8; {path} has the byte {error.object[error.start]:#04x} in another"
            " encoding. Save it again as UTF-8."
        ) from error
    except (OSError, EOFError, zlib.error, csv.Error) as error:
        raise InputError(f"images: {path} cannot be read ({one_line(error)}). Copy or save it again.") from error


def _read(file: IO[bytes] | gzip.GzipFile, path: Path, source: str) -> Images:
    lines = _lines(file, path)
    first = next(lines, "")
    if not first.strip():
        raise InputError(f"images: expected a first line with the names of the columns; {path} has none. Add it.")
    delimiter = _delimiter(first, path)
    columns = arranged(next(csv.reader([first], delimiter=delimiter)), path.name)
    seen, size, at = _Seen(), max(1, _BLOCK // len(columns.names)), 2
    with Spool(path.name) as spool:
        while block := list(islice(lines, size)):
            values = _numbers(block, at, columns, delimiter, seen, path)
            at += len(block)
            if len(values):
                gone = np.isnan(values).sum(1)
                seen.missing += int(gone.sum())
                seen.incomplete += int((gone > 0).sum())
                spool.add(values)
        rows = spool.rows()
    labels = None
    if columns.labels is not None:
        labels = np.array(list(seen.names))[np.array(seen.codes)]
        labels = _whole(labels)
    said = phrases(columns, seen.missing, seen.incomplete, spool.count, path.name)
    name = path.name[: path.name.lower().rindex(".tsv" if ".tsv" in path.name.lower() else ".csv")]
    return from_rows(rows, labels=labels, name=name, source=source, columns=columns.value_names, assumed=said)


def _lines(file: IO[bytes] | gzip.GzipFile, path: Path) -> Iterator[str]:
    """Lines of text, each of a bounded length. Raises InputError for a longer one, UnicodeDecodeError."""
    start = True
    while line := file.readline(_LINE):
        if len(line) == _LINE:
            raise InputError(
                f"images: expected lines; {path} has one of more than {_LINE >> 20} MiB. Choose a table, or save the"
                " numbers as .npy."
            )
        yield line.decode("utf-8-sig" if start else "utf-8")
        start = False


def _delimiter(first: str, path: Path) -> str:
    if ".tsv" in path.name.lower():
        return "\t"
    return max(",;\t", key=first.count)  # the comma where they are equally many


def _numbers(block: list[str], at: int, columns: Columns, delimiter: str, seen: _Seen, path: Path) -> Array:
    """float32 `[n, D]` of the lines from number `at` on; labels and row names go into `seen`."""
    whole = None
    blank = not any(map(str.strip, block))
    if columns.row_names is None and not blank and not any('"' in line for line in block):
        try:  # three times as fast, where all cells are numbers
            whole = np.loadtxt(block, delimiter=delimiter, comments=None, ndmin=2)
        except ValueError:
            whole = None
    if whole is not None and whole.shape[1] == len(columns.names):
        if columns.labels is not None:
            _remember([f"{label:.17g}" for label in whole[:, columns.labels]], seen)
        return _float32(whole[:, columns.values])
    reader = csv.reader(block, delimiter=delimiter)
    cells, numbers = [], []
    for row in reader:
        if not row:
            continue
        if len(row) != len(columns.names):
            raise InputError(
                f"images: expected {len(columns.names)} cells in each line, as the line of names has; line"
                f" {at + reader.line_num - 1} of {path.name} has {len(row)}. Mend that line, or save the table again."
            )
        cells.append(row)
        numbers.append(at + reader.line_num - 1)
    if columns.labels is not None:
        _remember([row[columns.labels].strip() for row in cells], seen)
    if columns.row_names is not None:
        _check_row_names([row[0].strip() for row in cells], numbers, seen, path)
    try:
        return _float32(np.array([_row(row, columns.values) for row in cells]).reshape(-1, len(columns.values)))
    except ValueError as error:
        raise _not_a_number(cells, numbers, columns, delimiter, path) from error


def _row(row: Sequence[str], wanted: Sequence[int]) -> list[float]:
    return [float("nan") if row[i].strip().lower() in MISSING else float(row[i]) for i in wanted]


def _float32(values: Array) -> Array:
    with np.errstate(over="ignore"):  # beyond float32: infinite, and reported as such later
        return values.astype(np.float32)


def _remember(labels: Sequence[str], seen: _Seen) -> None:
    seen.codes.extend(seen.names.setdefault(label, len(seen.names)) for label in labels)


def _whole(labels: Array) -> Array:
    """Labels as whole numbers where all of them are."""
    try:
        numbers = labels.astype(np.float64)
    except ValueError:
        return labels
    return numbers.astype(np.int64) if (numbers == np.round(numbers)).all() else numbers


def _check_row_names(names: Sequence[str], numbers: Sequence[int], seen: _Seen, path: Path) -> None:
    """Leave out a first column without a name only if it says nothing: text, or the numbers of the rows."""
    if not names:
        return
    kind = "count" if all(name.isdecimal() for name in names) else "text"
    if seen.row_names is None:
        seen.row_names = kind
    first = int(names[0]) if kind == "count" else 0
    counts = kind == "count" and [int(name) for name in names] == list(range(first, first + len(names)))
    if kind != seen.row_names or (kind == "count" and not counts) or (kind == "text" and all(map(_is_real, names))):
        raise InputError(
            f"images: expected a name for every column; the first column of {path.name} has none, and is neither names"
            f" nor numbers of the rows (line {numbers[0]} has {shown(names[0])}). Name it, or remove it."
        )


def _is_real(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _not_a_number(
    cells: Sequence[Sequence[str]], numbers: Sequence[int], columns: Columns, delimiter: str, path: Path
) -> InputError:
    """Which column holds text; or, where only some of its cells do, which cell."""
    text: list[str] = []
    example = ""
    for i in columns.values:
        wrong = [k for k, row in enumerate(cells) if row[i].strip().lower() not in MISSING and not _is_real(row[i])]
        if not wrong:
            continue
        cell = cells[wrong[0]][i]
        if delimiter == ";" and _is_real(cell.replace(",", ".")):
            return InputError(
                f"images: expected a decimal point; line {numbers[wrong[0]]} of {path.name} has {shown(cell)}."
                " Save it with decimal points."
            )
        if not example:
            example = f"line {numbers[wrong[0]]} has {shown(cell)}"
        text.append(columns.names[i])
    return refuse_text(text, example, path.name)
