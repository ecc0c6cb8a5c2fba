"""Bundles that are damaged, incomplete or no bundles: one sentence, and no other exception whatever the damage."""

from __future__ import annotations

import errno
import hashlib
import json
import os

import h5py
import numpy as np
import pytest

from vaediag.bundle.inspect import examine, inspect_network
from vaediag.bundle.load import load_bundle
from vaediag.bundle.save import save
from vaediag.bundle.schema import FILES
from vaediag.bundle.zips import write_npz
from vaediag.errors import InputError
from vaediag.io import atomic


def refusal(folder, match):
    with pytest.raises(InputError, match=match) as caught:
        load_bundle(folder)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 600


def change_manifest(folder, **entries):
    table = json.loads((folder / "vae.json").read_text())
    table |= entries
    (folder / "vae.json").write_text(json.dumps({key: value for key, value in table.items() if value is not ...}))


def sign(folder):
    """Make the hashes fit again: what a stranger would do."""
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
    change_manifest(folder, files=hashes)


@pytest.mark.parametrize("name", [*FILES, "vae.json"])
def test_missing_files(bundle, name):
    (bundle / name).unlink()
    refusal(bundle, r"no vae\.json" if name == "vae.json" else f"{name}: expected a file of the bundle; No such file")


@pytest.mark.parametrize("name", [*FILES, "vae.json"])
@pytest.mark.parametrize("kept", [0.0, 0.3, 0.99])
@pytest.mark.parametrize("signed", [False, True])
def test_truncated_files(bundle, name, kept, signed):
    data = (bundle / name).read_bytes()
    (bundle / name).write_bytes(data[: int(len(data) * kept)])
    if signed and name != "vae.json":
        sign(bundle)
    refusal(bundle, name)


@pytest.mark.parametrize("name", FILES)
def test_one_flipped_byte_is_noticed(bundle, name):
    data = bytearray((bundle / name).read_bytes())
    data[len(data) // 2] ^= 1
    (bundle / name).write_bytes(bytes(data))
    refusal(bundle, f"{name}: expected the file that vae.json describes")


def test_flipped_bytes_of_a_signed_network_never_escape(saved):
    """Whatever is damaged, the answer is a network or an InputError."""
    data = (saved / "decoder.keras").read_bytes()
    random = np.random.default_rng(3)
    refused = 0
    for _ in range(150):
        damaged = bytearray(data)
        for place in random.integers(0, len(data), 4):
            damaged[place] = random.integers(256)
        try:
            examine(bytes(damaged), "decoder.keras")
        except InputError as error:
            refused += 1
            assert "\n" not in str(error)  # noqa: PT017 - both ends are allowed here
    assert refused > 100  # the zip's checksums see nearly all of it


def test_flipped_bytes_of_the_weights_behind_a_good_checksum(saved, archive):
    import zipfile

    with zipfile.ZipFile(saved / "decoder.keras") as old:
        weights = old.read("model.weights.h5")
    random = np.random.default_rng(5)
    for _ in range(60):
        damaged = bytearray(weights)
        for place in random.integers(0, 4000, 6):  # HDF5's own tables are in front
            damaged[place] = random.integers(256)
        try:
            inspect_network(archive(model__weights__h5=bytes(damaged)))
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017 - both ends are allowed here


@pytest.mark.parametrize(
    ("entries", "match"),
    [
        ({"schema": 3}, "expected schema 1 or 2; got 3. It was saved by another version"),
        ({"schema": True}, "expected schema 1 or 2; got True"),
        ({"assumed": [3]}, "short texts as 'assumed'"),
        ({"assumed": ["a\nb"]}, "short texts as 'assumed'"),
        ({"programs": {"decoder": {}}}, "which part of a SavedModel is called"),
        ({"programs": {"decoder": {"member": None, "outputs": []}}}, "the sha256 of encoder.keras, decoder.savedmodel"),
        ({"schema": ...}, "got other JSON"),
        ({"latent_dim": ...}, "'latent_dim'; got nothing"),
        ({"latent_dim": 0}, "a number of latents as 'latent_dim'; got 0"),
        ({"latent_dim": 10**12}, "a number of latents as 'latent_dim'"),
        ({"latent_dim": "2"}, "a number of latents as 'latent_dim'"),
        ({"latent_dim": 3}, "decoder.keras: expected one input of 3 latents"),
        ({"event_shape": [6, 5, 2]}, r"encoder.keras: expected one input of shape \[6, 5, 2\]"),
        ({"event_shape": []}, "sizes such as"),
        ({"event_shape": [2**30]}, "sizes such as"),
        ({"event_shape": [1e3]}, "sizes such as"),
        ({"likelihood": {"family": "cauchy"}}, "family: expected one of"),
        ({"likelihood": {"family": "bernoulli"}}, "decoder"),
        ({"posterior": {"posterior": "mean_tril"}}, "encoder"),
        ({"prior": {"prior": "normal"}}, "loc"),
        ({"prior": [1]}, "a table as 'prior'"),
        ({"preprocessing": "__import__('os')"}, "one of none, unit"),
        ({"trained_on": "abc"}, "a sha256 or null"),
        ({"name": ""}, "a short text as 'name'"),
        ({"files": {"encoder.keras": "0" * 64}}, "the sha256 of"),
        ({"card": 3}, "a table or null"),
    ],
)
def test_manifests_that_cannot_be(bundle, entries, match):
    change_manifest(bundle, **entries)
    refusal(bundle, match)


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", "got an empty file"),
        (b"{", "expected JSON"),
        (b"[]", "got other JSON"),
        (b'{"schema": 1, "schema": 1}', "a key is given twice"),
        (b'{"schema": NaN}', "NaN is not a number"),
        (b"[" * 100_000, "at most 40 levels"),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, "at most 40 levels"),
        (b"\xff\xfe", "expected JSON"),
        (b'{"schema": ' + b"1" * 10_000 + b"}", "expected JSON"),
    ],
)
def test_manifests_that_are_none(bundle, data, match):
    (bundle / "vae.json").write_bytes(data)
    refusal(bundle, match)


