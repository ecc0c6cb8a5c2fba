"""SavedModels: nothing of them runs without a person's word, and what is opened is what was copied."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import vaediag as vd
from vaediag.bundle.load import holds_program, load_bundle
from vaediag.bundle.program import Program, pack
from vaediag.bundle.zips import write_zip
from vaediag.errors import HoldsProgramError, InputError, UnsafeFileError

HEADS: dict[str, Any] = {"posterior": "mean-logvar", "likelihood": "bernoulli-probs"}


@pytest.fixture(scope="module")
def folders(keras3_files, tmp_path_factory):
    """SavedModels as the libraries write them: Keras 3's export, tf_keras's save, of a whole and of its parts."""
    import tf_keras

    from vaediag.backend import keras, tf

    folder = tmp_path_factory.mktemp("programs")
    decoder = keras.models.load_model(keras3_files.folder / "decoder.keras", compile=False)
    decoder.export(folder / "exported", verbose=False)
    tf.saved_model.save(decoder, str(folder / "signature"))

    class CVAE(tf_keras.Model):
        """The structure of TensorFlow's tutorial, with a call, without which it could not be saved."""

        def __init__(self):
            super().__init__()
            layers = tf_keras.layers
            self.encoder = tf_keras.Sequential([layers.InputLayer((8, 8, 1)), layers.Flatten(), layers.Dense(4)])
            self.decoder = tf_keras.Sequential(
                [layers.InputLayer((2,)), layers.Dense(64), layers.BatchNormalization(), layers.Reshape((8, 8, 1))]
            )

        def call(self, x):
            return self.decoder(self.encoder(x)[:, :2])

    whole = CVAE()
    whole(tf.zeros((1, 8, 8, 1)))
    statistics = whole.decoder.layers[1]
    statistics.set_weights([np.full(64, value, np.float32) for value in (2.0, 0.5, 0.1, 3.0)])
    whole.save(folder / "cvae")

    class Nothing(tf.Module):
        pass

    tf.saved_model.save(Nothing(), str(folder / "nothing"))

    class Draws(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None, 2))])
        def __call__(self, z):
            return tf.cast(tf.random.uniform((tf.shape(z)[0], 8, 8, 1)) < 0.5, tf.float32)

    tf.saved_model.save(Draws(), str(folder / "draws"))
    return folder, whole


def wrapped(keras3_files, decoder, **options):
    return vd.wrap(keras3_files.folder / "encoder.keras", decoder, **{**HEADS, "trust": True, **options})


# ---- a person's word -------------------------------------------------------------------------------------------------


def test_a_program_waits_for_a_persons_word(keras3_files, folders, tmp_path, monkeypatch):
    monkeypatch.setattr("vaediag.bundle.program._load", lambda *_: pytest.fail("it was opened"))
    exported = folders[0] / "exported"
    with pytest.raises(HoldsProgramError, match=r"exported: .* is a SavedModel, which can do .* --trust") as caught:
        wrapped(keras3_files, exported, trust=False)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, UnsafeFileError)
    monkeypatch.undo()
    vd_bundle = tmp_path / "bundle"
    wrapped(keras3_files, exported, output=vd_bundle)
    assert sorted(file.name for file in vd_bundle.iterdir()) == [
        "decoder.savedmodel.zip",
        "encoder.keras",
        "heads.npz",
        "vae.json",
    ]
    assert json.loads((vd_bundle / "vae.json").read_text())["schema"] == 2
    assert holds_program(vd_bundle)
    monkeypatch.setattr("vaediag.bundle.program._load", lambda *_: pytest.fail("it was opened"))
    for load in (load_bundle, vd.load):
        with pytest.raises(HoldsProgramError, match=r"bundle: .* holds decoder\.savedmodel\.zip, a SavedModel"):
            load(vd_bundle)


