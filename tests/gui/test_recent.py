"""The lists of what was opened last."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PyQt6.QtCore import QSettings

from vaediag_gui.recent import MOST, Recent


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "app.ini")


def settings_in(file: str) -> QSettings:
    return QSettings(file, QSettings.Format.IniFormat)


def test_most_recent_first_without_repeats_and_at_most_ten(file: str) -> None:
    recent = Recent(settings_in(file))
    for number in (*range(15), 12):
        recent.add("model", f"/m{number}")
    assert recent.addresses("model") == tuple(f"/m{number}" for number in (12, 14, 13, 11, 10, 9, 8, 7, 6, 5))
    assert len(recent.addresses("model")) == MOST
    assert recent.addresses("data") == ()


def test_kept_between_starts(file: str) -> None:
    odd = ("one", "/with\nbreak", "/" + os.fsdecode(b"caf\xe9"), "/a,b;c=d", '/"quoted"', "/ä")
    settings = settings_in(file)
    for each in odd:
        Recent(settings).add("data", each)
    settings.sync()
    assert Recent(settings_in(file)).addresses("data") == odd[::-1]


def test_remove_and_clear(file: str) -> None:
    recent = Recent(settings_in(file))
    recent.add("model", "/a")
    recent.add("model", "/b")
    recent.add("data", "/c")
    recent.remove("model", "/b")
    assert recent.addresses("model") == ("/a",)
    recent.clear()
    assert recent.addresses("model") == recent.addresses("data") == ()


@pytest.mark.parametrize(
    "text",
    [
        "recent/model=[",
        "model=17",
        "model=@Invalid()",
        "model=@ByteArray(\\0\\x1)",
        "model=a, b, c",
        'model="{\\"a\\": 1}"',
        'model="[1, null, {}, [], \\"\\", \\"/good\\", \\"bad\\\\u0000\\"]"',
        'model="' + "[" * 5000 + '"',
    ],
)
def test_garbage_in_the_settings_is_left_out(file: str, text: str) -> None:
    Path(file).write_text(f"[recent]\n{text}\n", "utf-8")
    recent = Recent(settings_in(file))
    assert recent.addresses("model") in ((), ("/good",))
    recent.add("model", "/new")
    assert recent.addresses("model")[0] == "/new"


def test_what_cannot_be_opened_any_more_says_why(file: str, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    recent = Recent(settings_in(file))
    for address in ("digits", "unheard-of", "package.module:factory", f"{there}[train]", str(tmp_path / "gone"),
                    "/" + "x" * 300, str(there)):  # fmt: skip
        recent.add("data", address)
    found = {each.address: each for each in recent.files(["digits"])}
    missing = {address: each.missing for address, each in found.items()}
    assert missing == {
        "digits": "",
        "unheard-of": "not registered any more",
        "package.module:factory": "",
        f"{there}[train]": "",
        str(tmp_path / "gone"): "not there any more",
        "/" + "x" * 300: "not there any more",
        str(there): "",
    }
    assert found[str(there)].name == "there"
    assert {each.kind for each in found.values()} == {"data"}