def test_folders_and_files_that_are_no_bundle(tmp_path):
    refusal(tmp_path / "nothing", "does not exist. Check the path")
    refusal(tmp_path, r"has no vae\.json.*vaediag.save")
    (tmp_path / "file").write_bytes(b"")
    refusal(tmp_path / "file", "is a file")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_named(saved, bundle, archive, value):
    import io
    import zipfile

    with zipfile.ZipFile(saved / "decoder.keras") as old:
        buffer = io.BytesIO(old.read("model.weights.h5"))
    with h5py.File(buffer, "r+") as file:
        kernel = file["layers/dense/vars/0"]
        assert isinstance(kernel, h5py.Dataset)
        kernel[0, :2] = value
    archive(model__weights__h5=buffer.getvalue())
    sign(bundle)
    refusal(bundle, r"expected finite weights; 'layers/dense/vars/0' holds 2 that are NaN or infinite")


@pytest.mark.parametrize(
    ("arrays", "match"),
    [
        ({}, "weights"),
        ({"weights": np.ones(2), "locs": np.full((2, 2), np.nan), "scales": np.ones((2, 2))}, "finite"),
        ({"weights": np.ones(2), "locs": np.ones((2, 3)), "scales": np.ones((2, 3))}, "2 latents"),
        ({"weights": np.ones(2), "locs": np.ones((2, 2)), "scales": -np.ones((2, 2))}, "> 0"),
    ],
)
def test_priors_that_cannot_be(bundle, arrays, match):
    (bundle / "heads.npz").write_bytes(write_npz(arrays))
    sign(bundle)
    refusal(bundle, match)


# ---- saving that fails -----------------------------------------------------------------------------------------------


def failing_at(monkeypatch, error, number):
    original, count = atomic._write, iter(range(100))

    def write(path, data):
        if next(count) == number:
            path.write_bytes(data[: len(data) // 2])
            raise error
        original(path, data)

    monkeypatch.setattr(atomic, "_write", write)


@pytest.mark.parametrize("number", range(4))
def test_a_full_disk_leaves_the_earlier_bundle(vae, bundle, monkeypatch, number):
    before = {path.name: path.read_bytes() for path in bundle.iterdir()}
    failing_at(monkeypatch, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), number)
    with pytest.raises(InputError, match="No space left on device"):
        save(vae, bundle)
    assert {path.name: path.read_bytes() for path in bundle.iterdir()} == before
    assert load_bundle(bundle).name == "tiny"


@pytest.mark.parametrize("number", range(4))
def test_ctrl_c_leaves_the_earlier_bundle(vae, bundle, monkeypatch, number):
    before = {path.name: path.read_bytes() for path in bundle.iterdir()}
    failing_at(monkeypatch, KeyboardInterrupt(), number)
    with pytest.raises(KeyboardInterrupt):
        save(vae, bundle)
    assert {path.name: path.read_bytes() for path in bundle.iterdir()} == before


def test_a_full_disk_for_temporary_files(vae, tmp_path, networks, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(type(networks[0]), "save", full)
    with pytest.raises(InputError, match="No space left on device"):
        save(vae, tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()
