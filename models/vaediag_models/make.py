"""Train the bundled models again: `python -m vaediag_models.make [NAME …] [--fashion FOLDER]`."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from vaediag.cli.progress import bars
from vaediag.errors import InputError
from vaediag_models.cards import BUNDLES
from vaediag_models.catalogue import FASHION, RECIPES, recipe_named
from vaediag_models.recipes import Recipe

Names = Annotated[list[str] | None, typer.Argument(metavar="NAME", help="Which bundles; all of them if none is named.")]
Fashion = Annotated[
    Path | None,
    typer.Option("--fashion", envvar="FASHION", metavar="FOLDER", help="The files of Fashion-MNIST."),
]


def make(names: Names = None, fashion: Fashion = None, into: Path = BUNDLES) -> None:
    """Train bundles and write them where the package reads them."""
    from vaediag_models.training.repeatable import make_repeatable

    make_repeatable()
    for recipe in [recipe_named(name) for name in names or RECIPES]:
        if recipe.dataset == FASHION and (fashion is None or not os.fspath(fashion).strip(". ")):
            print(f"{recipe.name}: skipped, the images are not part of the project; give --fashion FOLDER")
            continue
        began = time.monotonic()
        elbo = _one(recipe, into / recipe.name, fashion)
        size = sum(path.stat().st_size for path in (into / recipe.name).iterdir())
        print(
            f"{recipe.name}: held-out ELBO {elbo:.3f} nats per image, {size / 1e6:.2f} MB, "
            f"{time.monotonic() - began:.0f} s",
            flush=True,
        )


def _one(recipe: Recipe, folder: Path, fashion: Path | None) -> float:
    from vaediag.registry import load_images
    from vaediag_models.command import open_data
    from vaediag_models.production import produce

    if recipe.dataset == FASHION:
        where = os.fspath(fashion or "")
        images, test = (load_images(where, split=split, preprocess="unit") for split in ("train", "test"))
        images, test = images.fit((28, 28, 1)), test.fit((28, 28, 1))
        grey = None
    else:
        images, grey, test = open_data(recipe, None)
    with bars() as progress:
        vae = produce(recipe, images, folder, grey=grey, test=test, progress=progress)
    return float((vae.card or {})["elbo"])


def main() -> None:
    """One line and exit code 2 for bad input, as the command line does."""
    try:
        typer.run(make)
    except InputError as error:
        print(f"make: {error}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
