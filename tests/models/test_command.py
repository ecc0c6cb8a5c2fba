"""`vaediag train` and `python -m vaediag_models.make`."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from vaediag.bundle.load import load_bundle
from vaediag.errors import InputError
from vaediag_models import catalogue, command, make
from vaediag_models.training import checkpoint, repeatable


@pytest.fixture(autouse=True)
def this_process_stays_as_it_is(monkeypatch):
    """Repeatable sums cannot be switched off again: not for the tests that follow."""
    monkeypatch.setattr(repeatable, "make_repeatable", lambda: None)


@pytest.fixture
def quick(monkeypatch):
    """digits-bernoulli, but tiny."""
    tiny = dataclasses.replace(
        catalogue.RECIPES["digits-bernoulli"], epochs=1, refine=0, widths=(8,), latent_dim=2, batch=256
    )
    monkeypatch.setitem(catalogue.RECIPES, "digits-bernoulli", tiny)
    return tiny


@pytest.mark.usefixtures("quick")
def test_train_writes_a_bundle(tmp_path, capsys):
    command.train("digits-bernoulli", tmp_path / "new" / "bundle", seed=5)
    said = capsys.readouterr()
    assert "digits-bernoulli: held-out ELBO -" in said.out
    assert said.err == ""  # no progress bar where nobody looks
    vae: Any = load_bundle(tmp_path / "new" / "bundle")
    assert vae.training["recipe"]["seed"] == 5
    assert vae.training["recipe"]["grey"] == "digits"
    assert vae.card["test_images"] == 500


@pytest.mark.usefixtures("quick")
def test_train_on_other_images(tmp_path):
    bits = (np.random.default_rng(0).random((40, 4, 5, 1)) < 0.4).astype(np.uint8) * 255
    np.save(tmp_path / "x.npy", bits)
    path, folder = str(tmp_path / "x.npy"), tmp_path / "bundle"
    with pytest.raises(InputError, match=r"--data: expected 0 and 1 only.*holds 255.*--preprocess threshold"):
        command.train("digits-bernoulli", folder, data=path)
    assert not folder.exists()
    command.train("digits-bernoulli", folder, data=path, epochs=2, preprocess="threshold")
    vae: Any = load_bundle(folder)
    assert vae.event_shape == (4, 5, 1)
    assert vae.preprocessing == "threshold"
    assert vae.training["recipe"]["epochs"] == 2


@pytest.mark.usefixtures("quick")
def test_ctrl_c_says_how_to_go_on(tmp_path, capsys, monkeypatch):
    from vaediag_models import production

    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(production, "produce", stopped)
    with pytest.raises(KeyboardInterrupt):
        command.train("digits-bernoulli", tmp_path)
    assert "the same command goes on" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("likelihood", "value", "message"),
    [
        ({"family": "bernoulli"}, 0.5, "0 and 1 only"),
        ({"family": "continuous_bernoulli"}, 1.5, "values from 0 to 1"),
        ({"family": "normal", "scale": {"kind": "image"}}, np.nan, "finite numbers"),
    ],
)
def test_images_outside_the_support_are_refused(likelihood, value, message):
    from vaediag.io.images import from_array

    x = np.zeros((5, 3), np.float32)
    recipe = dataclasses.replace(catalogue.RECIPES["digits-bernoulli"], likelihood=likelihood)
    command.check_support(recipe, from_array(x))
    x[3, 1] = value
    with pytest.raises(InputError, match=message):
        command.check_support(recipe, from_array(x))


def test_unknown_recipe_and_missing_images(tmp_path):
    with pytest.raises(InputError, match=r"recipe: expected one of digits-bernoulli, .*; got 'digit'"):
        command.train("digit", tmp_path)
    with pytest.raises(InputError, match="--data: expected the folder of Fashion-MNIST"):
        command.train("fashion-normal-image", tmp_path)


def test_make_skips_fashion_without_its_images(tmp_path, capsys):
    make.make(["fashion-normal-image"], fashion=None, into=tmp_path)
    assert capsys.readouterr().out == (
        "fashion-normal-image: skipped, the images are not part of the project; give --fashion FOLDER\n"
    )
    assert not list(tmp_path.iterdir())


def test_make_reads_fashion_files(tmp_path, capsys, monkeypatch):
    for part, count in (("train", 30), ("t10k", 10)):
        pixels = np.random.default_rng(0).integers(0, 256, (count, 28, 28), np.uint8)
        header = np.array([0x803, count, 28, 28], ">i4").tobytes()
        (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(header + pixels.tobytes())
    quick = dataclasses.replace(
        catalogue.RECIPES["fashion-normal-image"], epochs=1, refine=0, widths=(2, 2), hidden=4, validation=0.2
    )
    monkeypatch.setitem(catalogue.RECIPES, quick.name, quick)
    make.make([quick.name], fashion=tmp_path, into=tmp_path / "out")
    assert "held-out ELBO" in capsys.readouterr().out
    vae: Any = load_bundle(tmp_path / "out" / quick.name)
    assert vae.preprocessing == "unit"
    assert vae.event_shape == (28, 28, 1)
    assert vae.card["test_images"] == 10
    assert not (tmp_path / "out" / quick.name / checkpoint.FILE).exists()
