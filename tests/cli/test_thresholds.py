"""Limits on numbers of a diagnosis: found by name, judged element by element, never passed on nothing."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from vaediag.cli.thresholds import Threshold, check_requested, judge, known_places, resolve
from vaediag.errors import InputError
from vaediag.records.estimate import Estimate, Estimates
from vaediag.records.evidence import Iwae


def limit(place: str, least: float | None = None, most: float | None = None, slack: float = 0.0) -> Threshold:
    return Threshold(place, least, most, slack)


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("evidence.elbo", "evidence.elbo"),
        ("evidence.elbo.value", "evidence.elbo"),
        ("active_units", "collapse.active_units"),
        ("posterior.dispersion", "calibration.posterior.dispersion"),
        ("evidence.iwae.value", "evidence.iwae.value"),
    ],
)
def test_a_number_is_found_by_its_name_or_the_end_of_it(name: str, place: str) -> None:
    assert resolve(name) == place


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("evidence.elbow", "evidence.elbo"),
        ("calibration.posterior.dispersoin", "calibration.posterior.dispersion"),
        ("calibration.reduced_chi", "calibration.posterior.reduced_chi2"),
        ("findings", "Try evidence.elbo"),
        ("brier.score", "one of several. Try calibration.posterior.brier.score"),
        ("dispersion", "one of several. Try calibration.posterior.dispersion"),
    ],
)
def test_an_unknown_number_names_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(InputError, match="thresholds: expected") as raised:
        resolve(name)
    assert nearest in str(raised.value)


def test_places_are_those_of_numbers_only(synthetic) -> None:
    """Every place leads through a diagnosis to a number, and those that people ask for are among them."""
    diagnosis = synthetic.exact("normal")
    asked = {"evidence.elbo", "collapse.kl", "collapse.active_units", "variance.scale.optimal", "data.count"}
    assert asked <= set(known_places())
    assert not any(place.startswith(("findings", "versions", "pictures", "rows")) for place in known_places())
    for place in known_places():
        found = diagnosis
        for name in place.split("."):
            found = getattr(found, name, None)
        assert found is None or isinstance(found, float | int | np.ndarray | Estimate | Estimates), place


@pytest.mark.parametrize(
    ("least", "most", "violated"),
    [
        (-53, None, False),
        (-52.5, None, False),
        (-52, None, True),
        (None, -53, True),
        (None, -52, False),
        (-60, -50, False),
    ],
)
def test_a_number_is_held_against_its_limits(synthetic, least, most, violated: bool) -> None:
    outcome = judge(synthetic.exact("normal"), limit("evidence.elbo", least, most))  # -52.5 ± 0.4
    assert outcome.violated is violated


def test_the_message_has_the_number_its_error_its_unit_and_the_limit(synthetic) -> None:
    diagnosis = synthetic.exact("normal")
    low = judge(diagnosis, limit("evidence.elbo", -50.0)).message
    assert low == "evidence.elbo is -52.50 ± 0.40 nats per image, below min -50"
    kept = judge(diagnosis, limit("evidence.elbo", -60.0, -50.0)).message
    assert kept == "evidence.elbo is -52.50 ± 0.40 nats per image, within min -60 and max -50"


@pytest.mark.parametrize(("slack", "violated"), [(0.0, True), (1.0, True), (1.5, False)])
def test_slack_counts_in_standard_errors(synthetic, slack: float, violated: bool) -> None:
    outcome = judge(synthetic.exact("normal"), limit("evidence.elbo", -52.0, slack=slack))  # off by 1.25 of them
    assert outcome.violated is violated
    assert ("by more than" in outcome.message) is (violated and slack > 0)


def test_every_latent_is_judged_and_the_worst_is_named(synthetic) -> None:
    diagnosis = synthetic.exact("normal")
    kl = Estimates(np.array([3.0, 0.5, 0.1, 2.0]), np.array([0.1, 0.01, 0.01, np.nan]), "nats")
    diagnosis = dataclasses.replace(diagnosis, collapse=dataclasses.replace(diagnosis.collapse, kl=kl))
    outcome = judge(diagnosis, limit("collapse.kl", 0.6))
    assert outcome.violated
    assert outcome.message == "collapse.kl[2] is 0.100 ± 0.010 nats, below min 0.6 (2 of 4 are beyond)"
    assert not judge(diagnosis, limit("collapse.kl", 0.1)).violated
    assert judge(diagnosis, limit("collapse.kl", most=2.5)).message.startswith("collapse.kl[0] is 3.00 ± 0.10")


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("evidence.iwae.gain", "evidence.iwae.gain[1] is 39.70 ± 0.50, above max 0.5"),
        ("evidence.iwae.value", "evidence.iwae.value[1] is -12.80 ± 0.40"),
        ("evidence.iwae.elbo", "evidence.iwae.elbo[0] is -52.5,"),  # one number per image has no error
    ],
)
def test_an_array_has_the_errors_that_stand_beside_it(synthetic, place: str, says: str) -> None:
    exact, images = synthetic.exact("normal"), np.arange(2)
    iwae = Iwae(np.array([1, 100]), np.array([-52.5, -12.8]), np.full(2, 0.4), np.array([0.0, 39.7]),
                np.array([0.0, 0.5]), images, np.full(2, -52.5), np.full(2, -12.8), np.full(2, 0.6))  # fmt: skip
    diagnosis = dataclasses.replace(exact, evidence=dataclasses.replace(exact.evidence, iwae=iwae))
    most = {"evidence.iwae.gain": 0.5}.get(place, -60.0)
    assert judge(diagnosis, limit(place, most=most)).message.startswith(says)
    slack = limit("evidence.iwae.gain", most=38.8, slack=2.0)
    assert not judge(diagnosis, slack).violated


def test_a_count_and_a_map_can_be_limited(synthetic) -> None:
    diagnosis = synthetic.exact("normal")
    assert judge(diagnosis, limit("collapse.active_units", 5.0)).message == "collapse.active_units is 4, below min 5"
    assert not judge(diagnosis, limit("data.count", 1000)).violated
    assert "[" in judge(diagnosis, limit("calibration.posterior.maps.dispersion", most=1.5)).message


def test_a_number_that_is_missing_is_an_error_with_the_reason(synthetic) -> None:
    diagnosis = synthetic.exact("normal")
    diagnosis = dataclasses.replace(diagnosis, why_not={"calibration.posterior.ece": "x is not binary"})
    with pytest.raises(InputError, match=r"calibration\.posterior\.ece is missing: x is not binary") as raised:
        judge(diagnosis, limit("calibration.posterior.ece", most=0.02))
    assert "Did you mean calibration.posterior.ence" in str(raised.value)


def test_a_number_that_was_not_asked_for_says_how_to_ask(synthetic) -> None:
    diagnosis = dataclasses.replace(synthetic.exact("normal"), why_not={"evidence.ais": "not requested"})
    with pytest.raises(InputError, match=r"evidence\.ais\.gap is missing: not requested\. Add --ais 8\."):
        judge(diagnosis, limit("evidence.ais.gap", most=1.0))


def test_a_number_that_is_undefined_is_an_error(synthetic) -> None:
    diagnosis = synthetic.exact("normal")
    effect = Estimates(np.array([1.0, np.nan, 1.0, 1.0]), np.full(4, 0.1), "nats")
    diagnosis = dataclasses.replace(diagnosis, collapse=dataclasses.replace(diagnosis.collapse, effect=effect))
    with pytest.raises(InputError, match=r"collapse\.effect is undefined at \[1\]"):
        judge(diagnosis, limit("collapse.effect", 0.02))


def test_what_will_not_be_measured_is_refused_before_anything_is() -> None:
    asked = (limit("collapse.effect", 0.02), limit("evidence.ais.gap", most=1.0))
    with pytest.raises(InputError, match=r"collapse\.effect is on request only\. Add --deep"):
        check_requested(asked, deep=False, ais=True)
    with pytest.raises(InputError, match=r"evidence\.ais\.gap is on request only\. Add --ais 8"):
        check_requested(asked, deep=True, ais=False)
    check_requested(asked, deep=True, ais=True)
    check_requested((limit("evidence.elbo", 0.0),), deep=False, ais=False)
