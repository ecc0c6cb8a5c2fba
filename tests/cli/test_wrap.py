"""`vaediag wrap`, and every command of docs/wrap.md."""

from __future__ import annotations

import importlib
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vaediag as vd
from vaediag.cli.run import run

DOCS = Path(__file__).parents[2] / "docs" / "wrap.md"
HEADS = ("--posterior", "mean-logvar", "--likelihood", "bernoulli-probs")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that the page talks about: a small VAE as a Keras example saves it."""
    import warnings

    from vaediag.backend import keras

    class Sampling(keras.layers.Layer):
        def call(self, pair):
            return pair[0] + keras.ops.exp(0.5 * pair[1]) * keras.random.normal(keras.ops.shape(pair[0]))

    keras.utils.set_random_seed(1)
    layers = keras.layers
    x = keras.Input((28, 28, 1))
    hidden = layers.Dense(8, activation="relu")(layers.Flatten()(x))
    mean, spread = layers.Dense(2, name="z_mean")(hidden), layers.Dense(2, name="z_log_var")(hidden)
    drawn = Sampling()([mean, spread])
    encoder = keras.Model(x, [mean, spread, drawn], name="encoder")
    z = keras.Input((2,))
    pixels = layers.Dense(784, activation="sigmoid")(z)
    decoder = keras.Model(z, layers.Reshape((28, 28, 1))(pixels), name="decoder")
    folder = tmp_path_factory.mktemp("files")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that .h5 is old
        encoder.save(folder / "encoder.keras")
        decoder.save(folder / "decoder.keras")
        keras.Model(x, drawn).save(folder / "draws.keras")
        keras.Model(x, decoder(encoder(x)[2])).save(folder / "vae.h5")
    decoder.export(folder / "decoder_dir", verbose=False)
    random = np.random.default_rng(0)
    for name in ("train", "test"):
        np.save(folder / f"{name}.npy", random.integers(0, 256, (60, 28, 28, 1), dtype=np.uint8))
    return folder


@pytest.fixture
def here(files: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(files)
    return files


def commands() -> list[list[str]]:
    return [shlex.split(line.strip())[1:] for line in DOCS.read_text().splitlines() if line.startswith("    vaediag ")]


@pytest.mark.usefixtures("here")
def test_the_commands_of_the_page(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    opened: list[Any] = []
    measure = importlib.import_module("vaediag.diagnose")  # the diagnosis itself has tests of its own
    monkeypatch.setattr(measure, "diagnose", lambda vae, images, **_: opened.append((vae.source, len(images))))
    found = commands()
    assert [command[0] for command in found] == ["wrap", "diagnose", "wrap", "wrap", "wrap"]
    said = ""
    for command in found:
        assert run(command) == 0, capsys.readouterr().err
        said = said or capsys.readouterr().out
    shown = re.search(r"```text\n(.*?)```", DOCS.read_text(), re.DOTALL)
    assert shown is not None
    assert said == shown[1]
    assert opened == [("./my-vae", 60)]
    assert "Next: vaediag diagnose ./with-program DATA --trust" in capsys.readouterr().out
    squared = vd.load("./squared")
    assert squared.describe()["likelihood"].endswith(", estimated from 60 images of train")
    assert not any("estimated" in phrase for phrase in squared.assumed)  # said once


def test_the_python_of_the_page(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = re.search(r"```python\n(.*?)```", DOCS.read_text(), re.DOTALL)
    assert code is not None
    exec(code[1], {})
    assert "without its layer Sampling" in capsys.readouterr().out
    assert (here / "my-vae" / "vae.json").is_file()


def test_choices_are_listed_below_one_line(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["wrap", "--encoder", "encoder.keras", "--decoder", "decoder.keras", "-o", "asked"]) == 2
    first, *listed = capsys.readouterr().err.splitlines()
    assert first.startswith(
        "vaediag: posterior: expected what the 4 numbers that encoder.keras gives for 2 latents are"
    )
    assert all(line.startswith("  ") for line in listed)
    assert listed[0].split()[0] == "mean-logvar"
    assert not (here / "asked").exists()


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--encoder", "decoder.keras", "--decoder", "encoder.keras"], "look swapped"),
        (["--encoder", "vae.h5", "--decoder", "vae.h5"], "Name the networks inside: vae.h5:encoder and vae.h5:decoder"),
        (["--encoder", "nowhere.keras", "--decoder", "decoder.keras"], "nowhere.keras cannot be read"),
        (["--encoder", "encoder.keras", "--decoder", "decoder_dir"], "--trust on the command line"),
        (["--encoder", "encoder.keras", "--decoder", "test.npy"], "expected a file that Keras saved"),
    ],
)
@pytest.mark.usefixtures("here")
def test_files_that_do_not_do_are_one_line(arguments: list[str], part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["wrap", *arguments, *HEADS, "-o", "bad"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert part in line
    assert not Path("bad").exists()


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--likelihood", "normal", "-o", "bad"], "scale: 'normal' needs it"),
        (["--likelihood", "bernoulli-logits", "-o", "bad"], "Choose bernoulli-probs"),
        (["--likelihood", "binomial", "--option", "total_count=3", "-o", "bad"], "with the option parameters=probs"),
        (["--likelihood", "bernoulli-probs", "--posterior", "mean-var", "-o", "bad"], "got 'mean-var'"),
        (["--likelihood", "normal", "--scale", "estimate", "--data", "wide.npy", "-o", "bad"], "has [9, 9] per image"),
        (["--likelihood", "bernoulli-probs", "-o", "/proc/bad"], "/proc/bad gave 'No such file"),
        (["--likelihood", "bernoulli-probs", "-o", "thesis"], "which holds thesis.txt. Choose another name"),
    ],
)
def test_what_the_arguments_show_is_said_before_tensorflow_is_loaded(
    here: Path, arguments: list[str], part: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module in ("vaediag.backend", "vaediag.heads", "vaediag.vae"):
        monkeypatch.setitem(sys.modules, module, None)  # importing it fails
    np.save(here / "wide.npy", np.zeros((3, 9, 9)))
    (here / "thesis").mkdir(exist_ok=True)
    (here / "thesis" / "thesis.txt").write_text("years of work")
    given = [] if "--posterior" in arguments else ["--posterior", "mean-logvar"]
    assert run(["wrap", "--encoder", "encoder.keras", "--decoder", "decoder.keras", *given, *arguments]) == 2
    assert part in capsys.readouterr().err.splitlines()[0]
    assert not Path("bad").exists()


@pytest.mark.usefixtures("here")
def test_a_bundle_that_is_replaced_is_spoken_of(capsys: pytest.CaptureFixture[str]) -> None:
    command = ["wrap", "--encoder", "encoder.keras", "--decoder", "decoder.keras", *HEADS, "-o", "twice"]
    assert run(command) == 0
    assert "Bundle: twice, images" in capsys.readouterr().out
    assert run(command) == 0
    assert "Bundle: twice, in place of the one that was there, images" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (["--option", "df"], "--option: expected NAME=VALUE, each name once; got 'df'"),
        (["--scale", "1", "--option", "scale=2"], "--option: expected NAME=VALUE, each name once; got 'scale=2'"),
        (["--option", "df=3"], "df: likelihood 'bernoulli-probs' has no such option"),
        (["--event-shape", "28by28"], "--event-shape: expected HxWxC"),
        (["--event-shape", "28x27"], "28"),
        (["--latents", "3"], "3"),
        (["--preprocess", "units"], "units"),
        (["--prior", "nowhere.npz"], "nowhere.npz cannot be read"),
        (["--prior", "wrong.npz"], "expected arrays loc and scale, or weights, locs and scales; got a"),
        (["--data", "nowhere"], "nowhere"),
    ],
)
def test_options_that_do_not_do_are_one_line(
    here: Path, options: list[str], part: str, capsys: pytest.CaptureFixture[str]
) -> None:
    np.savez(here / "wrong.npz", a=np.ones(2))
    command = ["wrap", "--encoder", "encoder.keras", "--decoder", "decoder.keras", *HEADS, *options, "-o", "bad"]
    assert run(command) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert part in line
    assert not (here / "bad").exists()


def test_what_the_options_say_is_in_the_bundle(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez(here / "prior.npz", loc=np.array([1.0, 2.0]), scale=np.array([0.5, 0.5]))
    command = ["wrap", "--encoder", "encoder.keras", "--decoder", "decoder.keras", "--posterior", "mean-logscale"]
    options = ["--likelihood", "student-t", "--scale", "0.2", "--option", "df=4", "--name", "mine", "--prior"]
    assert run([*command, *options, "prior.npz", "--preprocess", "unit+pad:28", "-o", "said"]) == 0
    assert capsys.readouterr().err == ""
    vae = vd.load("./said")
    assert (vae.name, vae.preprocessing) == ("mine", "unit+pad:28")
    assert vae.likelihood == vd.likelihoods.StudentT(0.2, df=4)
    assert vae.posterior == vd.posteriors.MeanLogScale()
    assert isinstance(vae.prior_head, vd.priors.Normal)
    np.testing.assert_array_equal(vae.prior_head.loc, [1.0, 2.0])


@pytest.mark.parametrize("command", ["diagnose", "report", "check", "traverse"])
def test_every_command_asks_for_trust(here: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    if not (here / "program").exists():
        wrapped = ["wrap", "--encoder", "encoder.keras", "--decoder", "decoder_dir", *HEADS, "--trust", "-o", "program"]
        assert run(wrapped) == 0
        capsys.readouterr()
    data = [] if command == "traverse" else ["test.npy", "--limit", "8"]
    output = ["-o", "walk.png" if command == "traverse" else "out"] if command != "check" else []
    assert run([command, "./program", *data, *output]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "holds decoder.savedmodel.zip, a SavedModel" in line
    assert not (here / "out").exists()


def test_with_trust_a_command_runs(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrapped = ["wrap", "--encoder", "encoder.keras", "--decoder", "decoder_dir", *HEADS, "--trust", "-o", "trusted"]
    assert run(wrapped) == 0
    picture = ["traverse", "./trusted", "--trust", "--dim", "0", "--views", "mean", "-o", "walk.png"]
    assert run(picture) == 0, capsys.readouterr().err
    assert (here / "walk.png").stat().st_size > 1000
