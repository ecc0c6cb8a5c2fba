"""Records to a JSON tree and arrays and back: bit for bit, with nothing that JSON does not know."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vaediag.errors import InputError
from vaediag.records.codec import LISTED, decode, encode
from vaediag.records.diagnosis import AuditItem
from vaediag.records.estimate import Array, Estimate, Estimates
from vaediag.records.finding import Finding
from vaediag.records.schema import from_tree, to_tree


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Sample:
    text: str
    whole: int
    real: float
    flag: bool
    maybe: float | None
    array: Array
    optional: Array | None
    many: tuple[int, ...]
    named: dict[str, Array]
    inner: Estimate | None
    items: tuple[Estimate, ...]
    try_: str = "default"


numbers = st.floats(width=64)  # NaN, infinities, subnormals and -0.0 included
dtypes = st.sampled_from(["f8", "f4", "f2", "i8", "i4", "u1", "?", ">f8"])
arrays = dtypes.flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=5))
)
estimates = st.builds(Estimate, st.floats(allow_nan=False, allow_infinity=False), st.none() | st.just(0.5), st.text())
samples = st.builds(
    Sample,
    st.text(),
    st.integers(),
    numbers,
    st.booleans(),
    st.none() | st.floats(allow_nan=False, allow_infinity=False),
    arrays,
    st.none() | arrays,
    st.lists(st.integers()).map(tuple),
    st.dictionaries(st.text(), arrays, max_size=3),
    st.none() | estimates,
    st.lists(estimates, max_size=3).map(tuple),
    st.text(),
)


def through_json(tree):
    return json.loads(json.dumps(tree, allow_nan=False))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(sample=samples)
def test_round_trip(synthetic, sample):
    tree, apart = encode(sample)
    back = decode(Sample, through_json(tree), apart)
    if np.isinf(sample.real):  # of a single number only that it is undefined survives
        sample = dataclasses.replace(sample, real=float("nan"))
    synthetic.same(sample, back)


@pytest.mark.parametrize("family", ["normal", "bernoulli", "poisson"])
@pytest.mark.parametrize(("event", "latents"), [((4, 4, 1), 1), ((9, 8, 3), 128), ((5,), 2)])
def test_a_diagnosis_comes_back_bit_for_bit(synthetic, family, event, latents):
    diagnosis = synthetic.exact(family, event=event, latents=latents)
    finding = Finding("scale", "warning", "here", "σ <b>", "1 ± 2", "it means", "learn it", None)
    diagnosis = dataclasses.replace(diagnosis, findings=(finding,), audit=(AuditItem("grey", 0.5, "half"),))
    diagnosis.rows["elbo"][3] = np.nan
    tree, apart = to_tree(diagnosis)
    synthetic.same(diagnosis, from_tree(through_json(tree), apart))


def test_a_diagnosis_without_its_optional_parts(synthetic):
    diagnosis = synthetic.change(
        synthetic.exact(),
        pictures=None,
        calibration__prior=None,
        calibration__corrected=None,
        variance__prior=None,
        collapse__kl=None,
        collapse__status=None,
        evidence__latent_dispersion=None,
        evidence__corrected=None,
    )
    tree, apart = to_tree(diagnosis)
    assert tree["calibration"]["prior"] is None
    synthetic.same(diagnosis, from_tree(through_json(tree), apart))


def test_the_names_are_those_of_the_schema(synthetic):
    tree, apart = to_tree(
        dataclasses.replace(synthetic.exact(), findings=(Finding("a", "info", "b", "c", "d", "e", "f"),))
    )
    assert list(tree)[:15] == [
        "schema", "versions", "seed", "chunk", "excluded", "model", "data", "evidence", "calibration", "variance",
        "collapse", "independence", "audit", "findings", "why_not",
    ]  # fmt: skip
    assert set(tree["calibration"]["posterior"]["dispersion"]) == {"value", "standard_error", "unit", "expected"}
    assert set(tree["evidence"]["latent_dispersion"]) >= {"value", "standard_error"}
    assert len(tree["calibration"]["posterior"]["pit_histogram"]) == 200
    assert tree["findings"][0]["try"] == "f"
    assert tree["model"]["event_shape"] == [4, 4, 1]
    for place in ("evidence.ais", "collapse.effect", "independence"):
        section, _, name = place.partition(".")
        assert (tree[section][name] if name else tree[section]) is None
    assert {"rows.elbo", "rows.posterior.dispersion", "calibration.posterior.maps.bias", "variance.data_map"} <= set(
        apart
    )
    assert {name for name in apart if name.startswith("pictures.")}


def test_short_arrays_are_listed_and_long_ones_are_not():
    short, long = np.arange(LISTED, dtype=np.float64), np.arange(LISTED + 1, dtype=np.float64)
    for array, listed in ((short, True), (long, False), (short.reshape(16, 16), True)):
        tree, apart = encode(_with(array))
        assert (isinstance(tree["array"], list), list(apart)) == (listed, [] if listed else ["array"])


def test_undefined_numbers_are_null():
    tree, apart = encode(_with(np.array([1.0, np.nan])))
    assert (tree["array"], tree["real"], apart) == ([1.0, None], None, {})
    tree, apart = encode(_with(np.array([1.0, np.inf])))  # a list would forget which infinity
    assert (tree["array"], list(apart)) == ({"npz": "array"}, ["array"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("text", 3),
        ("whole", 1.5),
        ("whole", True),
        ("real", "1.0"),
        ("real", 10**400),
        ("real", float("inf")),
        ("flag", 1),
        ("array", "text"),
        ("array", [1, [2, 3]]),
        ("array", ["1.5"]),
        ("array", [{}]),
        ("array", None),
        ("array", [1e999]),
        ("array", {"npz": "another"}),
        ("array", {"npz": "array"}),
        ("many", 3),
        ("many", [1, "2"]),
        ("named", [1]),
        ("inner", [1]),
        ("inner", {"value": 1.0}),
        ("items", [None]),
    ],
)
def test_what_is_not_of_its_type_is_named(name, value):
    tree, apart = encode(_with(np.ones(2)))
    with pytest.raises(InputError, match=rf"^{name}[.0-9a-z_]*: expected .*; got ") as caught:
        decode(Sample, {**tree, name: value}, apart)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize("dtype", ["O", "i8,f8", 3, "<M8[s]", "<U9999999999"])
def test_a_hostile_dtype_is_refused(dtype):
    tree, apart = encode(_with(np.ones(2, np.float32)))
    with pytest.raises(InputError, match=r"^array: expected a list of numbers"):
        decode(Sample, {**tree, "dtypes": {"array": dtype}}, apart)


def test_a_missing_key_is_named_and_an_unknown_one_ignored(synthetic):
    tree, apart = encode(_with(np.ones(2)))
    synthetic.same(decode(Sample, tree, apart), decode(Sample, {**tree, "later": {"more": 1}}, apart))
    del tree["whole"]
    with pytest.raises(InputError, match=r"^whole: expected to be there"):
        decode(Sample, tree, apart)


def test_python_objects_are_never_written():
    with pytest.raises(InputError, match=r"^array: .*Python objects"):
        encode(_with(np.array([object()])))
    with pytest.raises(InputError, match=r"^named.a: "):
        encode(dataclasses.replace(_with(np.ones(1)), named={"a": object()}))


def test_effect_has_its_place_and_no_reason_to_be_missing(synthetic):
    effect = Estimates(np.array([3.0, np.nan, 0.0, 0.1]), np.array([0.1, np.nan, 0.0, 0.01]), "nats")
    whole = synthetic.change(
        synthetic.exact(),
        collapse__effect=effect,
        collapse__effect_all=Estimate(4.0, 0.2, "nats"),
        collapse__effect_method="closed form",
        collapse__effect_images=256,
    )
    tree, apart = to_tree(whole)
    assert tree["collapse"]["effect"] == {
        "value": [3.0, None, 0.0, 0.1], "standard_error": [0.1, None, 0.0, 0.01], "unit": "nats",
    }  # fmt: skip
    assert tree["collapse"]["effect_all"]["value"] == 4.0
    assert not {"collapse.effect", "collapse.effect_all"} & set(tree["why_not"])
    synthetic.same(whole, from_tree(through_json(tree), apart))


def test_a_diagnosis_from_before_effect_existed_is_read(synthetic):
    whole = synthetic.exact()
    tree, apart = to_tree(whole)
    for name in ("effect_method", "effect_images"):
        del tree["collapse"][name]
    assert tree["collapse"]["effect"] is tree["collapse"]["effect_all"] is None
    old = from_tree(through_json(tree), apart)
    synthetic.same(whole, old)
    assert (old.collapse.effect, old.collapse.effect_images) == (None, None)


@pytest.mark.parametrize("schema", [0, 2, None, "1", True, 10**30])
def test_another_schema_is_refused(synthetic, schema):
    tree, apart = to_tree(synthetic.exact())
    with pytest.raises(InputError, match=r"^diagnosis: expected schema 1; got "):
        from_tree({**tree, "schema": schema}, apart)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("collapse.status", ["used"]),
        ("collapse.kl.value", [1.0]),
        ("collapse.effect", {"value": [1.0], "standard_error": [1.0], "unit": "nats"}),
        ("collapse.kl.standard_error", [1.0]),
        ("evidence.latent_dispersion", {"value": [1.0], "standard_error": [1.0], "unit": ""}),
        ("calibration.posterior.quantile_curve.observed", [0.5]),
        ("model.event_shape", [4, 4, 3]),
        ("model.latent_dim", 5),
        ("collapse.epsilon_delta.thresholds", [0.5]),
    ],
)
def test_parts_that_do_not_fit_together_are_refused(synthetic, path, value):
    tree, apart = to_tree(synthetic.exact())
    *sections, last = path.split(".")
    place = tree
    for section in sections:
        place = place[section]
    place[last] = value
    with pytest.raises(InputError, match="do not fit together"):
        from_tree(tree, apart)


@pytest.mark.parametrize(
    "name", ["rows.elbo", "variance.data_map", "pictures.worst.mean", "pictures.traversal.views.mean"]
)
def test_arrays_that_do_not_fit_are_refused(synthetic, name):
    tree, apart = to_tree(synthetic.exact())
    with pytest.raises(InputError, match="do not fit together"):
        from_tree(tree, {**apart, name: apart[name][..., :-1]} | ({name: np.ones(3)} if name == "rows.elbo" else {}))


def test_an_unknown_severity_is_refused(synthetic):
    tree, apart = to_tree(
        dataclasses.replace(synthetic.exact(), findings=(Finding("a", "info", "b", "c", "d", "e", "f"),))
    )
    tree["findings"][0]["severity"] = "<script>"
    with pytest.raises(InputError, match="severity"):
        from_tree(tree, apart)


def _with(array: Array) -> Sample:
    return Sample("t", 1, float("nan"), True, None, array, None, (1, 2), {}, Estimate(1.0, None), ())
