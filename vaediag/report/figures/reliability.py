"""Binary x: when the decoder says p, how often is the pixel on?"""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from vaediag.findings.rules import side
from vaediag.records.calibration import Calibration, CalibrationSet
from vaediag.report import style
from vaediag.report.conditionings import CONDITIONINGS
from vaediag.report.figures.panel import Panel
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.words import NO_BREAK, short, value

SIZE = 2.9
TICKS = {  # logits from end to end -> probabilities that have a tick
    4.5: (0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9),
    9.0: (0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99),
    13.0: (0.0001, 0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999),
    np.inf: (0.0001, 0.01, 0.5, 0.99, 0.9999),
}


def title(calibration: Calibration) -> str:
    """Are the stated probabilities right, too sharp or too flat?"""
    ece = calibration.ece
    number = f"ece{NO_BREAK}{value(ece)}, {short(ece.expected or 0.0)} expected" if ece is not None else "no ece"
    slope = side("calibration_slope", calibration.calibration_slope)
    if slope and calibration.calibration_slope is not None:
        word = (
            "too sharp: pixels said to be certain are not"
            if slope < 0
            else "too flat: the decoder knows more than it says"
        )
        tilt = f"calibration slope{NO_BREAK}{value(calibration.calibration_slope)}"
        return f"Stated probabilities are {word} ({tilt}, {number})"
    if side("ece", ece) > 0:
        return f"Stated probabilities miss the observed frequencies ({number})"
    return f"When the decoder says p, the pixel is on with probability p ({number})"


@style.styled
def draw_reliability(calibrations: CalibrationSet, stamp: Stamp) -> Figure | None:
    """Observed frequency against stated probability on linear and logit axes, bin counts below. None unless binary."""
    shown = [
        each for each in (calibrations.prior, calibrations.posterior) if each is not None and each.reliability_curve
    ]
    if calibrations.posterior.reliability_curve is None:
        return None
    sheet = Sheet(
        stamp.verdict(title(calibrations.posterior)),
        "Observed frequency of x = 1 in bins of the stated probability, with one standard error over images. "
        "Left: linear; right: logit axes, which show the nearly certain pixels.",
        stamp,
        height=SIZE + 1.32,
    )
    width = (BODY - 0.5 - 0.75) / 2
    for column, logit in enumerate((False, True)):
        left = 0.5 + column * (width + 0.75)
        ax = sheet.axes(left, 0.0, width, SIZE)
        counts = sheet.axes(left, SIZE + 0.22, width, 0.72)
        for each in shown:
            draw_points(ax, each, logit=logit)
        _counts(counts, calibrations.posterior, logit=logit)
        ax.set_xticklabels([])
        ax.set_xlabel("")
        counts.set_xlabel("stated probability p")
        counts.set_ylabel("pixels")
        if not column:
            ax.legend(loc="upper left")
    return sheet.figure


def draw_points(ax: Axes, calibration: Calibration, *, logit: bool) -> None:
    """Observed frequencies with one standard error, on linear or on logit axes; nothing unless x is binary."""
    curve = calibration.reliability_curve
    if curve is None:
        return
    how = CONDITIONINGS[calibration.conditioning]
    forecast, observed, error = (
        np.asarray(each, dtype=float) for each in (curve.forecast, curve.observed, curve.standard_error)
    )
    if logit:
        low, high = _limits(forecast)
        place, middle = _logit(np.clip(forecast, low, high)), _logit(np.clip(observed, low, high))
        below, above = _logit(np.clip(observed - error, low, high)), _logit(np.clip(observed + error, low, high))
        bars = np.nan_to_num([middle - below, above - middle])
        ends = (float(_logit(low)), float(_logit(high)))
    else:
        place, middle, bars, ends = forecast, observed, np.nan_to_num([error, error]), (0.0, 1.0)
    ax.plot(ends, ends, color=style.ink(), lw=0.9, ls=(0, (4, 2)))
    ax.errorbar(
        place,
        middle,
        yerr=np.maximum(bars, 0.0),
        fmt=how.marker,
        ms=4.5,
        color=how.colour,
        elinewidth=0.9,
        capsize=2,
        mfc=how.colour if calibration.conditioning == "posterior" else style.paper(),
        label=f"{how.name}, {how.rule}",
    )
    pad = 0.04 * (ends[1] - ends[0])
    ax.set(xlim=(ends[0] - pad, ends[1] + pad), ylim=(ends[0] - pad, ends[1] + pad))
    ax.grid(visible=True)
    if logit:
        _logit_ticks(ax, "y", ends)
        _logit_ticks(ax, "x", ends)
    ax.set(xlabel="stated probability p", ylabel="observed frequency")


def _counts(ax: Axes, calibration: Calibration, *, logit: bool) -> None:
    curve = calibration.reliability_curve
    if curve is None:
        return
    forecast = np.asarray(curve.forecast, dtype=float)
    low, high = _limits(forecast)
    ends = (float(_logit(low)), float(_logit(high))) if logit else (0.0, 1.0)
    place = _logit(np.clip(forecast, low, high)) if logit else forecast
    ax.vlines(place, 0, curve.count, color=CONDITIONINGS[calibration.conditioning].colour, lw=2.2)
    pad = 0.04 * (ends[1] - ends[0])
    ax.set(xlim=(ends[0] - pad, ends[1] + pad), ylim=(0, 1.15 * float(np.max(curve.count))))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda count, _: _thousands(count)))
    ax.locator_params(axis="y", nbins=3)
    if logit:
        _logit_ticks(ax, "x", ends)


def _limits(forecast: np.ndarray) -> tuple[float, float]:
    """From the least to the most certain forecast, a little beyond, never beyond 1e-4."""
    ends = np.clip([np.nanmin(forecast) / 1.3, 1 - np.nanmin(1 - forecast) / 1.3], 1e-4, 1 - 1e-4)
    return min(float(ends[0]), 0.3), max(float(ends[1]), 0.7)


def _logit(p: float | np.ndarray) -> np.ndarray:
    return np.log(np.asarray(p) / (1 - np.asarray(p)))


def _logit_ticks(ax: Axes, which: str, ends: tuple[float, float]) -> None:
    span = ends[1] - ends[0]
    ticks = next(ticks for reach, ticks in TICKS.items() if span <= reach)
    inside = [tick for tick in ticks if ends[0] - 1e-9 <= _logit(tick) <= ends[1] + 1e-9]
    axis = ax.yaxis if which == "y" else ax.xaxis
    axis.set_ticks([float(_logit(tick)) for tick in inside], [f"{tick:g}" for tick in inside])
    axis.set_minor_locator(NullLocator())


def _thousands(count: float) -> str:
    return f"{count / 1e6:g}M" if count >= 1e6 else f"{count / 1e3:g}k" if count >= 1e3 else f"{count:g}"


READING = """
Pixels are sorted by the probability that the decoder stated for them. On the dashed line the stated probability
is the observed frequency. Points flatter than the line mean that the decoder is too sure, steeper ones that it
is not sure enough. The bars below say how many pixels stand behind each point.
"""


PANEL = Panel(
    "reliability",
    "Are the stated probabilities right?",
    lambda diagnosis: draw_reliability(diagnosis.calibration, stamp_of(diagnosis)),
    READING,
    ("calibration.posterior.reliability_curve", "calibration.posterior.ece"),
)
