"""What the package registers, and what is in its bundles."""

import json
import subprocess
import sys

import pytest

from vaediag.bundle.load import load_bundle
from vaediag_models import cards, data
from vaediag_models.catalogue import FASHION, RECIPES

CARDS = {card.name: card for card in cards.models()}


def test_every_recipe_has_a_bundle():
    assert list(CARDS) == list(RECIPES)


@pytest.mark.parametrize("name", RECIPES)
def test_bundle_is_small_whole_and_as_its_recipe_says(name):
    folder, recipe = cards.BUNDLES / name, RECIPES[name]
    files = sorted(path.name for path in folder.iterdir() if not path.name.startswith("training-checkpoint"))
    assert files == ["decoder.keras", "encoder.keras", "heads.npz", "vae.json"]
    assert sum((folder / file).stat().st_size for file in files) < 1_000_000
    stored = json.loads((folder / "vae.json").read_text())
    assert stored["training"]["recipe"] == json.loads(json.dumps(recipe.settings()))
    assert stored["card"]["sentence"] == recipe.sentence
    assert stored["card"]["elbo"] == CARDS[name].elbo
    assert CARDS[name].findings == recipe.findings


@pytest.mark.parametrize("name", [name for name, recipe in RECIPES.items() if recipe.dataset != FASHION])
def test_bundle_was_trained_on_its_data_set(name):
    vae, images = load_bundle(cards.BUNDLES / name), data.BY_NAME[RECIPES[name].dataset]("train")
    assert vae.event_shape == images.event_shape
    if RECIPES[name].dataset != "shapes":  # drawing 12 000 of them takes too long here
        assert vae.trained_on == images.sha256


def test_cards_are_sentences_of_one_line():
    for card in (*cards.models(), *cards.datasets()):
        assert card.sentence.endswith(".")
        assert "\n" not in card.sentence
        assert len(card.sentence) < 130


def test_data_sets_are_those_of_the_package():
    assert [card.name for card in cards.datasets()] == list(data.BY_NAME)
    for card in cards.datasets():
        module, factory = card.source.split(":")
        assert module == "vaediag_models.data"
        assert getattr(data, factory) is data.BY_NAME[card.name]


def test_listing_loads_neither_numpy_nor_tensorflow():
    code = (
        "import sys; from vaediag_models import cards; cards.models(), cards.datasets();"
        "print([name for name in ('numpy', 'tensorflow', 'keras') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
