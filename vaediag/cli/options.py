"""Arguments and options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Preprocessing(StrEnum):
    none = "none"
    unit = "unit"
    symmetric = "symmetric"
    threshold = "threshold"


class Level(StrEnum):
    warning = "warning"
    problem = "problem"


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
        help="A registered data set (digits, digits[train]), a file or folder, or package.module:factory.",
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
    Preprocessing | None,
    typer.Option(
        "--preprocess",
        metavar="NAME",
        help="Before anything else: unit (0..255 to 0..1), symmetric (0..255 to -1..1), threshold (to 0 or 1), none.",
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
