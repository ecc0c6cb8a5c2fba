"""What a person can choose is what the heads can do, and what the pages say."""

import re
from pathlib import Path

import numpy as np
import pytest

import vaediag as vd
from vaediag.choices import LIKELIHOODS, likelihood_config, posterior_config
from vaediag.choices import POSTERIORS as CHOSEN_POSTERIORS
from vaediag.heads import from_config
from vaediag.laws.views import VIEWS, evaluate

NEEDED = {"scale": 0.25, "df": 5, "components": 3, "levels": 4, "total_count": 7}
EVENT, D = (2, 3, 1), 6
PAGES = Path(__file__).parents[2] / "docs" / "likelihoods"
NAMES = {choice.name for choice in LIKELIHOODS}
WORDS = {"stddev": "standard deviation", "quantile": "quantiles", "interval_width": "interval width"}
KINDS = {"exact": "exact", "numeric": "numeric", "Monte Carlo": "Monte Carlo"}


def head_of(choice, **more):
    needed = {option.name: NEEDED[option.name] for option in choice.options if option.default is None}
    return from_config(likelihood_config(choice.name, **needed, **more))


@pytest.mark.parametrize("choice", LIKELIHOODS, ids=lambda choice: choice.name)
def test_every_choice_is_a_head_that_keeps_its_options(choice):
    head = head_of(choice)
    outputs = np.random.default_rng(0).uniform(0.1, 0.9, (2, head.outputs(EVENT))).astype(np.float32)
    assert tuple(head.law(outputs, EVENT).batch_shape) == (2, *EVENT)
    for option in choice.options:
        for word, _ in option.words:
            other = head_of(choice, **{option.name: word})
            assert (other == head) == (word == option.default)
            assert from_config(other.to_config()) == other
    count = {"d + 1": D + 1, "2 d": 2 * D, "3 d": 3 * D, "3 k": 9 * D, "levels": 4 * D, "d": D}
    start = next(key for key in ("d + 1", "2 d", "3 d", "3 k", "levels", "d") if choice.outputs.startswith(key))
    assert head.outputs(EVENT) == count[start]


def test_names_and_classes_belong_together():
    made = {choice.name: type(head_of(choice)).__name__ for choice in LIKELIHOODS}
    for name, kind in made.items():
        plain = re.sub(r"-(logits|probs|image|pixel)$", "", name)
        assert kind.lower() == plain.replace("-", "")
    assert len(set(made.values())) == 19


@pytest.mark.parametrize("choice", CHOSEN_POSTERIORS, ids=lambda choice: choice.name)
def test_every_posterior_is_a_head(choice):
    assert from_config(posterior_config(choice.name)).outputs(3) in (6, 9)


def pages():
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(PAGES.glob("*.md")) if path.stem != "index"}


def test_every_choice_has_one_page_and_every_page_is_listed():
    named = [
        re.findall(r"`([^`]+)`", text.split("Names for", 1)[1].split("app:", 1)[1].split("\n\n")[0])
        for text in pages().values()
    ]
    assert sorted(name for names in named for name in names) == sorted(NAMES)
    index = (PAGES / "index.md").read_text(encoding="utf-8")
    for stem in pages():
        assert f"({stem}.md)" in index
    for name in NAMES:
        assert f"`{name}`" in index


@pytest.mark.parametrize("page", sorted(path.stem for path in PAGES.glob("*.md") if path.stem != "index"))
def test_the_lines_of_a_page_run_and_its_answers_are_obtained_as_it_says(page):
    text = pages()[page]
    lines = text.split("```python\n")[1].split("```")[0].strip().splitlines()
    heads = [eval(line, {"vd": vd}) for line in lines]
    for head in heads:
        assert from_config(head.to_config()) == head
        assert type(head).__name__.lower() == page.replace("-", "")
    law = heads[0].law(np.full((2, heads[0].outputs((2, 2, 1))), 0.4, np.float32), (2, 2, 1))
    found = {kind: [] for kind in KINDS}
    for view in VIEWS:
        method = evaluate(law, view, seed=[0, 1], draws=64).method
        kind = "exact" if method is None else "Monte Carlo" if method.startswith("Monte Carlo") else "numeric"
        if view != "sample":
            found[kind].append(WORDS.get(view, view))
    said = dict(re.findall(r"^- (exact|numeric|Monte Carlo)[^:]*: (.*)$", text, re.MULTILINE))
    assert {kind: ", ".join(views) for kind, views in found.items() if views} == said
