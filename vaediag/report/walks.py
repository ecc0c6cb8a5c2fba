"""A traversal in words: which rows to show, the title that they deserve, what columns mean."""

from __future__ import annotations

from collections.abc import Sequence

from vaediag.records.collapse import Collapse
from vaediag.records.pictures import Traversal
from vaediag.report import style
from vaediag.report.event import channel_note
from vaediag.report.latents import by_kl, describe, silent
from vaediag.report.sheet import Sheet, text_height, wrap
from vaediag.report.words import latents, listing, plain, short

FEW, MOST = 8, 6  # all rows are drawn when there are few, else those with most KL
NAMES = {"stddev": "σ"}
SPREADS = ("stddev", "interval_width", "entropy")
LABEL = 0.95  # width of the names of the rows


def chosen(walk: Traversal, collapse: Collapse | None, *, most: int | None = None) -> list[int]:
    """The rows to draw: by KL where each row is a latent and the KL is known, else as they come."""
    rows = list(range(len(walk.z)))
    if walk.kind == "traversal" and collapse is not None and collapse.kl is not None:
        rank = {latent: place for place, latent in enumerate(by_kl(collapse))}
        rows.sort(key=lambda row: rank.get(walk.dims[row], len(rank)))
    return rows[: most or (FEW if len(rows) <= FEW else MOST)]


def title(walk: Traversal, collapse: Collapse | None) -> str:
    """Which latents change the picture, which do nothing."""
    if walk.kind == "interpolation":
        return "Between two codes: every step is a distribution of x, the mean only its centre"
    if walk.kind == "grid":
        return f"Latents {listing(walk.dims)} together: every cell is a distribution of x, the mean only its centre"
    if collapse is None or collapse.kl is None or collapse.status is None:
        subject = "the only latent" if walk.z.shape[-1] == 1 else "each latent"
        return f"What {subject} does to p(x | z): to its mean, a sample and its spread"
    total = len(collapse.kl)
    if total == 1:
        nats = short(float(collapse.kl.value[0]))
        return f"The only latent carries {'nothing' if silent(collapse) else f'{nats} nats'}"
    order = by_kl(collapse)
    dead = silent(collapse)
    if len(dead) == total:
        heard = "noise" in collapse.status
        return f"{latents(dead, total)} carry nothing: {'z is noise to x' if heard else 'x hardly depends on z'}"
    lead = [latent for latent in order if latent not in dead][:3]
    most = f"Latent{'' if len(lead) == 1 else 's'} {listing(lead)} carr{'ies' if len(lead) == 1 else 'y'} most"
    if not dead:
        first = f"latent{'' if len(lead) == 1 else 's'} {listing(lead)} most"
        return f"{latents(range(total), total)} carry information" + (f", {first}" if len(lead) < total else "")
    subject = latents(dead, total)
    return f"{most}; {subject[0].lower()}{subject[1:]} carr{'ies' if len(dead) == 1 else 'y'} nothing"


def event_shape_of(walk: Traversal) -> tuple[int, ...]:
    """The shape of one x."""
    return tuple(next(iter(walk.views.values())).shape[2:])


def subtitle(walk: Traversal, rows: Sequence[int], event_shape: tuple[int, ...]) -> str:
    """What columns are, what stays the same, how views were obtained."""
    noise = " The sample's noise is the same at every step." if walk.hold_noise else " Every sample has its own noise."
    if walk.kind == "traversal":
        total = walk.z.shape[-1]
        part = f" Drawn: {len(rows)} of {total} latents, in order of KL." if len(rows) < total else ""
        others = "; the other latents stay where they are" if total > 1 else ""
        words = f"Columns: the latent's value in {plain(walk.units)}{others}.{part}"
    elif walk.kind == "grid" and len(walk.dims) == 2:
        words = f"Columns: latent {walk.dims[1]}, rows: latent {walk.dims[0]}, in {plain(walk.units)}."
    else:
        words = "Columns: the fraction of the way."
    words += noise if "sample" in walk.views else ""
    for view, note in walk.notes.items():
        words += f" {NAMES.get(view, plain(view, 20))}: {plain(note, 120)}."
    spread = channel_note(event_shape)
    return words + (f" σ is {spread[2:]}." if spread and "stddev" in walk.views else "")


def draw_label(sheet: Sheet, walk: Traversal, row: int, collapse: Collapse | None, top: float) -> None:
    """The row's latent with KL and status, or its own label, left of the row."""
    if walk.kind == "traversal":
        name, *more = describe(walk.dims[row], collapse)
    else:
        name, *more = wrap(
            plain(walk.row_labels[row], 40) if row < len(walk.row_labels) else "", LABEL - 0.1, style.TEXT_SIZE
        ) or [""]
    sheet.text(0.0, top + 0.02, name, weight="bold", size=9)
    sheet.text(0.0, top + 0.02 + text_height([name], 9) + 0.03, more, size=style.SMALL_SIZE, color=style.MUTED)
