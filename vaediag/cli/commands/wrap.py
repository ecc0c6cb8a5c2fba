"""`vaediag wrap`."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Annotated, Any

import typer

from vaediag.cli.columns import in_columns, terminal_width
from vaediag.cli.options import Trust
from vaediag.cli.progress import working
from vaediag.errors import InputError

FILE = "PATH[:NAME]"
WIDEST = 100

Encoder = Annotated[
    str,
    typer.Option(
        "--encoder",
        metavar=FILE,
        help="Network x -> parameters of q(z | x): .keras or .h5 of Keras 3 or tf_keras, a SavedModel's folder, or "
        "PATH:NAME for a network inside one.",
        show_default=False,
    ),
]
Decoder = Annotated[
    str,
    typer.Option(
        "--decoder", metavar=FILE, help="Network z -> parameters of p(x | z), the same way.", show_default=False
    ),
]
Likelihood = Annotated[
    str | None,
    typer.Option(
        "--likelihood",
        metavar="NAME",
        help="What the decoder's outputs are, such as bernoulli-logits; left out: the choices that fit.",
        show_default=False,
    ),
]
Posterior = Annotated[
    str | None,
    typer.Option(
        "--posterior",
        metavar="NAME",
        help="What the encoder's outputs are, such as mean-logvar; left out: the choices that fit.",
        show_default=False,
    ),
]
Scale = Annotated[
    str | None,
    typer.Option(
        "--scale",
        metavar="NUMBER|estimate",
        help="The one σ of a decoder that gives means only, in units of x; estimate: the likeliest one on --data.",
        show_default=False,
    ),
]
Options = Annotated[
    list[str] | None,
    typer.Option(
        "--option", metavar="NAME=VALUE", help="Whatever else the likelihood needs (df=4, spread=softplus); repeatable."
    ),
]
PriorFile = Annotated[
    Path | None,
    typer.Option(
        "--prior",
        metavar="FILE.npz",
        help="p(z) other than N(0, I): arrays loc and scale [L], or weights [K], locs and scales [K, L].",
        show_default=False,
    ),
]
Preprocess = Annotated[
    str,
    typer.Option("--preprocess", metavar="NAME", help="What stored images need before the encoder: unit, unit+pad:32."),
]
Event = Annotated[
    str | None,
    typer.Option(
        "--event-shape", metavar="HxWxC", help="Shape of one image, if the encoder does not say it.", show_default=False
    ),
]
Latents = Annotated[
    int | None,
    typer.Option(
        "--latents", metavar="L", help="Number of latents, if the decoder does not say it.", min=1, show_default=False
    ),
]
EncoderOutputs = Annotated[
    str | None,
    typer.Option(
        "--encoder-outputs",
        metavar="NAMES",
        help="Layers or outputs that give mean and spread, with commas: z_mean,z_log_var.",
        show_default=False,
    ),
]
DecoderOutputs = Annotated[
    str | None,
    typer.Option(
        "--decoder-outputs",
        metavar="NAMES",
        help="Layers or outputs that give the parameters of p(x | z).",
        show_default=False,
    ),
]
Data = Annotated[
    str | None,
    typer.Option("--data", metavar="DATA", help="Images to estimate the scale from.", show_default=False),
]
Name = Annotated[str | None, typer.Option("--name", metavar="NAME", help="What to call the model.", show_default=False)]
Output = Annotated[
    Path,
    typer.Option(
        "-o",
        "--output",
        metavar="BUNDLE",
        help="Folder of the bundle to write; one that is there is replaced.",
        show_default=False,
    ),
]


def wrap(
    encoder: Encoder,
    decoder: Decoder,
    output: Output,
    likelihood: Likelihood = None,
    posterior: Posterior = None,
    scale: Scale = None,
    option: Options = None,
    prior: PriorFile = None,
    preprocess: Preprocess = "none",
    event_shape: Event = None,
    latents: Latents = None,
    encoder_outputs: EncoderOutputs = None,
    decoder_outputs: DecoderOutputs = None,
    data: Data = None,
    name: Name = None,
    trust: Trust = False,
) -> None:
    """Make a bundle of networks that were saved elsewhere.

    No code in the files is run. What they cannot say is asked for, with the choices that fit; nothing is guessed.
    """
    from vaediag.bundle.save import check_destination

    replaced = check_destination(output)
    options = _options(option, scale)
    shape = None if event_shape is None else _shape(event_shape)
    images = None
    if data is not None:
        from vaediag.registry import load_images

        images = load_images(data)
    law = None
    if prior is not None:
        from vaediag.bundle.prior_file import read_prior  # loads TensorFlow

        law = read_prior(prior, "--prior")
    from vaediag.wrap import wrap as wrapped

    with working("Reading the networks"):
        vae = wrapped(
            encoder,
            decoder,
            likelihood=likelihood,
            posterior=posterior,
            prior=law,
            event_shape=shape,
            latent_dim=latents,
            encoder_outputs=_names(encoder_outputs),
            decoder_outputs=_names(decoder_outputs),
            preprocess=preprocess,
            images=images,
            name=name,
            output=output,
            trust=trust,
            **options,
        )
    from vaediag.records.assumed import assumed_line

    print(assumed_line(**vae.describe(), preprocessing=vae.preprocessing, extra=vae.assumed))
    where = f"{output}, in place of the one that was there" if replaced else output
    print(f"\nBundle: {where}, images {_times(vae.event_shape)}, {vae.latent_dim} latents")
    also = " --trust" if _holds_program(output) else ""
    print(f"Next: vaediag diagnose {shlex.quote(_address(output))} {shlex.quote(data) if data else 'DATA'}{also}")


def choices() -> str:
    """The likelihoods and posteriors with what each claims, for the end of the help."""
    from vaediag.choices import LIKELIHOODS, POSTERIORS

    lines: list[str] = []
    for title, group in (("Likelihoods:", LIKELIHOODS), ("Posteriors:", POSTERIORS)):
        rows = [(each.name, each.meaning) for each in group]
        lines += ["\b", title, *in_columns(rows, min(terminal_width(), WIDEST), indent=2), ""]
    return "\n".join(lines)  # \b: lines as they are, not filled


def _options(given: list[str] | None, scale: str | None) -> dict[str, Any]:
    options: dict[str, Any] = {} if scale is None else {"scale": scale}
    for each in given or ():
        name, equals, value = each.partition("=")
        if not equals or not name.isidentifier() or name in options:
            raise InputError(f"--option: expected NAME=VALUE, each name once; got {each!r}; try df=4.")
        options[name] = value
    return options


def _shape(text: str) -> tuple[int, ...]:
    """`28x28x1`, `28,28,1` or `784`."""
    if not re.fullmatch(r"\d+([x,×]\d+){0,2}", text):
        raise InputError(f"--event-shape: expected HxWxC, HxW or D; got {text!r}; try 28x28x1.")
    return tuple(int(size) for size in re.split(r"[x,×]", text))


def _names(text: str | None) -> tuple[str, ...]:
    return () if text is None else tuple(each.strip() for each in text.split(",") if each.strip())


def _holds_program(bundle: Path) -> bool:
    from vaediag.bundle.load import holds_program

    return holds_program(bundle)


def _times(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))


def _address(path: Path) -> str:
    """A path that is taken for one even where it has no separator."""
    return str(path) if path.is_absolute() or "/" in str(path) else f"./{path}"
