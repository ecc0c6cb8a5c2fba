"""Copy as Python: the lines run in a fresh interpreter and make what the window shows."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path as File

import numpy as np
import pytest

from tests.gui.builders import facts, shallow
from tests.report.builders import diagnosis
from vaediag_gui.jobs.asks import asks
from vaediag_gui.snippet import snippet
from vaediag_gui.state.answers import Answers
from vaediag_gui.state.wish import TABS, Path, Wish
from vaediag_gui.tasks.opened import Models

WISH = Wish(
    model="digits-normal-image", data="digits", image=3, z=(0.25, -1.0, 0.1, 0.0, 2.5, -0.3), seed=11,
    views=("mean", "sample", "quantile", "residual", "data"), p=0.9,
)  # fmt: skip
KNOWN = Answers(model=facts(latents=6, event=(8, 8, 1), source="digits-normal-image"))

WALKS = (
    Path(dims=(2, 0), steps=4, low=-2.0, high=1.0),
    Path(dims=(1,), start="image", units="posterior", steps=3, views=("stddev",), hold_noise=False),
    Path(kind="grid", plane=(1, 4), start="code", steps=3),
    Path(kind="interpolation", end=8, steps=5),
)


def run(code: str, folder: File, save: str) -> dict[str, np.ndarray]:
    """The arrays of `save`, an expression for a dict of arrays, after the pasted lines."""
    text = f"{code}\nimport numpy\nnumpy.savez('views.npz', **{save})\n"
    subprocess.run([sys.executable, "-W", "error::UserWarning", "-c", text], cwd=folder, check=True, timeout=240)
    with np.load(folder / "views.npz") as found:
        return {name: found[name] for name in found.files}


def test_the_lines_of_look_give_the_picture_on_show(tmp_path: File):
    from vaediag_gui.tasks import look

    question = asks(WISH, dataclasses.replace(KNOWN, data=_data()))["look"]
    _, shown = look.run(question.arguments, Models(), lambda *_: None)
    found = run(snippet(WISH, KNOWN), tmp_path, "look.views")
    assert set(found) == {"mean", "sample", "quantile", "residual"}
    for view, values in found.items():
        np.testing.assert_array_equal(values[0], shown[view])
    assert (tmp_path / "look.png").stat().st_size > 1000


def test_the_picture_of_look_has_the_image_where_it_is_on_show():
    beside = 'write_picture(look, "look.png", x=x)'
    assert beside in snippet(WISH, KNOWN)
    assert beside not in snippet(dataclasses.replace(WISH, views=("mean",)), KNOWN)
    assert beside not in snippet(dataclasses.replace(WISH, image=None), KNOWN)


def test_the_lines_of_traverse_give_the_walks_on_show(tmp_path: File):
    """All kinds in one interpreter, which takes seconds to start."""
    from vaediag_gui.jobs.records import record_of
    from vaediag_gui.tasks import walk

    code, expected = [], {}
    for place, path in enumerate(WALKS):
        wish = dataclasses.replace(WISH, tab="traverse", path=path)
        question = asks(wish, dataclasses.replace(KNOWN, data=_data()))["walk"]
        record = record_of("walk", *walk.run(question.arguments, Models(), lambda *_: None))
        expected |= {f"{view}{place}": values for view, values in record.views.items()}
        code += [snippet(wish, KNOWN), f"found{place} = {{k + '{place}': v for k, v in walk.views.items()}}"]
    merged = "{" + ", ".join(f"**found{place}" for place in range(len(WALKS))) + "}"
    found = run("\n".join(code), tmp_path, merged)
    assert set(found) == set(expected)
    for name, values in found.items():
        np.testing.assert_array_equal(values, expected[name])


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("bare", [False, True])
def test_every_tab_has_lines_that_compile(tab: str, bare: bool):
    wish = Wish(model="m", tab=tab, z=(0.0,)) if bare else dataclasses.replace(WISH, tab=tab, other="b", limit=10)
    compile(snippet(wish, Answers() if bare else KNOWN), tab, "exec")


@pytest.mark.parametrize(
    ("made", "deep", "words"),
    [
        (None, False, 'include=["effect"]'),
        (None, True, 'include="deep"'),
        (shallow(diagnosis(why_not={})), True, 'include=["effect"]'),
        (diagnosis(), False, 'include="all", ais_images=8, ais_temperatures=1000'),
    ],
)
def test_the_lines_measure_what_the_diagnosis_on_show_did(made, deep: bool, words: str):
    wish = dataclasses.replace(WISH, tab="evidence", deep=deep, ais_images=3)
    code = snippet(wish, dataclasses.replace(KNOWN, diagnosis=made))
    assert words in code
    assert ('"evidence_gaps"' in code) is ('"all"' in words or '"deep"' in words)
    compile(code, "evidence", "exec")


def test_addresses_are_quoted():
    hostile = "./it's a \"folder\"\n__import__('os').system('x')"
    code = snippet(Wish(model=hostile, z=(0.0,)), Answers())
    assert f"vd.load({hostile!r})" in code
    compile(code, "hostile", "exec")


def test_without_a_model_there_is_nothing_to_copy():
    with pytest.raises(ValueError, match="no model"):
        snippet(Wish(), Answers())


def _data():
    from tests.gui.builders import data_facts

    return data_facts(source="digits", event=(8, 8, 1), count=500)
