"""The law of total variance, pixel by pixel: data against model, and the model's two parts."""

from __future__ import annotations

import numpy as np
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from vaediag.findings.spread import told, variance_side
from vaediag.records.columns import columns_of, dominant, one_by_one
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array
from vaediag.records.variance import Variance, VarianceParts
from vaediag.report import style
from vaediag.report.event import cells, channel_note, kind, ratio_cells
from vaediag.report.figures.feature_variance import draw_feature_variance
from vaediag.report.figures.panel import Panel
from vaediag.report.maps import BAR_SPACE, Map, draw_map, draw_profile, feature_axis
from vaediag.report.paint import log_ratio, ratio_norm, spread_norm
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.verdict import unsure
from vaediag.report.words import NO_BREAK, percent, plain, value

GAP = 0.14
NAME = 30  # letters of a column's name
HEAD = 0.46


def title(variance: Variance, most: tuple[str, float] | None = None) -> str:
    """Does the model make the data's variance, and how much of it is the decoder's own noise?

    `most`: the column of a table that makes most of the data's variance, with its share.
    """
    parts = variance.aggregate
    if parts is None:
        return "p(x | z) has no finite variance to compare with that of the data"
    noise = percent(min(max(1 - parts.explained.value, 0.0), 1.0))
    if not told(variance) or unsure("variance_ratio", parts.variance_ratio):
        few = "" if most is None else f": {plain(most[0], NAME)} alone carries {percent(most[1])} of the data's"
        ratio = f"ratio{NO_BREAK}{value(parts.variance_ratio)}"
        return f"Whether the model makes as much variance as the data has cannot be told ({ratio}){few}"
    which = variance_side(variance, parts)
    amount = {
        0: "as much variance as the data has",
        1: "more variance than the data has",
        -1: "less variance than the data has",
    }
    return (
        f"The model makes {amount[which]} (ratio{NO_BREAK}{value(parts.variance_ratio)}); "
        f"{noise} of the model's is the decoder's own noise"
        + ("" if most is None else f" ({plain(most[0], NAME)} carries {percent(most[1])} of the data's)")
    )


@style.styled
def draw_variance_maps(variance: Variance, event_shape: tuple[int, ...], stamp: Stamp) -> Figure:
    """Per law of z one row: data, total, decoder noise, latent signal on one scale; then total / data."""
    laws = [("z ~ q(z), codes of the data", variance.aggregate), ("z ~ p(z), the prior", variance.prior)]
    rows = [(name, _maps(parts, variance, event_shape)) for name, parts in laws if parts is not None]
    sheet_words = (
        "Total variance = decoder noise E[Var(x | z)] + latent signal Var(E[x | z]), in squared units of x"
        f"{channel_note(event_shape)}. Ratio: 1 where the model spreads as the data does; "
        f"{'empty' if kind(event_shape) == 'flat' else 'grey'} where the data never varies."
    )
    if kind(event_shape) == "flat":
        return _profiles(stamp.verdict(title(variance)), sheet_words, rows, stamp)
    share = spread_norm(*(values for _, parts in rows for values in list(parts.values())[:4]))
    ratios = ratio_norm(np.stack([log_ratio(parts["total / data"]) for _, parts in rows]))
    height, width = rows[0][1]["data"].shape
    cell = (BODY - 2 * BAR_SPACE - 4 * GAP) / 5
    high = min(cell * height / width, 2.4)
    sheet = Sheet(stamp.verdict(title(variance)), sheet_words, stamp, height=len(rows) * (high + HEAD + 0.3) - 0.1)
    for row, (law, parts) in enumerate(rows):
        top = row * (high + HEAD + 0.3)
        sheet.text(0.0, top, law, color=style.MUTED, size=style.SMALL_SIZE)
        for column, (name, values) in enumerate(parts.items()):
            ratio = name == "total / data"
            left = column * (cell + GAP) + (BAR_SPACE if ratio else 0.0)
            entry = (
                Map(log_ratio(values), name, "", style.DIVERGING_MAP, ratios, ratio=True)
                if ratio
                else Map(values, name, "", style.SPREAD_MAP, share)
            )
            draw_map(sheet, entry, left, top + HEAD, cell, high, bar=ratio or name == "latent signal")
    return sheet.figure


