"""One self-contained page of a training: no scripts, every picture inside, every string from a file escaped."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from importlib.resources import files

import numpy as np
from jinja2 import Environment, StrictUndefined

from vaediag.findings.catalogue import CARDS
from vaediag.records import history_text as text
from vaediag.records.assumed import assumed_line
from vaediag.records.estimate import number, with_error
from vaediag.records.history import History
from vaediag.records.history_facts import at, best, last_measured, lasting
from vaediag.report.cells import MISSING
from vaediag.report.event import shape_words
from vaediag.report.history.catalogue import PANELS
from vaediag.report.history.findings import title as verdict
from vaediag.report.page import Shown, held, line, sentence, whole
from vaediag.report.words import minus, plural

RUNS = 4  # stretches of a finding that are told one by one


@dataclass(frozen=True, slots=True)
class FindingRow:
    id: str
    question: str
    now: str
    worst: str
    epochs: str


@dataclass(frozen=True, slots=True)
class NumberRow:
    name: str
    asks: str
    cells: tuple[str, ...]


def page(history: History, shown: dict[str, Shown]) -> str:
    """The page's HTML. `shown` holds the figures by id."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(line=line, whole=whole, held=held, sentence=sentence)
    template = environment.from_string((files("vaediag.report.history") / "page.html.jinja").read_text("utf-8"))
    columns, numbers = table(history)
    laws = assumed_line(
        history.likelihood, history.posterior, history.prior, history.preprocessing, extra=history.assumed
    )
    return template.render(
        css=(files("vaediag.report") / "page.css").read_text("utf-8"),
        history=history,
        assumed=laws.removeprefix("Assumed: "),
        images=plural(history.count, "image"),
        seen=plural(len(history), "diagnosis", "diagnoses"),
        shape=shape_words(history.event_shape),
        latents=plural(history.latent_dim, "latent"),
        verdict=f"{verdict(history)}.",
        told=[words for words in (text.latents(history), text.troubles(history)) if words],
        findings=findings(history),
        columns=columns,
        numbers=numbers,
        pictures=[
            (panel, shown[panel.id].title.replace(r"\$", "$"), _inline(shown[panel.id].png))
            for panel in PANELS
            if panel.id in shown
        ],
        missing=[(panel.missing, f"picture {panel.id}") for panel in PANELS if panel.id not in shown],
        cost=text.cost(history).removeprefix("Cost: ") if len(history) else "none yet",
    )


def findings(history: History) -> list[FindingRow]:
    """Those that are there at the end first."""
    last, rows = last_measured(history), []
    for each in lasting(history):
        card = CARDS.get(each.id)
        now = None if last is None else each.severities[last]
        rows.append(
            FindingRow(
                each.id,
                card.question if card else "",
                _word(now or "gone"),
                _word(each.worst),
                _epochs(history, each.runs),
            )
        )
    return rows


def table(history: History) -> tuple[tuple[str, ...], list[NumberRow]]:
    """The headline numbers at the first diagnosis, at the best one, at the last one."""
    last, top = last_measured(history), best(history)
    if last is None or top is None:
        return (), []
    first = int(np.flatnonzero(np.isfinite(history.elbo.value))[0])
    moments = {"first": first, "best ELBO": top, "last": last}
    moments = moments if top != last else {"first": first, "last": last}
    moments = moments if first != last else {"last": last}
    entries = (
        ("ELBO", "lower bound of log p(x), nats per image", history.elbo),
        ("rate", "KL(q(z | x) ‖ p(z)), nats per image", history.rate),
        ("distortion", "−E log p(x | z), nats per image", history.distortion),
        ("dispersion", "spread of x under p(x | z); above 1 over-confident", history.dispersion),
        ("miscalibration area", "0 for an exact model of many images", history.miscalibration_area),
        ("tail weight", "above 0 heavier tails than p(x | z)", history.tail_weight),
    )
    rows = [
        NumberRow(name, asks, tuple(_cell(series.value[t], series.standard_error[t]) for t in moments.values()))
        for name, asks, series in entries
    ]
    rows.append(NumberRow("median σ", "units of x", tuple(_cell(history.sigma[t, 2]) for t in moments.values())))
    rows.append(
        NumberRow(
            "latents in use", f"of {history.latent_dim}", tuple(_cell(history.active[t]) for t in moments.values())
        )
    )
    for name, losses in history.losses.items():
        rows.append(
            NumberRow(name, "as the training loop reported it", tuple(_cell(losses[t]) for t in moments.values()))
        )
    columns = tuple(f"{word}: epoch {at(history.epoch[t])}" for word, t in moments.items())
    return columns, [row for row in rows if any(cell != MISSING for cell in row.cells)]


def _epochs(history: History, runs: tuple[tuple[int, int], ...]) -> str:
    told = [
        at(history.epoch[start]) if start == end else f"{at(history.epoch[start])} to {at(history.epoch[end])}"
        for start, end in runs
    ]
    return ", ".join(told if len(told) <= RUNS else [*told[: RUNS - 1], "…", told[-1]])


def _word(severity: str) -> str:
    return "note" if severity == "info" else severity


def _cell(value: float, error: float = np.nan) -> str:
    if not np.isfinite(value):
        return MISSING
    return minus(with_error(value, error) if np.isfinite(error) else number(value))


def _inline(png: bytes) -> str:
    return f"data:image/png;base64,{base64.b64encode(png).decode('ascii')}"
