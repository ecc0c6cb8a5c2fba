"""A diagnosis, a comparison and a history as tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vaediag.compare import compare
from vaediag.records.text import by_severity

pytest.importorskip("pandas")


@pytest.fixture(scope="module")
def diagnosis(build):
    return build.diagnosis((20,), 4, images=300, findings=build.findings())


@pytest.fixture(scope="module")
def frames(diagnosis):
    return diagnosis.to_pandas()


def test_headline_has_every_single_number(diagnosis, frames):
    headline = frames["headline"]
    row = headline.loc["calibration.corrected.miscalibration_area"]
    found = diagnosis.calibration.corrected.miscalibration_area
    assert (row["value"], row["standard_error"], row["expected"]) == (found.value, found.standard_error, found.expected)
    assert row["conditioning"] == "corrected"
    assert headline.loc["evidence.elbo", "unit"] == "nats per image"
    assert headline.loc["variance.aggregate.explained", "conditioning"] == "aggregate"
    assert headline.loc["collapse.mutual_information.lower", "value"] == 8.1
    assert headline.index.is_unique
    assert headline["value"].notna().all()


def test_latents_and_images_have_a_row_each(diagnosis, frames):
    np.testing.assert_array_equal(frames["latents"]["kl"], diagnosis.collapse.kl.value)
    assert tuple(frames["latents"]["status"]) == diagnosis.collapse.status
    np.testing.assert_array_equal(frames["images"]["elbo"], diagnosis.rows["elbo"])
    measured = diagnosis.evidence.iwae.images
    np.testing.assert_array_equal(frames["images"]["iwae"].iloc[measured], diagnosis.evidence.iwae.bound)
    assert frames["images"]["iwae"].isna().sum() == 300 - len(measured)


def test_images_are_named_by_their_numbers_in_the_data(build):
    plain = build.diagnosis((8, 8, 1), 2, images=4)
    chosen = np.array([9, 2, 30, 4])
    frame = replace(plain, data=replace(plain.data, chosen=chosen)).to_pandas()["images"]
    assert frame.loc[30, "elbo"] == plain.rows["elbo"][2]


def test_features_have_names_and_pixels_have_places(build, diagnosis):
    names = tuple(f"gene {place}" for place in range(20))
    flat = replace(diagnosis, data=replace(diagnosis.data, columns=names)).to_pandas()["features"]
    assert flat.loc["gene 7", "posterior.dispersion"] == diagnosis.calibration.posterior.maps.dispersion[7]
    assert diagnosis.to_pandas()["features"].index.tolist() == list(range(20))
    image = build.diagnosis((5, 4, 3), 2, images=9)
    pixels = image.to_pandas()["features"]
    assert pixels.index.names == ["y", "x", "channel"]
    assert pixels.loc[(4, 2, 1), "data_variance"] == image.variance.data_map[4, 2, 1]


def test_findings_are_in_order_of_severity(diagnosis, frames):
    assert list(frames["findings"]["id"]) == [each.id for each in by_severity(diagnosis.findings)]
    assert frames["findings"].loc[0, "try"] == "Train σ with the network. "


def test_what_was_not_measured_is_not_there(build):
    frames = build.sparse().to_pandas()
    assert "kl" not in frames["latents"]
    assert "iwae" not in frames["images"]
    assert frames["findings"].empty


def test_a_comparison_is_one_table(build):
    first = build.diagnosis(images=50)
    second = replace(first, rows={"elbo": first.rows["elbo"] + 1.0}, model=replace(first.model, name="other"))
    frame = compare(first, second).to_pandas()["differences"]
    assert frame.loc["elbo", "difference"] == pytest.approx(1.0)
    assert frame.loc["elbo", "better"] == "other"


def test_a_history_has_a_row_per_diagnosis_and_latent(histories):
    history = histories.history(5, 3, missing=(1,))
    frames = history.to_pandas()
    np.testing.assert_array_equal(frames["diagnoses"]["elbo"], history.elbo.value)
    np.testing.assert_array_equal(frames["diagnoses"]["loss.val_loss"], history.losses["val_loss"])
    np.testing.assert_array_equal(frames["diagnoses"]["sigma_0.5"], history.sigma[:, 2])
    assert frames["latents"].loc[(int(history.step[3]), 2), "kl"] == history.kl[3, 2]
    assert len(frames["findings"]) == sum(map(len, history.findings))
    assert frames["findings"].loc[0, "severity"] == history.severities[0][0]