def test_bundles_without_a_program_need_no_word(saved):
    assert not holds_program(saved)
    table = json.loads((saved / "vae.json").read_text())
    assert table["schema"] == 1
    assert "programs" not in table  # and older versions read it


# ---- the same numbers ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["exported", "signature"])
def test_programs_of_keras_3(keras3_files, folders, tmp_path, name):
    vae = wrapped(keras3_files, folders[0] / name, output=tmp_path / "bundle")
    loaded = load_bundle(tmp_path / "bundle", trust=True)
    for model in (vae, loaded):
        # a traced program adds in another order
        np.testing.assert_allclose(model.decode(keras3_files.codes).mean(), keras3_files.decoded, rtol=0, atol=3e-7)
        assert (model.event_shape, model.latent_dim) == ((8, 8, 1), 2)
    again = vd.save(loaded, tmp_path / "again")
    for file in (tmp_path / "bundle").iterdir():
        assert (again / file.name).read_bytes() == file.read_bytes()


def test_parts_of_a_program(folders, tmp_path):
    folder, whole = folders
    cvae = folder / "cvae"
    heads: dict[str, Any] = {"posterior": "mean-logvar", "likelihood": "bernoulli-logits"}
    vd.wrap(f"{cvae}:encoder", f"{cvae}:decoder", **heads, trust=True, output=tmp_path / "bundle")
    vae = load_bundle(tmp_path / "bundle", trust=True)
    x, z = np.ones((2, 8, 8, 1), np.float32), np.ones((3, 2), np.float32)
    np.testing.assert_allclose(vae.encode(x).mean(), whole.encoder(x)[:, :2], rtol=1e-6)
    expected = whole.decoder(z, training=False)
    np.testing.assert_allclose(vae.decode(z).distribution.logits, expected, rtol=1e-6)
    assert np.abs(expected - whole.decoder(z, training=True)).max() > 0.1  # or the mode would not matter
    with pytest.raises(InputError, match=r"Name the networks inside: .*cvae:encoder and .*cvae:decoder"):
        vd.wrap(cvae, cvae, **heads, trust=True)
    with pytest.raises(InputError, match=r"expected 'decodr' in it\. Name one of .*decoder.*, as cvae:NAME"):
        vd.wrap(f"{cvae}:encoder", f"{cvae}:decodr", **heads, trust=True)


