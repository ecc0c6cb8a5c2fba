"""Files appear complete or not at all: full disk, Ctrl-C, things in the way."""

from __future__ import annotations

import errno
import os
import signal
from pathlib import Path

import pytest

from vaediag.errors import InputError
from vaediag.io import atomic


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def old(tmp_path):
    atomic.write_files(tmp_path / "set", {"a": b"old a", "b": b"old b"})
    return tmp_path / "set"


def failing_write(monkeypatch, error, *, after):
    """Make the write number `after` fail with `error` once half of its bytes are written."""
    original, count = atomic._write, iter(range(100))

    def write(path: Path, data: bytes) -> None:
        if next(count) < after:
            return original(path, data)
        path.write_bytes(data[: len(data) // 2])
        raise error

    monkeypatch.setattr(atomic, "_write", write)


def test_files_are_written_and_replaced(old):
    atomic.write_files(old, {"b": b"new b", "c": b""})
    assert contents(old) == {"a": b"old a", "b": b"new b", "c": b""}


def test_single_files(tmp_path):
    assert atomic.write_text(tmp_path / "deep" / "x.txt", "σ") == tmp_path / "deep" / "x.txt"
    assert contents(tmp_path / "deep") == {"x.txt": "σ".encode()}


def test_files_have_the_usual_permissions(tmp_path):
    mask = os.umask(0o022)
    try:
        atomic.write_bytes(tmp_path / "x", b"1")
    finally:
        os.umask(mask)
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("after", [0, 1])
def test_a_full_disk_leaves_the_old_set(old, monkeypatch, after):
    before = contents(old)
    failing_write(monkeypatch, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), after=after)
    with pytest.raises(InputError, match=r"No space left on device'\. Free some space") as caught:
        atomic.write_files(old, {"a": b"new a", "b": b"new b"})
    assert "\n" not in str(caught.value)
    assert contents(old) == before


@pytest.mark.parametrize("after", [0, 1])
def test_ctrl_c_while_writing_leaves_the_old_set(old, monkeypatch, after):
    before = contents(old)
    failing_write(monkeypatch, KeyboardInterrupt(), after=after)
    with pytest.raises(KeyboardInterrupt):
        atomic.write_files(old, {"a": b"new a", "b": b"new b"})
    assert contents(old) == before


def test_ctrl_c_while_moving_waits_until_the_set_is_complete(old, monkeypatch):
    replace = Path.replace

    def interrupted(path, target):
        moved = replace(path, target)
        os.kill(os.getpid(), signal.SIGINT)
        return moved

    monkeypatch.setattr(Path, "replace", interrupted)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        atomic.write_files(old, {"a": b"new a", "b": b"new b"})
    assert contents(old) == {"a": b"new a", "b": b"new b"}
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_a_folder_that_was_made_in_vain_is_taken_away(tmp_path, monkeypatch, error):
    failing_write(monkeypatch, error, after=1)
    with pytest.raises((InputError, KeyboardInterrupt)):
        atomic.write_files(tmp_path / "new", {"a": b"1", "b": b"2"})
    assert list(tmp_path.iterdir()) == []


def test_replacing_streams_into_place(tmp_path):
    with atomic.replacing(tmp_path / "x") as file:
        file.write(b"half")
        assert not (tmp_path / "x").exists()
        file.write(b" whole")
    assert contents(tmp_path) == {"x": b"half whole"}


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("theirs")])
def test_replacing_keeps_the_old_file_when_the_block_fails(tmp_path, error):
    atomic.write_bytes(tmp_path / "x", b"old")
    with pytest.raises(type(error)), atomic.replacing(tmp_path / "x") as file:
        file.write(b"half")
        raise error
    assert contents(tmp_path) == {"x": b"old"}


def test_replacing_on_a_full_disk(tmp_path):
    atomic.write_bytes(tmp_path / "x", b"old")
    with pytest.raises(InputError, match="Free some space"), atomic.replacing(tmp_path / "x"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert contents(tmp_path) == {"x": b"old"}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_really_full_device(tmp_path, monkeypatch):
    """Bytes go to /dev/full, which takes them and then has no space left for them."""
    beside = tmp_path / ".beside"
    beside.symlink_to("/dev/full")
    monkeypatch.setattr(atomic, "_beside", lambda _: beside)
    monkeypatch.setattr(atomic, "_write", lambda path, data: path.write_bytes(data))
    with pytest.raises(InputError, match="No space left on device"):
        atomic.write_bytes(tmp_path / "x", b"1")
    assert contents(tmp_path) == {}


@pytest.mark.parametrize("name", ["file/inside", "file/deeper/inside"])
def test_a_file_in_the_way_of_a_folder(tmp_path, name):
    (tmp_path / "file").write_bytes(b"mine")
    with pytest.raises(InputError, match="A file is in the way"):
        atomic.write_bytes(tmp_path / name, b"1")
    assert contents(tmp_path) == {"file": b"mine"}


def test_a_folder_in_the_way_of_a_file(tmp_path):
    (tmp_path / "x").mkdir()
    with pytest.raises(InputError, match="A folder is in the way"):
        atomic.write_bytes(tmp_path / "x", b"1")
    assert list(tmp_path.iterdir()) == [tmp_path / "x"]
