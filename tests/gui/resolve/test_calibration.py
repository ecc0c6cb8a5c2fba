"""Calibration: verdict, cards, numbers and the clicked pixel."""

from __future__ import annotations

import dataclasses

import numpy as np

from tests.gui.builders import data_facts, facts
from tests.report.builders import diagnosis
from vaediag.records.calibration import Band
from vaediag.records.diagnosis import AuditItem
from vaediag.records.estimate import Estimate
from vaediag.records.finding import Finding
from vaediag_gui.resolve.calibration import CalibrationState, band_words, resolve_calibration, verdict
from vaediag_gui.state.answers import Answers, PixelPit, Trouble
from vaediag_gui.state.wish import Maps, Wish


def state(made, trouble=None, pit=None, **maps) -> CalibrationState:
    wish = Wish(model=made.model.source, data=made.data.source, maps=Maps(**maps))
    troubles = {} if trouble is None else {"pixel_pit": Trouble(trouble)}
    return resolve_calibration(wish, Answers(diagnosis=made, pixel_pit=pit, troubles=troubles))


def test_without_a_diagnosis_only_the_invitation() -> None:
    found = resolve_calibration(Wish(model="toy", data="toy-data"), Answers(model=facts(), data=data_facts()))
    assert found.standing.alone
    assert found.cards == ()


def test_the_four_conditionings_in_order_with_the_chosen_one() -> None:
    found = state(diagnosis(), conditioning="prior")
    assert [card.key for card in found.cards] == ["posterior", "corrected", "prior", "posterior_mean"]
    assert [card.chosen for card in found.cards] == [False, False, True, False]
    assert found.chosen is found.cards[2].calibration


def test_a_conditioning_that_was_not_measured_falls_back() -> None:
    made = diagnosis()
    made = dataclasses.replace(made, calibration=dataclasses.replace(made.calibration, corrected=None, paired=None))
    found = state(made, conditioning="corrected")
    assert found.chosen is made.calibration.posterior
    assert "corrected" not in [card.key for card in found.cards]


def test_resolving_again_gives_an_equal_state() -> None:
    made = diagnosis()
    assert state(made) == state(made)
    assert state(made) != state(made, calibration="bias")


def test_only_a_finding_makes_the_verdict_a_judgement() -> None:
    made = diagnosis(dispersion=1.5)
    assert "1.5" in verdict(made)
    assert "confident" not in verdict(made)
    scale = Finding("scale", "problem", "calibration.posterior", "σ is too small by a factor 3", "", "", "")
    assert verdict(dataclasses.replace(made, findings=(scale,))) == "Over-confident: σ is too small by a factor 3"
    corrected = dataclasses.replace(scale, where="calibration.corrected")
    assert verdict(dataclasses.replace(made, findings=(corrected,))).endswith("by a factor 3 (z corrected)")
    elsewhere = dataclasses.replace(scale, where="calibration.somewhere: rows 1–2")
    assert verdict(dataclasses.replace(made, findings=(elsewhere,))) == "σ is too small by a factor 3"
    region = dataclasses.replace(
        scale, id="scale.region", title="σ is too small in a corner", where="calibration.corrected: columns 1–6"
    )
    encoder = Finding("encoder", "problem", "evidence", "q is too narrow", "", "", "")
    assert verdict(dataclasses.replace(made, findings=(encoder, region))) == "σ is too small in a corner"
    assert "Nothing found against the decoder" in verdict(dataclasses.replace(made, findings=(encoder,)))
    under = diagnosis(dispersion=0.5)
    assert verdict(dataclasses.replace(under, findings=(scale,))).startswith("Under-confident: ")


def test_void_data_and_few_images_are_said_first() -> None:
    made = diagnosis(images=40, dispersion=1.5)
    assert "too few to judge" in verdict(made)
    assert "cannot be judged" in verdict(dataclasses.replace(made, audit=(AuditItem("byte_range", 1.0, "0 to 255"),)))


