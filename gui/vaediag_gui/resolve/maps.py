"""Maps over the event: from records to what is drawn, with levels and ticks. Regroups channels, computes nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaediag.records.calibration import Calibration
from vaediag.records.columns import columns_of
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimate
from vaediag.records.text import printable
from vaediag.records.variance import Variance
from vaediag.report.event import cells, channel_note, kind, ratio_cells
from vaediag_gui.legible import legible
from vaediag_gui.resolve.words import short, value

Array = np.ndarray
Ticks = tuple[tuple[float, str], ...]

CALIBRATION = {
    "dispersion": "dispersion of u, 1 is exact; red: over-confident, blue: under-confident",
    "bias": "mean of u − ½, 0 is exact; red: x lies above its law, blue: below",
    "reduced_chi2": "reduced χ², 1 is exact; red: errors larger than σ says, blue: smaller",
}
NAMES = {"dispersion": "dispersion", "bias": "bias", "reduced_chi2": "reduced χ²"}
VARIANCE = {
    "ratio": "total / data",
    "total": "total",
    "data": "data",
    "decoder_noise": "decoder noise",
    "latent_signal": "latent signal",
}


@dataclass(frozen=True, slots=True, eq=False)
class MapPicture:
    """`raw` is `[H, W]` or `[D]`; `drawn` the same as drawn (log2 of ratios), NaN where undefined.

    `levels` are the ends of the colours for `drawn`, `base` is the value of `raw` from which bars of a vector start.
    """

    name: str
    raw: Array
    drawn: Array
    error: Array | None
    levels: tuple[float, float]
    colours: str
    ticks: Ticks
    base: float = 0.0
    thing: str = "pixel"
    columns: tuple[str, ...] = ()  # names of the values of a vector

    def say(self, place: tuple[int, ...]) -> str:
        """`pixel (3, 4): dispersion 1.23 ± 0.05`."""
        number = float(self.raw[place])
        where = f"{self.thing} {place[0]}" if len(place) == 1 else f"{self.thing} ({place[0]}, {place[1]})"
        if len(place) == 1 and self.columns:
            where = legible(self.columns[place[0]], 40)
        if not np.isfinite(number):
            return f"{where}: {self.name} undefined"
        if self.error is None or not np.isfinite(self.error[place]):
            return f"{where}: {self.name} {short(number)}"
        return f"{where}: {self.name} {value(Estimate(number, float(self.error[place])))}"


def calibration_map(calibration: Calibration, which: str, event: tuple[int, ...]) -> MapPicture | None:
    """The map of one conditioning; None where the family has none (reduced χ² without a scale)."""
    found = getattr(calibration.maps, which)
    if found is None:
        return None
    raw = cells(found, event)
    error = getattr(calibration.maps, f"{which}_error", None)
    error = cells(error, event) if error is not None and not channel_note(event) else None
    thing = _thing(event)
    if which == "bias":
        levels = centred(raw, least=0.05)
        return MapPicture(NAMES[which], raw, raw, error, levels, "diverging", even(levels), 0.0, thing)
    if which == "dispersion":  # linear, as in the report
        levels = centred(raw, centre=1.0, least=0.2, most=1.0)
        return MapPicture(NAMES[which], raw, raw, error, levels, "diverging", even(levels), 1.0, thing)
    drawn = log_ratio(raw)
    reach = ratio_reach(drawn)
    return MapPicture(NAMES[which], raw, drawn, error, (-reach, reach), "diverging", ratio_ticks(reach), 1.0, thing)


def variance_map(variance: Variance, law: str, which: str, event: tuple[int, ...]) -> MapPicture | None:
    """One of the five maps under a law of z; all but the ratio share one scale. None where the law was not measured."""
    parts = variance.prior if law == "prior" else variance.aggregate
    if parts is None:
        return None
    noise, signal = cells(parts.decoder_noise_map, event), cells(parts.latent_signal_map, event)
    data = cells(variance.data_map, event)
    found = {"data": data, "total": noise + signal, "decoder_noise": noise, "latent_signal": signal}
    thing = _thing(event)
    if which == "ratio":
        made = ratio_cells(parts.decoder_noise_map + parts.latent_signal_map, variance.data_map, event)
        drawn = log_ratio(made)
        reach = ratio_reach(drawn)
        name = VARIANCE[which]
        return MapPicture(name, made, drawn, None, (-reach, reach), "diverging", ratio_ticks(reach), 1.0, thing)
    finite = np.concatenate([each[np.isfinite(each)].ravel() for each in found.values()])
    top = float(np.quantile(finite, 0.995)) if finite.size else 1.0
    levels = (0.0, top if top > 0 else 1.0)
    raw = found[which]
    return MapPicture(VARIANCE[which], raw, raw, None, levels, "spread", even(levels, 3), 0.0, thing)


def map_note(event: tuple[int, ...]) -> str:
    """`averaged over the 3 channels`, or nothing."""
    return channel_note(event).removeprefix(", ")


def event_index(event: tuple[int, ...], place: tuple[int, ...]) -> tuple[int, ...]:
    """Place on a map to index into the event: the first channel where there are channels."""
    return (*place, 0) if len(event) == len(place) + 1 else place


def place_of(event: tuple[int, ...], index: tuple[int, ...] | None) -> tuple[int, ...] | None:
    """Index into the event to a place on a map; None where it does not belong to this event."""
    if index is None or len(index) != len(event) or any(not 0 <= i < n for i, n in zip(index, event, strict=True)):
        return None
    return index if kind(event) == "flat" else index[:2]


def columns_in(diagnosis: Diagnosis) -> tuple[str, ...]:
    """The names of the values of flat data; () where there are none."""
    return tuple(map(printable, columns_of(diagnosis.data, diagnosis.model.event_shape) or ()))


def pixel_words(event: tuple[int, ...], index: tuple[int, ...], columns: tuple[str, ...] = ()) -> str:
    """`pixel (3, 4)`, `pixel (3, 4), channel 0`, `feature 7`, or the name of a column."""
    if kind(event) == "flat" and len(columns) > index[0]:
        return legible(columns[index[0]], 40)
    if kind(event) == "flat":
        return f"feature {', '.join(str(i) for i in index)}"
    channel = f", channel {index[2]}" if len(event) == 3 and event[2] > 1 else ""
    return f"pixel ({index[0]}, {index[1]}){channel}"


def centred(values: Array, *, centre: float = 0.0, least: float, most: float = np.inf) -> tuple[float, float]:
    """Symmetric around `centre`; reaches between `least` (chance must not look like a fault) and `most`."""
    finite = np.abs(values[np.isfinite(values)] - centre)
    reach = min(max(round_up(float(np.quantile(finite, 0.99))) if finite.size else least, least), most)
    return centre - reach, centre + reach


def log_ratio(values: Array) -> Array:
    """log2 of a ratio; zero becomes the map's lower end, not undefined."""
    return np.log2(np.where(values > 0, values, np.where(np.isnan(values), np.nan, 2.0**-9)))


def ratio_reach(log2_values: Array) -> float:
    """Half to twice where that is enough, else a quarter to four times."""
    far = np.abs(log2_values[np.isfinite(log2_values)])
    return 1.0 if far.size == 0 or float(np.quantile(far, 0.98)) <= 1.0 else 2.0


def ratio_ticks(reach: float) -> Ticks:
    if reach == 1.0:
        return (-1.0, "½"), (-0.5, "0.7"), (0.0, "1"), (0.5, "1.4"), (1.0, "2")
    return (-2.0, "¼"), (-1.0, "½"), (0.0, "1"), (1.0, "2"), (2.0, "4")


def even(levels: tuple[float, float], count: int = 5) -> Ticks:
    return tuple((float(tick), short(float(tick))) for tick in np.linspace(*levels, count))


def round_up(reach: float) -> float:
    """To 1, 2, 4 or 5 times a power of ten, of which halves are short numbers."""
    if reach <= 0:
        return 0.0
    power = 10.0 ** np.floor(np.log10(reach))
    return float(power * next(step for step in (1, 2, 4, 5, 10) if reach <= step * power * (1 + 1e-9)))


def _thing(event: tuple[int, ...]) -> str:
    return "feature" if kind(event) == "flat" else "pixel"
