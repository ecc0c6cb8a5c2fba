"""One image under two models: what each says about it, on the same grey levels."""

from __future__ import annotations

from matplotlib.figure import Figure

from vaediag.errors import InputError
from vaediag.records.estimate import Array
from vaediag.records.pictures import Look
from vaediag.report import style
from vaediag.report.event import kind
from vaediag.report.figures.look import FOOT, HEAD, draw_bar, draw_picture
from vaediag.report.figures.pair_lines import draw_pair_lines
from vaediag.report.looks import View, shared_views
from vaediag.report.sheet import BODY, Sheet
from vaediag.report.stamp import Stamp
from vaediag.report.words import plain

VIEWS = ("mean", "sample", "stddev", "residual")
BETWEEN = 0.22
NAME = 0.46  # the model's name above its row


def title(first: Look, second: Look) -> str:
    return f"One image, two models: what {plain(first.model, 36)} and {plain(second.model, 36)} say about it"


def subtitle(first: Look, second: Look, *, flat: bool) -> str:
    own = "a z of its own" if len(first.z[0]) != len(second.z[0]) or (first.z[0] != second.z[0]).any() else "the same z"
    same = "The axes" if flat else "Grey levels and colour bars"
    return f"Each model decodes {own}. {same} are the same for both models."


@style.styled
def draw_pair(
    first: Look,
    second: Look,
    x: Array,
    event_shape: tuple[int, ...],
    stamp: Stamp,
    levels: tuple[float, float] | None = None,
) -> Figure:
    """x, then for each model mean, sample and, where both know them, σ and the residual.

    Args:
        first, second: looks at the first code of which is drawn; both need a mean or a sample.
        x: the image `[*event_shape]` that both models encoded.
    Raises:
        InputError: the two show no view in common.
    """
    names = [name for name in VIEWS if name in first.views and name in second.views]
    if not names:
        raise InputError(
            f"views: expected a view among {', '.join(VIEWS)} that both models have; got {', '.join(first.views)} and "
            f"{', '.join(second.views)}. Take both looks with the same views."
        )
    image, rows = shared_views(first, second, names, x, event_shape, levels)
    words = subtitle(first, second, flat=kind(event_shape) == "flat")
    if kind(event_shape) == "flat":
        return draw_pair_lines((first, second), image, rows, title(first, second), words, stamp)
    height, width = event_shape[:2]
    columns = 1 + len(names)
    cell = min((BODY - BETWEEN * (columns - 1)) / columns, 2.1, 2.2 * width / height)
    tall = cell * height / width
    across, block = cell + BETWEEN, NAME + tall + 0.1
    sheet = Sheet(title(first, second), words, stamp, height=HEAD + 2 * block + FOOT)
    for number, (record, views) in enumerate(zip((first, second), rows, strict=True)):
        top = HEAD + number * block
        sheet.text(across, top + 0.06, plain(record.model, 48), weight="bold", color=style.BLUE)
        sheet.text(across, top + 0.23, plain(record.likelihood, 60), size=style.SMALL_SIZE, color=style.MUTED)
        for column, view in enumerate(views, start=1):
            draw_picture(sheet, view, column * across, top + NAME, cell, tall)
            if number == 0:
                _heading(sheet, view, column * across, 0.0, cell)
            else:
                draw_bar(sheet, view, column * across, top + NAME + tall + 0.07, cell)
    middle = HEAD + NAME + (block + tall) / 2  # between the two rows: it belongs to both
    _heading(sheet, image, 0.0, middle - tall / 2 - HEAD + 0.04, cell)
    draw_picture(sheet, image, 0.0, middle - tall / 2, cell, tall)
    draw_bar(sheet, image, 0.0, middle + tall / 2 + 0.07, cell)
    return sheet.figure


def _heading(sheet: Sheet, view: View, left: float, top: float, cell: float) -> None:
    sheet.text(left, top, view.name if cell > 1.4 else view.short, weight="bold")
    sheet.text(left, top + 0.17, view.note, size=style.SMALL_SIZE, color=style.MUTED)
