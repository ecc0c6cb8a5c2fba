"""`scale.region`: names where sigma is wrong, and leaves to the other rules what is theirs."""

from __future__ import annotations

import re

import numpy as np
import pytest

from vaediag.records.estimate import Estimate

EVENT = (8, 8, 1)


def with_maps(synthetic, dispersion, *, error=0.03, bias=None, chi2=None, tails=0.0):
    """An exact diagnosis whose posterior has this dispersion map, with the numbers that follow from it."""
    exact = synthetic.exact(event=EVENT)
    maps = synthetic.change(
        exact.calibration.posterior.maps,
        dispersion=dispersion,
        dispersion_error=np.full(EVENT, error),
        bias=np.zeros(EVENT) if bias is None else bias,
        bias_error=np.full(EVENT, 0.009),
        reduced_chi2=dispersion**2 if chi2 is None else chi2,
    )
    changes = {
        "maps": maps,
        "dispersion": Estimate(float(dispersion.mean()), error / 8),
        "reduced_chi2": Estimate(float((dispersion**2).mean()), 0.006),
        "tail_weight": Estimate(tails, 0.02),
    }
    changed = synthetic.change(exact, **{f"calibration__posterior__{name}": value for name, value in changes.items()})
    return synthetic.change(
        changed, calibration__posterior_mean__dispersion=Estimate(float(dispersion.mean()) - 0.01, error / 8)
    )


def part(value, rows=slice(0, 4), columns=slice(0, 4), rest=1.0):
    dispersion = np.full(EVENT, rest)
    dispersion[rows, columns] = value
    return dispersion + 0.03 * np.random.default_rng(1).normal(size=EVENT)


@pytest.mark.parametrize("value", [1.25, 0.8])
def test_a_quarter(synthetic, only, value):
    finding = only(with_maps(synthetic, part(value)))
    assert (finding.id, finding.figure) == ("scale.region", "calibration_maps")
    assert f"too {'small' if value > 1 else 'large'} in the upper left quarter, by a factor 1.2" in finding.title
    assert finding.where == "calibration.posterior: the upper left quarter"
    assert "16 pixels" in finding.evidence


def test_the_factor_is_that_of_a_normal(synthetic, only):
    value = float(6 / np.pi * np.arcsin(1.25**2 / (1 + 1.25**2)))
    found = re.search(r"factor ([0-9.]+) ± ([0-9.]+)", only(with_maps(synthetic, part(value))).title)
    assert abs(float(found[1]) - 1.25) < 3 * float(found[2]) < 0.15


@pytest.mark.parametrize(
    ("rows", "columns", "text"),
    [
        (slice(0, 1), slice(0, 8), "in row 0,"),
        (slice(0, 8), slice(4, 8), "in the right half,"),
        (slice(1, 4), slice(5, 8), "in rows 1–3, columns 5–7,"),
    ],
)
def test_other_places_have_names_too(synthetic, only, rows, columns, text):
    assert text in only(with_maps(synthetic, part(1.5, rows, columns))).title


def test_the_wrong_part_is_named_though_it_is_the_larger(synthetic, only):
    wide = part(1.0, slice(0, 3), slice(0, 8), rest=1.4)
    assert "in rows 3–7, by" in only(with_maps(synthetic, wide)).title
    block = part(1.0, slice(0, 6), slice(0, 4), rest=1.4)
    assert "outside rows 0–5, columns 0–3" in only(with_maps(synthetic, block)).title


def test_what_is_wrong_nearly_everywhere_is_wrong_as_a_whole_with_an_exception(synthetic, only):
    finding = only(with_maps(synthetic, part(1.0, rest=1.4)))
    assert finding.id == "scale"
    assert finding.title.endswith(", though not evenly")
    assert "not evenly: too small outside the upper left quarter" in finding.evidence


def test_too_small_here_and_too_large_there_is_no_scale(synthetic, only):
    dispersion = part(1.3, slice(0, 4), slice(0, 8), rest=0.75)
    assert only(with_maps(synthetic, dispersion)).id == "scale.region"


def test_pixel_by_pixel(synthetic, only):
    finding = only(with_maps(synthetic, 1 + 0.3 * np.random.default_rng(4).normal(size=EVENT)))
    assert finding.id == "scale.region"
    assert "from pixel to pixel" in finding.title
    assert finding.where.endswith("pixel by pixel")
    assert "of 64 pixels over-confident" in finding.evidence


@pytest.mark.parametrize("value", [1.2, 1.3])
def test_an_image_that_is_off_as_a_whole_is_a_matter_of_scale(synthetic, only, value):
    """A code absorbs part of it where it has a grip, so the map is not quite even: by too little to say so."""
    finding = only(with_maps(synthetic, part(value, rest=1.5 * value - 0.5 if value < 1.25 else 1.2), error=0.01))
    assert finding.id == "scale"
    assert "evenly" not in finding.title


def test_chance_is_no_region(synthetic, ids):
    for seed in range(20):
        noise = 0.03 * np.random.default_rng(seed).normal(size=EVENT)
        assert ids(with_maps(synthetic, 1 + noise)) == []
    assert ids(with_maps(synthetic, part(1.06))) == []


def test_pixels_that_never_change_are_not_asked(synthetic, ids):
    diagnosis = with_maps(synthetic, part(0.0))
    data = np.where(part(0.0) < 0.5, 0.0, 0.1)
    assert "scale.region" in ids(diagnosis)
    assert "scale.region" not in ids(synthetic.change(diagnosis, variance__data_map=data))


def test_a_mean_that_is_off_in_a_quarter_is_no_matter_of_sigma(synthetic, only):
    """The shift is one of `bias`, and its squares are taken off the dispersion."""
    bias = np.zeros(EVENT)
    bias[:4, :4] = 0.138  # half a sigma
    assert only(with_maps(synthetic, part(1.0) + 12 * bias**2, bias=bias)).id == "bias"


def test_tails_that_the_region_explains_are_not_told_beside_it(synthetic, ids):
    uneven = part(1.6)  # variance ratio about 3.2 in a quarter: a tail weight of about 1.1
    assert ids(with_maps(synthetic, uneven, tails=1.0)) == ["scale.region"]
    assert ids(with_maps(synthetic, uneven, tails=5.0)) == ["tails"]
    assert ids(with_maps(synthetic, uneven, tails=-1.0)) == ["tails"]
    assert ids(with_maps(synthetic, part(1.0), tails=1.0)) == ["tails"]


def test_families_without_a_scale_have_no_sigma_to_be_wrong(synthetic, ids):
    diagnosis = synthetic.exact("poisson", event=EVENT)
    maps = synthetic.change(diagnosis.calibration.posterior.maps, dispersion=part(1.5))
    assert ids(synthetic.change(diagnosis, calibration__posterior__maps=maps)) == []


def test_a_channel(synthetic, only):
    shape = (8, 8, 3)
    dispersion = np.ones(shape)
    dispersion[..., 2] = 1.3
    exact = synthetic.exact(event=shape)
    maps = synthetic.change(exact.calibration.posterior.maps, dispersion=dispersion)
    finding = only(synthetic.change(exact, calibration__posterior__maps=maps))
    assert "in channel 2" in finding.title
