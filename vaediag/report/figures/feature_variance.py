"""Where does the spread of each column come from? The model's variance over the data's, feature by feature."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from vaediag.records.estimate import Array
from vaediag.records.variance import Variance, VarianceParts
from vaediag.report import style
from vaediag.report.features import AIR, ALL, GAP, HEAD, MOST, ROW, height_for, margin_for, names_of, shown_words
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp
from vaediag.report.words import plural

KEYS = 0.24


def shares(parts: VarianceParts, data: Array) -> tuple[Array, Array]:
    """(latent signal, decoder noise) of every feature over the variance of its data, `[D]`; NaN where it is 0."""
    data = np.ravel(np.asarray(data, float))

    def over(values: Array) -> Array:
        return np.divide(np.ravel(values), data, out=np.full(data.shape, np.nan), where=data > 0)

    return over(parts.latent_signal_map), over(parts.decoder_noise_map)


@style.styled
def draw_feature_variance(variance: Variance, heading: str, columns: Sequence[str] | None, stamp: Stamp) -> Figure:
    """A row per feature and a panel per law of z: the two parts of the model's variance, stacked, over the data's."""
    laws = [("codes of the data", "z ~ q(z)", variance.aggregate), ("the prior", "z ~ p(z)", variance.prior)]
    panels = [(name, rule, shares(parts, variance.data_map)) for name, rule, parts in laws if parts is not None]
    ratio = sum(panels[0][2])
    order = worst_first(np.asarray(ratio))
    count, shown = len(order), order[:MOST]
    sheet = Sheet(
        heading,
        "Model variance over data variance: latent signal Var(E[x | z]) and decoder noise E[Var(x | z)], stacked. "
        f"Their end is at 1 where the model spreads as the data does.{shown_words(count)}",
        stamp,
        height=KEYS + height_for(count),
    )
    names = names_of(shown, columns)
    left, high = margin_for(names), ROW * max(len(shown), 3)
    wide = (BODY - left - GAP * (len(panels) - 1)) / len(panels)
    reach = [np.nan_to_num(signal + noise)[shown].max(initial=0.0) for _, _, (signal, noise) in panels]
    top_of = max(1.35, 1.06 * float(max(reach)))
    for place, (name, rule, (signal, noise)) in enumerate(panels):
        start, top = left + place * (wide + GAP), KEYS + HEAD
        sheet.text(start, KEYS, name, weight="bold")
        sheet.text(start, KEYS + 0.17, rule, size=style.SMALL_SIZE, color=style.MUTED)
        ax = sheet.axes(start, top, wide, high)
        draw_stacks(ax, signal, noise, shown, names)
        ax.set(xlim=(0, top_of), xlabel="")
        if place:
            ax.set_yticklabels([])
        else:
            keys = sheet.bare(0.0, 0.0, BODY, 0.18)
            keys.legend(*ax.get_legend_handles_labels(), loc="center left", ncols=2, borderaxespad=0, borderpad=0)
        if count > MOST:
            every = sheet.axes(start, top + high + AIR, wide, ALL)
            _all(every, signal + noise)
            every.set_xlim(ax.get_xlim())
            ax.set_xticklabels([])
            if place:
                every.set_yticklabels([])
                every.set_ylabel("")
    return sheet.figure


def worst_first(ratio: Array) -> Array:
    """Features in order of how far the ratio is from 1, twice as much as far as half; undefined ones last."""
    away = np.abs(np.log(np.where(ratio > 0, ratio, np.nan)))
    return np.argsort(-np.where(np.isfinite(away), away, -1.0), kind="stable")


def draw_stacks(ax: Axes, signal: Array, noise: Array, order: Array, names: Sequence[str]) -> None:
    """A bar per feature: signal, then noise; `signal`, `noise` are `[D]`, over the variance of the data."""
    rows, first, second = np.arange(len(order)), np.nan_to_num(signal[order]), np.nan_to_num(noise[order])
    ax.barh(rows, first, 0.66, color=style.BLUE, lw=0, label="latent signal")
    ax.barh(rows, second, 0.66, left=first, color=style.SKY, hatch="////", lw=0, label="decoder noise")
    ax.axvline(1.0, color=style.ink(), lw=0.9, ls=(0, (4, 2)))
    top = max(1.35, 1.06 * float((first + second).max(initial=0.0)))
    ax.set(xlim=(0, top), ylim=(max(len(order), 3) - 0.4, -0.6), xlabel="model variance / data variance")
    ax.set_yticks(rows, names)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(4))


def _all(ax: Axes, ratio: Array) -> None:
    known = np.sort(ratio[np.isfinite(ratio)])
    ax.step(known, (np.arange(len(known)) + 1) / max(len(known), 1), where="post", color=style.BLUE, lw=1.4)
    ax.axvline(1.0, color=style.ink(), lw=0.9, ls=(0, (4, 2)))
    ax.set(ylim=(0, 1.02), yticks=[0, 0.5, 1], ylabel=f"share of\n{plural(len(ratio), 'feature')}")
    ax.xaxis.set_major_locator(MaxNLocator(4))