def test_a_bundle_with_a_program_in_another_process(keras3_files, folders, tmp_path):
    wrapped(keras3_files, folders[0] / "exported", output=tmp_path / "bundle")
    np.save(tmp_path / "z.npy", keras3_files.codes)
    np.save(tmp_path / "decoded.npy", keras3_files.decoded)
    code = f"""
import gc, numpy as np, vaediag as vd
folder = {str(tmp_path)!r}
vae = vd.load(folder + "/bundle", trust=True)
gc.collect()  # what was loaded must be kept, or its variables are gone
print(np.allclose(vae.decode(np.load(folder + "/z.npy")).mean(), np.load(folder + "/decoded.npy"), rtol=0, atol=3e-7))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


# ---- programs that are not what is needed ----------------------------------------------------------------------------


def test_programs_that_cannot_be_a_decoder(keras3_files, folders):
    with pytest.raises(InputError, match=r"nothing: .*saved without call\(\).*export"):
        wrapped(keras3_files, folders[0] / "nothing")
    with pytest.raises(InputError, match=r"decoder: .*(draw|same|repeat|random)"):
        wrapped(keras3_files, folders[0] / "draws")
    with pytest.raises(InputError, match="likelihood: expected what the 64 numbers that exported gives"):
        wrapped(keras3_files, folders[0] / "exported", likelihood=None)
    with pytest.raises(InputError, match="outputs: expected names of outputs of exported; got 'mean'"):
        wrapped(keras3_files, folders[0] / "exported", decoder_outputs=["mean"])


@pytest.fixture
def copy(folders, tmp_path) -> Path:
    return Path(shutil.copytree(folders[0] / "exported", tmp_path / "copy"))


def test_links_are_not_followed(copy, tmp_path):
    (tmp_path / "secret").write_text("secret")
    for name in ("assets/words.txt", "variables/variables.data-00001-of-00002", "fingerprint.pb"):
        (copy / name).unlink(missing_ok=True)
        (copy / name).symlink_to(tmp_path / "secret")
        with pytest.raises(UnsafeFileError, match=f"copy/{name}: .*link to another place"):
            pack(copy)
        (copy / name).unlink()
    shutil.rmtree(copy / "assets")
    (copy / "assets").symlink_to(tmp_path)
    with pytest.raises(UnsafeFileError, match=r"copy/assets: .*link"):
        pack(copy)


def test_parts_that_are_missing_or_too_large(copy, monkeypatch, keras3_files, tmp_path):
    (copy / "notes.txt").write_text("left out, as TensorFlow would")
    assert b"left out" not in pack(copy)
    monkeypatch.setattr("vaediag.bundle.program.MAX_FILE", 1000)
    with pytest.raises(UnsafeFileError, match="of 1000 bytes together; got more"):
        pack(copy)
    monkeypatch.undo()
    data = copy / "variables" / "variables.data-00000-of-00001"
    content = data.read_bytes()
    data.write_bytes(content[:100])
    with pytest.raises(InputError, match=r"expected a SavedModel that TensorFlow .* can load"):
        wrapped(keras3_files, copy, output=tmp_path / "bundle")
    data.unlink()
    with pytest.raises(InputError, match="copy: expected a SavedModel with its variables"):
        wrapped(keras3_files, copy, output=tmp_path / "bundle")
    (copy / "saved_model.pb").write_bytes(b"")
    with pytest.raises(InputError, match=r"its file saved_model.pb; got an empty one"):
        wrapped(keras3_files, copy, output=tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()


@pytest.mark.parametrize("name", ["../outside.pb", "/tmp/outside.pb", "assets/../../x", "variables/evil.so", "a\\b"])
def test_archives_with_other_members_are_not_opened(name, copy):
    archive = write_zip({"saved_model.pb": (copy / "saved_model.pb").read_bytes(), name: b"x"})
    with pytest.raises(UnsafeFileError, match="expected the files of a SavedModel only"):
        Program(archive, None, (), "archive")


def test_a_program_that_was_exchanged_is_noticed(keras3_files, folders, tmp_path):
    bundle = tmp_path / "bundle"
    wrapped(keras3_files, folders[0] / "exported", output=bundle)
    archive = bundle / "decoder.savedmodel.zip"
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 1
    archive.write_bytes(bytes(data))
    with pytest.raises(InputError, match=r"decoder.savedmodel.zip: expected the file that vae.json describes"):
        load_bundle(bundle, trust=True)
    table = json.loads((bundle / "vae.json").read_text())
    table["files"]["decoder.savedmodel.zip"] = hashlib.sha256(archive.read_bytes()).hexdigest()
    (bundle / "vae.json").write_text(json.dumps(table))
    with pytest.raises(InputError, match=r"damaged|can load"):
        load_bundle(bundle, trust=True)


def test_a_person_cannot_be_tricked_by_the_manifest(keras3_files, folders, tmp_path):
    """A bundle that hides its program under the name of plain layers is no file of Keras."""
    bundle = tmp_path / "bundle"
    wrapped(keras3_files, folders[0] / "exported", output=bundle)
    os.rename(bundle / "decoder.savedmodel.zip", bundle / "decoder.keras")  # noqa: PTH104
    table = json.loads((bundle / "vae.json").read_text())
    table["files"]["decoder.keras"] = table["files"].pop("decoder.savedmodel.zip")
    del table["programs"]
    (bundle / "vae.json").write_text(json.dumps(table))
    with pytest.raises(UnsafeFileError, match=r"expected exactly metadata.json"):
        load_bundle(bundle)
