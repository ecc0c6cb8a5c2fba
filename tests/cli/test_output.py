"""Output is complete or not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from vaediag.cli.output import whole_file, whole_folder
from vaediag.errors import InputError


class Broken(Exception):
    pass


def fill(draft: Path, text: str = "new") -> None:
    (draft / "figures").mkdir()
    (draft / "figures" / "kl.png").write_text(text)
    (draft / "diagnosis.json").write_text(text)


def test_a_folder_appears_with_everything_in_it(tmp_path: Path) -> None:
    wanted = tmp_path / "deep" / "report"
    with whole_folder(wanted) as draft:
        fill(draft)
        assert not wanted.exists()
    assert (wanted / "figures" / "kl.png").read_text() == "new"
    assert (wanted / "diagnosis.json").read_text() == "new"
    assert [each.name for each in tmp_path.iterdir()] == ["deep"]


@pytest.mark.parametrize("error", [Broken, KeyboardInterrupt])
def test_nothing_is_left_of_a_folder_that_failed(tmp_path: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), whole_folder(tmp_path / "report") as draft:
        fill(draft)
        raise error
    assert list(tmp_path.iterdir()) == []


def test_what_was_there_stays_until_the_new_is_whole(tmp_path: Path) -> None:
    wanted = tmp_path / "report"
    with whole_folder(wanted) as draft:
        fill(draft, "old")
    (wanted / "notes.txt").write_text("mine")
    with pytest.raises(Broken), whole_folder(wanted) as draft:
        fill(draft)
        raise Broken
    assert (wanted / "diagnosis.json").read_text() == "old"
    with whole_folder(wanted) as draft:
        fill(draft)
    assert (wanted / "diagnosis.json").read_text() == "new"
    assert (wanted / "notes.txt").read_text() == "mine"
    assert sorted(each.name for each in wanted.iterdir()) == ["diagnosis.json", "figures", "notes.txt"]


def test_a_folder_inside_a_file_is_refused_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="-o: expected a folder"), whole_folder(tmp_path / "file" / "report"):
        pytest.fail("the body must not run")


def test_a_file_appears_whole_and_readable(tmp_path: Path) -> None:
    wanted = tmp_path / "walk.GIF"
    with whole_file(wanted, endings=(".png", ".gif")) as draft:
        assert draft.suffix == ".GIF"
        draft.write_text("new")
    assert wanted.read_text() == "new"
    assert wanted.stat().st_mode & 0o600 == 0o600
    assert list(tmp_path.iterdir()) == [wanted]


def test_nothing_is_left_of_a_file_that_failed(tmp_path: Path) -> None:
    (tmp_path / "walk.png").write_text("old")
    with pytest.raises(Broken), whole_file(tmp_path / "walk.png", endings=(".png",)) as draft:
        draft.write_text("half")
        raise Broken
    assert [each.read_text() for each in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize("name", ["walk.jpg", "walk", "missing/walk.png"])
def test_a_file_that_cannot_be_written_is_refused_before_any_work(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="-o: expected a file"), whole_file(tmp_path / name, endings=(".png", ".gif")):
        pytest.fail("the body must not run")
