"""What a person reads: it fits a terminal, shows the numbers, and lets nothing through that drives terminal or page."""

from __future__ import annotations

import dataclasses
import re

import numpy as np
import pytest

from vaediag.findings import evaluate
from vaediag.records.assumed import preprocessing_words
from vaediag.records.diagnosis import AuditItem
from vaediag.records.estimate import Estimate, Estimates, number, with_error
from vaediag.records.evidence import Ais, Iwae, ParetoK
from vaediag.records.finding import Finding
from vaediag.records.independence import Coordinates, Independence, ResidualCorrelation
from vaediag.records.text import COLUMNS, LINES, by_severity, clipped, counted, headline, headline_html

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
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= COLUMNS


def test_eight_findings_have_their_text_and_every_cut_is_seen(synthetic):
    title = "Given z, neighbouring pixels are correlated, and a decoder that takes them for independent loses 2.01 nats"
    some = [
        dataclasses.replace(finding("warning", f"{i}: {title}", "evidence " * 90), id=f"rule{i}", definition="kl")
        for i in range(8)
    ]
    text = headline(with_findings(deep(synthetic), finding("info", "last"), *some))
    flat = re.sub(r"\s+", " ", text)
    for i in range(8):
        assert f"WARNING {i}: {title} [rule{i}]" in flat
    assert text.count("evidence …") == 8 * 2  # evidence and advice
    assert len(re.findall(r"^  evidence(?: evidence)* …$", text, re.MULTILINE)) == 8 * 2
    assert "vaediag report" not in text
    assert "INFO last [last]\n  words\n  Try: words" in text


def test_only_the_gravest_have_their_text_where_there_is_no_room_for_all(synthetic):
    found = [*(finding("info", f"note {i}") for i in range(40)), finding("problem", "grave")]
    text = headline(with_findings(synthetic.exact(), *found))
    assert "PROBLEM grave [grave]\n  words\n  Try: words\nINFO note 0 [note 0]\n  words" in text
    assert "INFO note 38 [note 38]\nINFO note 39 [note 39]\nMore: vaediag report" in text


def test_a_title_of_any_length_keeps_its_id(synthetic):
    text = headline(
        with_findings(synthetic.exact(), dataclasses.replace(finding("problem", "word " * 900), id="scale"))
    )
    assert re.search(r"^PROBLEM (word )+word\n  (word )+word … \[scale\]$", text, re.MULTILINE)


def test_a_number_stays_with_its_error(synthetic):
    for before in range(80, 100):
        found = dataclasses.replace(finding(), evidence="x" * before + " 1.23 ± 0.04 nats")
        assert "1.23 ± 0.04" in headline(with_findings(synthetic.exact(), found))


@pytest.mark.parametrize(
    ("text", "words"), [("one two", "one two"), ("one two three", "one two …"), ("x" * 14, "x" * 8 + " …")]
)
def test_a_text_is_cut_at_a_word(text, words):
    assert clipped(text, 10) == words


def test_findings_that_find_no_room_are_counted(synthetic):
    text = headline(with_findings(synthetic.exact(), *(finding("warning", f"number {i}") for i in range(300))))
    shown = len(re.findall(r"^WARNING", text, re.MULTILINE))
    (more,) = re.findall(r"… and (\d+) more", text)
    assert shown + int(more) == 300
    assert "WARNING number 0 [number 0]\n  words" in text


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
    (columns,) = [line for line in text.split("\n") if line.lstrip().startswith("z from")]
    assert "χ² " not in columns


def test_the_first_line_says_what_was_assumed(synthetic):
    diagnosis = synthetic.change(
        synthetic.exact(), model__assumed=("σ taken from <elsewhere>",), data__preprocessing="unit+pad:32"
    )
    words = (
        "Assumed: p(x | z) normal, one σ per image; q(z | x) mean and log-variance; p(z) standard normal; x / 255, "
        "padded to 32×32; σ taken from "
    )
    assert re.sub(r"\s+", " ", headline(diagnosis)).startswith(words + "<elsewhere>")
    assert headline_html(diagnosis).startswith(f"<div class='vaediag'><p>{words}&lt;elsewhere&gt;</p>")


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ("none", "x as stored"),
        ("symmetric", "x / 127.5 − 1"),
        ("threshold", "x as stored, cut at half to 0 or 1"),
        ("grey+unit+binarize", "x as stored, colours to luminance, then x / 255, drawn 0 or 1 with probability x"),
        ("unit16+unit-to-symmetric", "x / 65535, then 2 x − 1"),
        ("shape:28x28+unit+crop:20", "x as stored, flat x as 28×28, then x / 255, cut to 20×20"),
        ("unit+binarize:7", "x / 255, drawn 0 or 1 with probability x (seed 7)"),
        ("unit+other:3", "x / 255, then other:3"),
    ],
)
def test_preprocessing_in_words(steps, words):
    assert preprocessing_words(steps) == words


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