def _maps(parts: VarianceParts, variance: Variance, event_shape: tuple[int, ...]) -> dict[str, Array]:
    """The five maps of a row; the ratio is undefined where the data has no variance."""
    noise, signal = cells(parts.decoder_noise_map, event_shape), cells(parts.latent_signal_map, event_shape)
    data = cells(variance.data_map, event_shape)
    found = {"data": data, "total": noise + signal, "decoder noise": noise, "latent signal": signal}
    whole = parts.decoder_noise_map + parts.latent_signal_map
    return found | {"total / data": ratio_cells(whole, variance.data_map, event_shape)}


def _profiles(heading: str, words: str, rows: list[tuple[str, dict[str, Array]]], stamp: Stamp) -> Figure:
    """Vectors: per law of z the model's two parts stacked against the data, and the ratio."""
    high = 1.15
    block = 2 * high + 0.62
    sheet = Sheet(heading, words, stamp, height=len(rows) * block - 0.2)
    for row, (law, parts) in enumerate(rows):
        top = row * block
        count = len(parts["data"])
        edges = np.arange(count + 1) - 0.5
        ax = sheet.axes(0.6, top + 0.28, BODY - 0.6, high)
        sheet.text(0.6, top, law, weight="bold")
        signal, total = parts["latent signal"], parts["total"]
        ax.stairs(signal, edges, fill=True, color=style.BLUE, label="latent signal")
        ax.stairs(
            total, edges, baseline=signal, fill=True, facecolor=style.SKY, hatch="////", lw=0, label="decoder noise"
        )
        ax.stairs(parts["data"], edges, color=style.INK, lw=1.3, label="data")
        ax.set(ylim=(0, 1.08 * float(max(total.max(), parts["data"].max())) or 1.0), ylabel="variance")
        feature_axis(ax, count)
        ax.set_xticklabels([])
        ax.legend(loc="lower right", bbox_to_anchor=(1, 1.0), ncols=3, borderaxespad=0.2)
        ratio = Map(parts["total / data"], "", "", style.DIVERGING_MAP, Normalize(0.0, 2.0), base=1.0)
        lower = draw_profile(sheet, ratio, 0.6, top + 0.28 + high + 0.12, BODY - 0.6, high * 0.7, label=True)
        lower.set_ylabel("total / data")
    return sheet.figure


def maps_of(variance: Variance, parts: VarianceParts, event_shape: tuple[int, ...]) -> dict[str, Map]:
    """`data`, `total`, `decoder_noise` and `latent_signal` on one scale, and `variance_ratio`; channels averaged."""
    found = _maps(parts, variance, event_shape)
    ratio = log_ratio(found.pop("total / data"))
    share = spread_norm(*found.values())
    maps = {
        name.replace(" ", "_"): Map(values, name, "variance", style.SPREAD_MAP, share) for name, values in found.items()
    }
    ratios = Map(ratio, "total / data", "red: more than the data", style.DIVERGING_MAP, ratio_norm(ratio), ratio=True)
    return maps | {"variance_ratio": ratios}


READING = """
A generated x varies for two reasons: z varies (latent signal: the picture changes) and p(x | z) is itself a
distribution (decoder noise: the same picture, drawn again). The ratio compares the model's whole variance with
the data's: red where the model spreads more than the data, blue where less, white where it is right. The two
rows differ when the codes of the data do not fill the prior.
"""


def _draw(diagnosis: Diagnosis) -> Figure | None:
    variance, event_shape, stamp = diagnosis.variance, diagnosis.model.event_shape, stamp_of(diagnosis)
    if variance.aggregate is None:
        return None
    columns = columns_of(diagnosis.data, event_shape)
    if one_by_one(columns, event_shape):
        return draw_feature_variance(variance, stamp.verdict(title(variance, dominant(diagnosis))), columns, stamp)
    return draw_variance_maps(variance, event_shape, stamp)


PANEL = Panel(
    "variance_maps",
    "Where does the spread of x come from?",
    _draw,
    READING,
)
