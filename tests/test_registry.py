"""Addresses: registered names, paths, factories, and what is said when there is nothing there."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import numpy as np
import pytest

from vaediag import datasets, registry
from vaediag.errors import InputError
from vaediag.registry import Card, load, load_images

CARDS = """
    import numpy as np
    from vaediag.io.images import from_array
    from vaediag.registry import Card

    def models():
        return (Card("lab-vae", "A model.", "labplugin:vae", "lab-set"), Card("lab-two", "Two.", "labplugin:vae"))

    one = Card("lab-one", "One card, not a function.", "labplugin:vae", findings=("tails",), elbo=-1.5)

    def datasets():
        return [Card("lab-set", "A data set.", "labplugin:images"), Card("lab-plain", "No splits.", "labplugin:plain")]

    def images(split=None):
        split = split or "test"
        return from_array(np.full((4, 2, 2), {"train": 1.0, "test": 2.0}[split]), name="theirs", split=split)

    def plain():
        return np.zeros((3, 5))

    class Model:
        name, source = "theirs", None
        encode = decode = prior = None

    def vae():
        return Model()

    def number():
        return 3

    limit = 3
"""
ENTRY_POINTS = """
    [vaediag.models]
    lab = labplugin:models
    one = labplugin:one

    [vaediag.datasets]
    lab = labplugin:datasets
