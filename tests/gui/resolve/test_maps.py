"""Maps: levels, ticks and places."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from tests.report.builders import diagnosis
from vaediag_gui.resolve.maps import calibration_map, centred, event_index, pixel_words, place_of, variance_map


def with_maps(event=(2, 3, 1), **maps):
    found = diagnosis(event, 2).calibration.posterior
    return dataclasses.replace(found, maps=dataclasses.replace(found.maps, **maps))


def test_dispersion_is_drawn_as_it_is_around_1_and_chi_squared_as_a_ratio() -> None:
    values = np.array([[[1.0], [2.0], [0.5]], [[1.0], [np.nan], [0.0]]])
    found = calibration_map(with_maps(dispersion=values), "dispersion", (2, 3, 1))
    assert found is not None
    assert found.levels == (0.0, 2.0)
    np.testing.assert_array_equal(found.drawn, values[..., 0])
    assert dict(found.ticks)[1.0] == "1"
    near = calibration_map(with_maps(dispersion=np.full((2, 3, 1), 1.01)), "dispersion", (2, 3, 1))
    assert near is not None
    assert near.levels == pytest.approx((0.8, 1.2)), "chance must not look like a fault"
    found = calibration_map(with_maps(reduced_chi2=values), "reduced_chi2", (2, 3, 1))
    assert found is not None
    assert found.levels == (-found.levels[1], found.levels[1])
    np.testing.assert_allclose(found.drawn[0], [0, 1, -1])
    assert np.isnan(found.drawn[1, 1])
    assert found.drawn[1, 2] < found.levels[0]
    assert dict(found.ticks)[0.0] == "1"


def test_maps_have_the_levels_of_the_report() -> None:
    from vaediag.report.paint import centred_norm

    rng = np.random.default_rng(0)
    for spread in (0.01, 0.1, 0.3, 2.0):
        values = 1 + spread * rng.normal(size=(9, 9))
        norm = centred_norm(values, centre=1.0, least=0.2, most=1.0)
        assert centred(values, centre=1.0, least=0.2, most=1.0) == (norm.vmin, norm.vmax)


def test_values_are_told_with_their_errors() -> None:
    values, errors = np.full((2, 3, 1), 1.25), np.full((2, 3, 1), 0.021)
    errors[1, 2] = np.nan
    found = calibration_map(with_maps(dispersion=values, dispersion_error=errors), "dispersion", (2, 3, 1))
    assert found.say((0, 1)) == "pixel (0, 1): dispersion 1.250 ± 0.021"
    assert found.say((1, 2)) == "pixel (1, 2): dispersion 1.25"


def test_channels_are_averaged_and_their_errors_left_out() -> None:
    values = np.stack([np.full((2, 3), 0.5), np.full((2, 3), 1.0), np.full((2, 3), 1.5)], -1)
    found = calibration_map(with_maps((2, 3, 3), dispersion=values), "dispersion", (2, 3, 3))
    np.testing.assert_allclose(found.raw, 1.0)
    assert found.error is None


def test_a_family_without_a_scale_has_no_chi_squared_map() -> None:
    assert (
        calibration_map(diagnosis((4, 4, 1), 2, binary=True).calibration.posterior, "reduced_chi2", (4, 4, 1)) is None
    )


def test_pixels_without_variance_have_no_ratio() -> None:
    made = diagnosis((2, 3, 1), 2).variance
    data = np.ones((2, 3, 1))
    data[0, 0] = 0
    assert made.aggregate is not None
    parts = dataclasses.replace(
        made.aggregate, decoder_noise_map=np.full((2, 3, 1), 0.5), latent_signal_map=np.full((2, 3, 1), 1.5)
    )
    ratio = variance_map(dataclasses.replace(made, data_map=data, aggregate=parts), "aggregate", "ratio", (2, 3, 1))
    assert np.isnan(ratio.raw[0, 0])
    assert "undefined" in ratio.say((0, 0))
    np.testing.assert_allclose(ratio.raw[1], 2.0)


def test_a_channel_without_variance_does_not_count_in_the_ratio() -> None:
    made = diagnosis((2, 3, 3), 2).variance
    data = np.ones((2, 3, 3))
    data[0, 0, 0] = 0
    assert made.aggregate is not None
    parts = dataclasses.replace(
        made.aggregate, decoder_noise_map=np.full((2, 3, 3), 0.5), latent_signal_map=np.full((2, 3, 3), 1.5)
    )
    ratio = variance_map(dataclasses.replace(made, data_map=data, aggregate=parts), "aggregate", "ratio", (2, 3, 3))
    np.testing.assert_allclose(ratio.raw, 2.0)


def test_the_four_variances_share_their_levels() -> None:
    made = diagnosis((4, 4, 1), 2).variance
    names = ("data", "total", "decoder_noise", "latent_signal")
    assert len({variance_map(made, "aggregate", name, (4, 4, 1)).levels for name in names}) == 1


def test_levels_never_make_chance_look_like_a_fault() -> None:
    assert centred(np.array([0.001, -0.002]), least=0.05) == (-0.05, 0.05)
    assert centred(np.array([0.3, -0.1]), least=0.05) == (-0.4, 0.4)


@pytest.mark.parametrize(
    ("event", "place", "index", "words"),
    [
        ((4, 5, 1), (2, 3), (2, 3, 0), "pixel (2, 3)"),
        ((4, 5, 3), (2, 3), (2, 3, 0), "pixel (2, 3), channel 0"),
        ((4, 5), (2, 3), (2, 3), "pixel (2, 3)"),
        ((7,), (6,), (6,), "feature 6"),
    ],
)
def test_places_and_indices(event, place, index, words) -> None:
    assert event_index(event, place) == index
    assert place_of(event, index) == place
    assert pixel_words(event, index) == words


@pytest.mark.parametrize("index", [None, (2, 3), (4, 0, 0), (0, 0, 1)])
def test_an_index_of_another_event_is_no_place(index) -> None:
    assert place_of((4, 5, 1), index) is None
