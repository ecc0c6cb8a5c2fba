"""Evidence: the bound, the posterior of each image, and annealing, in words."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.gui.builders import data_facts, facts, shallow
from tests.report.builders import diagnosis
from vaediag.records.estimate import Estimate
from vaediag.records.evidence import Ais, ParetoK
from vaediag.records.finding import Finding
from vaediag_gui.resolve.evidence import EvidenceState, above_elbo, picked_numbers, resolve_evidence, tails, verdict
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import Wish


def state(made, **changes) -> EvidenceState:
    wish = Wish(model=made.model.source, data=made.data.source, **changes)
    known = Answers(facts(source=made.model.source), data_facts(source=made.data.source), diagnosis=made)
    return resolve_evidence(wish, known)


def annealed(made) -> Ais:
    assert made.evidence.ais is not None
    return made.evidence.ais


def with_evidence(made, **changes):
    return dataclasses.replace(made, evidence=dataclasses.replace(made.evidence, **changes))


def test_without_a_diagnosis_only_the_invitation() -> None:
    found = resolve_evidence(Wish(model="toy", data="toy-data"), Answers(model=facts(), data=data_facts()))
    assert found.standing.alone
    assert found.facts == ()


def test_the_verdict_says_as_much_as_is_known() -> None:
    made = diagnosis()
    assert verdict(made).startswith("log p(x) lies at least")
    assert verdict(made).endswith(", on 8 images")
    assert "by annealing" in verdict(with_evidence(made, iwae=None))
    assert "at least" in verdict(with_evidence(made, ais=None))
    doubtful = dataclasses.replace(annealed(made), reliable=False)
    assert "annealing" not in verdict(with_evidence(made, ais=doubtful))
    assert "was not measured" in verdict(shallow(made))
    bound = Finding("bound", "warning", "evidence", "The bound is loose", "", "", "")
    assert verdict(dataclasses.replace(made, findings=(bound,))) == "The bound is loose"


def test_what_was_not_asked_for_is_offered() -> None:
    found = state(shallow(diagnosis()))
    assert found.ladder_offer is not None
    assert found.ladder_offer.command == "diagnose_in_depth"
    assert found.figures == ()
    assert found.iwae is None
    assert [fact.name for fact in found.facts][:3] == ["ELBO", "distortion", "rate"]
    assert state(diagnosis()).ladder_offer is None
    assert set(dict(state(diagnosis()).figures)) == {"evidence_gaps", "poor_posterior", "lowest_evidence"}


def test_gains_are_paired_and_named_after_their_images() -> None:
    made = diagnosis(binary=True)
    found = {fact.name: fact for fact in state(made).facts}
    iwae = made.evidence.iwae
    assert float(found["above the ELBO"].value.split(" ")[0]) == pytest.approx(iwae.gain[-1], abs=1e-3)
    assert "256 images" in found["IWAE, K = 100"].reading
    assert "bits per dimension" in found


def test_the_histogram_counts_every_image_once() -> None:
    record = ParetoK(np.arange(7), np.array([np.nan, -3.0, 0.1, 0.4, 0.75, 10.0, np.nan]), 0.7, 2 / 7, 2 / 7)
    found = tails(record)
    assert found.exact == 2
    assert found.counts.sum() == 5
    assert found.counts[0] == 1, "all beyond the left end"
    assert found.counts[-1] == 1, "10 stands for a tail that no law fits"
    assert len(found.edges) == len(found.counts) + 1


def test_ais_that_cannot_be_relied_on_says_so() -> None:
    made = diagnosis()
    assert "▲" not in state(made).ais_words
    poor = with_evidence(made, ais=dataclasses.replace(annealed(made), reliable=False, sandwich=None))
    assert state(poor).ais_words.startswith("▲ Not to be relied on")
    assert "off by at most" not in {fact.name for fact in state(poor).ais_facts}


def test_every_image_stands_above_its_own_elbo() -> None:
    ais = annealed(diagnosis())
    above, error, iwae = above_elbo(ais)
    np.testing.assert_allclose(above, ais.log_evidence - ais.elbo)
    np.testing.assert_allclose(iwae, ais.iwae - ais.elbo)
    assert (above > iwae).all()
    assert (error == 0.06).all()


def test_the_form_has_the_sizes_wished_and_waits_for_other_work() -> None:
    from vaediag_gui.state.answers import Work

    made = diagnosis()
    assert state(made, ais_images=3, ais_temperatures=500).ais_sizes == (3, 500)
    assert state(made).ais_why_not == ""
    wish = Wish(model=made.model.source, data=made.data.source)
    known = Answers(facts(source=made.model.source), data_facts(source=made.data.source), diagnosis=made,
                    work=Work("Diagnosis", "x", 1, 2))  # fmt: skip
    assert "under way" in resolve_evidence(wish, known).ais_why_not


@pytest.mark.parametrize("limited", [False, True])
def test_images_of_a_subset_are_named_by_their_number_in_the_data(limited: bool) -> None:
    made = diagnosis()
    drawn = np.sort(np.random.default_rng(3).choice(1000, 450, replace=False))
    if limited:
        made = dataclasses.replace(made, data=dataclasses.replace(made.data, chosen=drawn))
    assert made.pictures is not None
    picked = made.pictures.lowest
    assert picked is not None
    index = picked.shown.index
    expected = drawn[index] if limited else index
    assert picked_numbers(made, picked) == tuple(expected)


def test_numbers_have_their_errors() -> None:
    made = with_evidence(diagnosis(), elbo=Estimate(-10.0, 0.5, "nats per image"))
    assert state(made).facts[0].value == "−10.00 ± 0.50"


def test_equal_states() -> None:
    made = diagnosis()
    assert state(made) == state(made)
    assert state(made) != state(made, ais_images=3)
