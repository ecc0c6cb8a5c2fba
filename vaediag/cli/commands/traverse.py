"""`vaediag traverse`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vaediag.cli.options import Model, Preprocess, Seed, Trust
from vaediag.cli.output import whole_file
from vaediag.cli.progress import working
from vaediag.cli.work import open_images, open_model
from vaediag.errors import InputError

FEW = 8  # rows that fit a page

Output = Annotated[
    Path,
    typer.Option("-o", "--output", metavar="FILE", help="Picture to write: .png, .svg or .gif.", show_default=False),
]
Dims = Annotated[
    list[int] | None,
    typer.Option("--dim", metavar="K", help="A latent to move, from 0; may be repeated.", show_default=False),
]
All = Annotated[bool, typer.Option("--all", help="Move every latent, not just the first eight.")]
Views = Annotated[str, typer.Option("--views", metavar="NAMES", help="What to show of p(x | z), with commas.")]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="DATA:INDEX", help="Start at the code of an image, not at the prior's centre."),
]


def traverse(
    model: Model,
    output: Output,
    dim: Dims = None,
    every: All = False,
    views: Views = "mean,sample,stddev",
    start: From = None,
    seed: Seed = 0,
    preprocess: Preprocess = None,
    trust: Trust = False,
) -> None:
    """Draw p(x | z) while one latent after another moves."""
    if dim and every:
        raise InputError("--dim: expected either --dim or --all; got both; leave one out.")
    data, index = _parse(start) if start else ("", 0)
    images = open_images(data, model=model, preprocess=preprocess, limit=None, seed=seed) if start else None
    with whole_file(output, endings=(".png", ".svg", ".gif")) as draft:
        vae = open_model(model, trust=trust)
        from vaediag.traversal import traverse as walk

        with working("Walking through the latents"):
            record = walk(
                vae,
                dims=dim or list(range(vae.latent_dim if every else min(vae.latent_dim, FEW))),
                start=None if images is None else images.fit(vae.event_shape).take([index])[0],
                views=tuple(each.strip() for each in views.split(",") if each.strip()),
                seed=seed,
            )
        from vaediag.report.picture import write_picture

        with working("Drawing"):
            write_picture(record, draft)
    print(f"Traversal: {output}")
    if not dim and len(record.dims) < vae.latent_dim:
        print(f"Latents 0 to {FEW - 1} of {vae.latent_dim}; --dim chooses others, --all draws every one.")


def _parse(start: str) -> tuple[str, int]:
    """`digits:3` is image 3 of digits; the address may have colons of its own."""
    data, _, index = start.rpartition(":")
    if not data or not index.isdecimal():
        raise InputError(f"--from: expected DATA:INDEX; got {start!r}; try 'digits:0'.")
    return data, int(index)
