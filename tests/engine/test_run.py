"""The pass: a function of (model, images, seed), that splits and adds, and survives images that cannot be used."""

from __future__ import annotations

import gzip
import struct
from itertools import pairwise

import h5py
import numpy as np
import pytest

from vaediag.io.open import as_images


def same(one, other, path="") -> None:
    """Every sum and row equal to the last bit."""
    if isinstance(one, dict):
        assert one.keys() == other.keys()
        for name in one:
            same(one[name], other[name], f"{path}.{name}")
    else:
        assert np.asarray(one).tobytes() == np.asarray(other).tobytes(), path


def leaves(tree, path=""):
    if isinstance(tree, dict):
        for name, part in tree.items():
            yield from leaves(part, f"{path}.{name}" if path else name)
    else:
        yield path, np.asarray(tree)


@pytest.mark.parametrize("cuts", [[1], [2, 4], [1, 2, 3, 20], [12]])
def test_split_and_added_is_the_whole_to_the_last_bit(lab, cuts):
    """Squares of tiny differences beside large ones: plain float64 sums depend on the order here."""
    x = lab.model.simulate(1500, 3)
    whole = lab.measure(x)
    parts = [lab.measure(x, chunks=range(a, b)) for a, b in pairwise([0, *cuts, 24])]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    same(total.sums, whole.sums)
    same(total.rows, whole.rows)
    assert total.used.all()
    assert len(total.used) == 1500


def test_repeats_and_depends_on_the_seed(lab):
    one, other = lab.measure(lab.x), lab.measure(lab.x, seed=1)
    same(lab.measure(lab.x).sums, one.sums)
    assert np.all(one.rows["posterior"]["dispersion"] != other.rows["posterior"]["dispersion"])
    same(one.rows["posterior_mean"], other.rows["posterior_mean"])
    same(one.rows["prior"], other.rows["prior"])


def test_chunks_have_draws_of_their_own(lab):
    """The same image at the same place of two chunks must not get the same z."""
    x = np.concatenate([lab.x[:64], lab.x[:64]])
    rows = lab.measure(x).rows["posterior"]["dispersion"]
    assert np.all(rows[:64] != rows[64:])
    noise = rows - lab.model.dispersion()
    assert abs(np.corrcoef(noise[:64], noise[64:])[0, 1]) < 0.9


def containers(x, folder):
    """The same images in every container that holds float32."""
    np.save(folder / "x.npy", x)
    np.savez(folder / "x.npz", x=x, y=np.arange(len(x)))
    with h5py.File(folder / "x.h5", "w") as file:
        file["images"] = x
    idx = bytes([0, 0, 0x0D, 3]) + struct.pack(">3i", len(x), 5, 2) + x[..., 0].astype(">f4").tobytes()
    (folder / "x.idx").write_bytes(idx)
    (folder / "y.idx.gz").write_bytes(gzip.compress(idx))
    return [folder / name for name in ("x.npy", "x.npz", "x.h5", "x.idx", "y.idx.gz")]


def test_the_container_does_not_matter(lab, tmp_path):
    whole = lab.measure(lab.x)
    others = [lab.x.astype(float), np.asfortranarray(lab.x), lab.x.reshape(300, -1), *containers(lab.x, tmp_path)]
    for source in others:
        images = as_images(source).fit((5, 2, 1))
        measured = lab.measure(images)
        same(measured.sums, whole.sums)
        same(measured.rows, whole.rows)


def test_order_does_not_matter_without_randomness(lab):
    order = np.random.default_rng(0).permutation(300)
    one, other = lab.measure(lab.x), lab.measure(lab.x[order])
    for name in ("posterior_mean", "prior"):
        for row, values in one.rows[name].items():
            np.testing.assert_allclose(other.rows[name][row], values[order], rtol=2e-5, atol=1e-5)
    np.testing.assert_allclose(other.rows["evidence"]["rate"], one.rows["evidence"]["rate"][order], rtol=1e-5)
    for path, values in leaves({name: one.sums[name] for name in ("posterior_mean", "prior", "collapse", "facts")}):
        moved = dict(leaves(other.sums))[path]
        if ".groups." in path:  # which images share a group does depend on the order
            values, moved = values.sum(0), moved.sum(0)
        np.testing.assert_allclose(moved, values, rtol=1e-4, atol=1e-3 * np.abs(values).max(), err_msg=path)


