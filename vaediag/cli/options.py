"""Arguments and options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Level(StrEnum):
    warning = "warning"
    problem = "problem"


def _preprocessing(name: str | None) -> str | None:
    """Refuse an unknown name before anything is opened. Raises InputError."""
    if name is not None:
        from vaediag.io.preprocess import chosen  # NumPy, which --help need not wait for

        chosen(name)
    return name


Model = Annotated[
    str,
    typer.Argument(
        metavar="MODEL",
        help="A registered model, the path of a bundle, or package.module:factory.",
        show_default=False,
    ),
]
Data = Annotated[
    str,
    typer.Argument(
        metavar="DATA",
        help="A registered data set (digits, digits[train]), a file, table or folder, keras:NAME, tfds:NAME, or "
        "package.module:factory.",
        show_default=False,
    ),
]
Seed = Annotated[
    int, typer.Option("--seed", metavar="N", help="Every random number follows from it.", min=0, max=2**31 - 1)
]
Limit = Annotated[
    int | None,
    typer.Option("--limit", metavar="N", help="Use a seeded subset of this many images.", min=1, show_default=False),
]
Preprocess = Annotated[
    str | None,
    typer.Option(
        "--preprocess",
        metavar="NAME",
        help="Before anything else, steps joined with +: unit (0..255 to 0..1), symmetric (0..255 to -1..1), threshold "
        "(to 0 or 1), binarize (1 with probability x), pad:N, crop:N, grey, shape:HxW, unit16, unit-to-symmetric.",
        callback=_preprocessing,
        show_default=False,
    ),
]
DEEP = "Also measure what takes longer: effect and worth of each latent, tighter bounds, independence of pixels."
Deep = Annotated[bool, typer.Option("--deep", help=DEEP)]
Ais = Annotated[
    int | None,
    typer.Option(
        "--ais",
        metavar="N",
        help="Also find log p(x) of N images by annealed importance sampling, which takes minutes.",
        min=1,
        show_default=False,
    ),
]
Temperatures = Annotated[
    int | None,
    typer.Option(
        "--temperatures",
        metavar="N",
        help="Steps of --ais between prior and posterior: more are better and slower; 1000 if not given.",
        min=10,
        show_default=False,
    ),
]
Trust = Annotated[
    bool,
    typer.Option("--trust", help="Open a model that is a program (a SavedModel), because you trust who made it."),
]
Folder = Annotated[
    Path,
    typer.Option("-o", "--output", metavar="DIR", help="Folder for the files; made when missing.", show_default=False),
]
OptionalFolder = Annotated[
    Path | None,
    typer.Option(
        "-o", "--output", metavar="DIR", help="Folder for diagnosis.json and diagnosis.npz.", show_default=False
    ),
]
