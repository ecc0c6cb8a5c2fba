"""A diagnosis as a DataTree: nothing is lost, axes are named, numbers carry units and errors, and ArviZ takes it."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest

from vaediag.errors import InputError
from vaediag.records.estimate import Estimate, Estimates

pytest.importorskip("xarray")

CASES = [((8, 8, 1), False), ((6, 7), False), ((5, 4, 3), True), ((20,), False)]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: "x".join(map(str, case[0])))
def diagnosis(request, build):
    return build.diagnosis(request.param[0], 4, binary=request.param[1], images=60)


@pytest.fixture(scope="module")
def tree(diagnosis):
    return diagnosis.to_xarray()


def parts(record, path=""):
    """Every array and estimate of a record, with its place."""
    if isinstance(record, np.ndarray | Estimate | Estimates):
        yield path, record
    elif is_dataclass(record):
        for field in fields(record):
            yield from parts(getattr(record, field.name), f"{path}.{field.name}".lstrip("."))
    elif isinstance(record, dict):
        for name, item in record.items():
            yield from parts(item, f"{path}.{name}")


def bits(values):
    return np.ascontiguousarray(values).dtype.str, np.shape(values), np.ascontiguousarray(values).tobytes()


def test_every_array_is_there_bit_for_bit(diagnosis, tree):
    there = {bits(each.values) for group in tree.subtree for each in group.variables.values()}
    for each in tree["maps"].data_vars.values():  # stacked by where z is from
        there |= {bits(part) for part in each.values}
    for path, item in parts(diagnosis):
        arrays = [item] if isinstance(item, np.ndarray) else []
        if isinstance(item, Estimates):
            arrays = [item.value, item.standard_error]
        for array in arrays:
            assert bits(array) in there, path


def test_an_estimate_is_a_value_and_an_error_with_its_unit(diagnosis, tree):
    for path, item in parts(diagnosis):
        if not isinstance(item, Estimate):
            continue
        group, _, name = path.rpartition(".")
        found = tree[group.replace(".", "/")][name]
        error = tree[group.replace(".", "/")][f"{name}_standard_error"]
        assert float(found) == item.value
        np.testing.assert_equal(float(error), np.nan if item.standard_error is None else item.standard_error)
        assert found.attrs.get("units", "") == item.unit
        assert found.attrs.get("expected") == item.expected


def test_axes_have_names_and_say_what_stands_along_them(diagnosis, tree):
    event = {1: ("feature",), 2: ("y", "x"), 3: ("y", "x", "channel")}[len(diagnosis.model.event_shape)]
    maps = tree["maps"]
    assert maps["dispersion"].dims == ("conditioning", *event)
    np.testing.assert_array_equal(
        maps["dispersion"].sel(conditioning="prior"), diagnosis.calibration.prior.maps.dispersion
    )
    assert tree["collapse"]["kl"].dims == ("latent",)
    curve = tree["calibration/posterior/quantile_curve"]
    np.testing.assert_array_equal(curve["nominal"], diagnosis.calibration.posterior.quantile_curve.nominal)
    assert float(curve["observed"].sel(nominal=0.5)) == diagnosis.calibration.posterior.quantile_curve.observed[100]
    assert tree["pictures/reconstructions"]["observed"].dims == ("image", *event)
    assert [dim for group in tree.subtree for dim in group.dims if dim[-1].isdigit()] == [], "an axis without a name"


def test_images_have_their_numbers_in_the_data_and_columns_their_names(build):
    plain = build.diagnosis((20,), 2, images=450)
    names = tuple(f"column {chr(97 + place)}" for place in range(20))
    chosen = 2 * np.arange(450)[::-1] + 1
    tree = replace(plain, data=replace(plain.data, chosen=chosen, columns=names)).to_xarray()
    np.testing.assert_array_equal(tree["rows"]["image"], chosen)
    np.testing.assert_array_equal(tree["rows"]["position"], np.arange(450))
    found = tree["maps"]["dispersion"].sel(conditioning="posterior", feature="column d")
    assert float(found) == plain.calibration.posterior.maps.dispersion[3]
    assert float(tree["rows"]["elbo"].sel(image=899)) == plain.rows["elbo"][0]


def test_the_root_says_where_it_came_from_and_what_is_missing(build):
    bare = build.sparse()
    tree = bare.to_xarray()
    assert tree.attrs["model"] == bare.model.name
    assert tree.attrs["seed"] == bare.seed
    assert json.loads(tree.attrs["why_not"]) == bare.why_not
    assert "pictures" not in tree.children
    assert "kl" not in tree["collapse"]
    assert all(isinstance(item, str | int | float) for group in tree.subtree for item in group.attrs.values())


def test_no_group_looks_like_draws_of_a_sampler(tree):
    assert not {"posterior", "prior", "log_likelihood", "sample_stats", "posterior_predictive"} & set(tree.children)


def test_arviz_takes_rows_as_they_are(tree):
    from arviz_stats.base.array import BaseArray

    elbo = tree["rows"]["elbo"]
    low, high = BaseArray().eti(elbo.values, 0.9, axis=-1)
    np.testing.assert_allclose([low, high], elbo.quantile([0.05, 0.95]), rtol=1e-6)


def test_arviz_takes_the_tree(tree):
    pytest.importorskip("arviz_base")
    pytest.importorskip("xarray_einstats")
    from arviz_stats.summary import summary

    found = summary(tree, group="rows", sample_dims=["image"], kind="stats", round_to=4)
    assert found.loc["elbo", "mean"] == pytest.approx(float(tree["rows"]["elbo"].mean()), rel=1e-3)


@pytest.mark.parametrize(("method", "package"), [("to_xarray", "xarray"), ("to_pandas", "pandas")])
def test_without_the_package_it_says_how_to_get_it(method, package, build, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match=rf"pip install 'vaediag\[{package}\]'"):
        getattr(build.diagnosis(images=3), method)()
