"""A bundle keeps every preprocessing that there is, and refuses what is none."""

from __future__ import annotations

import json

import pytest

from vaediag.bundle.load import load_bundle
from vaediag.errors import InputError


@pytest.mark.parametrize("name", ["none", "shape:28x28+unit+binarize:7+pad:32", "unit-to-symmetric"])
def test_steps_come_back(name, bundle):
    assert changed(bundle, name).preprocessing == name


@pytest.mark.parametrize("name", ["unit+symmetric", "pad:x", "", 3, "pad:9+" * 60 + "unit"])
def test_what_is_no_preprocessing_is_refused(name, bundle):
    with pytest.raises(InputError, match=r"expected one of none, unit, .*, joined with \+ as 'preprocessing'; got"):
        changed(bundle, name)


def changed(bundle, name):
    path = bundle / "vae.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"preprocessing": name}))
    return load_bundle(bundle)
