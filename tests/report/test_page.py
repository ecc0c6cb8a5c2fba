"""The page: self-contained, nothing from a file trusted, findings first."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from vaediag.report.catalogue import PANELS
from vaediag.report.page import Shown, command, page

PNG = b"\x89PNG\r\n\x1a\nnot really"


class Reader(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.tags and self.tags[-1][0] != "style":
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"[\s\u00a0]+", " ", " ".join(self.words))

    def all(self, name: str) -> list[str]:
        return [value for _, attributes in self.tags for key, value in attributes.items() if key == name and value]


def drawn(*without: str) -> dict[str, Shown]:
    return {panel.id: Shown(f"A title of {panel.id}", PNG) for panel in PANELS if panel.id not in without}


@pytest.fixture(scope="module")
def hostile(build):
    image = "<img src=http://evil.example/x onerror=alert(1)>"
    text = build.HOSTILE[:120] + f"\x1b[31m\u202e {image} javascript:alert(1) {{{{ 7*7 }}}}"
    record = build.diagnosis(findings=build.findings(text), audit=build.audit())
    finding = replace(record.findings[0], severity='x"><script>', figure='"><script>')
    return replace(
        record,
        model=replace(record.model, name=text, source=text, likelihood=text, posterior=text, prior=text),
        data=replace(record.data, name=text, source=text, split=text, sha256=text, preprocessing=text, subset=text),
        versions={text: text},
        findings=(*record.findings, finding),
        why_not={text: text},
    )


def test_strings_from_files_stay_text(hostile):
    html = page(hostile, drawn(), b"GIF89a")
    reader = Reader(html)
    names = {tag for tag, _ in reader.tags}
    assert not names & {"script", "iframe", "object", "embed", "link", "form", "base"}
    assert not [key for _, attributes in reader.tags for key in attributes if key.startswith("on")]
    assert "<script>alert('x')</script>" in reader.text
    assert "{{ 7*7 }}" in reader.text
    assert "\x1b" not in html
    assert "\u202e" not in html


def test_nothing_is_loaded_from_anywhere(hostile, build):
    for record in (hostile, build.diagnosis(findings=build.findings())):
        html = page(record, drawn(), b"GIF89a")
        reader = Reader(html)
        assert all(source.startswith("data:image/") for source in reader.all("src"))
        assert all(target.startswith("#") for target in reader.all("href"))
        assert not reader.all("srcset")
        css = html[html.index("<style>") : html.index("</style>")]
        assert "url(" not in css
        assert "@import" not in css
        policy = next(attributes for tag, attributes in reader.tags if tag == "meta" and "http-equiv" in attributes)
        assert policy["content"] == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


def test_opens_with_model_data_and_the_gravest_finding(build):
    reader = Reader(page(build.diagnosis(findings=build.findings()), drawn(), None))
    order = (
        "Assumed: p(x | z) ", "; q(z | x) ", "; p(z) ", "; x ", "digits-normal-image",
        "digits, test split, 450 images", "1 problem, 1 warning, 1 note", "σ is too small",
        "Latent 1 carries nothing", "The posterior mean looks unsure", "spread of u", "One z: which x",
    )  # fmt: skip
    body = reader.text[reader.text.index("Assumed") :]
    places = [body.index(words) for words in order]
    assert places == sorted(places)
    assert reader.words[reader.words.index("Assumed:") - 1].isspace()  # nothing stands above it
    for words in ("Dispersion 1.32 ± 0.01", "Errors are 1.3 times as large", "Train σ with the network"):
        assert words in reader.text


def test_findings_are_whole_and_a_flood_is_cut_at_a_word(build):
    long = "; ".join(f"place {i}: 1.{i:03d} ± 0.010 nats" for i in range(80))
    told = build.findings(long)
    text = Reader(page(build.diagnosis(findings=told), drawn(), None)).text
    for each in told:
        for words in (each.title, each.evidence, each.meaning, each.try_):
            assert words[1:] in text
    (flood,) = [
        word
        for word in Reader(page(build.diagnosis(findings=build.findings("word " * 5000)[:1]), drawn(), None)).words
        if word.startswith("Judge")
    ]
    assert len(flood) <= 4000
    assert flood.endswith(" word …")


def test_findings_link_to_pictures_that_are_there(build):
    record = build.diagnosis(findings=build.findings())
    anchors = {target[1:] for target in Reader(page(record, drawn("kl"), None)).all("href")}
    reader = Reader(page(record, drawn("kl"), None))
    assert {"figure-pit", "figure-spread_skill"} <= anchors
    assert "figure-kl" not in anchors
    assert anchors <= set(reader.all("id"))


def test_every_picture_is_embedded_and_explained(build):
    reader = Reader(page(build.diagnosis(), drawn(), b"GIF89a"))
    sources = reader.all("src")
    assert len(sources) == len(PANELS) + 1
    assert base64.b64decode(sources[0].partition(",")[2]) == PNG
    assert sum(source.startswith("data:image/gif") for source in sources) == 1
    for panel in PANELS:
        assert f"A title of {panel.id}" in reader.all("alt")
        assert re.sub(r"\s+", " ", panel.reading.strip()) in reader.text
        assert 2 <= len(re.findall(r"[.!?](\s|$)", panel.reading)) <= 7
    assert "even for an exact model" in next(panel for panel in PANELS if panel.id == "pit").reading


def test_marks_what_is_off_in_words_too_but_never_the_posterior_mean(build):
    reader = Reader(page(build.diagnosis(dispersion=1.3), drawn(), None))
    row = reader.text[reader.text.index("spread of u") : reader.text.index("mean of u")]
    assert row.count("▲ too high") == 3  # posterior, corrected, prior; the posterior mean is at 1.17
    assert "1.1700 ± 0.0050" in row
    assert "too high" not in Reader(page(build.diagnosis(), drawn(), None)).text


def test_codes_that_are_not_reliable_are_marked_and_not_judged(build):
    record = build.diagnosis(dispersion=1.3)
    run = replace(record.evidence.corrected, reliable=False)
    text = Reader(page(replace(record, evidence=replace(record.evidence, corrected=run)), drawn(), None)).text
    assert "corrected†" in text
    assert "† Not reliable: the chains hardly moved" in text
    assert text[text.index("spread of u") : text.index("mean of u")].count("▲ too high") == 2
    assert "†" not in Reader(page(record, drawn(), None)).text


def test_says_what_is_missing_and_why(build):
    reader = Reader(page(build.sparse(), drawn("kl", "traversal"), None))
    assert "The prior does not factorise picture kl, collapse.kl" in reader.text
    assert re.search(r"Not requested picture traversal, .*pictures", reader.text)
    assert "No findings" in reader.text


def test_one_reason_stands_once_with_all_that_it_explains(build):
    every = ("posterior", "corrected", "prior", "posterior_mean")
    why = {f"calibration.{z}.{name}": "x is not binary" for z in every for name in ("ece", "mce")}
    why |= {"calibration.prior.crps": "too few draws", "evidence.ais": "not requested"}
    text = Reader(page(build.diagnosis(why_not=why), drawn(), None)).text
    assert "x is not binary calibration.ece, calibration.mce" in text
    assert "Too few draws calibration.prior.crps" in text
    assert text.count("x is not binary") == 1


def test_excluded_images_are_said(build):
    from vaediag.records.diagnosis import Excluded

    reader = Reader(page(build.diagnosis(excluded=Excluded(2, (3, 77))), drawn(), None))
    assert "2 of 450 images were left out because a result was not finite; the first: 3, 77" in reader.text


def test_the_command_is_quoted(build):
    record = build.diagnosis()
    spaced = replace(record, model=replace(record.model, source="my models/a; rm -rf ~"))
    assert "'my models/a; rm -rf ~'" in command(spaced)
    assert command(replace(record, data=replace(record.data, source=None))) == ""


def test_the_command_asks_for_what_was_measured(build):
    record = build.diagnosis()
    start = "vaediag report digits-normal-image digits --seed 0"
    assert command(record) == f"{start} --deep --ais 8 --temperatures 1000 -o report"
    some = replace(record, data=replace(record.data, subset="450 of 9000 images drawn with seed 0"))
    assert command(some).startswith(f"{start} --limit 450 --deep")
    assert command(replace(build.sparse(), independence=record.independence)) == f"{start} --deep -o report"
    assert command(build.sparse()) == f"{start} -o report"


def test_findings_say_where_their_measure_is_defined(build):
    named = replace(build.findings()[1], definition="<b>scale</b>")
    html = page(build.diagnosis(findings=(named, build.findings()[0])), drawn(), None)
    assert html.count("vaediag explain") == 1
    assert "<code>vaediag explain &lt;b&gt;scale&lt;/b&gt;</code>" in html


def test_what_was_measured_on_request_is_in_the_tables(build):
    asked = Reader(page(build.diagnosis(), drawn(), None)).text
    for words in (
        "IWAE bound with 100 codes per image instead of one; 256 images", "effective sample size", "poor posteriors",
        "log p(x) by annealed importance sampling on 8 images", "Independence of pixels", "neighbour below to the left",
        "independence cost", "all 64 values", "prune cost, nats",
    ):  # fmt: skip
        assert words in asked, words
        assert words not in Reader(page(build.sparse(), drawn(), None)).text, words


def test_a_loose_bound_and_correlated_pixels_are_marked(build):
    import numpy as np

    found = build.independence((8, 8, 1), np.random.default_rng(0), binary=False, rho=0.4, cost=12.0)
    plain = build.diagnosis()
    loose = replace(plain.evidence, iwae=build.weighed(np.arange(256), np.random.default_rng(0), gain=1.6))
    text = Reader(page(replace(plain, independence=found, evidence=loose), drawn(), None)).text
    place = text.index("neighbour to the right")
    assert text[place : text.index("log-likelihood lost")].count("▲ too high") == 4
    assert "too high" in text[text.index("its gain") : text.index("effective sample size")]
    few = Reader(page(build.diagnosis(independence=replace(found, images=40)), drawn(), None)).text
    assert "too high" not in few[few.index("neighbour to the right") : few.index("log-likelihood lost")]


@pytest.mark.parametrize(
    ("why_not", "says"),
    [
        ({"evidence.iwae": "not requested"}, "vaediag report with --deep ."),
        ({"evidence.ais": "not requested"}, "vaediag report with --ais 8 ."),
        (
            {"independence": "not requested", "evidence.ais": "not requested"},
            "vaediag report with --deep or --ais 8 .",
        ),
        ({"pictures": "not requested", "collapse.effect": "the prior does not factorise"}, ""),
    ],
)
def test_says_how_to_ask_for_more(build, why_not, says):
    text = Reader(page(build.diagnosis(why_not=why_not), drawn(), None)).text
    assert (says in text) if says else ("on request" not in text)


def test_a_table_has_rows_and_columns(build):
    record = build.diagnosis((3,))
    text = Reader(page(replace(record, data=replace(record.data, columns=tuple("abc"))), drawn(), None)).text
    assert f"{record.data.count} rows" in text
    assert "3 columns" in text
    assert "standard error over rows" in text
