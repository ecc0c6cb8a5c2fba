"""What a person reads: it fits a terminal, shows the numbers, and lets nothing through that drives terminal or page."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest

from vaediag.findings import evaluate
from vaediag.records.diagnosis import AuditItem
from vaediag.records.estimate import Estimate, Estimates, number, with_error
from vaediag.records.finding import Finding
from vaediag.records.text import by_severity, counted, headline, headline_html

HOSTILE = "<script>alert('x')</script>\x1b[31m\x07\u202e & \"q\"\r\n" + "long " * 200


def finding(severity: str = "warning", title: str = "title", text: str = "words") -> Finding:
    return Finding(title, severity, "here", title, text, text, text)


def with_findings(diagnosis, *findings):
    return dataclasses.replace(diagnosis, findings=findings)


@pytest.mark.parametrize("family", ["normal", "bernoulli", "poisson"])
@pytest.mark.parametrize("count", [0, 1, 5, 12, 80])
def test_it_fits_a_terminal(synthetic, family, count):
    long = "a sentence of many words " * 30
    found = (finding("problem", f"title {i} " + long, long) for i in range(count))
    lines = headline(with_findings(synthetic.exact(family, event=(64, 64, 3), latents=128), *found)).split("\n")
    assert len(lines) <= 60
    assert max(map(len, lines)) <= 100


def test_findings_that_find_no_room_are_counted(synthetic):
    text = headline(with_findings(synthetic.exact(), *(finding("warning", f"number {i}") for i in range(80))))
    shown = len(re.findall(r"^WARNING", text, re.MULTILINE))
    (more,) = re.findall(r"… and (\d+) more", text)
    assert shown + int(more) == 80


@pytest.mark.parametrize(
    ("amount", "words"),
    [(-12345.6, "-12,346"), (9999.96, "10,000"), (123456.7, "123,457"), (1234.4, "1234"), (1.2e-5, "1.2e-05")],
)
def test_large_numbers_have_no_exponent(amount, words):
    assert number(amount) == words


@pytest.mark.parametrize(
    ("amount", "error", "words"),
    [(1.00231, 0.0041, "1.0023 ± 0.0041"), (1234.5, 210.0, "1234 ± 210"), (3.14159e-10, 2e-11, "3.14e-10 ± 2e-11")],
)
def test_an_error_has_two_digits_however_small(amount, error, words):
    assert with_error(amount, error) == words


def test_the_numbers_are_there(synthetic):
    text = headline(synthetic.exact())
    for part in (
        "toy on squares[test]: 1000 images, seed 0",
        "normal, one σ per image",
        "-52.50 ± 0.40",
        "1.0000 ± 0.0030",
        "0.00200 ± 0.00050 (0.002)",
        "posterior mean",
        "4 used",
        "active units 4 of 4",
        "No findings",
    ):
        assert part in text, part
    assert "ece" not in text


def test_binary_x_shows_its_own_columns(synthetic):
    text = headline(synthetic.exact("bernoulli"))
    assert "0.0090 ± 0.0010 (0.009)" in text
    assert "slope" in text
    assert "χ² " not in text.split("\n", 8)[8].split("\n")[1]


def test_problems_come_before_warnings_and_infos():
    found = [finding("info", "a"), finding("warning", "b"), finding("problem", "c"), finding("warning", "d")]
    assert [item.title for item in by_severity(found)] == ["c", "b", "d", "a"]
    assert counted(found) == "1 problem, 2 warnings, 1 note"


def test_a_finding_shows_title_evidence_and_advice(synthetic):
    exact = synthetic.exact()
    changes = {"dispersion": Estimate(1.3, 0.01), "reduced_chi2": Estimate(2.25, 0.03)}
    diagnosis = synthetic.change(exact, **{f"calibration__posterior__{name}": value for name, value in changes.items()})
    text = headline(with_findings(diagnosis, *evaluate(diagnosis)))
    assert "PROBLEM σ is too small by a factor 1.500 ± 0.010 [scale]" in text
    assert "reduced χ² 2.250 ± 0.030" in text
    assert "Try: σ was fitted" in text


def test_undefined_numbers_are_dashes(synthetic):
    diagnosis = synthetic.change(
        synthetic.exact(),
        calibration__posterior__crps=Estimate(np.nan, None),
        calibration__posterior__bias=Estimate(np.nan, np.nan),
        calibration__prior=None,
        collapse__status=None,
        collapse__active_units=None,
        collapse__mutual_information=None,
        collapse__kl=Estimates(np.full(4, np.nan), np.full(4, np.nan)),
    )
    for text in (headline(diagnosis), headline_html(diagnosis)):
        assert "nan" not in text.lower()
        assert "None" not in text
    assert "Latents: –" in headline(diagnosis)


def test_nothing_drives_the_terminal(synthetic):
    text = headline(_hostile(synthetic))
    assert {char for char in text if not char.isprintable()} == {"\n"}
    assert "\u202e" not in text


def test_nothing_drives_the_page(synthetic):
    page = headline_html(_hostile(synthetic))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\x1b" not in page
    assert set(re.findall(r"</?(\w+)", page)) <= {"div", "p", "strong", "br", "table", "caption", "tr", "th", "td"}


def test_printing_a_record_is_the_headline(synthetic):
    diagnosis = synthetic.exact()
    assert repr(diagnosis) == headline(diagnosis)
    assert diagnosis._repr_html_() == headline_html(diagnosis)


def _hostile(synthetic):
    diagnosis = synthetic.change(
        synthetic.exact(),
        model__name=HOSTILE,
        model__likelihood=HOSTILE,
        model__posterior=HOSTILE,
        data__name=HOSTILE,
        data__subset=HOSTILE,
        collapse__status=(HOSTILE,) * 4,
    )
    return with_findings(diagnosis, Finding(HOSTILE, "problem", HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE))


def test_impossible_images_leave_only_the_finding(synthetic):
    exact = synthetic.exact()
    void = synthetic.change(exact, audit=(AuditItem("byte_range", 0.9, "values are integers from 0 to 255"),))
    assert "Calibration" in headline(exact)
    assert "Calibration" not in headline(void)
    assert "cannot have come from this likelihood" in headline(void)
