"""Which columns of a table is p(x | z) wrong about? Dispersion, bias and reduced χ² feature by feature."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from vaediag.findings.rules import errors_allowed
from vaediag.records.calibration import Calibration
from vaediag.report import style
from vaediag.report.conditionings import CONDITIONINGS
from vaediag.report.features import Measure, draw_rows, height_for, names_of, shown_words
from vaediag.report.sheet import Sheet
from vaediag.report.stamp import Stamp
from vaediag.report.words import listing, plural

NAMED = 3  # names in the title, to either side


def measures(calibration: Calibration, *, discrete: bool = False) -> list[Measure]:
    """Dispersion and bias, and χ² where the family has a scale, each `[D]`."""
    maps = calibration.maps
    found = [
        Measure(
            "dispersion", "above 1: over-confident", np.ravel(maps.dispersion), np.ravel(maps.dispersion_error), 1.0,
            "dispersion.discrete" if discrete else "dispersion",
        ),
        Measure("bias", "above 0: x above its law", np.ravel(maps.bias), np.ravel(maps.bias_error), 0.0,
                "bias"),
    ]  # fmt: skip
    if maps.reduced_chi2 is not None:
        found.append(Measure("reduced χ²", "mean squared residual", np.ravel(maps.reduced_chi2), None, 1.0))
    return found


def title(calibration: Calibration, columns: Sequence[str] | None, *, discrete: bool = False) -> str:
    """In which features the model is over- or under-confident beyond chance."""
    spread = measures(calibration, discrete=discrete)[0]
    count = int(np.isfinite(spread.values + (spread.error if spread.error is not None else 0.0)).sum())
    if count == 0:
        seen = plural(calibration.images, "image")
        return f"Which features p(x | z) is wrong about cannot be told from {seen}: here are the averages"
    sides = spread.sides()
    over, under = np.flatnonzero(sides > 0), np.flatnonzero(sides < 0)
    shifted = int(np.count_nonzero(measures(calibration, discrete=discrete)[1].sides()))
    bias = f"; off to one side (bias) in {shifted:,}" if shifted else ""
    if not len(over) and not len(under) and shifted:
        return f"x lies to one side of p(x | z) (bias) in {shifted:,} of {count:,} features, beyond chance"
    if not len(over) and not len(under):
        return f"None of the {count:,} features is over- or under-confident beyond chance"
    if count in (len(over), len(under)):
        return (
            f"p(x | z) is {'over' if len(over) else 'under'}-confident in all {count:,} features, beyond chance{bias}"
        )
    parts = [
        f"{word}-confident in {_which(found, columns)}"
        for word, found in (("over", over), ("under", under))
        if len(found)
    ]
    return f"p(x | z) is {' and '.join(parts)} of {count:,} features, beyond chance{bias}"


def _which(found: np.ndarray, columns: Sequence[str] | None) -> str:
    return listing(names_of(found, columns)) if len(found) <= NAMED else f"{len(found):,}"


@style.styled
def draw_feature_calibration(
    calibration: Calibration, columns: Sequence[str] | None, stamp: Stamp, *, discrete: bool = False
) -> Figure:
    """A row per feature, at most thirty: those farthest off."""
    found = measures(calibration, discrete=discrete)
    how, count = CONDITIONINGS[calibration.conditioning], len(found[0].values)
    allowed = errors_allowed(count)
    sheet = Sheet(
        stamp.verdict(title(calibration, columns, discrete=discrete)),
        f"Conditioning: {how.name}, {how.rule}. Bars: two standard errors over images; shaded: tolerance. Triangles: "
        f"off by more than tolerance and chance, each judged as one of {count:,} (about "
        f"{allowed:.1f} standard errors).{shown_words(count)}",
        stamp,
        height=height_for(count),
    )
    draw_rows(sheet, found, columns)
    return sheet.figure
