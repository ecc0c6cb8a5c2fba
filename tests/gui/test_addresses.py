"""A typed address is checked without opening anything."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from vaediag_gui.addresses import (
    address_of,
    check_data_address,
    check_factory,
    check_model_address,
    check_path,
    found_at,
    from_command_line,
)

NAMES = ("digits-bernoulli", "digits-normal-image")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "my-vae"
    folder.mkdir()
    (folder / "vae.json").write_text("{}")
    return folder


@pytest.fixture
def diagnosis(tmp_path: Path) -> Path:
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "diagnosis.json").write_text("{}")
    return folder


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "1.png").write_text("")
    return folder


def test_what_may_be_a_model(bundle: Path) -> None:
    for text in ("digits-bernoulli", "  digits-bernoulli ", str(bundle), f"{bundle}/", f"{bundle}/vae.json", "a.b:c"):
        assert check_model_address(text, NAMES) is None, text


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "Type a registered name"),
        ("digits-bernouli", "Did you mean digits-bernoulli"),
        ("nothing-like-it", "is no registered name."),
        ("/gone/away", "does not exist"),
        ("a.b:", "Expected package.module:factory"),
        ("a b:c", "Expected package.module:factory"),
        ("digits-bernoulli[train]", "is no registered name"),
        ("two\nlines", "two lines is no registered name"),
        ("x" * 5000, "is no registered name"),
    ],
)
def test_what_is_no_model(text: str, part: str) -> None:
    answer = check_model_address(text, NAMES)
    assert part in str(answer)
    assert "\n" not in str(answer)
    assert len(str(answer)) < 200


def test_a_diagnosis_and_data_are_named_as_what_they_are(diagnosis: Path, pictures: Path, bundle: Path) -> None:
    assert "a saved diagnosis, not a saved model" in str(check_model_address(str(diagnosis)))
    assert "images, not a saved model" in str(check_model_address(str(pictures)))
    assert "a saved model, not images" in str(check_data_address(str(bundle)))
    assert "Open diagnosis" in str(check_path(str(diagnosis), "data"))


def test_data_may_name_a_split(pictures: Path) -> None:
    assert check_data_address("digits[train]", ["digits"]) is None
    assert check_data_address(f"{pictures}[train]") is None
    assert found_at(f"{pictures}[train]") == ("data", f"{pictures}[train]")
    assert "does not exist" in str(check_data_address(f"{pictures}-gone[train]"))


def test_a_file_called_like_a_name_needs_a_separator(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bundle.parent)
    assert "type ./my-vae" in str(check_model_address("my-vae", NAMES))
    assert check_model_address("./my-vae", NAMES) is None


def test_a_factory_is_not_looked_up() -> None:
    assert check_factory("this:runs") is None
    assert check_model_address("antigravity:fly") is None
    assert "this" not in sys.modules
    assert "antigravity" not in sys.modules


def test_addresses_that_vaediag_understands(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bundle.parent)
    assert address_of(" ./my-vae/vae.json ") == str(bundle)
    assert address_of("digits-bernoulli") == "digits-bernoulli"
    assert address_of("a.b:c") == "a.b:c"


def test_a_path_of_the_command_line_is_found_again_from_elsewhere(
    tmp_path: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "mine.npy").write_bytes(b"")
    monkeypatch.chdir(tmp_path)
    assert from_command_line("mine.npy", NAMES) == str(tmp_path / "mine.npy")
    assert from_command_line("my-vae", NAMES) == str(bundle)
    assert from_command_line("my-vae", ("my-vae",)) == "my-vae"
    for text in ("digits[train]", "mylab.vaes:trained", "nowhere.npy"):
        assert from_command_line(text, ("digits",)) == text
