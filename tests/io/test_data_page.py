"""docs/data.md: its examples run, and it names every step and every kind of data."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from vaediag.io.keras_sets import NAMES
from vaediag.io.preprocess import STEPS, known
from vaediag.io.tables import LABELS

PAGE = (Path(__file__).parents[2] / "docs" / "data.md").read_text("utf-8")


def test_examples_give_what_the_page_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```pycon\n(.*?)```", PAGE, re.DOTALL)
    test = doctest.DocTestParser().get_doctest("\n".join(blocks), {}, "data.md", "data.md", 0)
    said: list[str] = []
    failed, tried = doctest.DocTestRunner().run(test, out=said.append)
    assert (failed, tried) == (0, 18), "".join(said)


def test_every_step_and_source_has_its_place():
    for name in STEPS:
        assert f"`{name}`" in PAGE, name
    for name in re.findall(r"\| `([a-z0-9:+-]+)` \|$", PAGE, re.MULTILINE):
        assert known(name), name
    for name in NAMES:
        assert f"`keras:{name}`" in PAGE
    for name in LABELS:
        assert f"`{name}`" in PAGE