"""


def install(folder, monkeypatch, code=CARDS, entry_points=ENTRY_POINTS, module="labplugin"):
    """A package of somebody else, installed the way pip does it."""
    (folder / f"{module}.py").write_text(textwrap.dedent(code))
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(textwrap.dedent(entry_points))
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, module, raising=False)


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    install(tmp_path, monkeypatch)


# ---- cards -----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("plugin")
def test_packages_register_cards():
    found = registry.models()
    assert found["lab-vae"] == Card("lab-vae", "A model.", "labplugin:vae", dataset="lab-set")
    assert (found["lab-one"].findings, found["lab-one"].elbo) == (("tails",), -1.5)
    assert found["lab-two"].elbo is None
    assert {"lab-set", "lab-plain"} <= set(registry.datasets())
    assert {"lab-set", "lab-plain"} <= set(datasets.names())


def test_a_broken_package_does_not_take_the_list_down(tmp_path, monkeypatch):
    install(tmp_path, monkeypatch, entry_points="[vaediag.models]\na = labplugin:nothing\nb = labplugin:one\n")
    with pytest.warns(UserWarning, match=r"labplugin:nothing cannot be listed \(AttributeError"):
        assert "lab-one" in registry.models()


def test_what_is_no_card_is_said(tmp_path, monkeypatch):
    install(tmp_path, monkeypatch, entry_points="[vaediag.models]\na = labplugin:plain\nb = labplugin:one\n")
    with pytest.warns(UserWarning, match=r"expected vaediag\.registry\.Card; got ndarray"):
        registry.models()


def test_a_name_registered_twice_is_said(tmp_path, monkeypatch):
    code = CARDS + '\n    other = Card("lab-one", "Another.", "x:y")\n'
    install(tmp_path, monkeypatch, code, "[vaediag.models]\na = labplugin:one\nb = labplugin:other\n")
    with pytest.warns(UserWarning, match="'lab-one' is registered twice; labplugin:other is left out"):
        assert registry.models()["lab-one"].sentence == "One card, not a function."


# ---- models ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("plugin")
def test_models_by_name_and_by_factory():
    by_name, by_factory = load("lab-vae"), load("labplugin:vae")
    assert (by_name.name, by_name.source) == ("lab-vae", "lab-vae")
    assert (by_factory.name, by_factory.source) == ("theirs", "labplugin:vae")


@pytest.mark.usefixtures("plugin")
@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("lab-vea", r"'lab-vea', which is none of them\. Did you mean lab-vae.*`vaediag models` lists the names"),
        ("", "got ''"),
        ("no.such.module:vae", r"No module named 'no'.*PYTHONPATH"),
        ("labplugin:vea", r"labplugin has no 'vea'\. Did you mean vae"),
        ("labplugin:limit", "has no 'limit'"),
        ("labplugin:number", "return a vaediag.VAE; got int"),
        ("labplugin:vae()", "which is none of them"),
        ("./nowhere", "nowhere does not exist"),
        ("some/where", "where does not exist"),
    ],
)
def test_models_that_are_not_there(address, message):
    with pytest.raises(InputError, match=message) as caught:
        load(address)
    assert str(caught.value).startswith("model: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("source", [None, 3, object()])
def test_addresses_are_text_or_paths(source):
    with pytest.raises(InputError, match=r"model: expected a registered name, a path or 'package\.module:factory'"):
        load(source)


def test_a_path_object_is_always_a_path(tmp_path, monkeypatch):
    from pathlib import Path

    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"does not exist\. Check the path"):
        load(Path("lab-vae"))


@pytest.mark.usefixtures("plugin")
def test_a_registered_name_wins_over_a_folder_of_that_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lab-vae").mkdir()
    assert load("lab-vae").name == "lab-vae"
    with pytest.raises(InputError, match=r"no vae\.json"):
        load("./lab-vae")


# ---- images ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("plugin")
@pytest.mark.parametrize(
    ("address", "split", "value", "source", "name"),
    [
        ("lab-set", None, 2.0, "lab-set", "lab-set"),
        ("lab-set[train]", None, 1.0, "lab-set[train]", "lab-set"),
        ("lab-set", "train", 1.0, "lab-set[train]", "lab-set"),
        ("lab-set[train]", "train", 1.0, "lab-set[train]", "lab-set"),
        ("labplugin:images", "test", 2.0, "labplugin:images[test]", "theirs"),
        ("labplugin:images[train]", None, 1.0, "labplugin:images[train]", "theirs"),
        ("lab-plain", None, 0.0, "lab-plain", "lab-plain"),
    ],
)
def test_images_by_address(address, split, value, source, name):
    images = load_images(address, split=split)
    assert images.values.flat[0] == value
    assert (images.source, images.name) == (source, name)
    again = load_images(images.source)
    assert again.sha256 == images.sha256


@pytest.mark.usefixtures("plugin")
def test_public_load_is_the_same(tmp_path):
    assert datasets.load("lab-set").split == "test"
    np.save(tmp_path / "x.npy", np.full((3, 4), 255, np.uint8))
    images = datasets.load(str(tmp_path / "x.npy"), preprocess="unit")
    assert (images.values.max(), images.preprocessing) == (1.0, "unit")
    assert datasets.load(np.zeros((3, 4))).source is None
    assert datasets.load(images) is images


def test_paths_with_splits(tmp_path):
    np.savez(tmp_path / "x.npz", x_train=np.zeros((3, 4)), x_test=np.ones((2, 4)))
    images = load_images(f"{tmp_path}/x.npz[train]")
    assert (len(images), images.split, images.source) == (3, "train", f"{tmp_path}/x.npz[train]")


def test_a_file_whose_name_looks_like_a_split(tmp_path):
    np.save(tmp_path / "x[train]", np.zeros((3, 4)))
    (tmp_path / "x[train].npy").rename(tmp_path / "x.npy[a]")
    with pytest.raises(InputError, match=r"expected \.npy"):
        load_images(f"{tmp_path}/x.npy[a]")


def test_a_file_beside_needs_no_separator(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    np.save(tmp_path / "x.npy", np.zeros((3, 4)))
    assert len(load_images("x.npy")) == 3


@pytest.mark.usefixtures("plugin")
@pytest.mark.parametrize(
    ("address", "split", "message"),
    [
        ("lab-sett", None, "expected a registered data set.*Did you mean lab-set"),
        ("lab-set[train]", "test", "says 'train'; got 'test'"),
        ("lab-plain", "train", "'labplugin:plain' takes no split; got 'train'"),
        ("labplugin:number", None, "expected an array or a path; got int"),
        ("./nothing.npy", None, "does not exist"),
    ],
)
def test_images_that_are_not_there(address, split, message):
    with pytest.raises(InputError, match=message) as caught:
        load_images(address, split=split)
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("plugin")
def test_a_registered_data_set_wins_over_a_folder_of_that_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lab-set").mkdir()
    assert load_images("lab-set").name == "lab-set"
    with pytest.raises(InputError, match="lab-set has none"):
        load_images("./lab-set")


# ---- importing -------------------------------------------------------------------------------------------------------


def loaded_by(code):
    script = f"import sys\n{code}\nprint(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    return subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()


def test_listing_cards_loads_neither_numpy_nor_tensorflow(tmp_path, monkeypatch):
    install(tmp_path, monkeypatch, 'from vaediag.registry import Card\none = Card("a", "b", "c:d")\n')
    names = loaded_by(
        f"sys.path.insert(0, {str(tmp_path)!r})\nfrom vaediag.registry import Card, models, load, load_images"
    )
    assert not {"numpy", "tensorflow", "keras"} & set(names)


def test_images_load_without_tensorflow(tmp_path):
    np.save(tmp_path / "x.npy", np.zeros((3, 4)))
    names = loaded_by(f"import vaediag.datasets as d; d.load({str(tmp_path / 'x.npy')!r}).sha256")
    assert "numpy" in names
    assert not {"tensorflow", "keras", "h5py", "PIL", "matplotlib"} & set(names)


def test_a_factory_that_fails_is_named(tmp_path, monkeypatch):
    (tmp_path / "failing_factory.py").write_text("def make():\n    raise RuntimeError('no such weights')\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(InputError, match=r"failing_factory:make failed: RuntimeError: no such weights"):
        registry.load("failing_factory:make")
