"""keras:NAME from Keras' own folder, which these tests make; nothing is asked of the network."""

from __future__ import annotations

import gzip
import hashlib
import io
import pickle
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request

import numpy as np
import pytest

from vaediag.errors import InputError
from vaediag.io import keras_sets
from vaediag.registry import load_images

GREY = np.random.default_rng(0).integers(0, 256, (30, 28, 28), dtype=np.uint8)
COLOUR = np.random.default_rng(1).integers(0, 256, (10, 32, 32, 3), dtype=np.uint8)


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Keras' folder of data sets; whoever asks the network hears that there is none."""

    def unreachable(*_args, **_options):
        raise urllib.error.URLError("Name or service not known")

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(urllib.request, "urlopen", unreachable)
    (tmp_path / "datasets").mkdir()
    return tmp_path / "datasets"


def mnist(home):
    np.savez(home / "mnist.npz", x_train=GREY, y_train=np.arange(30), x_test=GREY[:9], y_test=np.arange(9))


def idx(values):
    return bytes([0, 0, 8, values.ndim]) + np.array(values.shape, ">u4").tobytes() + values.tobytes()


def fashion(home):
    folder = home / "fashion-mnist"
    folder.mkdir()
    for start, values in (("train", GREY), ("t10k", GREY[:9])):
        labels = np.arange(len(values), dtype=np.uint8)
        (folder / f"{start}-images-idx3-ubyte.gz").write_bytes(gzip.compress(idx(values)))
        (folder / f"{start}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(idx(labels)))


def batch(values, first=0, key=b"labels"):
    data = np.ascontiguousarray(values.transpose(0, 3, 1, 2).reshape(len(values), -1))
    return pickle.dumps({b"data": data, key: list(range(first, first + len(values)))}, protocol=2)


CIFAR10 = {f"data_batch_{i + 1}": batch(COLOUR[2 * i : 2 * i + 2], 2 * i) for i in range(5)}
CIFAR10["test_batch"] = batch(COLOUR[:4])


@pytest.mark.parametrize(("name", "write"), [("mnist", mnist), ("fashion_mnist", fashion)])
def test_grey_sets(name, write, home):
    write(home)
    test, train = load_images(f"keras:{name}"), load_images(f"keras:{name}[train]")
    np.testing.assert_array_equal(test.values, GREY[:9])
    np.testing.assert_array_equal(train.values, GREY)
    np.testing.assert_array_equal(train.labels, np.arange(30))
    assert (test.name, test.split, test.source) == (name, "test", f"keras:{name}")
    assert (train.split, train.source) == ("train", f"keras:{name}[train]")
    assert train.rows.read(0, 1).dtype == np.uint8


@pytest.mark.parametrize(
    "inner", ["cifar-10-batches-py", "cifar-10-batches-py-target/cifar-10-batches-py", "cifar-10-python.tar.gz"]
)
def test_cifar_wherever_keras_left_it(inner, home):
    if inner.endswith(".gz"):
        with tarfile.open(home / inner, "w:gz") as archive:
            for name, data in CIFAR10.items():
                member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))
    else:
        (home / inner).mkdir(parents=True)
        for name, data in CIFAR10.items():
            (home / inner / name).write_bytes(data)
    train = load_images("keras:cifar10[train]")
    np.testing.assert_array_equal(train.values, COLOUR)
    np.testing.assert_array_equal(train.labels, np.arange(10))
    np.testing.assert_array_equal(load_images("keras:cifar10").values, COLOUR[:4])


def test_cifar100_has_fine_labels(home):
    (home / "cifar-100-python").mkdir()
    (home / "cifar-100-python" / "test").write_bytes(batch(COLOUR, 5, b"fine_labels"))
    np.testing.assert_array_equal(load_images("keras:cifar100").labels, np.arange(5, 15))


def test_a_pickle_in_place_of_cifar_runs_nothing(home):
    class Bomb:
        def __reduce__(self):
            return (exec, ("import builtins; builtins.vaediag_bomb = True",))

    (home / "cifar-10-batches-py").mkdir()
    (home / "cifar-10-batches-py" / "test_batch").write_bytes(pickle.dumps({b"data": Bomb(), b"labels": [1]}))
    with pytest.raises(InputError, match=r"test_batch cannot be read \(it asks for builtins\.exec\)"):
        load_images("keras:cifar10")
    assert not hasattr(__import__("builtins"), "vaediag_bomb")


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("mnist", r"mnist\.npz"),
        ("fashion_mnist[train]", r"/train-images-idx3-ubyte\.gz"),
        ("cifar10", r"cifar-10-python\.tar\.gz"),
    ],
)
def test_without_network_the_file_its_place_and_its_address_are_said(name, place, home):
    with pytest.raises(
        InputError,
        match=rf"{home}.*{place}, which is not there; downloading .*service not known.*from https://.*{place}",
    ) as caught:
        load_images(f"keras:{name}")
    assert "\n" not in str(caught.value)
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_a_download_is_checked_and_kept(home, monkeypatch):
    mnist(home)
    data = (home / "mnist.npz").read_bytes()
    (home / "mnist.npz").unlink()
    monkeypatch.setattr(urllib.request, "urlopen", lambda *_args, **_options: io.BytesIO(data))
    with pytest.raises(InputError, match="what arrived is not that file"):
        load_images("keras:mnist")
    assert list(home.iterdir()) == []
    known = keras_sets.Remote("mnist.npz", "https://mine", hashlib.sha256(data).hexdigest())
    monkeypatch.setattr(keras_sets, "MNIST", known)
    assert len(load_images("keras:mnist")) == 9
    assert (home / "mnist.npz").read_bytes() == data


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("keras:imdb", "expected keras:mnist, keras:fashion_mnist, .*; got 'keras:imdb'"),
        ("keras:mnist[valid]", "split: expected train or test of keras:mnist; got 'valid'"),
    ],
)
@pytest.mark.usefixtures("home")
def test_names_and_splits_that_there_are_not(address, message):
    with pytest.raises(InputError, match=message):
        load_images(address)


def test_a_damaged_file_says_which(home):
    (home / "mnist.npz").write_bytes(b"half")
    with pytest.raises(InputError, match=r"mnist\.npz cannot be read"):
        load_images("keras:mnist")


def test_keras_is_not_loaded_for_it(home):
    mnist(home)
    code = "import sys; from vaediag.registry import load_images; load_images('keras:mnist'); print({'keras', 'tensorflow'} & {*sys.modules})"  # noqa: E501
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "set()\n"


@pytest.mark.parametrize(("name", "meant"), [("mnist", "keras:mnist"), ("cifar-10", "keras:cifar10")])
def test_who_forgets_the_scheme_is_told(name, meant):
    with pytest.raises(InputError, match=f"Did you mean .*{meant}"):
        load_images(name)
