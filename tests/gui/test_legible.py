"""Names from files: one harmless line, whatever they hold."""

from __future__ import annotations

import os

import pytest

from vaediag_gui.legible import last_name, legible

BAD = "\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("digits", "digits"),
        ("  two\nlines\tand   more ", "two lines and more"),
        ("bell\x07", f"bell{BAD}"),
        ("right\u202eleft", f"right{BAD}left"),
        (os.fsdecode(b"caf\xe9"), f"caf{BAD}"),
        ("σ = 0.1 <b>", "σ = 0.1 <b>"),
        ("", ""),
    ],
)
def test_controls_and_bytes_are_made_visible(text: str, shown: str) -> None:
    assert legible(text) == shown


@pytest.mark.parametrize("limit", [8, 9, 60])
def test_a_long_name_keeps_both_ends(limit: int) -> None:
    shown = legible("start" + "x" * 300 + "end", limit)
    assert len(shown) == limit
    assert shown.startswith("sta")
    assert shown.endswith("end")
    assert "…" in shown


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/somewhere/my-vae", "my-vae"),
        ("/somewhere/my-vae/", "my-vae"),
        ("digits[train]", "digits[train]"),
        ("package.module:factory", "package.module:factory"),
        ("/", "/"),
    ],
)
def test_the_last_part_of_a_path_is_its_name(address: str, name: str) -> None:
    assert last_name(address) == name
