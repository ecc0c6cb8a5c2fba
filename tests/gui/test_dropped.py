"""What a dropped file or folder is, told from names alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vaediag_gui.dropped import ACCEPTED, absolute, classify


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"")
    return folder


@pytest.mark.parametrize(
    ("inside", "kind"),
    [
        (("vae.json", "encoder.keras"), "model"),
        (("diagnosis.json", "diagnosis.npz", "one.png"), "diagnosis"),
        (("1.png", "2.png"), "data"),
        (("A.JPG",), "data"),
        (("cats/1.png", "dogs/2.png"), "data"),
        (("t10k-images-idx3-ubyte.gz",), "data"),
    ],
)
def test_folders(tmp_path: Path, inside: tuple[str, ...], kind: str) -> None:
    assert classify(touch(tmp_path / "it", *inside)) == (kind, str(tmp_path / "it"))


@pytest.mark.parametrize(
    "name", ["a.npy", "A.NPZ", "a.h5", "a.hdf5", "a.zarr.zip", "t10k-images-idx3-ubyte", "train-images.idx3-ubyte.gz"]
)
def test_files_of_data(tmp_path: Path, name: str) -> None:
    assert classify(touch(tmp_path, name) / name) == ("data", str(tmp_path / name))


@pytest.mark.parametrize("name", ["vae.json", "encoder.keras", "heads.npz"])
def test_a_file_of_a_bundle_stands_for_the_bundle(tmp_path: Path, name: str) -> None:
    touch(tmp_path, "vae.json", "encoder.keras", "heads.npz")
    assert classify(tmp_path / name) == ("model", str(tmp_path))


def test_files_of_a_diagnosis_stand_for_it(tmp_path: Path) -> None:
    touch(tmp_path, "diagnosis.json", "diagnosis.npz", "report.html")
    assert classify(tmp_path / "diagnosis.json") == ("diagnosis", str(tmp_path / "diagnosis.json"))
    assert classify(tmp_path / "diagnosis.npz") == ("diagnosis", str(tmp_path))
    assert classify(tmp_path / "report.html") == ("diagnosis", str(tmp_path))


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("one.png", "the folder that it lies in"),
        ("train-labels-idx1-ubyte", "holds labels"),
        ("heads.doc", ACCEPTED),
        ("images.gz", ACCEPTED),
        ("no-ending", ACCEPTED),
    ],
)
def test_other_files_are_refused_with_what_to_try(tmp_path: Path, name: str, part: str) -> None:
    answer = classify(touch(tmp_path, name) / name)
    assert isinstance(answer, str)
    assert answer.startswith(name)
    assert part in answer


def test_folders_with_nothing_to_open(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    touch(tmp_path / "other", "notes.txt", ".hidden.png", "sub/notes.txt")
    assert "is empty" in str(classify(tmp_path / "empty"))
    assert "holds no model" in str(classify(tmp_path / "other"))


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "endless.npy")
    assert "neither a file nor a folder" in str(classify(tmp_path / "endless.npy"))


def test_a_folder_of_millions_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "1.txt", "2.txt", "3.txt")
    monkeypatch.setattr("vaediag_gui.dropped._LOOK_AT", 0)
    assert "is empty" in str(classify(tmp_path))


def test_a_closed_folder_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "closed").mkdir()

    def refuse(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    assert str(classify(tmp_path / "closed")).startswith("closed cannot be read (Permission denied)")


@pytest.mark.parametrize(
    "name",
    [
        "",
        "gone",
        "x" * 300,
        "two\nlines",
        "nul\0nul",
        os.fsdecode(b"caf\xe9"),
        "<b>bold</b>",
        "~nobody-has-this-name/x",
    ],
)
def test_hostile_names_give_one_short_sentence(tmp_path: Path, name: str) -> None:
    answer = classify(str(tmp_path / "sub" / name))
    assert isinstance(answer, str)
    assert "\n" not in answer
    assert len(answer) < 400
    answer.encode()


def test_networks_are_wrapped(tmp_path: Path) -> None:
    touch(tmp_path, "decoder.keras")
    assert classify(tmp_path / "decoder.keras") == ("network", str(tmp_path / "decoder.keras"))
    (tmp_path / "old.h5").write_bytes(b"\x89HDF\r\n\x1a\n" + b"\0" * 500 + b"keras_version")
    assert classify(tmp_path / "old.h5") == ("network", str(tmp_path / "old.h5"))
    touch(tmp_path, "images.h5")
    assert classify(tmp_path / "images.h5") == ("data", str(tmp_path / "images.h5"))
    (tmp_path / "program").mkdir()
    touch(tmp_path / "program", "saved_model.pb")
    assert classify(tmp_path / "program") == ("network", str(tmp_path / "program"))


def test_the_folder_of_a_training_is_watched(tmp_path: Path) -> None:
    touch(tmp_path, "history.json")
    for path in (tmp_path, tmp_path / "history.json"):
        assert classify(path) == ("history", str(tmp_path))


def test_a_hostile_name_that_exists_keeps_its_address(tmp_path: Path) -> None:
    for name in ("line\nbreak.npy", os.fsdecode(b"caf\xe9.npy"), "x" * 250 + ".npy", "a:b.npy", "a[test].npy"):
        assert classify(touch(tmp_path, name) / name) == ("data", str(tmp_path / name))


def test_addresses_are_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path, "a.npy")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for text in ("a.npy", "./a.npy", "~/a.npy", "sub/../a.npy"):
        assert absolute(text) == str(tmp_path / "a.npy")
        assert classify(text) == ("data", str(tmp_path / "a.npy"))
    assert os.sep in absolute("~nobody-has-this-name")
