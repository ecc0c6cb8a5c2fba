"""What the numbers on show rest on."""

from __future__ import annotations

from dataclasses import replace

from tests.gui import builders
from tests.histories import history
from tests.report.builders import diagnosis
from vaediag.records.assumed import assumed
from vaediag_gui.resolve.assumed import explained, line, of_diagnosis, of_open, on_show
from vaediag_gui.state.answers import Answers, Watched
from vaediag_gui.state.wish import Wish

EXTRA = ("σ 0.113 estimated from 1000 images",)


def test_the_line_is_the_one_of_every_other_output():
    made = diagnosis((8, 8, 1), 3)
    made = replace(made, model=replace(made.model, assumed=EXTRA), data=replace(made.data, preprocessing="unit+pad:32"))
    assert line(of_diagnosis(made)) == assumed(made)
    assert line(()) == ""


def test_without_data_nobody_knows_what_is_done_to_x():
    facts = builders.facts(assumed=EXTRA)
    parts = of_open(Wish(model="toy"), Answers(model=facts))
    assert parts == ("p(x | z) normal, one σ per image", "q(z | x) normal", "p(z) standard normal", *EXTRA)
    both = Answers(model=facts, data=builders.data_facts(preprocessing="unit"))
    assert of_open(Wish(model="toy", data="toy-data"), both)[3] == "x / 255"
    assert of_open(Wish(model="another"), both) == ()


def test_each_tab_says_what_its_own_numbers_rest_on():
    made = diagnosis((8, 8, 1), 3)
    known = Answers(model=builders.facts(likelihood="poisson"), diagnosis=made, training=Watched("/r", history(2), 0.0))
    wish = Wish(model="toy", watch="/r")
    said = {tab: on_show(replace(wish, tab=tab), known)[0] for tab in ("look", "calibration", "training")}
    assert said["look"] == "p(x | z) poisson"
    assert said["calibration"] == f"p(x | z) {made.model.likelihood}"
    assert said["training"] == "p(x | z) normal, one sigma per image"


def test_every_part_is_explained_and_nothing_of_it_is_markup():
    page = explained(("p(x | z) <b>normal</b>", "q(z | x) normal", "p(z) normal", "x / 255", *EXTRA))
    headings = [section.heading for section in page.sections]
    assert headings[1:5] == ["p(x | z) <b>normal</b>", "q(z | x) normal", "p(z) normal", "x / 255"]
    assert page.sections[-1].blocks[0].text == EXTRA[0]
