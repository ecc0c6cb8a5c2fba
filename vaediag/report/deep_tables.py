"""Rows of what is measured on request: how good the bound is, and whether pixels are independent."""

from __future__ import annotations

from vaediag.findings.data import spoiled
from vaediag.findings.rules import MINIMUM_IMAGES, side
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import estimate
from vaediag.records.evidence import Ais, Iwae
from vaediag.report.cells import Cell, Row, Table, cell
from vaediag.report.conditionings import CONDITIONINGS
from vaediag.report.words import percent, plural, short, value

_LAGS = ("to the right", "below", "below to the right", "below to the left")


def bound_rows(diagnosis: Diagnosis) -> tuple[Row, ...]:
    """How good the bound is, as far as it was measured."""
    evidence, rows = diagnosis.evidence, []
    if evidence.iwae is not None and len(evidence.iwae.k):
        rows += _ladder(evidence.iwae, evidence.elbo.unit, judges=spoiled(diagnosis) is None)
    if evidence.ess is not None:
        rows.append(Row("effective sample size", "of these codes", (Cell(value(evidence.ess), "of 1, exact: 1"),)))
    if evidence.pareto_k is not None:
        asks = f"images with a Pareto k̂ over {short(evidence.pareto_k.threshold)}, whose bound cannot be relied on"
        rows.append(Row("poor posteriors", asks, (Cell(percent(evidence.pareto_k.over), "exact: 0 %"),)))
    if evidence.ais is not None:
        rows += _annealed(evidence.ais)
    return tuple(rows)


def _ladder(iwae: Iwae, unit: str, *, judges: bool) -> list[Row]:
    many = estimate(iwae.value[-1], iwae.standard_error[-1])
    gain = estimate(iwae.gain[-1], iwae.gain_error[-1])
    which = side("iwae_gain", gain) if judges and len(iwae.images) >= MINIMUM_IMAGES else 0
    asks = f"with {plural(int(iwae.k[-1]), 'code')} per image instead of one; {plural(len(iwae.images), 'image')}"
    return [
        Row("IWAE bound", asks, (Cell(value(many), unit),)),
        Row("its gain", "over the ELBO of the same images", (Cell(value(gain), "exact: 0", which),)),
    ]


def _annealed(ais: Ais) -> list[Row]:
    doubt = "" if ais.reliable else "; not reliable here"
    asks = f"by annealed importance sampling on {plural(len(ais.images), 'image')}{doubt}"
    return [
        Row("log p(x)", asks, (Cell(value(ais.mean), ais.mean.unit),)),
        Row("its gap", "above the ELBO of the same images", (Cell(value(ais.gap), "exact: 0"),)),
    ]


def independence_table(diagnosis: Diagnosis) -> Table:
    """Correlation of the residuals of neighbours, and its price; no rows where it was not measured."""
    found, title = diagnosis.independence, "Independence of pixels"
    if found is None:
        return Table(title, (), ())
    judges = spoiled(diagnosis) is None and found.images >= MINIMUM_IMAGES
    near, rule = found.residual_correlation.neighbours, "lag_correlation" if judges else ""
    rows = [
        Row(f"neighbour {where}", "correlation of residuals given z", (cell(near[lag], rule),), "0")
        for lag, where in zip(range(len(near)), _LAGS, strict=False)
    ]
    cost, used = found.independence_cost, found.coordinates
    if cost is not None:
        some = f"all {used.count:,}" if used.count == used.total else f"{used.count:,} of {used.total:,}"
        asks = f"log-likelihood lost by the product over pixels; {some} values"
        note = "nats per image, at least" if found.lower_bound else "nats per image"
        rows.append(Row("independence cost", asks, (Cell(value(cost), note, _cost_side(diagnosis, judges)),), "0"))
    where = CONDITIONINGS[found.conditioning].name if found.conditioning in CONDITIONINGS else found.conditioning
    return Table(title, (where,), tuple(rows))


def _cost_side(diagnosis: Diagnosis, judges: bool) -> int:
    """A cost below 0 is chance: its rule is one-sided."""
    cost = None if diagnosis.independence is None else diagnosis.independence.independence_cost
    return max(side("independence_cost", cost), 0) if judges else 0
