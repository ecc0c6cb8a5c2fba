"""The pages of `vaediag explain`: complete, well formed, and true to the records, figures and rules they speak of."""

from __future__ import annotations

import dataclasses
import math
import re
import subprocess
import sys
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest

from vaediag import explanations
from vaediag.cli.pages import rendered
from vaediag.errors import InputError
from vaediag.explanations.contents import ELSEWHERE
from vaediag.explanations.pages import HEADINGS
from vaediag.findings.catalogue import RULEBOOK
from vaediag.findings.rules import RULES
from vaediag.records.calibration import Calibration, CalibrationSet
from vaediag.records.collapse import Collapse
from vaediag.records.evidence import Evidence
from vaediag.records.independence import Independence
from vaediag.records.variance import ScaleHealth, Variance, VarianceParts
from vaediag.report.catalogue import PANELS

RECORDS = (Evidence, Calibration, CalibrationSet, Variance, VarianceParts, ScaleHealth, Collapse, Independence)
NOT_MEASURED = {
    "conditioning",
    "images",
    "aggregate",
}  # how, from how much, which law: no quantities
PAGES = {name: explanations.page(name) for name in explanations.names()}


def sections(page: str) -> dict[str, str]:
    parts = re.split(r"^## (.*)$", page, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True))


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_its_sections_in_order(name: str) -> None:
    lines = PAGES[name].splitlines()
    assert lines[0] == f"# {name}"
    assert tuple(line[3:] for line in lines if line.startswith("## ")) == HEADINGS
    assert all(sections(PAGES[name]).values())
    assert 30 <= len(lines) <= 48  # a screenful or a little more


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_a_terminal(name: str) -> None:
    """At 100 columns as it stands, formulas at 84; the question fits beside its name in the list."""
    lines = PAGES[name].splitlines()
    assert max(map(len, lines)) <= 100
    assert max((len(line) for line in lines if line.startswith("    ")), default=0) <= 84
    assert len(explanations.question(name)) <= 75
    assert explanations.question(name).endswith("?")
    assert rendered(PAGES[name], 100, bold=False) + "\n" == PAGES[name]


def test_every_file_is_in_the_contents() -> None:
    found = {path.stem for path in Path(explanations.__file__).parent.glob("*.md")}
    assert found == set(PAGES)


@pytest.mark.parametrize("record", RECORDS)
def test_every_field_of_a_record_leads_to_a_page(record: type) -> None:
    for field in dataclasses.fields(record):
        if field.name not in NOT_MEASURED:
            assert explanations.find(field.name) in PAGES, field.name


def test_no_name_leads_elsewhere_that_has_a_page() -> None:
    assert not set(ELSEWHERE) & set(PAGES)
    assert set(ELSEWHERE.values()) <= set(PAGES)


def test_every_picture_of_the_report_is_read_on_some_page() -> None:
    read = "\n".join(sections(page)["Reading the picture"] for page in PAGES.values())
    for panel in PANELS:
        assert f"`{panel.id}`" in read, panel.id


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.id)
def test_the_name_of_a_picture_leads_to_a_page_that_reads_it(panel) -> None:
    """`posterior` is a conditioning as well, and leads there."""
    page = explanations.find(panel.id)
    if panel.id != "posterior":
        assert f"`{panel.id}`" in sections(PAGES[page])["Reading the picture"]


def test_the_documentation_lists_every_page_with_its_question() -> None:
    index = (Path(__file__).parents[1] / "docs" / "quantities.md").read_text(encoding="utf-8")
    for name in PAGES:
        assert f"- [{name}](../vaediag/explanations/{name}.md): {explanations.question(name)}\n" in index


def test_every_finding_names_a_page() -> None:
    for card in RULEBOOK:
        assert card.definition in PAGES, card.id


def test_what_a_page_refers_to_exists() -> None:
    """A name in backticks is a page, another name for one, a picture, or one of the few words listed here."""
    words = {card.id for card in RULEBOOK}
    pictures = {panel.id for panel in PANELS}
    inside = {"over", "exact", "gain", "reliable", "mean", "gap", "expected", "saturated", "neighbours", "conditioning"}
    inside |= {"aggregate", "explained", "error", "coordinates", "level", "curve"}
    known = set(PAGES) | set(ELSEWHERE) | pictures | words | inside
    for name, page in PAGES.items():
        for word in re.findall(r"`(?!vd\.)([a-z_.\d]+)(?:\[k\])?`", page):
            assert word in known or word.rpartition(".")[2] in known, f"{name}: {word}"


