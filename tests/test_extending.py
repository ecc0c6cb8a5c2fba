"""The example package of docs/extending.md, installed: its names appear, its model is diagnosed, its command runs."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from vaediag.errors import InputError

DOCS = Path(__file__).parents[1] / "docs"
EXAMPLE = DOCS / "example_package"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder with the package installed into it, as pip does, without a network."""
    pytest.importorskip("hatchling")
    target = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    alone = ["--no-index", "--no-deps", "--no-build-isolation", "--no-compile", "--target", str(target)]
    done = subprocess.run([*pip, *alone, str(EXAMPLE)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target


@pytest.fixture(scope="module")
def build():
    """The synthetic records of the report's tests."""
    spec = importlib.util.spec_from_file_location("builders", Path(__file__).with_name("report") / "builders.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def installed(site, monkeypatch):
    monkeypatch.syspath_prepend(str(site))
    yield site
    for name in [name for name in sys.modules if name.partition(".")[0] == "vaediag_wine"]:
        del sys.modules[name]


@pytest.mark.usefixtures("installed")
def test_its_names_are_listed(capsys):
    from vaediag.cli.commands.listing import datasets, models
    from vaediag.cli.plugins import commands, sentence

    models()
    assert re.search(r"wine-linear +wine +Wines in three latents", capsys.readouterr().out)
    datasets()
    assert "178 wines, 13 columns" in capsys.readouterr().out
    assert sentence(commands()["worst-columns"]).startswith("Columns of a table")
    assert "vaediag_wine.model" not in sys.modules, "listing a model must not import it"


@pytest.mark.usefixtures("installed")
def test_its_data_have_columns_and_splits():
    from vaediag import datasets

    train, test = datasets.load("wine[train]"), datasets.load("wine")
    assert (len(train), len(test), test.split) == (118, 60, "test")
    assert test.columns is not None
    assert test.columns[0] == "alcohol"
    with pytest.raises(InputError, match="expected one of train, test"):
        datasets.load("wine[everything]")


@pytest.mark.usefixtures("installed")
def test_its_model_loads_by_name_and_has_the_exact_posterior():
    """log p(x | z) + log p(z) - log q(z | x) is log p(x) whatever z is."""
    import vaediag as vd
    from vaediag.registry import images_for

    vae = vd.load("wine-linear")
    assert (vae.name, vae.source) == ("wine-linear", "wine-linear")
    x = images_for(vae, "wine").values[:7]
    q = vae.encode(x)
    first, second = (
        vae.decode(z).log_prob(x) + vae.prior.log_prob(z) - q.log_prob(z)
        for z in (q.sample(seed=[0, 1]), q.sample(seed=[2, 3]))
    )
    np.testing.assert_allclose(first, second, rtol=1e-4)


@pytest.mark.usefixtures("installed")
def test_its_command_names_columns(build, tmp_path, capsys):
    from vaediag_wine.command import worst_columns  # pyright: ignore[reportMissingImports]

    from vaediag.io.diagnosis import save_diagnosis

    made = build.diagnosis((13,), 2, images=4)
    names = tuple(f"column {place}" for place in range(13))
    save_diagnosis(replace(made, data=replace(made.data, columns=names)), tmp_path)
    worst_columns(tmp_path, 3)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("column ") for line in lines)


@pytest.mark.slow
@pytest.mark.usefixtures("installed")
def test_its_model_is_diagnosed_on_its_data():
    import vaediag as vd

    found = vd.diagnose(vd.load("wine-linear"), vd.datasets.load("wine[train]"), seed=0, include=())
    assert found.data.columns is not None
    assert len(found.data.columns) == 13
    assert found.collapse.kl is not None
    assert (found.collapse.kl.value > 0.1).all(), "three directions of the data carry information"


def test_the_page_shows_what_the_package_has():
    page = (DOCS / "extending.md").read_text("utf-8")
    entries = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    for group, points in entries.items():
        assert f'[project.entry-points."{group}"]' in page
        for name, value in points.items():
            assert f"{name} = {json.dumps(value)}" in page
    cards = (EXAMPLE / "vaediag_wine" / "cards.py").read_text("utf-8")
    shown = page.split("def models():")[1].split("```")[0]
    assert [line.strip() for line in shown.splitlines() if "=" in line] == [
        line.strip() for line in cards.split("def models")[1].splitlines() if "=" in line and "->" not in line
    ]
