"""What the analyst does: whole diagnoses, and one pixel."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vaediag as vd
from vaediag.errors import InputError
from vaediag_gui.tasks.run import Tasks

QUESTION: dict[str, Any] = {"model": "digits-bernoulli", "data": "digits-binary", "preprocess": None, "seed": 1}


def test_a_diagnosis_is_written_where_the_window_says(answer: Any, tasks: Tasks, tmp_path: Path) -> None:
    folder, heard = tmp_path / "deep" / "folder", []
    fields, arrays = tasks.run(
        "diagnose", {**QUESTION, "limit": 60, "folder": str(folder)}, lambda *step: heard.append(step)
    )
    assert (fields, arrays) == ({"folder": str(folder)}, {})
    found = vd.load_diagnosis(folder)
    assert (found.seed, found.model.source, found.data.source) == (1, "digits-bernoulli", "digits-binary")
    assert found.data.count == 60
    assert found.collapse.effect is not None, "everything that can be measured"
    stages = [stage for stage, _, _ in heard]
    assert stages[0] == "opening the data"
    assert any(done == total > 1 for _, done, total in heard)
    # the second model's diagnosis is the same task
    again = answer("diagnose_other", **QUESTION, limit=60, folder=str(tmp_path / "other"))
    assert again.evidence.elbo == found.evidence.elbo


def test_a_wrong_path_is_said_before_anything_is_loaded(tasks: Tasks, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        tasks.run(
            "diagnose", {**QUESTION, "data": "/nowhere.npy", "limit": None, "folder": str(tmp_path)}, lambda *_: None
        )
    assert not list(tmp_path.iterdir())


def test_the_calibration_of_one_pixel(answer: Any) -> None:
    pit = answer("pixel_pit", **QUESTION, index=[3, 4, 0])
    expected = vd.pixel_calibration(vd.load("digits-bernoulli"), "digits-binary", (3, 4, 0), seed=1, limit=2000)
    assert (pit.index, pit.images) == ((3, 4, 0), 500)
    np.testing.assert_allclose(pit.histogram, expected.histogram, atol=1e-6)
    assert pit.dispersion == expected.dispersion
    assert pit.bias == expected.bias
    assert pit.far is not None
    assert expected.farthest is not None
    np.testing.assert_array_equal(pit.far.index, expected.farthest.index)
    np.testing.assert_allclose(pit.far.residual, expected.farthest.residual, rtol=1e-5)
    assert pit.far.residuals == expected.farthest.residuals
    with pytest.raises(InputError, match="index"):
        answer("pixel_pit", **QUESTION, index=[3, 40, 0])


def test_an_unknown_task_is_refused(tasks: Tasks) -> None:
    with pytest.raises(ValueError, match="opened"):
        tasks.run("opened", {}, lambda *_: None)
