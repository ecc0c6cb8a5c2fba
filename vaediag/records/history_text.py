"""A history for a terminal: a short table, and what to know of the training in a few lines."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vaediag.records import history_facts as facts
from vaediag.records.assumed import assumed_line
from vaediag.records.estimate import number, with_error
from vaediag.records.history import History, Series
from vaediag.records.text import COLUMNS, counted_words, printable, wrapped

ROWS = 12
UNKNOWN = "–"


def story(history: History) -> str:
    """At most `COLUMNS` wide; of many diagnoses `ROWS`, evenly chosen, with the first and the last."""
    assumed = assumed_line(
        history.likelihood, history.posterior, history.prior, history.preprocessing, extra=history.assumed
    )
    count = len(history)
    images = f"{history.count} images, seed {history.seed}"
    seen = f"{count} {'diagnosis' if count == 1 else 'diagnoses'}" if count else "no diagnosis yet"
    lines = [*wrapped(assumed, most=6), *wrapped(f"{history.model} on {history.data}: {images}; {seen}", most=3), ""]
    if not count:
        return "\n".join(lines[:-1])
    lines += [*_table(history), ""]
    for words in (latents(history), troubles(history), findings(history), cost(history)):
        lines += wrapped(words, most=4) if words else []
    return "\n".join(lines)


def latents(history: History) -> str:
    """`Latents: 4 of 6 alive; z0 silent since epoch 3, z1 never used`."""
    lives = facts.lives(history)
    if not lives:
        return ""
    died = [f"z{life.latent} silent since epoch {facts.at(history.epoch[life.since])}" for life in lives if life.since]
    died += [f"z{life.latent} never used" for life in lives if life.state == "never"]
    alive = sum(life.state == "alive" for life in lives)
    shown = [*died[:6], *([f"{len(died) - 6} more"] if len(died) > 6 else [])]
    return f"Latents: {'; '.join([f'{alive} of {history.latent_dim} alive', *([', '.join(shown)] if shown else [])])}"


def troubles(history: History) -> str:
    """Where there are no numbers, and why."""
    where: dict[str, list[str]] = {}
    for epoch, why in zip(history.epoch, history.trouble, strict=True):
        if why:
            where.setdefault(why, []).append(facts.at(epoch))
    told = [f"epoch {_some(epochs)}: {why.rstrip('.')}" for why, epochs in where.items()]
    return f"No numbers after {'; '.join(told)}" if told else ""


def findings(history: History) -> str:
    """Those of the last diagnosis, gravest first, each with since when it is there."""
    last = facts.last_measured(history)
    if last is None:
        return ""
    there = [line for line in facts.lasting(history) if line.severities[last] is not None]
    if not there:
        return "No findings at the last diagnosis."
    since = {line.id: facts.at(history.epoch[line.runs[-1][0]]) for line in there}
    words = [f"{line.id} (since epoch {since[line.id]})" for line in there]
    return f"Findings at the last diagnosis ({counted_words(history.severities[last])}): {', '.join(words)}"


def cost(history: History) -> str:
    """What the diagnoses took, of which the first one has compiled."""
    spent, trained = facts.spent(history), facts.trained(history)
    share = f" ({100 * spent / trained:.1f} % of {_seconds(trained)} s of training)" if trained > 0 else ""
    each = (
        ""
        if len(history) < 2
        else f": the first {_seconds(history.cost[0])} s, then {_seconds(np.median(history.cost[1:]))} s each"
    )
    words = f"Cost: {_seconds(spent)} s{share}{each}"
    left_out = int(history.postponed.sum())
    if not left_out or history.budget is None:
        return words
    were = "diagnosis was" if left_out == 1 else "diagnoses were"
    return (
        f"{words}. {left_out} more {were} due and left out to keep to {100 * history.budget:g} %; budget=None makes all"
    )


def _seconds(amount: float) -> str:
    return f"{amount:.2g}" if amount < 10 else f"{amount:,.0f}"


def _some(epochs: list[str]) -> str:
    return ", ".join(epochs) if len(epochs) <= 4 else f"{epochs[0]}, {epochs[1]}, … {epochs[-1]}"


def _table(history: History) -> list[str]:
    columns = [("epoch", [facts.at(epoch) for epoch in history.epoch])]
    named = {"ELBO, nats": "elbo", "rate": "rate", "distortion": "distortion", "dispersion": "dispersion"}
    columns += [(title, _cells(getattr(history, name))) for title, name in named.items()]
    if np.isfinite(history.sigma).any():
        columns.append(("median σ", _plain(history.sigma[:, 2], number)))
    if np.isfinite(history.active).any():
        columns.append(("active", _plain(history.active, lambda value: f"{value:.0f}")))
    for name, losses in list(history.losses.items())[:2]:
        columns.append((printable(name)[:16], _plain(losses, number)))
    columns.append(("findings", [counted_words(severities) for severities in history.severities]))
    shown = _chosen(len(history))
    rows = [[name, *(cells[t] for t in shown)] for name, cells in columns]
    widths = [max(map(len, column)) for column in rows]
    while sum(widths) + 2 * len(widths) > COLUMNS:  # losses and findings are told elsewhere too
        rows.pop()
        widths.pop()
    lines = [
        "  ".join(column[i].rjust(width) for column, width in zip(rows, widths, strict=True))
        for i in range(len(shown) + 1)
    ]
    left = len(history) - len(shown)
    return [*lines, *([f"{left} of {len(history)} diagnoses are not shown"] if left else [])]


def _chosen(count: int) -> list[int]:
    return sorted({int(i) for i in np.linspace(0, count - 1, min(count, ROWS)).round()})


def _cells(series: Series) -> list[str]:
    pairs = zip(series.value, series.standard_error, strict=True)
    return [with_error(value, error) if np.isfinite(value) else UNKNOWN for value, error in pairs]


def _plain(values: np.ndarray, words: Callable[[float], str]) -> list[str]:
    return [words(float(value)) if np.isfinite(value) else UNKNOWN for value in values]
