"""Draw the strips of the registered models: `python -m vaediag_gui.strips.make [FOLDER]`. Needs TensorFlow."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np

SAMPLES = 3
PRIOR_SEED = 5  # of the z of a model that brings no data
IMAGES = {"digits": 3, "digits-binary": 3, "patches": 515, "shapes": 1}  # one that shows well, of the test split


def strip(vae: Any, x: np.ndarray | None) -> np.ndarray:
    """uint8 `[H, tiles * W]`: x and the mean at its code, or only the mean at a z of the prior; then samples there."""
    import vaediag as vd

    drawn = np.random.default_rng(PRIOR_SEED).normal(size=(1, vae.latent_dim)).astype(np.float32)
    z = drawn if x is None else np.asarray(vae.encode(x[None]).mean())
    looks = [vd.look(vae, z[0], views=("mean", "sample"), seed=seed).views for seed in range(SAMPLES)]
    tiles = [looks[0]["mean"][0], *(look["sample"][0] for look in looks)]
    grey = [np.reshape(tile, vae.event_shape)[..., 0] for tile in (tiles if x is None else [x, *tiles])]
    return np.round(255 * np.clip(np.concatenate(grey, axis=1), 0, 1)).astype(np.uint8)


def main(folder: Path) -> None:
    from PIL import Image

    import vaediag as vd
    from vaediag import registry

    for name, card in registry.models().items():
        vae = vd.load(name)
        x = None if card.dataset is None else vd.datasets.load(card.dataset).values[IMAGES.get(card.dataset, 0)]
        Image.fromarray(strip(vae, x)).save(folder / f"{name}.png", optimize=True)
        print(folder / f"{name}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
