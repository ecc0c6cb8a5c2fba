"""`[tool.vaediag.check]`: what it can say, where it is found, and one line for everything that is wrong with it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from vaediag.cli.settings import KEYS, Settings, parsed, settings
from vaediag.cli.thresholds import Threshold
from vaediag.errors import InputError

WHOLE = """
[tool.vaediag.check]
fail-on = "problem"
ignore = ["posterior_mean", "scale.floor"]
limit = 500
seed = 3
deep = true
ais = 8
temperatures = 2000
preprocess = "unit"

[tool.vaediag.check.thresholds]
"calibration.posterior.dispersion" = { min = 0.97, max = 1.03 }
"evidence.elbo" = { min = -95, slack = 2 }
active_units = { min = 8 }
collapse.kl = { max = 20.5 }
"""


def written(folder: Path, text: str, name: str = "pyproject.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


def read(text: str, folder: Path) -> Settings:
    return settings(written(folder, text), start=folder)


def test_everything_that_can_be_said(tmp_path: Path) -> None:
    said = read(WHOLE, tmp_path)
    assert said == Settings(
        source=tmp_path / "pyproject.toml",
        fail_on="problem",
        ignore=("posterior_mean", "scale.floor"),
        limit=500,
        seed=3,
        deep=True,
        ais=8,
        temperatures=2000,
        preprocess="unit",
        thresholds=(
            Threshold("calibration.posterior.dispersion", 0.97, 1.03),
            Threshold("evidence.elbo", -95.0, None, 2.0),
            Threshold("collapse.active_units", 8.0, None),
            Threshold("collapse.kl", None, 20.5),
        ),
    )


def test_the_documentation_shows_settings_that_can_be_read() -> None:
    text = (Path(__file__).parents[2] / "docs" / "check.md").read_text(encoding="utf-8")
    shown = re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    said = parsed(tomllib.loads("\n".join(shown))["tool"]["vaediag"]["check"])
    assert (said.fail_on, said.limit, len(said.thresholds)) == ("problem", 500, 3)
    assert re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE) == list(KEYS)


def test_options_win_over_the_table(tmp_path: Path) -> None:
    said = read(WHOLE, tmp_path).overruled(fail_on="warning", seed=0, deep=False, limit=None)
    assert (said.fail_on, said.seed, said.deep, said.limit) == ("warning", 0, False, 500)


def test_the_nearest_file_with_a_table_counts(tmp_path: Path) -> None:
    written(tmp_path, "[tool.vaediag.check]\nseed = 7\n")
    written(tmp_path / "package", "[project]\nname = 'x'\n")
    inner = tmp_path / "package" / "tests"
    inner.mkdir()
    found = settings(None, start=inner)
    assert (found.seed, found.source) == (7, tmp_path / "pyproject.toml")
    written(tmp_path / "package", "[tool.vaediag.check]\nseed = 8\n")
    assert settings(None, start=inner).seed == 8


@pytest.mark.parametrize("text", [None, "[project]\nname = 'x'\n", "[tool.other]\n"])
def test_without_a_table_nothing_is_set(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        written(tmp_path, text)
    assert settings(None, start=tmp_path) == Settings()


def test_an_empty_table_sets_nothing_but_is_found(tmp_path: Path) -> None:
    assert read("[tool.vaediag.check]\n", tmp_path) == Settings(source=tmp_path / "pyproject.toml")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("fail_on = 'problem'", "key: expected a known one; got 'fail_on'. Did you mean fail-on?"),
        ("frobnicate = 1", "got 'frobnicate'. There are fail-on, ignore"),
        ("fail-on = 'info'", "fail-on: expected 'warning' or 'problem'; got 'info'"),
        ("preprocess = 'bytes'", "preprocess: expected one of none, unit"),
        ("preprocess = 3", "preprocess: expected a name; got 3"),
        ("limit = 0", "limit: expected a whole number from 1; got 0"),
        ("limit = '200'", "limit: expected a whole number from 1; got '200'. Try limit = 200."),
        ("limit = 50.0", "got 50.0. Try limit = 50."),
        ("limit = '2.5'", "got '2.5'. Try limit = 1."),
        ("limit = '-3'", "got '-3'. Try limit = 1."),
        ("limit = inf", "got inf. Try limit = 1."),
        ("limit = 'all'", "got 'all'. Try limit = 1."),
        ("limit = true", "limit: expected a whole number from 1; got True"),
        ("seed = -1", "seed: expected a whole number from 0; got -1"),
        ("seed = 4294967296", "seed: expected a whole number from 0; got 4294967296"),
        ("temperatures = 9", "temperatures: expected a whole number from 10; got 9. Try temperatures = 10"),
        ("ais = 1.5", "ais: expected a whole number from 1; got 1.5"),
        ("deep = 'yes'", "deep: expected true or false; got 'yes'"),
        ("ignore = 'scale'", "ignore: expected a list of finding ids; got 'scale'"),
        ("ignore = ['posterior_men']", "the id of a finding; got 'posterior_men'. Did you mean posterior_mean"),
        ("ignore = ['xyz']", "`vaediag rules` lists them"),
        ("thresholds = 3", "thresholds: expected a table; got 3"),
        ("[tool.vaediag.check.thresholds]\n'evidence.elbo' = 3", "thresholds: evidence.elbo: expected a table; got 3"),
        ("[tool.vaediag.check.thresholds]\n'evidence.elbo' = {}", "evidence.elbo: expected min or max; got {}"),
        ("[tool.vaediag.check.thresholds]\n'evidence.elbo' = {mn = 1}", "got 'mn'. Did you mean min?"),
        ("[tool.vaediag.check.thresholds]\n'evidence.elbo' = {min = 'a'}", "got 'a'. Try min = 1."),
        ("[tool.vaediag.check.thresholds]\n'evidence.elbo' = {min = '8'}", "got '8'. Try min = 8."),
        ("[tool.vaediag.check.thresholds]\n'evidence.elbo' = {max = '-92.5'}", "got '-92.5'. Try max = -92.5."),
        ("[tool.vaediag.check.thresholds]\n'evidence.elbo' = {min = nan}", "min: expected a finite number; got nan"),
        ("[tool.vaediag.check.thresholds]\n'evidence.elbo' = {min = 2, max = 1}", "expected min <= max"),
        ("[tool.vaediag.check.thresholds]\n'evidence.elbo' = {min = 2, slack = -1}", "expected slack >= 0"),
        ("[tool.vaediag.check.thresholds]\n'evidence.elbow' = {min = 2}", "Did you mean evidence.elbo"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_file_and_table(tmp_path: Path, text: str, part: str) -> None:
    with pytest.raises(InputError) as raised:
        read(f"[tool.vaediag.check]\n{text}\n", tmp_path)
    assert str(raised.value).startswith(f"{tmp_path / 'pyproject.toml'}: [tool.vaediag.check] ")
    assert part in str(raised.value)


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    written(tmp_path, "[tool.vaediag.check\nseed = 1\n")
    for config in (tmp_path / "pyproject.toml", None):
        with pytest.raises(InputError, match=r"pyproject\.toml: expected TOML; .*line 1"):
            settings(config, start=tmp_path)
    (tmp_path / "pyproject.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="expected TOML"):
        settings(None, start=tmp_path)


def test_a_file_that_was_asked_for_must_be_there_and_have_the_table(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing\.toml: expected a TOML file; No such file"):
        settings(tmp_path / "missing.toml", start=tmp_path)
    with pytest.raises(InputError, match="expected a TOML file; Is a directory"):
        settings(tmp_path, start=tmp_path)
    with pytest.raises(InputError, match=r"--config: expected a table \[tool\.vaediag\.check\]"):
        read("[tool.vaediag]\n", tmp_path)
    with pytest.raises(InputError, match=r"expected a table \[tool\.vaediag\.check\]; got 3"):
        read("[tool.vaediag]\ncheck = 3\n", tmp_path)