def test_the_remedies_exist() -> None:
    """What `vd.…` names is there, and so are the options of the command line. Read from the source: no TensorFlow."""
    root = Path(__file__).parents[1] / "vaediag"
    heads = "".join(path.read_text() for path in (root / "heads").rglob("*.py"))
    options = "".join(path.read_text() for path in (root / "cli").rglob("*.py"))
    for name, page in PAGES.items():
        for head in re.findall(r"vd\.(?:likelihoods|posteriors|priors)\.(\w+)", page):
            assert f"class {head}" in heads, f"{name}: {head}"
        for option in re.findall(r"(--[a-z-]+)", page):
            assert f'"{option}"' in options, f"{name}: {option}"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("elbo", "elbo"),
        ("ece", "reliability"),
        ("calibration.posterior.ece", "reliability"),
        ("Latent-Dispersion", "latent_dispersion"),
        ("prune cost", "prune_cost"),
        ("collapse.active_units", "active"),
    ],
)
def test_a_quantity_is_found_by_any_of_its_names(asked: str, found: str) -> None:
    assert explanations.find(asked) == found
    assert explanations.page(asked) == PAGES[found]


@pytest.mark.parametrize(
    ("asked", "hint"), [("dispersoin", "Did you mean dispersion"), ("reduced_chi", "reduced_chi2"), ("", "lists them")]
)
def test_what_is_not_explained_is_an_input_error(asked: str, hint: str) -> None:
    with pytest.raises(InputError, match="name: expected a quantity") as raised:
        explanations.page(asked)
    assert hint in str(raised.value)


def test_known_answers_on_the_pages_are_right() -> None:
    def centred(s: float) -> float:
        r = 1 / s**2
        return 6 / math.pi * math.asin(r / (1 + r))

    assert f"{centred(0.7):.2f} for s = 0.7" in PAGES["latent_dispersion"]
    assert f"{centred(1.4):.2f} for s = 1.4" in " ".join(PAGES["latent_dispersion"].split())
    assert f"{centred(0.9):.2f} for s = 0.9" in PAGES["dispersion"]
    assert f"log 2000 = {math.log(2000):.1f} nats" in " ".join(PAGES["mutual_information"].split())


def test_the_margins_on_the_pages_are_those_of_the_rules() -> None:
    told = {name: name for name in ("bias", "reduced_chi2", "tail_weight", "calibration_slope", "variance_ratio")}
    told |= {name: name for name in ("miscalibration_area", "dispersion", "latent_dispersion", "independence_cost")}
    told |= {"ece": "reliability", "bias.pixels": "bias", "iwae_gain": "iwae", "pareto_k_over": "pareto_k"}
    told |= {"marginal_kl": "marginal_kl", "error_ratio": "spread_skill", "lag_correlation": "residual_correlation"}
    for rule, page in told.items():
        assert re.search(rf"allows? {RULES[rule].margin:g}\b(?!\.\d)", " ".join(PAGES[page].split())), rule
    assert f"(discrete x: {RULES['dispersion.discrete'].margin:g})" in " ".join(PAGES["dispersion"].split())


def test_a_page_wraps_at_any_width_and_keeps_formulas_and_code_whole() -> None:
    page = "# name\n\nSome words and `vaediag explain kl` here.\n\n    a  =  b\n\n- one item of a long list\n- two\n"
    shown = rendered(page, 20, bold=True).splitlines()
    assert shown[0] == "\x1b[1mname\x1b[0m"
    assert "    a  =  b" in shown
    assert "`vaediag explain kl`" in shown
    assert shown[-3:] == ["- one item of a long", "  list", "- two"]
    assert all(len(line) <= 20 for line in shown[1:])
    assert "\N{NO-BREAK SPACE}" not in "".join(shown)


def test_paragraphs_keep_their_order_and_nothing_is_lost() -> None:
    for page in PAGES.values():
        narrow = rendered(page, 40, bold=False)
        assert narrow.split() == page.split()
        blanks = [not line for line in narrow.splitlines()]
        assert not any(first and second for first, second in pairwise(blanks))


def test_the_pages_ship_in_the_wheel(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=Path(__file__).parents[1], capture_output=True, check=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        assert {f"vaediag/explanations/{name}.md" for name in PAGES} <= set(packed.namelist())
