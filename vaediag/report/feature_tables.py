"""Flat data, feature by feature: a table of the page, and a file with all of them."""

from __future__ import annotations

import csv
import io
import math

import numpy as np

from vaediag.records.columns import column_name, columns_of, measured
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array, estimate
from vaediag.records.text import printable
from vaediag.report.cells import MISSING, Cell, Row, Table
from vaediag.report.features import Measure, worst_first
from vaediag.report.figures.feature_calibration import measures
from vaediag.report.figures.feature_variance import shares
from vaediag.report.words import minus, shorten, value

FILE = "features.csv"
MOST = 100  # rows of the table
TITLE = "Features"


def is_flat(diagnosis: Diagnosis) -> bool:
    return len(diagnosis.model.event_shape) == 1


def feature_table(diagnosis: Diagnosis) -> Table:
    """The worst first; no rows unless x is flat."""
    if not is_flat(diagnosis):
        return Table(TITLE, (), ())
    calibration = diagnosis.calibration.posterior
    found = measures(calibration, discrete=diagnosis.evidence.bits_per_dimension is not None)
    parts = diagnosis.variance.aggregate
    signal = noise = spread = np.full(diagnosis.variance.data_map.size, np.nan)  # p(x | z) without a variance
    if parts is not None:
        signal, noise = shares(parts, diagnosis.variance.data_map)
        spread = np.sqrt(np.ravel(parts.decoder_noise_map))
    names = columns_of(diagnosis.data, diagnosis.model.event_shape)
    order = worst_first(found)[:MOST]
    sides = [measure.sides() for measure in found]
    rows = tuple(
        Row(
            shorten(printable(column_name(int(place), names)), 60),
            "",
            (
                *(_cell(measure, side, place) for measure, side in zip(found, sides, strict=True)),
                _number(signal + noise, place),
                _number(
                    np.divide(signal, signal + noise, out=np.full(len(signal), np.nan), where=signal + noise > 0), place
                ),
                _number(spread, place),
            ),
        )
        for place in order
    )
    left = len(spread) - len(rows)
    note = f"{left:,} more are in {FILE}. " if left else f"Also in {FILE}. "
    columns = (*(measure.name for measure in found), "model / data variance", "explained by z", "σ, units of x")
    return Table(
        TITLE,
        columns,
        rows,
        exact=False,
        note=f"{note}z is drawn from q(z | x); variances are of the codes of the data.",
    )


def _cell(measure: Measure, sides: Array, place: int) -> Cell:
    error = math.nan if measure.error is None else measure.error[place]
    if not np.isfinite(measure.values[place]):
        return Cell(MISSING)
    return Cell(value(estimate(measure.values[place], error)), "", int(sides[place]))


def _number(values: Array, place: int) -> Cell:
    return Cell(minus(f"{float(values[place]):.3g}") if np.isfinite(values[place]) else MISSING)


def feature_file(diagnosis: Diagnosis) -> bytes:
    """Comma-separated: a row per feature in the order of the data, all that was measured of it; empty: undefined."""
    found = measured(diagnosis)
    names = columns_of(diagnosis.data, diagnosis.model.event_shape)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["feature", *found])
    for place, row in enumerate(np.stack(list(found.values()), 1)):
        cells = [f"{number:.9g}" if np.isfinite(number) else "" for number in row]
        writer.writerow([_safe(column_name(place, names)), *cells])
    return out.getvalue().encode("utf-8")


def _safe(name: str) -> str:
    """A spreadsheet takes what begins with one of these for a formula."""
    return f"'{name}" if name[:1] in "=+-@" and not name[1:2].isdigit() else name