def test_numbers_carry_errors_and_what_an_exact_model_gives() -> None:
    made = diagnosis(binary=True)
    posterior = dataclasses.replace(made.calibration.posterior, ece=Estimate(0.031, 0.002, "", 0.0046))
    made = dataclasses.replace(made, calibration=dataclasses.replace(made.calibration, posterior=posterior))
    found = {fact.name: fact for fact in state(made).facts}
    assert found["ece"].value == "0.0310 ± 0.0020"
    assert "an exact model of this size gives about 0.0046" in found["ece"].reading
    assert "reduced χ²" not in found
    assert "resolution" in found["Brier score"].reading


def test_at_the_posterior_mean_nothing_is_called_exact() -> None:
    made = diagnosis()
    mean = dataclasses.replace(
        made.calibration.posterior_mean, miscalibration_area=Estimate(0.0133, 0.0010, "", 0.0022)
    )
    made = dataclasses.replace(made, calibration=dataclasses.replace(made.calibration, posterior_mean=mean))
    found = state(made, conditioning="posterior_mean")
    readings = {fact.name: fact.reading for fact in found.facts}
    assert readings["miscalibration area"] == "between quantile curve and diagonal"
    assert readings["dispersion"].startswith("1 would be exact for z ~ q(z | x)")
    assert found.map_words.startswith("dispersion of u, 1 would be exact for z ~ q(z | x)")


def test_the_band_is_left_by_as_many_digits_as_it_takes() -> None:
    nominal = np.array([0.25, 0.5, 0.75])
    observed = np.array([0.25, 0.504, 0.75])
    near = Band(nominal, observed, observed - 0.001, observed + 0.001)
    assert band_words(near) == "The diagonal leaves the band: 50.4 % where 50.0 % is stated."
    far = dataclasses.replace(near, observed=near.observed + 0.2, lower=near.lower + 0.2, upper=near.upper + 0.2)
    assert band_words(far) == "The diagonal leaves the band: 70 % where 50 % is stated."


def test_a_few_values_off_the_support_are_not_none() -> None:
    made = diagnosis()
    posterior = dataclasses.replace(made.calibration.posterior, off_support=1e-6)
    made = dataclasses.replace(made, calibration=dataclasses.replace(made.calibration, posterior=posterior))
    assert {fact.name: fact.value for fact in state(made).facts}["off support"] == "under 0.01 %"


def test_pictures_to_save_are_those_there_are() -> None:
    assert "reliability" in dict(state(diagnosis(binary=True)).figures)
    assert "reliability" not in dict(state(diagnosis()).figures)
    assert "spread_skill" in dict(state(diagnosis()).figures)


def test_a_map_that_the_family_lacks_is_not_offered() -> None:
    found = state(diagnosis(binary=True), calibration="reduced_chi2")
    assert found.map == "dispersion"
    assert "reduced_chi2" not in dict(found.maps)


def test_the_clicked_pixel_is_asked_for_then_computed_then_there() -> None:
    made = diagnosis((8, 8, 1))
    assert "Click a pixel" in state(made).pixel.text
    waiting = state(made, pixel=(3, 4, 0)).pixel
    assert waiting.text == "Computing the PIT of pixel (3, 4) over the images…"
    pit = PixelPit((3, 4, 0), 450, np.full(20, 0.05), Estimate(1.1, 0.05), Estimate(0.01, 0.02))
    there = state(made, pixel=(3, 4, 0), pit=pit).pixel
    assert there.pit is pit
    assert "dispersion 1.100 ± 0.050" in there.text
    other = state(made, pixel=(1, 1, 0), pit=pit).pixel
    assert other.pit is None


def test_a_pixel_that_does_not_work_says_why() -> None:
    found = state(diagnosis((8, 8, 1)), pixel=(3, 4, 0), trouble="No image gave finite numbers.").pixel
    assert found.trouble
    assert found.text == "No image gave finite numbers."