def test_the_posterior_mean_carries_its_caveat(synthetic):
    text = headline(synthetic.exact())
    assert re.search(r"^  posterior mean\*", text, re.MULTILINE)
    assert "* an exact model lies below 1 here" in text
    assert "* an exact model lies below 1 here" in headline_html(synthetic.exact())
    assert len(re.findall(r"^  \w[\w ]*\*", text, re.MULTILINE)) == 1


def test_corrected_codes_that_are_not_reliable_are_marked(synthetic):
    exact = synthetic.exact()
    assert exact.evidence.corrected.reliable
    doubtful = synthetic.change(exact, evidence__corrected__reliable=False)
    for show in (headline, headline_html):
        assert "corrected†" in show(doubtful)
        assert "† not reliable: the chains hardly moved" in show(doubtful)
        assert "†" not in show(exact)
    assert max(map(len, headline(doubtful).split("\n"))) <= COLUMNS


def test_a_finding_says_where_its_measure_is_defined(synthetic):
    named = dataclasses.replace(finding(), definition="latent_dispersion")
    for show in (headline, headline_html):
        assert "vaediag explain latent_dispersion" in show(with_findings(synthetic.exact(), named))
        assert "vaediag explain" not in show(with_findings(synthetic.exact(), finding()))


def test_what_was_asked_for_is_shown_and_what_was_not_is_not(synthetic):
    plain, asked = synthetic.exact(), deep(synthetic)
    for text in (headline(asked), headline_html(asked)):
        for part in ("iwae, K = 100", "-51.00 ± 0.40", "1.500 ± 0.070", "0.620 ± 0.010", "12.5 %", "ais, 4 images",
                     "1.70 ± 0.20", "prune cost -0.5 to 4 nats", "largest correlation of neighbours 0.1200 ± 0.0040",
                     "independence cost at least 3.20 ± 0.40 nats, patch of 9 of 16 values"):  # fmt: skip
            assert part in re.sub(r"\s+", " ", text), part
    for text in (headline(plain), headline_html(plain)):
        for part in ("Bound", "iwae", "ais", "prune", "Pixels given z"):
            assert part not in text


def test_an_unreliable_ais_is_called_so(synthetic):
    asked = deep(synthetic)
    doubtful = synthetic.change(asked, evidence__ais__reliable=False)
    assert "(unreliable)" not in headline(asked)
    assert "(unreliable)" in headline(doubtful)
    assert "ais − elbo" in headline(doubtful)


@pytest.mark.parametrize("family", ["normal", "bernoulli"])
def test_it_fits_a_terminal_with_all_that_can_be_asked_for(synthetic, family):
    many = tuple(dataclasses.replace(finding("warning", f"title {i}", "long words " * 60), definition="scale")
                 for i in range(20))  # fmt: skip
    lines = headline(dataclasses.replace(deep(synthetic, family), findings=many)).split("\n")
    assert len(lines) <= LINES
    assert max(map(len, lines)) <= COLUMNS


def deep(synthetic, family="normal"):
    """An exact model's diagnosis with what is measured on request."""
    nats, four = "nats per image", np.arange(4)
    iwae = Iwae(np.array([1, 100]), np.array([-52.5, -51.0]), np.full(2, 0.4), np.array([0.0, 1.5]),
                np.array([0.0, 0.07]), four, np.full(4, -52.5), np.full(4, -51.0), np.full(4, 0.6))  # fmt: skip
    ais = Ais(four, np.full(4, -50.8), np.full(4, 0.1), np.full(4, -52.5), np.full(4, -51.0),
              Estimate(-50.8, 3.0, nats), Estimate(1.7, 0.2, nats), 1000, 16, 10, Estimate(0.7, 0.01), None,
              reliable=True)  # fmt: skip
    lags = ResidualCorrelation("lags", "normal scores", np.zeros((15, 15)), np.full((15, 15), 0.004),
                               Estimates(np.array([0.01, 0.12, np.nan, -0.02]), np.full(4, 0.004)))  # fmt: skip
    return synthetic.change(
        synthetic.exact(family),
        evidence__iwae=iwae,
        evidence__ais=ais,
        evidence__ess=Estimate(0.62, 0.01),
        evidence__pareto_k=ParetoK(four, np.zeros(4), 0.5, 0.125, 0.0),
        collapse__prune_cost=Estimates(np.array([4.0, 1.0, -0.5, np.nan]), np.full(4, 0.1), "nats"),
        independence=Independence(
            Estimate(3.2, 0.4, nats), lags, Coordinates("patch", 9, 16, np.arange(9)), "posterior", 1000, True
        ),
    )


def test_a_table_has_rows_and_columns(synthetic):
    found = synthetic.exact("normal", event=(5,))
    named = dataclasses.replace(found, data=dataclasses.replace(found.data, columns=tuple("abcde")))
    text = headline(named)
    assert f": {found.data.count} rows, seed" in text
    assert "latents; 5 columns\n" in text
    assert "Evidence (nats per row)" in text
    assert "image" not in text.partition("INFO")[0].partition("\n\n")[2]
    assert "images, seed" in headline(synthetic.exact("normal", event=(4, 4, 1)))
