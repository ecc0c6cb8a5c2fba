"""Flat data: columns with names instead of maps, at any number of them; spectra keep their lines."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.text import Text

from vaediag.findings import evaluate
from vaediag.records.columns import column_name, columns_of, is_axis, one_by_one
from vaediag.records.estimate import Estimate
from vaediag.records.tables import tables
from vaediag.report.catalogue import PANELS
from vaediag.report.feature_tables import FILE, feature_file, feature_table
from vaediag.report.features import MOST, worst_first
from vaediag.report.figures.feature_calibration import measures, title
from vaediag.report.maps import linear_up_to
from vaediag.report.tables import tables as report_tables
from vaediag.report.write import write_report

PICTURES = {panel.id: panel for panel in PANELS}
FLAT = ("calibration_maps", "variance_maps", "one_code", "traversal", "reconstructions", "dependence")
LONG = "a name as long as names of columns get to be"


def table(build, count, *, names=True, off=(), **changes):
    """A diagnosis of a table; the columns in `off` are over-confident."""
    made = build.diagnosis((count,), 3, **changes)
    columns = tuple([LONG, "price in $ per m^2", *(f"column {place:02d}" for place in range(2, count))][:count])
    posterior = made.calibration.posterior
    dispersion = np.where(np.isin(np.arange(count), off), 1.6, posterior.maps.dispersion)
    posterior = replace(posterior, maps=replace(posterior.maps, dispersion=dispersion))
    return replace(
        made,
        data=replace(made.data, columns=columns if names else None),
        calibration=replace(made.calibration, posterior=posterior),
    )


def words(figure):
    return [text.get_text() for text in figure.findobj(Text)]


@pytest.mark.parametrize("panel", FLAT)
@pytest.mark.parametrize(("count", "names"), [(5, True), (64, True), (12, False)])
def test_is_drawn_whole(panel, count, names, build, faults):
    figure = PICTURES[panel].draw(table(build, count, names=names))
    assert faults(figure) == []


def test_one_column_that_makes_the_variance_is_named(build):
    record = table(build, 12)
    assert all("carries" not in note for each in tables(record) for note in each.notes)
    data = np.ones(12)
    data[3] = 100.0
    variance = replace(record.variance, data_map=data, data=Estimate(9.3, 6.0))
    record = replace(record, variance=variance)
    assert any(
        note.startswith("column 03 carries 90 % of the variance of the data") for note in tables(record)[-1].notes
    )
    assert "column 03 alone carries 90" in PICTURES["variance_maps"].draw(record).get_label()
    cells = report_tables(record)["variance"]
    assert "column 03 carries" in cells.note
    assert "not known well enough" in cells.note
    less = Estimate(0.06, 0.1)
    for data, side in ((Estimate(9.3, 6.0), 0), (Estimate(9.3, 0.5), -1)):
        parts = replace(variance.aggregate, variance_ratio=less)
        made = replace(record, variance=replace(variance, aggregate=parts, data=data))
        assert report_tables(made)["variance"].rows[0].cells[0].side == side


def test_the_title_names_the_bias_that_triangles_show(build):
    record = table(build, 12).calibration.posterior
    flat = replace(record.maps, bias=np.zeros(12), dispersion=np.ones(12), bias_error=np.full(12, 0.004))
    assert "None of the 12" in title(replace(record, maps=flat), None)
    away = replace(flat, bias=np.where(np.arange(12) < 2, 0.05, 0.0) - np.where(np.arange(12) == 7, 0.04, 0.0))
    assert title(replace(record, maps=away), None).startswith("x lies to one side of p(x | z) (bias) in 3 of 12")
    both = replace(away, dispersion=np.where(np.arange(12) == 4, 1.6, 1.0))
    assert title(replace(record, maps=both), None).endswith(
        "x[4] of 12 features, beyond chance; off to one side (bias) in 3"
    )


def test_counts_with_a_heavy_tail_have_a_logarithmic_axis_that_says_so(build):
    counts = np.random.default_rng(0).poisson(3, (4, 12)).astype(float)
    assert linear_up_to(counts) is None
    assert linear_up_to(np.array([0.0, 4000.0, -1.0])) is None
    counts[0, 3] = 4000
    assert linear_up_to(counts) == 1.0
    record = table(build, 12)
    shown = record.pictures.reconstructions
    x, r = np.abs(shown.x), np.zeros_like(shown.residual)
    x[0, 3], r[0, 3] = 4000, 8.0
    heavy = replace(shown, x=x, mean=np.abs(shown.mean), sample=np.abs(shown.sample), residual=r)
    figures = [
        PICTURES["reconstructions"].draw(replace(record, pictures=replace(record.pictures, reconstructions=each)))
        for each in (heavy, replace(shown, residual=np.zeros_like(r)))
    ]
    tall, plain = (" ".join(words(figure)).replace("\n", " ") for figure in figures)
    assert "linear up to 1, logarithmic above" in tall
    assert "Triangles: r beyond ±5." in tall
    assert [figure.axes[0].get_yscale() for figure in figures] == ["symlog", "linear"]
    assert "logarithmic" not in plain
    assert "Triangles" not in plain


def test_two_thousand_columns_are_few_rows_and_all_of_them_below(build, faults):
    record = table(build, 2000, off=(7, 1900))
    for panel in ("calibration_maps", "variance_maps"):
        figure = PICTURES[panel].draw(record)
        assert faults(figure) == []
        assert "share of\n2,000 features" in words(figure)
        rows = [text for text in figure.axes[0].get_yticklabels() if text.get_text()]
        assert len(rows) == MOST
    assert [text.get_text() for text in PICTURES["calibration_maps"].draw(record).axes[0].get_yticklabels()][:2] == [
        "column 07",
        "column 1900",
    ]


@pytest.mark.parametrize("panel", ["one_code", "traversal", "reconstructions", "dependence", "calibration_maps"])
def test_names_stand_in_the_picture(panel, build):
    said = words(PICTURES[panel].draw(table(build, 12)))
    assert "column 07" in said
    assert any("\\$" in text for text in said), "a dollar sign would start a formula"
    assert not any(LONG in text for text in said)


def test_without_names_there_are_numbers(build):
    assert "x[7]" in words(PICTURES["calibration_maps"].draw(table(build, 12, names=False)))


def test_a_spectrum_keeps_its_lines(build):
    record = table(build, 200)
    waves = tuple(f"{400 + 2.5 * place:g}" for place in range(200))
    figure = PICTURES["calibration_maps"].draw(replace(record, data=replace(record.data, columns=waves)))
    assert "feature" in words(figure)
    assert len(figure.axes) == len(measures(record.calibration.posterior))
    assert not one_by_one(waves, (200,))
    assert not one_by_one(None, (784,))
    assert not one_by_one(None, (8, 8, 1))
    assert one_by_one(None, (30,))
    assert is_axis([str(-place) for place in range(10)])
    assert not is_axis(["1", "3", "2", *map(str, range(4, 12))])


def test_the_title_names_what_is_off(build):
    record = table(build, 40, off=(1, 5))
    assert title(record.calibration.posterior, record.data.columns).startswith(
        "p(x | z) is over-confident in price in \\$ per m^2 and column 05 of 40 features"
    )
    many = table(build, 40, off=tuple(range(10)))
    assert "over-confident in 10 of 40 features" in title(many.calibration.posterior, many.data.columns)
    assert "None of the 40 features" in title(table(build, 40).calibration.posterior, None)


def test_the_worst_come_first_and_the_unknown_last(build):
    spread = measures(table(build, 9, off=(4,)).calibration.posterior)[0]
    values = spread.values.copy()
    values[2] = np.nan
    order = worst_first([replace(spread, values=values)])
    assert (order[0], order[-1]) == (4, 2)
    assert sorted(order) == list(range(9))


def test_every_column_has_a_row_in_the_file(build):
    record = table(build, 150, off=(149,))
    names = ("=cmd()", *(record.data.columns or ())[1:])
    record = replace(record, data=replace(record.data, columns=names))
    rows = list(csv.DictReader(io.StringIO(feature_file(record).decode())))
    assert [row["feature"] for row in rows] == ["'=cmd()", *names[1:]]
    found = record.calibration.posterior.maps.dispersion
    np.testing.assert_allclose([float(row["posterior.dispersion"]) for row in rows], found, rtol=1e-8)
    shown = feature_table(record)
    assert shown.rows[0].name == "column 149"
    assert shown.rows[0].cells[0].side == 1
    assert "50 more are in features.csv" in shown.note
    assert feature_table(build.diagnosis((8, 8, 1), 2)).rows == ()


def test_the_report_has_the_table_and_the_file(build, tmp_path, monkeypatch):
    monkeypatch.setattr("vaediag.report.write.PANELS", ())
    record = replace(table(build, 6), pictures=None, independence=None)
    paths = write_report(record, tmp_path)
    assert tmp_path / FILE in paths
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "The features one by one" in page
    assert "price in $ per m^2" in page


def test_findings_name_the_columns(build):
    record = table(build, 12, off=(3, 9), dispersion=1.0)
    posterior = replace(record.calibration.posterior, tail_weight=None)
    calibration = replace(record.calibration, posterior=posterior, corrected=None)
    found = {each.id: each for each in evaluate(replace(record, calibration=calibration))}["scale.region"]
    assert "from column to column" in found.title
    assert "most over-confident column 03 (1.60), column 09 (1.60)" in found.evidence
    assert "pixel" not in f"{found.title} {found.evidence} {found.where} {found.meaning}"
    bare = replace(record, calibration=calibration, data=replace(record.data, columns=None))
    found = {each.id: each for each in evaluate(bare)}["scale.region"]
    assert "x[3] (1.60)" in found.evidence
    assert "from feature to feature" in found.title


def test_names_that_do_not_fit_are_not_used(build):
    data = replace(build.diagnosis((20,), 2).data, columns=("a", "b"))
    assert columns_of(data, (20,)) is None
    assert columns_of(data, (2,)) == ("a", "b")
    assert columns_of(data, (2, 1)) is None
    assert column_name(1, None) == "x[1]"
