"""The headline numbers as rows of cells: value with its error, what an exact model gives, and whether it is off."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vaediag.findings.data import spoiled
from vaediag.findings.rules import side
from vaediag.findings.spread import told
from vaediag.records.calibration import Band, Calibration
from vaediag.records.collapse import Bounds
from vaediag.records.columns import dominant
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimates
from vaediag.records.tables import DOUBTED, NOTES, carried, mark_of
from vaediag.report.cells import MISSING, Cell, Row, Table, cell
from vaediag.report.conditionings import CONDITIONINGS, WHY_MEAN_LOOKS_UNSURE, present
from vaediag.report.deep_tables import bound_rows, independence_table
from vaediag.report.feature_tables import feature_table
from vaediag.report.latents import by_kl
from vaediag.report.stamp import VOID
from vaediag.report.verdict import judged
from vaediag.report.words import minus, percent, short, value

MOST_LATENTS = 32


def tables(diagnosis: Diagnosis) -> dict[str, Table]:
    """By the question they answer; a table without rows does not apply."""
    return {
        "calibration": _calibration(diagnosis),
        "evidence": _evidence(diagnosis),
        "code": _code(diagnosis),
        "independence": independence_table(diagnosis),
        "variance": _variance(diagnosis),
        "latents": _latents(diagnosis),
        "features": feature_table(diagnosis),
    }


_CALIBRATION = (
    ("dispersion", "spread of u; above 1 over-confident", "dispersion", "1"),
    ("bias", "mean of u − ½", "bias", "0"),
    ("reduced_chi2", "mean squared standardised residual", "reduced_chi2", "1"),
    ("tail_weight", "tails of the residuals; above 0 heavier", "tail_weight", "0"),
    ("calibration_slope", "binary x: below 0 too sharp", "calibration_slope", "0"),
    ("ece", "binary x: mean gap to the observed frequency", "ece", "small"),
    ("mce", "binary x: largest gap", "", "small"),
    ("miscalibration_area", "area between quantile curve and diagonal", "miscalibration_area", "small"),
    ("max_calibration_error", "largest distance of that curve", "", "small"),
    ("ence", "gap between error and stated σ", "", "small"),
    ("sharpness", "root of the mean σ²", "", ""),
    ("crps", "score, lower is better", "", ""),
    ("interval_score", "score of the central 90 % interval", "", ""),
    ("log_score", "−log p(x | z)", "", ""),
)
_NAMES = {"reduced_chi2": "reduced χ²", "ece": "ECE", "mce": "MCE", "ence": "ENCE", "crps": "CRPS"}
_NOT_FOR_DISCRETE = {"miscalibration_area", "max_calibration_error"}


def _calibration(diagnosis: Diagnosis) -> Table:
    shown = present(diagnosis.calibration)
    discrete, void = diagnosis.evidence.bits_per_dimension is not None, spoiled(diagnosis) is not None
    rows = []
    for field, asks, rule, exact in _CALIBRATION:
        found = [getattr(each, field) for each in shown]
        if all(each is None for each in found):
            continue
        rule = (
            ""
            if discrete and field in _NOT_FOR_DISCRETE
            else f"{rule}.discrete"
            if discrete and rule == "dispersion"
            else rule
        )
        cells = tuple(
            cell(each, rule if _judges(diagnosis, where) and not void else "")
            for each, where in zip(found, shown, strict=True)
        )
        unit = next((each.unit for each in found if each is not None), "")
        name = _NAMES.get(field, field.replace("_", " "))
        rows.append(Row(name, f"{asks}, {unit}" if unit else asks, cells, exact))
    rows.append(
        Row(
            "coverage of 90 %",
            "share of x in the central interval",
            tuple(_coverage(each.coverage) for each in shown),
            "90 %",
        )
    )
    if any(each.off_support for each in shown):
        cells = tuple(Cell(percent(each.off_support)) for each in shown)
        rows.append(Row("off support", "values of x that p(x | z) rules out", cells, "0 %"))
    doubted = [each.conditioning for each in shown if mark_of(diagnosis, each) == DOUBTED]
    columns = tuple(
        CONDITIONINGS[each.conditioning].name + (DOUBTED if each.conditioning in doubted else "") for each in shown
    )
    note = f"The posterior mean is not judged. {WHY_MEAN_LOOKS_UNSURE}"
    note = f"{VOID}." if void else note
    note += f" {DOUBTED} {NOTES[DOUBTED].capitalize()}." if doubted else ""
    return Table("Calibration", columns, tuple(rows), note=note)


def _judges(diagnosis: Diagnosis, calibration: Calibration) -> bool:
    """Not the posterior mean, and not codes that cannot be relied on."""
    return not mark_of(diagnosis, calibration) and judged(calibration)


def _coverage(band: Band, level: float = 0.9) -> Cell:
    nominal = np.asarray(band.nominal, dtype=float)
    place = int(np.argmin(np.abs(nominal - level)))
    if abs(nominal[place] - level) > 1e-6:
        return Cell(MISSING)
    low, high = float(band.lower[place]), float(band.upper[place])
    note = f"{percent(low, decimals=1)} to {percent(high, decimals=1)}" if np.isfinite(low) else ""
    return Cell(percent(float(band.observed[place]), decimals=1), note)


def _evidence(diagnosis: Diagnosis) -> Table:
    evidence = diagnosis.evidence
    entries = [
        ("ELBO", "lower bound of log p(x)", evidence.elbo),
        ("rate", f"KL(q(z | x) ‖ p(z)), {evidence.rate_method}", evidence.rate),
        ("distortion", "−E log p(x | z)", evidence.distortion),
        ("ELBO per dimension", "the same, shared among the values of x", evidence.elbo_per_dimension),
        ("bits per dimension", "for discrete x", evidence.bits_per_dimension),
    ]
    rows = [Row(name, asks, (Cell(value(each), each.unit),)) for name, asks, each in entries if each is not None]
    return Table("Evidence", ("value",), (*rows, *bound_rows(diagnosis)), exact=False)


def _variance(diagnosis: Diagnosis) -> Table:
    variance = diagnosis.variance
    laws = [("codes of the data", variance.aggregate), ("codes of the prior", variance.prior)]
    shown = [(name, parts) for name, parts in laws if parts is not None]
    judges = spoiled(diagnosis) is None and told(variance)
    entries = (
        ("model / data", "variance that the model makes, of the data's", "variance_ratio", "1"),
        ("explained by z", "latent signal, of the model's variance", "explained", ""),
        ("total", "mean over the values of x", "total", ""),
        ("decoder noise", "E Var(x | z)", "decoder_noise", ""),
        ("latent signal", "Var E(x | z)", "latent_signal", ""),
    )
    rows = [
        Row(name, asks, tuple(cell(getattr(parts, field), field if judges else "") for _, parts in shown), exact)
        for name, asks, field, exact in entries
    ]
    rows.append(Row("data", "Var(x)", tuple(cell(variance.data) for _ in shown)))
    scale = variance.scale
    note = ""
    if scale is not None:
        note = f"σ lies between {short(scale.minimum)} and {short(scale.maximum)}"
        note += f"; the root mean squared error is {value(scale.optimal)}"
        note += ", the best single σ" if "normal" in diagnosis.model.likelihood else ""
        note += f"; {percent(scale.at_floor)} of the values are at the floor" if scale.at_floor > 0 else ""
        if scale.beta_equivalent is not None:
            note += f"; the stated σ is as if trained with β = {value(scale.beta_equivalent)}"
        note += "."
    if not told(variance):
        note = f"A few values make the variance of the data, which is not known well enough for a verdict. {note}"
    if (most := dominant(diagnosis)) is not None:
        note = f"{note} {carried(*most)}.".strip()
    return Table("Variance", tuple(name for name, _ in shown), tuple(rows), note=note)


def _code(diagnosis: Diagnosis) -> Table:
    collapse = diagnosis.collapse
    rows: list[Row] = []
    bounds = (
        ("mutual information", "what the code says about x", collapse.mutual_information),
        ("marginal KL", "distance of the codes of the data from the prior", collapse.marginal_kl),
        ("total correlation", "dependence between the latents", collapse.total_correlation),
    )
    rows += [Row(name, asks, _bounds(each)) for name, asks, each in bounds if each is not None]
    if collapse.effect_all is not None:
        asks = f"KL of p(x | z) when z is drawn anew from the prior; {collapse.effect_images} images"
        rows.append(Row("effect of all latents", asks, (cell(collapse.effect_all), Cell(""))))
    if collapse.posterior_total_correlation is not None:
        within = (cell(collapse.posterior_total_correlation), Cell(""))
        rows.append(Row("posterior total correlation", "dependence within q(z | x)", within))
    if collapse.mc_residual is not None:
        rows.append(
            Row(
                "Monte-Carlo residual",
                "of the rate; a check of the sums above",
                (cell(collapse.mc_residual), Cell("")),
            )
        )
    return Table("Whole code, nats", ("at least", "at most"), tuple(rows), exact=False)


def _bounds(bounds: Bounds) -> tuple[Cell, Cell]:
    note = "too few images to pin down" if bounds.saturated else ""
    return Cell(value(bounds.lower), note), Cell(value(bounds.upper))


def _latents(diagnosis: Diagnosis) -> Table:
    collapse, dispersion = diagnosis.collapse, diagnosis.evidence.latent_dispersion
    if collapse.kl is None:
        return Table("Latents", (), ())
    order = list(by_kl(collapse))
    rows = [
        Row(f"z{latent}", "", _latent(diagnosis, latent, collapse.kl, dispersion)) for latent in order[:MOST_LATENTS]
    ]
    left = len(order) - len(rows)
    note = f"{left} more latents with less KL are in diagnosis.json." if left else ""
    columns = (
        "status",
        "KL, nats",
        *(["effect, nats"] if collapse.effect is not None else []),
        *(["prune cost, nats"] if collapse.prune_cost is not None else []),
        "KL of its codes, nats",
        "posterior variance",
        "variance of the means",
        "dispersion of q",
    )
    return Table(
        "Latents",
        columns,
        tuple(rows),
        exact=False,
        note=f"Dispersion of q: above 1 q(z | x) is too narrow, below 1 too wide. {note}".strip(),
    )


def _latent(diagnosis: Diagnosis, latent: int, kl: Estimates, dispersion: Estimates | None) -> tuple[Cell, ...]:
    collapse = diagnosis.collapse
    within, means = collapse.posterior_variance, collapse.mean_variance
    count = diagnosis.model.latent_dim
    narrow = Cell(MISSING)
    if dispersion is not None:
        found = dispersion[latent]
        narrow = Cell(value(found), "", side("latent_dispersion", found, cells=count))
    return (
        Cell(MISSING if collapse.status is None else collapse.status[latent]),
        Cell(value(kl[latent])),
        *([cell(collapse.effect[latent])] if collapse.effect is not None else []),
        *([cell(collapse.prune_cost[latent])] if collapse.prune_cost is not None else []),
        cell(None if collapse.dimension_kl is None else collapse.dimension_kl[latent]),
        _number(within, latent),
        _number(means, latent),
        narrow,
    )


def _number(values: Sequence[float] | np.ndarray | None, place: int) -> Cell:
    return Cell(MISSING if values is None or not np.isfinite(values[place]) else minus(f"{float(values[place]):.3g}"))
