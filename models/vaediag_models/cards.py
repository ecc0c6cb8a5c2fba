"""What this package registers: cards of its bundles and of its data sets. Neither NumPy nor TensorFlow is loaded."""

from __future__ import annotations

import json
from pathlib import Path

from vaediag.registry import Card
from vaediag_models.catalogue import FASHION, RECIPES

BUNDLES = Path(__file__).parent / "bundles"


def models() -> tuple[Card, ...]:
    """A card for every bundle that is there; its held-out ELBO is the one measured after training."""
    return tuple(_model(name) for name in RECIPES if (BUNDLES / name / "vae.json").is_file())


def _model(name: str) -> Card:
    recipe, folder = RECIPES[name], BUNDLES / name
    card = json.loads((folder / "vae.json").read_text("utf-8"))["card"]
    return Card(
        name=name,
        sentence=recipe.sentence,
        source=str(folder),
        dataset=None if recipe.dataset == FASHION else recipe.dataset,
        findings=recipe.findings,
        elbo=card["elbo"],
    )


def datasets() -> tuple[Card, ...]:
    """The data sets that a bare machine has."""
    return (
        Card("digits", "1 797 handwritten digits, 8 x 8, grey in [0, 1].", "vaediag_models.data:digits"),
        Card(
            "digits-binary",
            "The same digits in black and white, each pixel drawn once from its grey value.",
            "vaediag_models.data:digits_binary",
        ),
        Card("patches", "Patches of two photographs, 16 x 16, grey in [0, 1].", "vaediag_models.data:patches"),
        Card("shapes", "Generated shapes, 64 x 64, black and white, factors known.", "vaediag_models.data:shapes"),
    )
