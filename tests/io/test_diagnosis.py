"""diagnosis.json + diagnosis.npz: exact, atomic, and safe to read from a stranger."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import pickle
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from vaediag.errors import InputError, UnsafeFileError
from vaediag.io import atomic
from vaediag.io.diagnosis import load_diagnosis, save_diagnosis
from vaediag.io.npz import read_npz, write_npz


@pytest.fixture(scope="module")
def synthetic():
    spec = importlib.util.spec_from_file_location("synthetic", Path(__file__).parents[1] / "synthetic.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def diagnosis(synthetic):
    return synthetic.exact("bernoulli", images=200)


@pytest.fixture
def folder(diagnosis, tmp_path):
    save_diagnosis(diagnosis, tmp_path)
    return tmp_path


def test_saved_and_loaded_it_is_the_same(synthetic, diagnosis, folder):
    synthetic.same(diagnosis, load_diagnosis(folder))
    synthetic.same(diagnosis, load_diagnosis(str(folder / "diagnosis.json")))
    assert sorted(path.name for path in folder.iterdir()) == ["diagnosis.json", "diagnosis.npz"]


def test_the_json_is_plain_and_names_its_arrays(folder):
    text = (folder / "diagnosis.json").read_text(encoding="utf-8")
    tree = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} in the JSON"))
    assert tree["schema"] == 1
    assert tree["arrays"]["sha256"] == hashlib.sha256((folder / "diagnosis.npz").read_bytes()).hexdigest()
    with np.load(folder / "diagnosis.npz", allow_pickle=False) as arrays:
        assert arrays["rows.elbo"].shape == (200,)


@pytest.mark.parametrize("name", ["\udcff.npy", "\x1b[31m", "σ 漢字 😀", '"quoted\\"', "two\nlines"])
def test_any_name_survives(synthetic, diagnosis, tmp_path, name):
    named = synthetic.change(diagnosis, data__name=name)
    save_diagnosis(named, tmp_path)
    synthetic.same(named, load_diagnosis(tmp_path))


def test_the_same_diagnosis_gives_the_same_bytes(diagnosis, folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    save_diagnosis(diagnosis, other)
    for name in ("diagnosis.json", "diagnosis.npz"):
        assert (folder / name).read_bytes() == (other / name).read_bytes()


def test_an_interrupted_save_leaves_the_old_diagnosis(synthetic, diagnosis, folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic, "_write", full)
    with pytest.raises(InputError, match="No space left"):
        save_diagnosis(synthetic.exact(images=300), folder)
    synthetic.same(diagnosis, load_diagnosis(folder))
    assert len(list(folder.iterdir())) == 2


def test_new_arrays_with_an_old_json_are_refused(synthetic, folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    save_diagnosis(synthetic.exact(images=300), other)
    (folder / "diagnosis.npz").write_bytes((other / "diagnosis.npz").read_bytes())
    with pytest.raises(InputError, match="a save was interrupted"):
        load_diagnosis(folder)


@pytest.mark.parametrize("name", ["diagnosis.json", "diagnosis.npz"])
@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "flipped", "noise"])
def test_damaged_files_are_one_line(folder, name, damage):
    path = folder / name
    data = path.read_bytes()
    middle = len(data) // 2
    changed = {
        "missing": None,
        "empty": b"",
        "truncated": data[:middle],
        "flipped": data[:middle] + bytes([data[middle] ^ 0x80]) + data[middle + 1 :],
        "noise": np.random.default_rng(0).bytes(500),
    }[damage]
    path.unlink() if changed is None else path.write_bytes(changed)
    with pytest.raises(InputError) as caught:
        load_diagnosis(folder)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "3",
        "[]",
        '{"schema": 1}',
        '{"schema": 1, "arrays": {"sha256": 3}}',
        '{"schema": NaN, "arrays": {"sha256": ""}}',
        '{"a": ' + "1" * 5000 + "}",
        "\ufeff{}",
    ],
)
def test_hostile_json_is_one_line(folder, text):
    (folder / "diagnosis.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_diagnosis(folder)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_huge_json_is_not_read(folder):
    with (folder / "diagnosis.json").open("wb") as file:
        file.truncate(10 * 2**30)  # sparse
    began = time.monotonic()
    with pytest.raises(InputError, match="64 MiB"):
        load_diagnosis(folder)
    assert time.monotonic() - began < 2


def test_a_pickle_in_the_arrays_is_never_opened(folder):
    class Trap:
        def __reduce__(self):
            return (pytest.fail, ("the pickle was opened",))

    array = np.empty(1, object)
    array[0] = Trap()
    file = io.BytesIO()
    np.savez(file, allow_pickle=True, **{"rows.elbo": array})
    _replace_arrays(folder, file.getvalue())
    with pytest.raises(UnsafeFileError, match="can run code"):
        load_diagnosis(folder)


def test_a_pickle_for_a_file_is_never_opened(folder):
    _replace_arrays(folder, pickle.dumps([1, 2]))
    with pytest.raises(InputError, match=r"expected an \.npz"):
        load_diagnosis(folder)


@pytest.mark.parametrize("shape", ["(10000000000000,)", "(-1,)", "(2,)", "(3, 99999999999)", "()"])
def test_a_header_that_lies_about_the_size_is_refused_before_memory_is_taken(shape):
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode().ljust(117) + b"\n"
    member = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(24)
    began = time.monotonic()
    with pytest.raises(InputError, match=r"^a\.npz: expected an \.npz of plain arrays; got "):
        read_npz(io.BytesIO(_zip({"a.npy": member})), "a.npz")
    assert time.monotonic() - began < 1


def test_a_zip_bomb_is_refused_by_its_directory():
    data = bytearray(_zip({"a.npy": b"0", "b.npy": b"0"}))
    at = -1
    for _ in range(2):
        at = data.index(b"PK\x01\x02", at + 1)
        data[at + 24 : at + 28] = (0xFFFFFFF0).to_bytes(4, "little")  # the directory's claim of the unpacked size
    with pytest.raises(UnsafeFileError, match=r"got 2 arrays and 8\.0 GiB"):
        read_npz(io.BytesIO(bytes(data)), "a.npz")


def test_more_arrays_than_anyone_writes_are_refused():
    data = _zip({f"{i}.npy": b"" for i in range(10_001)})
    with pytest.raises(UnsafeFileError, match="10001 arrays"):
        read_npz(io.BytesIO(data), "a.npz")


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["<f8", ">i4", "|u1", "?", "<U5", "|S3"])
def test_arrays_of_every_kind_come_back(order, dtype):
    array = np.asarray(np.arange(24).reshape(2, 3, 4) % 7, order=order).astype(dtype)
    back = read_npz(io.BytesIO(write_npz({"a.b": array, "none": np.zeros((0, 3))})), "a.npz")
    np.testing.assert_array_equal(back["a.b"], array)
    assert back["a.b"].dtype == array.dtype
    assert back["none"].shape == (0, 3)


def _replace_arrays(folder: Path, data: bytes) -> None:
    """Swap the npz as someone would who also corrects the hash."""
    (folder / "diagnosis.npz").write_bytes(data)
    path = folder / "diagnosis.json"
    tree = json.loads(path.read_text(encoding="utf-8"))
    tree["arrays"]["sha256"] = hashlib.sha256(data).hexdigest()
    path.write_text(json.dumps(tree), encoding="utf-8")


def _zip(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()
