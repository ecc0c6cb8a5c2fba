"""Names proposed for what is saved."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vaediag_gui.file_names import endings, free_name, plain_name, proposal, with_ending


@pytest.mark.parametrize(
    ("model", "what", "name"),
    [
        ("digits-normal-image", "look", "digits-normal-image-look.png"),
        ("digits", "walk", "digits-traversal.png"),
        ("digits", "walk_gif", "digits-traversal.gif"),
        ("digits", "shimmer_gif", "digits-shimmer.gif"),
        ("digits", "figure:variance_maps", "digits-variance-maps.png"),
        ("digits", "report", "digits-report"),
        ("/home/ada/my vae", "pair", "my-vae-pair.png"),
        ("mylab.vaes:trained", "pixel_pit", "mylab.vaes-trained-pixel-pit.png"),
    ],
)
def test_a_proposal_says_what_is_in_the_file(model: str, what: str, name: str) -> None:
    assert proposal(model, what) == name


HOSTILE = ["", "...", "///", "\n", "x" * 300, os.fsdecode(b"caf\xe9\xff"), "a:b*c?d", "../../etc/passwd", "-rf", "日本"]


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_gives_a_name_that_every_file_system_takes(text: str) -> None:
    name = plain_name(text)
    assert 0 < len(name) <= 80
    assert name.isascii()
    assert name[0].isalnum()
    assert not set(name) & set('/\\:*?"<>|\n ')


def test_endings_are_added_only_where_they_are_missing() -> None:
    kinds = endings("look")
    assert with_ending("/a/b", kinds, ".svg") == "/a/b.svg"
    assert with_ending("/a/b.PNG", kinds, ".svg") == "/a/b.PNG"
    assert with_ending("/a/b.jpg", kinds, ".png") == "/a/b.jpg.png"
    assert with_ending("/a/v1.2", endings("walk_gif"), ".gif") == "/a/v1.2.gif"
    assert with_ending("/a/report", endings("report"), "") == "/a/report"


def test_a_free_name(tmp_path: Path) -> None:
    assert free_name(tmp_path, "report") == "report"
    (tmp_path / "report").mkdir()
    (tmp_path / "report-2").mkdir()
    assert free_name(tmp_path, "report") == "report-3"
