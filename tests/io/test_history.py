"""history.json + history.npz: exact, atomic, readable while a training writes, and refused in a sentence."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vaediag.errors import InputError
from vaediag.io import history as history_files
from vaediag.io.history import load_history, save_history
from vaediag.io.pair import MismatchError


def neighbour(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parents[1] / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def histories():
    return neighbour("histories")


@pytest.fixture(scope="module")
def same():
    return neighbour("synthetic").same


@pytest.fixture
def folder(histories, tmp_path):
    save_history(histories.history(), tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "made",
    [
        {},
        {"times": 0, "pictures": False},
        {"times": 1, "latents": 1, "event": (5,), "pictures": False},
        {"times": 500, "latents": 128},
        {"missing": (0, 4)},
        {"times": 3, "losses": {}, "model": "σ 漢字 \x1b[31m", "assumed": ("σ 0.113 estimated",), "budget": None},
    ],
)
def test_saved_and_loaded_it_is_the_same(histories, same, tmp_path, made):
    history = histories.history(**made)
    assert save_history(history, tmp_path / "new") == tmp_path / "new" / "history.json"
    same(history, load_history(tmp_path / "new"))
    same(history, load_history(str(tmp_path / "new" / "history.json")))
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["history.json", "history.npz"]


def test_the_json_is_plain(folder):
    tree = json.loads((folder / "history.json").read_text("utf-8"), parse_constant=lambda name: pytest.fail(name))
    assert (tree["schema"], len(tree["elbo"]["value"]), tree["findings"][0][0]) == (1, 12, "scale")


def test_loading_needs_no_tensorflow(folder):
    code = f"import sys, vaediag as vd; vd.load_history({str(folder)!r}); assert 'tensorflow' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_reader_never_sees_half_of_what_a_training_writes(histories, tmp_path):
    made = [histories.history(times, latents=60, pictures=False) for times in range(8, 14)]  # their kl is in the npz
    save_history(made[0], tmp_path)
    done = threading.Event()

    def write():
        for _ in range(6):
            for history in made:
                save_history(history, tmp_path)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = set()
    while not done.is_set():
        history = load_history(tmp_path)
        assert history.kl.shape == (len(history), 60)
        seen.add(len(history))
    writer.join()
    assert seen <= set(range(8, 14))
    assert len(seen) > 1


def test_between_the_two_files_a_reader_looks_again(histories, same, folder, monkeypatch):
    """The npz is there already, the JSON not yet."""
    old, new = (folder / "history.json").read_bytes(), histories.history(20)
    save_history(new, folder)
    fresh = (folder / "history.json").read_bytes()
    (folder / "history.json").write_bytes(old)
    with pytest.raises(MismatchError, match="a save was interrupted"):
        load_history(folder)
    monkeypatch.setattr(history_files.time, "sleep", lambda _: (folder / "history.json").write_bytes(fresh))
    same(new, load_history(folder))


def refusal(path, match):
    with pytest.raises(InputError, match=match) as caught:
        load_history(path)
    assert "\n" not in str(caught.value)
    assert "history" in str(caught.value)


def test_an_empty_folder_and_a_missing_one(tmp_path):
    refusal(tmp_path, r"expected a history of a training .*No such file.*vd\.Monitor")
    refusal(tmp_path / "nowhere", "No such file")


def test_a_diagnosis_is_not_a_history(folder):
    tree = json.loads((folder / "history.json").read_text("utf-8"))
    (folder / "history.json").write_text(json.dumps({key: tree[key] for key in ("schema", "seed", "arrays")}), "utf-8")
    refusal(folder, r"history\.model|model: expected to be there")


@pytest.mark.parametrize("kept", [0, 1, 30, 0.5, 0.99])
@pytest.mark.parametrize("name", ["history.json", "history.npz"])
def test_truncated_files(folder, name, kept):
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[: kept if isinstance(kept, int) else int(len(data) * kept)])
    refusal(folder, "damaged")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"schema": 2}, "update vaediag"),
        ({"schema": None}, "a file without a schema"),
        ({"step": [1, 2]}, r"history\.step: expected shape"),
        ({"elbo": {"value": [1.0], "standard_error": [1.0]}}, r"elbo"),
        ({"sigma": [[0.1] * 4] * 12}, r"history\.sigma"),
        ({"findings": []}, r"history\.findings"),
        ({"severities": [["grave", "warning"]] * 12}, r"history\.severities"),
        ({"losses": {"loss": [1.0]}}, r"history\.losses\.loss"),
        ({"event_shape": [-1]}, "positive"),
        ({"latent_dim": 5}, r"history\.kl: expected shape \(12, 5\)"),
    ],
)
def test_parts_that_do_not_fit(folder, change, match):
    tree = json.loads((folder / "history.json").read_text("utf-8"))
    (folder / "history.json").write_text(json.dumps({**tree, **change}), "utf-8")
    refusal(folder, match)


def test_a_full_disk_leaves_the_old_history(same, folder, monkeypatch):
    from vaediag.io import atomic

    def full(*_):
        raise OSError(28, "No space left on device")

    before = load_history(folder)
    monkeypatch.setattr(atomic, "_write", full)
    with pytest.raises(InputError, match="No space left"):
        save_history(replace(before, finished=True), folder)
    same(before, load_history(folder))


def test_numbers_of_numpy_and_python_alike(histories, same, tmp_path):
    history = histories.history(3, epoch=np.array([1, 2, 5], np.int32))
    save_history(history, tmp_path)
    same(history, load_history(tmp_path))
