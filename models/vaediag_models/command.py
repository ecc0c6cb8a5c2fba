"""The commands `vaediag train` and `vaediag selftest`."""

from __future__ import annotations

import dataclasses
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from vaediag.cli.options import Folder, Preprocess
from vaediag.cli.progress import bars, working
from vaediag.errors import InputError
from vaediag_models.catalogue import FASHION, recipe_named

if TYPE_CHECKING:
    from vaediag.io.images import Images
    from vaediag_models.recipes import Recipe

Name = Annotated[
    str,
    typer.Argument(metavar="RECIPE", help="A reference VAE: digits-bernoulli, shapes-bernoulli …", show_default=False),
]
Data = Annotated[
    str | None,
    typer.Option("--data", metavar="DATA", help="Other images to train on.", show_default=False),
]
Epochs = Annotated[int | None, typer.Option("--epochs", metavar="N", help="Most epochs.", min=1, show_default=False)]
Seed = Annotated[
    int | None,
    typer.Option("--seed", metavar="N", help="Of weights, order and draws.", min=0, max=2**31 - 1, show_default=False),
]


def train(
    recipe: Name,
    output: Folder,
    data: Data = None,
    epochs: Epochs = None,
    seed: Seed = None,
    preprocess: Preprocess = None,
) -> None:
    """Train a reference VAE; stop with Ctrl-C and go on with the same command."""
    chosen = recipe_named(recipe)
    if epochs is not None:
        chosen = dataclasses.replace(chosen, epochs=epochs, refine=min(chosen.refine, epochs))
    if seed is not None:
        chosen = dataclasses.replace(chosen, seed=seed)
    images, grey, test = open_data(chosen, data, preprocess)
    if data is not None:
        chosen = dataclasses.replace(chosen, dataset=data, grey=None)
    with working("Loading TensorFlow"):
        from vaediag_models.production import produce
        from vaediag_models.training.repeatable import make_repeatable

        make_repeatable()
    try:
        with bars() as progress:
            vae = produce(chosen, images, output, grey=grey, test=test, progress=progress)
    except KeyboardInterrupt:
        print("The last whole epoch is kept: the same command goes on from there.", file=sys.stderr)
        raise
    record = vae.training or {}
    elbo = (vae.card or {})["elbo"]
    print(f"{vae.name}: held-out ELBO {elbo:.2f} nats per image after {record['epochs']} epochs\nBundle: {output}")


def open_data(
    recipe: Recipe, data: str | None, preprocess: str | None = None
) -> tuple[Images, Images | None, Images | None]:
    """Training images, the grey ones they are drawn from, test images; the last two only for registered data.

    Raises InputError for data that are not there, or that the recipe's likelihood cannot have produced.
    """
    from vaediag.registry import load_images
    from vaediag_models.data import BY_NAME

    if data is None and recipe.dataset == FASHION:
        raise InputError(
            f"--data: expected the folder of Fashion-MNIST's files for {recipe.name}; got nothing. Try --data FOLDER."
        )
    if data is None:
        grey = BY_NAME[recipe.grey]("train") if recipe.grey else None
        return BY_NAME[recipe.dataset]("train"), grey, BY_NAME[recipe.dataset]("test")
    images = load_images(data, preprocess=preprocess)
    check_support(recipe, images)
    return images, None, None


def check_support(recipe: Recipe, images: Images) -> None:
    """Raise InputError when some of the first thousand images lie outside what the recipe's likelihood can draw."""
    import numpy as np

    first = images.read(0, min(len(images), 1000))
    family = recipe.likelihood["family"]
    outside = ~np.isfinite(first)
    if family == "bernoulli":
        outside = (first != 0) & (first != 1)
    elif family == "continuous_bernoulli":
        outside = ~((first >= 0) & (first <= 1))
    if outside.any():
        kind = {"bernoulli": "0 and 1 only", "continuous_bernoulli": "values from 0 to 1"}.get(family, "finite numbers")
        step = "threshold" if family == "bernoulli" else "unit"
        raise InputError(
            f"--data: expected {kind}, as {recipe.name} is for; {images.name!r} holds {first[outside][0]:.4g}. "
            f"Try --preprocess {step}, or another recipe."
        )


Seeds = Annotated[int, typer.Option("--seeds", metavar="N", help="Times that each defect is planted.", min=1)]
Seconds = Annotated[float, typer.Option("--seconds", metavar="S", help="Begin nothing after so many.", min=1)]


def selftest(seeds: Seeds = 2, seconds: Seconds = 110.0) -> None:
    """Plant defects in exact models: how many are found and named?

    And are exact models left alone? Exit code 1: not as promised, or too little time to tell.
    """
    from vaediag_models.defects import table
    from vaediag_models.defects.selftest import selftest as performed
    from vaediag_models.defects.selftest import tasks

    started = time.monotonic()
    with bars() as progress:
        outcomes = performed(seeds, seconds, progress)
    print(table.report(outcomes))
    left = len(tasks(seeds)) - len(outcomes)
    missing = f", {left} left out for want of time (--seconds)" if left else ""
    print(f"\n{len(outcomes)} diagnoses in {time.monotonic() - started:.0f} s{missing}.")
    untried = {task.kind for task in tasks(1)} - {outcome.task.kind for outcome in outcomes}
    if untried:
        print(
            f"✗: too little time to tell: {len(untried)} kinds were not tried once. On this machine, now, they take "
            f"more than {seconds:.0f} s; try --seconds {max(3 * seconds, 300):.0f}."
        )
        raise typer.Exit(1)
    if not table.kept(outcomes):
        print("✗: not as promised (named in 95 %, exact models accused in 1 %), by more than chance explains.")
        raise typer.Exit(1)
    print("As promised: defects named in 95 %, exact models accused in at most 1 %, as far as so few can tell.")
