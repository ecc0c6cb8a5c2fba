"""The report of a training: every picture of every kind of history whole, titles that say what the record says."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

import vaediag as vd
from vaediag.cli.run import run
from vaediag.errors import InputError
from vaediag.records.history import Series
from vaediag.report.history import calibration, evidence, findings, latents, sigma
from vaediag.report.history.catalogue import PANELS
from vaediag.report.history.page import page, table
from vaediag.report.history.timeline import limits, time_edges

HOSTILE = '<script>alert(1)</script> $x_1$ \x1b[31m "q" &amp; 漢字'


@pytest.fixture(scope="module")
def histories():
    spec = importlib.util.spec_from_file_location("histories", Path(__file__).parents[1] / "histories.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


CASES = {
    "ordinary": {},
    "one diagnosis, one latent": {"times": 1, "latents": 1},
    "gaps": {"times": 14, "latents": 16, "missing": (0, 5, 6, 13), "event": (20,)},
    "many": {"times": 500, "latents": 128, "missing": tuple(range(200, 230))},
    "colour": {"times": 2, "latents": 2, "event": (6, 6, 3)},
}


@pytest.fixture(scope="module", params=CASES)
def history(request, histories):
    return histories.history(**CASES[request.param])


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
def test_is_drawn_whole_with_its_sources_named(panel, history, faults):
    figure = panel.draw(history)
    assert isinstance(figure, Figure)
    assert faults(figure) == []
    words = [text.get_text() for text in figure.texts]
    assert any("digits-normal-image" in line and "256 images" in line and "seed 0" in line for line in words)


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
def test_what_does_not_apply_is_not_drawn(panel, histories, faults):
    """Binary x, a prior that does not factorise, a silent loop, no findings, no pictures."""
    gone = np.full((12, 6), np.nan)
    bare = histories.history(
        kl=gone, kl_error=gone, sigma=np.full((12, 5), np.nan), active=np.full(12, np.nan), losses={}, pictures=None,
        findings=((),) * 12, severities=((),) * 12, tail_weight=histories.nothing(12),
    )  # fmt: skip
    figure = panel.draw(bare)
    assert (figure is None) is (panel.id not in ("evidence", "calibration"))
    assert figure is None or faults(figure) == []


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
def test_a_training_of_nothing_but_nan(panel, histories):
    lost = histories.history(4, missing=(0, 1, 2, 3), pictures=False)
    assert (panel.draw(lost) is None) is (panel.id != "losses")


def test_hostile_names_are_drawn_as_they_are(histories, faults):
    hostile = histories.history(model=HOSTILE, data=HOSTILE, likelihood=HOSTILE, losses={HOSTILE: np.arange(12.0)},
                                findings=((HOSTILE,),) * 12, severities=(("problem",),) * 12)  # fmt: skip
    for panel in PANELS:
        figure = panel.draw(hostile)
        assert isinstance(figure, Figure)
        assert faults(figure) == []


# ---- titles -------------------------------------------------------------------------------------------------------


def kl(*columns):
    return np.array(columns, float).T


def test_latents_tell_who_died_when(histories):
    values = kl([2, 2, 2, 2], [2, 2, 0.001, 0.002], [0, 0.001, 0.002, 0], [2, 0.001, 2, 2])
    made = {"kl": values, "kl_error": values, "epoch": np.array([5, 10, 20, 30])}
    assert (
        latents.title(histories.history(4, 4, **made))
        == "1 of 4 latents fell silent: z1 by epoch 20; latent 2 of 4 was never used"
    )
    alive = {**made, "kl": np.abs(values) + 1}
    assert latents.title(histories.history(4, 4, **alive)) == "All 4 latents are in use"
    dead = {**made, "kl": 0 * values}
    assert latents.title(histories.history(4, 4, **dead)) == "All 4 latents were never used"


def test_a_gap_kills_no_latent(histories):
    values = kl([2, np.nan, 2], [2, np.nan, 2])
    assert latents.title(histories.history(3, 2, kl=values, kl_error=values)) == "Both latents are in use"


def test_the_map_is_a_staircase(histories):
    order = [int(k) for k in latents._order(histories.history(12, 6))]
    assert order == [5, 4, 3, 2, 1, 0]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([-100, -60, -50], "rose from −100 to −50 nats per image and is at its best"),
        ([-100, -50, -70], "rose from −100 to −70 nats per image; it was best after epoch 2, 20 nats higher"),
        ([-100, -50, -50.01], "is about at its best"),
        ([-50, -60, -100], "fell from −50 to −100 nats per image; it was best after epoch 1, 50 nats higher"),
        ([np.nan, -60, np.nan], "The ELBO is −60 nats per image after epoch 2"),
    ],
)
def test_evidence_tells_where_the_best_is(histories, values, says):
    missing = tuple(np.flatnonzero(np.isnan(values)))
    made = histories.history(3, elbo=Series(np.array(values, float), np.ones(3)), missing=missing)
    assert says in evidence.title(made)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([1.0, 1.01, 0.99], "The spread of p(x | z) is right: dispersion 0.99"),
        ([1.4, 1.01, 0.99], "has been right since epoch 2: dispersion 0.99"),
        ([1.0, 1.0, 1.2], "p(x | z) is too narrow (over-confident) after epoch 3: dispersion 1.2"),
        ([1.0, 1.0, 0.8], "p(x | z) is too wide (under-confident)"),
    ],
)
def test_calibration_tells_the_side(histories, values, says):
    made = histories.history(3, dispersion=Series(np.array(values), np.full(3, 0.001)))
    assert says in calibration.title(made)


def test_calibration_of_discrete_x_has_its_own_formula_and_tolerance(histories):
    def caption(made):
        return " ".join(text.get_text() for text in calibration.draw(made).texts).replace("\n", " ")

    value = Series(np.array([0.983, 0.983]), np.full(2, 0.001))
    made = histories.history(2, dispersion=value, likelihood="bernoulli from logits")
    assert "12 · mean of (u − ½)²" in caption(made)
    assert "Grey: the tolerance, ± 0.03;" in caption(made)
    assert "is right" in calibration.title(made)
    binary = replace(made, tail_weight=Series(np.full(2, np.nan), np.full(2, np.nan)))
    assert "(a − ½)(b − ½)" in caption(binary)
    assert "Grey: the tolerance for discrete x, ± 0.01;" in caption(binary)
    assert "too wide (under-confident)" in calibration.title(binary)


def test_calibration_that_is_too_uncertain_is_not_called_right(histories):
    made = histories.history(2, dispersion=Series(np.array([1.0, 1.02]), np.full(2, 0.06)))
    assert calibration.title(made) == "Whether the spread of p(x | z) is right cannot be told: dispersion 1.02 ± 0.06"


def test_time_ends_with_the_first_and_the_last_diagnosis(histories):
    made = histories.history(2, epoch=np.array([1.0, 8.0]))
    assert list(time_edges(made)) == [1.0, 4.5, 8.0]
    first, last = limits(made)
    assert 0.8 < first < 1.0
    assert 8.0 < last < 8.2


def test_calibration_puts_tails_before_spread(histories):
    made = histories.history(
        3, dispersion=Series(np.full(3, 0.8), np.full(3, 0.01)), tail_weight=Series(np.full(3, 2.0), np.full(3, 0.1))
    )
    assert calibration.title(made) == "The residuals have heavier tails than p(x | z): tail weight 2, dispersion 0.8"


def test_sigma_tells_where_the_median_went(histories):
    assert sigma.title(histories.history()) == "The median σ shrank from 0.339 to 0.0541"
    assert sigma.title(histories.history(4, sigma=np.full((4, 5), 0.1))) == "The median σ stayed at 0.1"


def test_findings_tell_what_is_there_and_what_has_gone(histories):
    assert findings.title(histories.history()) == "At the end: 1 problem, 1 note; 2 other kinds of finding have gone"
    none = histories.history(3, findings=((),) * 3, severities=((),) * 3)
    assert findings.title(none).startswith("Nothing was ever found")


def test_a_finding_is_one_bar_per_stretch_and_severity(histories):
    grave = (("warning",), ("warning",), (), ("problem",), ("warning",))
    made = histories.history(5, findings=tuple(("bias",) * len(each) for each in grave), severities=grave)
    figure = findings.draw(made)
    assert figure is not None
    bars = [(bar.get_x(), bar.get_width()) for bar in figure.axes[0].patches if isinstance(bar, Rectangle)]
    assert bars == [(1.0, 1.5), (3.5, 1.0), (4.5, 0.5)]


# ---- page and folder ------------------------------------------------------------------------------------------------


def test_the_page_begins_with_what_was_assumed(histories):
    html = page(histories.history(assumed=("σ 0.113 estimated from 1000 images",), preprocessing="unit"), {})
    body = re.sub(r"<[^>]+>", " ", html[html.index("<body>") :])
    words = " ".join(body.replace("\u00a0", " ").split())
    assert words.startswith(
        "Assumed: p(x | z) normal, one sigma per image; q(z | x) normal, diagonal; p(z) standard normal; x / 255; "
        "σ 0.113 estimated from 1000 images"
    )
    assert "the training had not finished" in words
    assert "scale Is σ too small or too large, all over? gone problem 1 to 8" in words
    assert "collapse Which latents carry no information? problem problem 4 to 12" in words


def test_nothing_of_a_file_reaches_the_page_as_markup(histories):
    made = histories.history(
        model=HOSTILE, data=HOSTILE, likelihood=HOSTILE, losses={HOSTILE: np.arange(12.0)},
        findings=((HOSTILE,),) * 12, severities=(("info",),) * 12, trouble=(HOSTILE,) + ("",) * 11,
    )  # fmt: skip
    html = page(made, {})
    assert "<script" not in html
    assert "\x1b" not in html


def test_first_best_and_last_stand_side_by_side(histories):
    values = np.array([-100.0, -50.0, -70.0])
    columns, rows = table(histories.history(3, elbo=Series(values, np.ones(3))))
    assert columns == ("first: epoch 1", "best ELBO: epoch 2", "last: epoch 3")
    assert rows[0].cells == ("−100.0 ± 1.0", "−50.0 ± 1.0", "−70.0 ± 1.0")


def test_the_folder_is_whole(histories, tmp_path):
    made = histories.history()
    paths = vd.write_report(made, tmp_path / "new", formats=("png", "svg"))
    names = [path.name for path in paths]
    drawn = [f"{panel.id}.{kind}" for panel in PANELS for kind in ("png", "svg")]
    assert names == ["history.npz", "history.json", *drawn, "report.html"]
    assert all(path.stat().st_size > 500 for path in paths)
    assert len(vd.load_history(tmp_path / "new")) == 12
    assert paths[-1].read_text("utf-8").count("data:image/png;base64,") == len(PANELS)
    with pytest.raises(InputError, match="formats"):
        vd.write_report(made, tmp_path, formats=("gif",))


def test_a_training_that_has_only_begun_has_a_page(histories, tmp_path):
    paths = vd.write_report(histories.history(0, pictures=False), tmp_path)
    assert [path.name for path in paths] == ["history.npz", "history.json", "report.html"]
    assert "0 diagnoses" in paths[-1].read_text("utf-8")


# ---- command line ---------------------------------------------------------------------------------------------------


def test_vaediag_report_draws_the_folder_of_a_training(histories, tmp_path, capsys):
    made = histories.history(3)
    vd.save_history(made, tmp_path / "watched")
    for given in (tmp_path / "watched", tmp_path / "watched" / "history.json"):
        assert run(["report", str(given), "-o", str(tmp_path / "out")]) == 0
        assert capsys.readouterr().out == f"{made}\n\nReport: {tmp_path / 'out' / 'report.html'}\n"
    assert {"report.html", "history.json", "latents.png"} <= {path.name for path in (tmp_path / "out").iterdir()}


def test_vaediag_report_of_a_model_alone_says_what_is_missing(tmp_path, capsys):
    assert run(["report", "digits-normal-image", "-o", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert "DATA: expected a data set beside the model" in told
    assert told.count("\n") == 1
    assert not (tmp_path / "out").exists()
