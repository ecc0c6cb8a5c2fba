"""Scale families: is the error as large as the stated spread, for small spreads and for large ones?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from vaediag.records.calibration import Calibration, CalibrationSet
from vaediag.records.estimate import Array
from vaediag.report import style
from vaediag.report.conditionings import CONDITIONINGS, WHY_MEAN_LOOKS_UNSURE, doubt, name_of
from vaediag.report.figures.panel import Panel
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.words import NO_BREAK, plural, short, value

SIZE = 3.3


def title(calibration: Calibration) -> str:
    """The error made, in units of the error stated: from the bin where it is least to where it is most."""
    record = calibration.spread_skill
    if record is None:
        return ""
    spread = np.asarray(record.spread, dtype=float)
    ratio = np.asarray(record.error, dtype=float)[spread > 0] / spread[spread > 0]
    ence = "" if calibration.ence is None else f" (ence{NO_BREAK}{value(calibration.ence)}{_expected(calibration)})"
    if len(ratio) == 0:
        return "The stated σ is zero everywhere"
    if len(ratio) == 1:
        stated, times = short(float(spread[spread > 0][0])), short(float(ratio[0]))
        return f"The decoder states one σ, {stated}; the error made is {times} times that"
    low, high = f"{ratio.min():.2f}", f"{ratio.max():.2f}"
    if low == high:
        return f"The error made is {low} times the stated σ, small or large{ence}"
    return f"The error made is {low} to {high} times the stated σ{ence}"


def _expected(calibration: Calibration) -> str:
    ence = calibration.ence
    return "" if ence is None or ence.expected is None else f", {short(ence.expected)} expected"


@style.styled
def draw_spread_skill(calibrations: CalibrationSet, stamp: Stamp) -> Figure | None:
    """Left: error against stated spread; right: their ratio; bars for one σ. None for families without a scale."""
    if calibrations.posterior.spread_skill is None:
        return None
    ordered = (calibrations.posterior_mean, calibrations.corrected, calibrations.posterior)
    shown = [each for each in ordered if each is not None and each.spread_skill is not None]
    if len(calibrations.posterior.spread_skill.count) == 1:
        return _one_sigma(title(calibrations.posterior), shown[::-1], stamp)
    sheet = Sheet(
        stamp.verdict(title(calibrations.posterior)),
        f"{plural(len(calibrations.posterior.spread_skill.count), 'bin')} with equally many values of x, by stated "
        f"spread. Bars: one standard error over images.{doubt(stamp)}",
        stamp,
        height=SIZE + 0.36,
    )
    left = sheet.axes(0.55, 0.0, SIZE - 0.2, SIZE)
    right = sheet.axes(0.55 + SIZE - 0.2 + 0.75, 0.0, BODY - SIZE - 1.1, SIZE)
    draw_skill(left, shown, stamp)
    draw_skill(right, shown, stamp, ratio=True)
    left.legend(loc="upper left")
    return sheet.figure


def draw_skill(ax: Axes, shown: Sequence[Calibration], stamp: Stamp, *, ratio: bool = False) -> None:
    """The error made against the spread stated, or with `ratio` how many times the spread it is."""
    everything = np.concatenate(
        [np.ravel([each.spread_skill.spread, each.spread_skill.error]) for each in shown if each.spread_skill]
    )
    positive = everything[np.isfinite(everything) & (everything > 0)]
    low, high = (float(positive.min()) / 1.15, float(positive.max()) * 1.15) if positive.size else (0.5, 2.0)
    exact = ([low, high], [1.0, 1.0] if ratio else [low, high])
    ax.plot(*exact, color=style.ink(), lw=0.9, ls=(0, (4, 2)))
    for each in shown:
        record, how = each.spread_skill, CONDITIONINGS[each.conditioning]
        if record is None:
            continue
        keep = np.asarray(record.spread) > 0
        spread, error, width = (
            np.asarray(v, dtype=float)[keep] for v in (record.spread, record.error, record.standard_error)
        )
        unit = spread if ratio else 1.0
        ax.errorbar(
            spread, error / unit, yerr=np.nan_to_num(width / unit), label=name_of(each.conditioning, stamp),
            fmt=how.marker, ms=4, color=how.colour, elinewidth=0.9, capsize=1.5, lw=1.0, ls="-",
            mfc=how.colour if each.conditioning == "posterior" else style.paper(),
        )  # fmt: skip
    ax.set_xscale("log")
    ax.set(xlim=(low, high), xlabel="stated spread √mean σ², units of x")
    ax.grid()
    _plain_log(ax.xaxis, low, high)
    if ratio:
        ax.set_ylabel("error made / spread stated")
        ax.set_ylim(bottom=min(0.5, ax.get_ylim()[0]), top=max(1.5, ax.get_ylim()[1]))
    else:
        ax.set_yscale("log")
        ax.set(ylim=(low, high), ylabel="error made (RMSE), units of x")
        _plain_log(ax.yaxis, low, high)


def _one_sigma(heading: str, shown: Sequence[Calibration], stamp: Stamp) -> Figure:
    words = "All values of x share one σ. The error made is the root mean squared error, "
    words += f"with one standard error over images.{doubt(stamp)}"
    high = 0.3 * (len(shown) + 1)
    sheet = Sheet(stamp.verdict(heading), words, stamp, height=high + 0.38)
    draw_one_sigma(sheet.axes(1.75, 0.0, BODY - 2.2, high), shown, stamp)
    return sheet.figure


def draw_one_sigma(ax: Axes, shown: Sequence[Calibration], stamp: Stamp) -> None:
    """All values share one σ: it stands beside the error made under each conditioning."""
    rows: list[tuple[str, Array, Array | None, str]] = []
    if shown[0].spread_skill is not None:
        rows.append(("σ stated", shown[0].spread_skill.spread, None, style.RULE))
    for each in shown:
        record, how = each.spread_skill, CONDITIONINGS[each.conditioning]
        if record is not None:
            name = f"error made, {name_of(each.conditioning, stamp)}"
            rows.append((name, record.error, record.standard_error, how.colour))
    for row, (_, amount, error, colour) in enumerate(rows):
        width = 0.0 if error is None else float(np.nan_to_num(error[0]))
        ax.barh(row, float(amount[0]), 0.62, color=colour)
        ax.errorbar(float(amount[0]), row, xerr=width or None, color=style.ink(), lw=0.8, capsize=1.5)
        place = (float(amount[0]) + width, row)
        ax.annotate(short(float(amount[0])), place, (4, 0), textcoords="offset points", va="center", size=style.small())
    ax.axvline(float(rows[0][1][0]), color=style.ink(), lw=0.9, ls=(0, (4, 2)))
    ax.set(ylim=(len(rows) - 0.5, -0.5), xlim=(0, None), xlabel="units of x")
    ax.set_yticks(range(len(rows)), [name for name, *_ in rows])
    ax.tick_params(axis="y", length=0)


def _plain_log(axis: Axis, low: float, high: float) -> None:
    """Ordinary numbers on a logarithmic axis: 0.05, 0.1, 0.2."""
    inside: list[float] = []
    for mantissas in ((1, 2, 5), (1, 1.5, 2, 3, 5, 7), tuple(np.arange(1, 10, 0.5))):
        steps = [float(m * 10.0**e) for e in range(-9, 10) for m in mantissas]
        inside = [step for step in steps if low <= step <= high]
        if len(inside) >= 3:
            break
    while len(inside) > 6:
        inside = inside[::2]
    axis.set_ticks(inside)
    axis.set_ticks([], minor=True)
    axis.set_major_formatter(FuncFormatter(lambda tick, _: f"{tick:g}"))


READING = f"""
All values of x are sorted by the σ that the decoder stated for them. On the dashed line the error made is the
error stated; above it the model is over-confident, below it under-confident. If the points follow the line, σ
can be used to tell good pixels from bad ones; if they are level, σ says nothing. The posterior mean:
{WHY_MEAN_LOOKS_UNSURE}
"""


PANEL = Panel(
    "spread_skill",
    "Is the error as large as the stated σ?",
    lambda diagnosis: draw_spread_skill(diagnosis.calibration, stamp_of(diagnosis)),
    READING,
    ("calibration.posterior.spread_skill", "calibration.posterior.ence"),
)
