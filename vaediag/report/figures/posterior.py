"""Where the encoder puts the images: posterior means, and how each latent shares its prior's variance."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse
from matplotlib.patheffects import withStroke

from vaediag.findings.centre import off_centre, shifts
from vaediag.records.collapse import Collapse
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array
from vaediag.records.pictures import PosteriorScatter
from vaediag.report import style
from vaediag.report.figures.panel import Panel
from vaediag.report.latents import by_kl
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp, stamp_of
from vaediag.report.words import percent, plain, plural

SIZE = 3.25
CLASSES = 12
COLOURS = (
    style.BLUE,
    style.ORANGE,
    style.GREEN,
    style.PURPLE,
    style.AMBER,
    "#56a0d3",
    "#8c5a2b",
    "#5b6675",
    "#d98cc0",
    "#7fb800",
    "#1c2430",
    "#b0b7c1",
)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "<", ">", "p", "*", "h")


def pair(record: PosteriorScatter, collapse: Collapse) -> tuple[int, ...]:
    """The one or two latents to draw: those with most KL, else the first."""
    order = tuple(by_kl(collapse)) or tuple(range(record.mean.shape[1]))
    return order[:2]


def title(record: PosteriorScatter, collapse: Collapse) -> str:
    """Does the cloud lie beside the prior? If not, how narrow the posterior is against the spread of its means."""
    moved = off_centre(shifts(record))
    return f"The codes of the data lie {moved}" if moved else apart(record, collapse)


def apart(record: PosteriorScatter, collapse: Collapse) -> str:
    """What share of the spread is between images, in the latents shown."""
    shown = pair(record, collapse)
    count = plural(len(record.index), "image")
    if collapse.mean_variance is None or collapse.posterior_variance is None:
        return f"Where the encoder puts {count}"
    part = [
        float(collapse.mean_variance[k] / (collapse.mean_variance[k] + collapse.posterior_variance[k])) for k in shown
    ]
    says = [f"{percent(share)} of the spread of latent {k}" for k, share in zip(shown, part, strict=True)]
    return f"{' and '.join(says)} tell{'s' if len(says) == 1 else ''} images apart; the rest is posterior noise"


@style.styled
def draw_posterior(record: PosteriorScatter, collapse: Collapse, stamp: Stamp) -> Figure:
    """Left: posterior means of two latents with their σ and the prior; right: variance shares of all latents."""
    shares = collapse.mean_variance is not None and collapse.posterior_variance is not None
    sheet = Sheet(
        title(record, collapse),
        f"Left: posterior means of {plural(len(record.index), 'image')}, crosses of one posterior σ; dashed: one and "
        "two σ of the prior. Right: variance of the means and mean posterior variance; together they make the prior's "
        f"when the codes fill it.{f' {apart(record, collapse)}.' if shares and shifts(record) else ''}",
        stamp,
        height=SIZE + 0.4,
    )
    ax = sheet.axes(0.5, 0.0, SIZE, SIZE)
    draw_means(ax, record, collapse)
    left = 0.5 + SIZE + 0.8
    if shares:
        draw_shares(sheet.axes(left, 0.55, BODY - left, SIZE - 0.55), record, collapse)
    return sheet.figure


def draw_means(ax: Axes, record: PosteriorScatter, collapse: Collapse) -> None:
    """Posterior means of the two latents with most KL, with their σ and the prior; of one latent, mean against σ."""
    shown = pair(record, collapse)
    if len(shown) == 2:
        _plane(ax, record, shown)
    else:
        _line(ax, record, shown[0])


def _plane(ax: Axes, record: PosteriorScatter, shown: tuple[int, ...]) -> None:
    first, second = shown
    x, y = record.mean[:, first], record.mean[:, second]
    ax.errorbar(
        x,
        y,
        xerr=record.stddev[:, first],
        yerr=record.stddev[:, second],
        fmt="none",
        ecolor=style.RULE,
        elinewidth=0.4,
        alpha=0.7,
    )
    _points(ax, record, x, y)
    across, up = record.centre[[first, second]]
    for times in (1, 2):
        size = 2 * times * record.prior_stddev[[first, second]]
        if np.all(np.isfinite(size)):
            ax.add_patch(Ellipse((across, up), *size, fill=False, edgecolor=style.ink(), lw=0.9, ls=(0, (4, 2))))
    reach = float(np.nanmax(np.abs([x - across, y - up]))) * 1.08 if x.size else 1.0
    prior = record.prior_stddev[[first, second]]
    reach = max(reach, 2.15 * float(np.nanmax(prior)) if np.isfinite(prior).any() else 0.0)
    limits = {"xlim": (across - reach, across + reach), "ylim": (up - reach, up + reach)}
    ax.set(**limits, xlabel=f"z{first}", ylabel=f"z{second}")
    ax.grid()


def _line(ax: Axes, record: PosteriorScatter, latent: int) -> None:
    """One latent: posterior mean against posterior standard deviation."""
    x, y = record.mean[:, latent], record.stddev[:, latent]
    _points(ax, record, x, y)
    prior = float(record.prior_stddev[latent])
    if np.isfinite(prior):
        ax.axhline(prior, color=style.ink(), lw=0.9, ls=(0, (4, 2)))
        ax.annotate("prior σ", (0.02, prior), xycoords=("axes fraction", "data"), va="bottom", size=style.small())
    top = max(float(np.nanmax(y)), prior if np.isfinite(prior) else 0.0)
    ax.set(ylim=(0, 1.15 * top), xlabel=f"posterior mean of z{latent}", ylabel=f"posterior σ of z{latent}")
    ax.grid()


def _points(ax: Axes, record: PosteriorScatter, x: Array, y: Array) -> None:
    """One colour and marker per class, named at its median; all alike without labels or with too many."""
    classes = [] if record.labels is None else list(np.unique(record.labels))
    if not 1 < len(classes) <= CLASSES:
        ax.plot(x, y, "o", ms=3, color=style.BLUE, alpha=0.75, mew=0)
        return
    for place, name in enumerate(classes):
        mine = np.asarray(record.labels) == name
        ax.plot(x[mine], y[mine], MARKERS[place], ms=3.2, color=COLOURS[place], alpha=0.85, mew=0)
    for place, name in enumerate(classes):
        mine = np.asarray(record.labels) == name
        ax.text(
            float(np.median(x[mine])), float(np.median(y[mine])), plain(name, 14),
            color=COLOURS[place], weight="bold", size=9.5, ha="center", va="center",
            path_effects=[withStroke(linewidth=2.4, foreground=style.paper())], clip_on=True,
        )  # fmt: skip


def draw_shares(ax: Axes, record: PosteriorScatter, collapse: Collapse) -> None:
    """Variance of the means and mean posterior variance of every latent, in order of KL."""
    order = list(by_kl(collapse)) or list(range(record.mean.shape[1]))
    means, within = np.asarray(collapse.mean_variance)[order], np.asarray(collapse.posterior_variance)[order]
    place = np.arange(len(order))
    width = 0.8 if len(order) <= 32 else 1.0
    ax.bar(place, means, width, color=style.BLUE, label="variance of the means")
    ax.bar(
        place,
        within,
        width,
        bottom=means,
        color=style.SKY,
        hatch="////" if len(order) <= 32 else "",
        label="mean posterior variance",
    )
    prior = np.asarray(record.prior_stddev)[order] ** 2
    if np.isfinite(prior).any():
        ax.step(
            np.append(place - 0.5, place[-1] + 0.5),
            np.append(prior, prior[-1]),
            where="post",
            color=style.ink(),
            lw=0.9,
            ls=(0, (4, 2)),
            label="prior variance",
        )
    room = max(0.0, (5 - len(order)) / 2)  # one or two bars must not become walls
    ax.set(xlim=(-0.6 - room, len(order) - 0.4 + room), ylim=(0, None), ylabel="variance of z")
    if len(order) <= 16:
        ax.set_xticks(place, [f"z{latent}" for latent in order], rotation=0 if len(order) <= 8 else 90)
    else:
        ax.set_xticks([0, len(order) - 1], [f"z{order[0]}", f"z{order[-1]}"])
    ax.set_xlabel("latents in order of KL" if collapse.kl is not None else "latents")
    ax.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), borderaxespad=0.1, borderpad=0, reverse=True)


READING = """
Each point is one image; its cross is what the encoder leaves open. Where the data have labels, names mark the
middle of each class. A latent that all images share has its points at one place and crosses as wide as the
prior. On the right the solid part of a bar is what differs between images, the hatched part is noise. Bars that
miss the dashed line mean that the codes of the data do not fill the prior, so that draws from it look unlike
the data.
"""


def _draw(diagnosis: Diagnosis) -> Figure | None:
    if diagnosis.pictures is None or len(diagnosis.pictures.posterior.index) == 0:
        return None
    return draw_posterior(diagnosis.pictures.posterior, diagnosis.collapse, stamp_of(diagnosis))


PANEL = Panel("posterior", "Where does the encoder put the images?", _draw, READING, ("pictures.posterior", "pictures"))
