"""The headline numbers of a diagnosis as cells of text: one table per question, for a terminal or a page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaediag.records.calibration import Calibration
from vaediag.records.columns import columns_of, dominant, one_by_one
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimate, estimate, number, with_error
from vaediag.records.evidence import Iwae

UNKNOWN = "–"
SEEN, DOUBTED = "*", "†"
NOTES = {
    SEEN: "an exact model lies below 1 here: this z has seen x; judge by the other rows",
    DOUBTED: "not reliable: the chains hardly moved from the encoder's codes, or few codes carry the weight",
}


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def tables(diagnosis: Diagnosis) -> tuple[Table, ...]:
    """Evidence, what was measured of the bound, calibration, variance; columns that no row fills are left out."""
    made = (_evidence(diagnosis), _bound(diagnosis), _calibration(diagnosis), _variance(diagnosis))
    return tuple(_filled(table) for table in made if table.rows)


def heading(diagnosis: Diagnosis) -> tuple[str, str]:
    """Two phrases: what was diagnosed on what, and the sizes of z and x. (What was assumed: `records/assumed.py`.)"""
    model, data = diagnosis.model, diagnosis.data
    name = data.name if data.split is None or f"[{data.split}]" in data.name else f"{data.name}[{data.split}]"
    images = data.subset or f"{data.count} images"
    images = images.replace(" images", f" {noun(diagnosis)}s")
    left_out = f", {diagnosis.excluded.count} left out" if diagnosis.excluded.count else ""
    shape = "×".join(str(size) for size in model.event_shape)
    latents = f"{model.latent_dim} latent{'s' if model.latent_dim > 1 else ''}"
    named = columns_of(data, model.event_shape) is not None and noun(diagnosis) == "row"
    sizes = f"{latents}; {shape}{' columns' if named else ''}"
    return f"{model.name} on {name}: {images}{left_out}, seed {diagnosis.seed}", sizes


def noun(diagnosis: Diagnosis) -> str:
    """What one x is called: "row" of a table, "image" otherwise."""
    event_shape = diagnosis.model.event_shape
    return "row" if one_by_one(columns_of(diagnosis.data, event_shape), event_shape) else "image"


def latents(diagnosis: Diagnosis) -> str:
    """One line: how many latents are used, and how much the code says about the image."""
    collapse = diagnosis.collapse
    parts = []
    if collapse.status is not None:
        counts = {word: collapse.status.count(word) for word in dict.fromkeys(collapse.status)}
        parts.append(", ".join(f"{count} {word}" for word, count in counts.items()))
    if collapse.active_units is not None:
        parts.append(f"active units {collapse.active_units} of {diagnosis.model.latent_dim}")
    information = collapse.mutual_information
    if information is not None:
        bounds = f"{number(information.lower.value)} to {number(information.upper.value)} nats"
        parts.append(f"information {bounds}{' (saturated)' if information.saturated else ''}")
    if collapse.prune_cost is not None and np.isfinite(collapse.prune_cost.value).any():
        low, high = (number(float(pick(collapse.prune_cost.value))) for pick in (np.nanmin, np.nanmax))
        parts.append(f"prune cost {low if low == high else f'{low} to {high}'} nats")
    return "; ".join(parts) or UNKNOWN


def independence(diagnosis: Diagnosis) -> str:
    """One line: how much neighbours have in common given z, and what ignoring it costs; "" where not measured."""
    found = diagnosis.independence
    if found is None:
        return ""
    near, used, parts = found.residual_correlation.neighbours, found.coordinates, []
    if len(near):
        most = near[int(np.nanargmax(np.abs(near.value)))] if np.isfinite(near.value).any() else None
        parts.append(f"largest correlation of neighbours {shown(most)}")
    if found.independence_cost is not None:
        some = f"all {used.count}" if used.count == used.total else f"{used.count} of {used.total}"
        some = some if used.kind == "all" else f"{used.kind} of {some}"
        least = "at least " if found.lower_bound and found.independence_cost.value > 0 else ""
        parts.append(f"independence cost {least}{shown(found.independence_cost)} nats, {some} values (exact model: 0)")
    return "; ".join(parts) or UNKNOWN


def carried(name: str, share: float) -> str:
    """What to think of numbers in units of x where one column makes most of them."""
    amount = f"{100 * share:.0f} %" if share < 0.995 else "nearly all"
    return (
        f"{name if len(name) <= 40 else name[:39] + '…'} carries {amount} of the variance of the data: variance, crps "
        "and interval score, pooled in units of x, are mostly about it; each column: features.csv of the report"
    )


def shown(estimate: Estimate | None, *, expected: bool = False) -> str:
    """`1.003 ± 0.004`, with `(0.002)` behind it for what an exact model gives; a dash where there is no number."""
    if estimate is None or not np.isfinite(estimate.value):
        return UNKNOWN
    error = estimate.standard_error
    text = number(estimate.value) if error is None else with_error(estimate.value, error)
    return f"{text} ({estimate.expected:.2g})" if expected and estimate.expected is not None else text


def _evidence(diagnosis: Diagnosis) -> Table:
    evidence = diagnosis.evidence
    header = ("", "elbo", "rate", "distortion", "elbo per dimension", "bits per dimension")
    numbers = (
        evidence.elbo,
        evidence.rate,
        evidence.distortion,
        evidence.elbo_per_dimension,
        evidence.bits_per_dimension,
    )
    return Table(f"Evidence (nats per {noun(diagnosis)})", header, (("", *(shown(item) for item in numbers)),))


def _bound(diagnosis: Diagnosis) -> Table:
    """One row of what was asked for."""
    iwae, tails, ais = diagnosis.evidence.iwae, diagnosis.evidence.pareto_k, diagnosis.evidence.ais
    cells = {"ess": shown(diagnosis.evidence.ess)}
    if iwae is not None and len(iwae.k):
        last = estimate(iwae.value[-1], iwae.standard_error[-1])
        cells = {f"iwae, K = {int(iwae.k[-1])}": shown(last), "gain": shown(_gain(iwae))} | cells
    if tails is not None:
        cells[f"k > {number(tails.threshold)}"] = f"{100 * tails.over:.3g} %"
    if ais is not None:
        doubt = "" if ais.reliable else " (unreliable)"
        cells[f"ais, {len(ais.images)} {noun(diagnosis)}s"] = f"{shown(ais.mean)}{doubt}"
        cells["ais − elbo"] = shown(ais.gap)
    rows = () if set(cells.values()) == {UNKNOWN} else (("", *cells.values()),)
    return Table(f"Bound (nats per {noun(diagnosis)}; exact posterior: gain 0, ess 1)", ("", *cells), rows)


def _gain(iwae: Iwae) -> Estimate:
    return estimate(iwae.gain[-1], iwae.gain_error[-1])


def _calibration(diagnosis: Diagnosis) -> Table:
    every = diagnosis.calibration
    present = [found for found in (every.posterior, every.corrected, every.posterior_mean, every.prior) if found]
    marks = [mark_of(diagnosis, found) for found in present]
    rows = tuple(_calibration_row(found, mark) for found, mark in zip(present, marks, strict=True))
    header = (
        "z from",
        f"{noun(diagnosis)}s",
        "dispersion",
        "χ²",
        "area (exact)",
        "tails",
        "ece (exact)",
        "slope",
        "crps",
    )
    title = "Calibration (exact model: dispersion 1, χ² 1, tails 0, slope 0)"
    return Table(title, header, rows, tuple(f"{mark} {note}" for mark, note in NOTES.items() if mark in marks))


def mark_of(diagnosis: Diagnosis, found: Calibration) -> str:
    """The mark of a row that is not to be taken at its word, "" for the others."""
    run = diagnosis.evidence.corrected
    if found.conditioning == "corrected" and run is not None and not run.reliable:
        return DOUBTED
    return SEEN if found.conditioning == "posterior_mean" else ""


def _calibration_row(found: Calibration, mark: str) -> tuple[str, ...]:
    return (
        found.conditioning.replace("_", " ") + mark,
        str(found.images),
        shown(found.dispersion),
        shown(found.reduced_chi2),
        shown(found.miscalibration_area, expected=True) if found.ece is None else UNKNOWN,
        shown(found.tail_weight),
        shown(found.ece, expected=True),
        shown(found.calibration_slope),
        shown(found.crps),
    )


def _variance(diagnosis: Diagnosis) -> Table:
    variance = diagnosis.variance
    rows = tuple(
        (
            name,
            *(
                shown(item)
                for item in (parts.variance_ratio, parts.explained, parts.decoder_noise, parts.latent_signal)
            ),
        )
        for name, parts in (("the data (posterior)", variance.aggregate), ("the prior", variance.prior))
        if parts is not None
    )
    header = ("codes of", "model / data", "explained by z", "decoder noise", "latent signal")
    most = dominant(diagnosis)
    notes = () if most is None else (carried(*most),)
    return Table("Variance (exact model: model / data 1)", header, rows, notes)


def _filled(table: Table) -> Table:
    keep = [0] + [i for i in range(1, len(table.header)) if any(row[i] != UNKNOWN for row in table.rows)]
    rows = tuple(tuple(row[i] for i in keep) for row in table.rows)
    return Table(table.title, tuple(table.header[i] for i in keep), rows, table.notes)
