"""What every plot is given: axes to draw into, and a diagnosis that has something to draw."""

from __future__ import annotations

from typing import Literal

from matplotlib.axes import Axes

from vaediag.errors import InputError
from vaediag.records.calibration import Calibration
from vaediag.records.diagnosis import Diagnosis
from vaediag.report.conditionings import present
from vaediag.report.figures.panel import reason

Conditioning = Literal["posterior", "corrected", "prior", "posterior_mean"]


def axes_for(ax: Axes | None, *, size: tuple[float, float] | None = None) -> Axes:
    """The axes given, or those of a new figure."""
    if ax is not None:
        if not isinstance(ax, Axes):
            raise InputError(f"ax: expected a matplotlib axes; got {type(ax).__name__}. Try plt.subplots()[1].")
        return _quiet(ax)
    import matplotlib.pyplot as plt

    return _quiet(plt.subplots(figsize=size, layout="constrained")[1])


def _quiet(ax: Axes) -> Axes:
    """A grid behind the data and paler than it, whatever its colour."""
    ax.set_axisbelow(True)
    ax.tick_params(grid_alpha=0.4)
    return ax


def calibration_of(diagnosis: Diagnosis, conditioning: str) -> Calibration:
    """The calibration under one conditioning. Raises InputError where it was not measured."""
    found = {each.conditioning: each for each in present(diagnosis.calibration)}
    if conditioning in found:
        return found[conditioning]
    why = diagnosis.why_not.get(f"calibration.{conditioning}", "")
    raise InputError(
        f"conditioning: expected one of {', '.join(found)}; got {conditioning!r}{f' ({why})' if why else ''}. "
        "Try 'posterior'."
    )


def need(diagnosis: Diagnosis, known: bool, name: str, *places: str) -> None:
    """Raise InputError, with the reason from the record, unless there is something to draw."""
    if not known:
        why = reason(diagnosis, places)
        raise InputError(
            f"diagnosis: expected one in which plots.{name} has something to draw; got one without: {why}. "
            "Diagnose again with include='all', or draw another plot."
        )