def test_order_matters_within_errors_where_draws_are_made(lab):
    order = np.random.default_rng(1).permutation(300)
    one, other = lab.measure(lab.x).rows["posterior"], lab.measure(lab.x[order]).rows["posterior"]
    for name in ("dispersion", "chi2", "bias", "crps"):
        noise = other[name] - one[name][order]
        assert 0 < abs(noise.mean()) < 4 * noise.std() / np.sqrt(300)


@pytest.mark.parametrize("count", [1, 49, 63, 64, 65, 128])
def test_any_number_of_images(lab, count):
    """Padding adds nothing, whatever is left of the last chunk."""
    measured = lab.measure(lab.x[:count])
    assert measured.sums["evidence"]["groups"]["n"].sum() == count
    rows = measured.rows["evidence"]["elbo"]
    assert rows.shape == (count,)
    assert measured.sums["evidence"]["groups"]["elbo"].sum() == pytest.approx(rows.sum(dtype=float), rel=1e-5)
    assert measured.sums["posterior"]["sums"]["histogram"].sum() == pytest.approx(count, rel=1e-5)
    whole = lab.measure(lab.x)
    np.testing.assert_array_equal(rows, whole.rows["evidence"]["elbo"][:count])


def test_groups_are_the_image_index_mod_fifty(lab):
    measured = lab.measure(lab.x)
    rows = measured.rows["evidence"]["rate"].astype(float)
    groups = [rows[np.arange(300) % 50 == g].sum() for g in range(50)]
    np.testing.assert_allclose(measured.sums["evidence"]["groups"]["rate"], groups, rtol=1e-5)
    first, second = (lab.measure(lab.x, chunks=[i]) for i in (0, 3))
    assert first.sums["evidence"]["groups"]["n"][:14].tolist() == [2] * 14
    assert second.sums["evidence"]["groups"]["n"][192 % 50] == 2


SPOILED = {"nan": np.nan, "inf": np.inf}


@pytest.mark.parametrize("bad", SPOILED)
@pytest.mark.parametrize("where", [[5], [0], [299], [0, 1, 70, 299], list(range(64, 128))])
def test_unreadable_images_change_nothing_for_the_rest(lab, bad, where):
    """Every other image keeps its numbers to the last bit; its sums are those of the rows that are left."""
    x = lab.x.copy()
    x[where, 1, 1] = SPOILED[bad]
    measured, whole = lab.measure(x), lab.measure(lab.x)
    kept = np.setdiff1d(np.arange(300), where)
    assert np.flatnonzero(~measured.used).tolist() == sorted(where)
    assert (measured.used == measured.readable).all()
    for name, rows in measured.rows.items():
        for row, values in rows.items():
            assert np.isnan(values[where]).all()
            np.testing.assert_array_equal(values[kept], whole.rows[name][row][kept])
    for path, values in leaves(measured.sums):
        assert np.isfinite(values).all(), path
    groups = measured.sums["posterior"]["groups"]
    assert groups["n"].sum() == len(kept)
    rows = whole.rows["posterior"]["dispersion"].astype(float)
    assert groups["dispersion"].sum() == pytest.approx(rows[kept].sum(), rel=1e-5)
    assert measured.sums["facts"]["sums"]["n"] == 10 * len(kept)


def test_nothing_readable(lab):
    measured = lab.measure(np.full((3, 5, 2, 1), np.nan, np.float32))
    assert not measured.used.any()
    assert all((values == 0).all() for _, values in leaves(measured.sums))
    assert np.isnan(measured.rows["evidence"]["elbo"]).all()


def test_progress_counts_images(lab):
    seen = []
    lab.measure(lab.x, progress=lambda *told: seen.append(told))
    assert [done for _, done, _ in seen] == [64, 128, 192, 256, 300]
    assert {total for *_, total in seen} == {300}
