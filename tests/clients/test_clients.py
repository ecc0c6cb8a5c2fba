"""The VAEs that people bring: trained here, saved as their users save them, diagnosed by a process that has the files.

Each client is a file of this folder with the structure of a well-known model; its `load()` is what the user writes.
"""

from __future__ import annotations

import importlib
import json
import math
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

HERE = Path(__file__).parent
PAGES = HERE.parents[1] / "docs" / "clients"

KERAS_3 = {
    "keras_io": ("load", "exported"),
    "tf_tutorial": ("load", "methods"),
    "tfp_layers": ("load",),
    "learned_prior": ("load",),
    "plain_callables": ("load",),
    "vae_ood": ("load", "whole"),
    "sigma_vae": ("load", "estimated"),
    "alibi": ("load",),
}
LEGACY = {  # tf.keras has to be tf_keras
    "tfp_keras_io": ("load", "as_saved"),
    "beta_vae": ("load", "in_memory"),
    "generative_deep_learning": ("load",),
    "handson_ml": ("load",),
}
CLIENTS = [*KERAS_3, *LEGACY]


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """What a fresh process said of every call, by its name."""
    folder = tmp_path_factory.mktemp("clients")
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of foreign code
        patch.syspath_prepend(HERE)
        for client in CLIENTS:
            (folder / client).mkdir()
            patch.chdir(folder / client)
            importlib.import_module(client).train()
    started = [_start(folder, KERAS_3, {}), _start(folder, LEGACY, {"TF_USE_LEGACY_KERAS": "1"})]
    found = {}
    for process in started:
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err[-3000:]
        found |= {answer["call"]: answer for answer in map(json.loads, out.splitlines())}
    return found


def _start(folder, clients, environment):
    calls = [f"{client}.{function}" for client, functions in clients.items() for function in functions]
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", str(HERE / "fresh.py"), str(folder), *calls],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"} | environment,
    )


def _expected(client):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(HERE)
        return importlib.import_module(client).EXPECTED


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_is_diagnosed_from_its_files(answers, client):
    answer, expected = answers[f"{client}.load"], _expected(client)
    assert "error" not in answer
    assert answer["likelihood"].startswith(expected["likelihood"])
    assert {name: answer[name] for name in ("posterior", "prior", "assumed")} == {
        name: expected[name] for name in ("posterior", "prior", "assumed")
    }
    for name, (value, error) in answer["numbers"].items():
        assert math.isfinite(value), name
        assert error > 0, name
    assert answer["excluded"] == 0
    laws = f"Assumed: p(x | z) {answer['likelihood']}; q(z | x) {answer['posterior']}; p(z) {answer['prior']}; x as"
    assert answer["head"].startswith(laws)


@pytest.mark.parametrize("client", CLIENTS)
def test_what_was_loaded_is_what_was_trained(answers, client):
    """Fresh weights would tell nothing about x: the rate is far from 0 where the training has arrived."""
    rate, error = answers[f"{client}.load"]["numbers"]["rate"]
    assert rate > 0.1 + 3 * error


@pytest.mark.parametrize(
    "call", ["keras_io.exported", "tf_tutorial.methods", "sigma_vae.estimated", "beta_vae.in_memory"]
)
def test_other_ways_to_the_same_model(answers, call):
    answer, same = answers[call], answers[call.split(".")[0] + ".load"]
    assert "error" not in answer
    assert (answer["posterior"], answer["prior"]) == (same["posterior"], same["prior"])
    if call == "sigma_vae.estimated":
        assert "estimated from" in answer["likelihood"]
    else:
        assert answer["likelihood"] == same["likelihood"]


def test_a_saved_layer_that_gives_draws_is_caught(answers):
    assert "differ between two calls on the same z: draws of 0 or 1" in answers["tfp_keras_io.as_saved"]["error"]


# ---- the pages that tell people how ----


@pytest.mark.parametrize("client", CLIENTS)
def test_the_page_shows_the_code_that_is_run_here(client):
    text = (PAGES / f"{client.replace('_', '-')}.md").read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.S)
    assert blocks
    run = {line.strip() for line in (HERE / f"{client}.py").read_text("utf-8").splitlines()}
    shown = [line.strip() for block in blocks for line in block.splitlines()]
    words = ("print(vd.diagnose(vae, images))", "")
    assert [line for line in shown if line not in run and line not in words and not line.startswith("#")] == []
    assert any(line.startswith(("vae = vd.", "return vd.")) for line in shown)


def test_every_client_has_its_line_in_the_index():
    index = (PAGES / "index.md").read_text("utf-8")
    assert all(f"({client.replace('_', '-')}.md)" in index for client in CLIENTS)
