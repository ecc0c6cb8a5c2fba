"""Two networks as somebody saved them become a VAE: files of Keras 3 and tf_keras, SavedModels, or models in memory.

A file holds layers and weights. What its numbers mean (the family, the parameterisation, the scale, the preprocessing)
is for a person to say: what is missing is asked for with the choices that fit, and nothing is guessed.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vaediag.bundle.choosing import ask_likelihood, ask_posterior, says
from vaediag.bundle.cut import last_activation
from vaediag.bundle.effects import Shape
from vaediag.bundle.facts import is_saved_model
from vaediag.bundle.foreign import Foreign, foreign_of, open_foreign, rebuilt, split_address
from vaediag.bundle.inspect import Network
from vaediag.bundle.parts import DECODER, ENCODER, gives, input_shape, left_out, part
from vaediag.errors import InputError

if TYPE_CHECKING:
    from vaediag.io.images import Images
    from vaediag.vae import VAE

ESTIMATE = "estimate"
_ROLES = (ENCODER, DECODER)


@dataclass(frozen=True)
class _Opened:
    """One network, read: what goes in and comes out (None: not known), and what was left out of it."""

    where: str
    network: Any  # a Network that has been examined, or a Program
    takes: Shape | None
    gives: int | None
    layer: str | None = None  # the layer of tfp that stood at its end
    activation: str | None = None  # of the last layer that has one
    said: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Wanted:
    """What a VAE will say of its images."""

    event_shape: Shape
    preprocessing: str


def wrap(
    encoder: Any,
    decoder: Any,
    *,
    likelihood: Any = None,
    posterior: Any = None,
    prior: Any = None,
    event_shape: Sequence[int] | None = None,
    latent_dim: int | None = None,
    encoder_outputs: Sequence[str] = (),
    decoder_outputs: Sequence[str] = (),
    preprocess: str = "none",
    images: Any = None,
    name: str | None = None,
    output: str | os.PathLike[str] | None = None,
    trust: bool = False,
    **options: Any,
) -> VAE:
    """A VAE from an encoder and a decoder that were saved without vaediag.

    Code in the files is never run: layers of their authors' own are left out where the outputs do not need them, such
    as the layer that draws z, and layers of `tfp.layers` at the end. `assumed` says so.

    Args:
        encoder, decoder: a `.keras`, `.h5` or `.hdf5` file of Keras 3 or tf_keras, the folder of a SavedModel,
            `path:name` for a network inside one of them, or a Keras model.
        likelihood: what the decoder's outputs are: a name of `vaediag.choices.LIKELIHOODS`, such as "bernoulli-logits",
            or a head of `vd.likelihoods`.
        posterior: what the encoder's outputs are: a name such as "mean-logvar", or a head of `vd.posteriors`.
        prior: a head of `vd.priors`; N(0, I) if left out.
        event_shape, latent_dim: shape of one image and number of latents, where the networks do not say them.
        encoder_outputs, decoder_outputs: names of layers or outputs that give the parameters, in their order. Without
            them an encoder's first two outputs (a third is a draw of z), and all outputs of a decoder.
        preprocess: what images need before the encoder, such as "unit" or "unit+pad:32".
        images: needed for `scale="estimate"`.
        output: folder of the bundle to write. A bundle that is there already is replaced, once all is ready; a folder
            with other things in it is refused.
        trust: open SavedModels, which are programs.
        options: of the likelihood that is named: `scale=0.1` or `"estimate"`, `spread=`, `df=`, `components=`, ...
    Returns:
        The VAE; loaded again from `output` by `vd.load(output)`.
    Raises:
        InputError: something has to be said, with the choices that fit; files that hold no network; networks that do
            not fit each other or the heads.
        HoldsProgramError: a SavedModel without `trust=True`.
    """
    from vaediag.io.preprocess import chosen

    chosen(preprocess)
    estimate = options.get("scale") == ESTIMATE
    if estimate and images is None:
        raise InputError(
            "images: expected the images to estimate the scale from; got None. Give some: --data, images=."
        )
    # whatever can be wrong with the arguments alone is said before TensorFlow, which takes seconds, is loaded
    family = _likelihood_config(likelihood, options | ({"scale": 1.0} if estimate else {}))
    pair = _posterior_config(posterior)
    if output is not None:
        from vaediag.bundle.save import check_destination

        check_destination(output)
    given = _together(encoder, decoder)
    files = [each if _is_program(each) else _file(each, role) for each, role in zip(given, _ROLES, strict=True)]
    _check_order(*files)
    first, second = (
        _program(file, role, _names(names), trust) if isinstance(file, str) else _part(file, role, _names(names))
        for file, role, names in zip(files, _ROLES, (encoder_outputs, decoder_outputs), strict=True)
    )
    shape = tuple(event_shape) if event_shape is not None else first.takes
    latents = latent_dim or (None if second.takes is None else math.prod(second.takes))
    if posterior is None and latents is not None:
        raise ask_posterior(first.where, outputs=first.gives, latents=latents, layer=first.layer, inner=first.inner)
    if likelihood is None and shape is not None:
        raise ask_likelihood(
            second.where, outputs=second.gives, size=math.prod(shape), layer=second.layer, inner=second.inner
        )
    if family is not None:
        _check_end(second, family)
    if estimate and shape is not None:
        images = _fitted(images, shape, preprocess)
    said = [*first.said, *_against(first.layer, posterior), *second.said, *_against(second.layer, likelihood)]
    vae = _joined(
        first,
        second,
        likelihood=_head(likelihood, family),
        posterior=_head(posterior, pair),
        prior=prior,
        event_shape=shape,
        latent_dim=latents,
        preprocessing=preprocess,
        name=name or _name(given, output),
        assumed=said,
    )
    if estimate:
        from vaediag.scale import estimate_scale

        vae = estimate_scale(vae, images)
    if output is not None:
        from vaediag.bundle.save import save

        vae.source = str(save(vae, Path(output)))
    return vae


# ---- files -----------------------------------------------------------------------------------------------------------


def _together(encoder: Any, decoder: Any) -> tuple[Any, Any]:
    """Both as text where they are paths. InputError for one file that holds both and was given twice."""
    both = [os.fspath(each) if isinstance(each, str | os.PathLike) else each for each in (encoder, decoder)]
    if isinstance(both[0], str) and both[0] == both[1]:
        inside = () if _is_program(both[0]) else open_foreign(both[0]).inner
        listed = f"; in it are {', '.join(inside)}" if inside else ""
        names = inside if len(inside) == 2 else _ROLES
        raise InputError(
            f"decoder: expected another network than the encoder; got {both[1]!r} for both{listed}. Name the networks"
            f" inside: {both[0]}:{names[0]} and {both[0]}:{names[1]}."
        )
    return both[0], both[1]


def _is_program(thing: Any) -> bool:
    return isinstance(thing, str) and is_saved_model(thing)


def _file(thing: Any, role: str) -> Foreign:
    if isinstance(thing, str):
        return open_foreign(thing)
    from vaediag.bundle.save import saved_network

    return foreign_of(saved_network(thing, role), role)


def _names(names: Sequence[str] | str) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _part(file: Foreign, role: str, outputs: tuple[str, ...]) -> _Opened:
    piece = part(file, role, outputs)
    network = rebuilt(piece.config, file.weights, file.where)
    return _Opened(
        file.where,
        network,
        takes=network.inputs[0] if len(network.inputs) == 1 else None,
        gives=sum(map(math.prod, network.outputs)),
        layer=piece.distribution,
        activation=last_activation(piece.config),
        said=left_out(piece, role),
        inner=file.inner,
    )


def _program(address: str, role: str, outputs: tuple[str, ...], trust: bool) -> _Opened:
    from vaediag.bundle.program import Program, pack, refusal

    path, member = split_address(address)
    where = path.name if member is None else f"{path.name}:{member}"
    if not trust:
        raise refusal(where, "is")
    program = Program(pack(path), member, outputs, where)
    takes = getattr(program, "input_shape", None)
    if takes is None:
        return _Opened(where, program, None, None)
    found = program(_zeros((1, *takes[1:])))
    parts = found.values() if isinstance(found, Mapping) else found if isinstance(found, list | tuple) else [found]
    kept = list(parts)[:2] if role == ENCODER else list(parts)
    return _Opened(where, program, tuple(takes[1:]), sum(math.prod(each.shape[1:]) for each in kept))


def _zeros(shape: Shape) -> Any:
    from vaediag.backend import tf

    return tf.zeros(shape)


# ---- what people say -------------------------------------------------------------------------------------------------


def _likelihood_config(given: Any, options: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What is said of the decoder's outputs, as a head keeps it; None: nothing yet."""
    from vaediag.choices import likelihood_config

    if given is None:
        return None
    if isinstance(given, str):
        return likelihood_config(given, **options)
    if options:
        raise InputError(
            f"{next(iter(options))}: expected options only beside the name of a likelihood; got the head"
            f" {given.describe()}. Give them to the head."
        )
    # a head's config leaves out what is its default
    return given.to_config() | {key: getattr(given, key) for key in ("parameters",) if hasattr(given, key)}


def _posterior_config(given: Any) -> Mapping[str, Any] | None:
    from vaediag.choices import posterior_config

    return posterior_config(given) if isinstance(given, str) else None


def _head(given: Any, config: Mapping[str, Any] | None) -> Any:
    """The head of a name; None where nobody said anything, and the networks' shapes did not allow a question."""
    from vaediag.heads import from_config

    return from_config(config) if isinstance(given, str) and config is not None else given


def _against(layer: str | None, given: Any) -> list[str]:
    """A phrase where a file names a layer of tfp and the person says something else."""
    meant = says(layer)
    told = isinstance(given, str) and meant is not None and given not in meant
    return [f"{given} taken for the numbers that {layer} would read as {' or '.join(meant)}"] if told and meant else []


def _name(given: Sequence[Any], output: Any) -> str | None:
    if output is not None:
        return Path(output).name or None
    decoder = given[1]
    return Path(split_address(decoder)[0]).stem if isinstance(decoder, str) else None


# ---- together --------------------------------------------------------------------------------------------------------


def _check_order(encoder: Foreign | str, decoder: Foreign | str) -> None:
    """InputError when two files would fit each other the other way round, and do not as they are."""
    if isinstance(encoder, str) or isinstance(decoder, str):
        return
    takes = [math.prod(shape) if shape else 0 for shape in (input_shape(encoder), input_shape(decoder))]
    there = _fit(takes[0], gives(encoder, ENCODER), takes[1], gives(decoder, DECODER))
    back = _fit(takes[1], gives(decoder, ENCODER), takes[0], gives(encoder, DECODER))
    if back and not there:
        raise InputError(
            f"encoder: expected the network from images to codes; got {encoder.where}, which takes {takes[0]} numbers,"
            f" and as decoder {decoder.where}, which takes {takes[1]}: they look swapped. Exchange them."
        )


def _fit(images: int, parameters: int | None, codes: int, decoded: int | None) -> bool:
    if not images or not codes or parameters is None or decoded is None:
        return False
    return parameters in (2 * codes, codes + codes * (codes + 1) // 2) and decoded >= images


def _check_end(decoder: _Opened, family: Mapping[str, Any]) -> None:
    """InputError for logits after a sigmoid, and for probabilities after nothing."""
    kind = family.get("parameters")
    wrong = {"logits": "sigmoid", "probs": "linear"}.get(str(kind))
    if wrong is not None and decoder.activation == wrong:
        other = "probs" if kind == "logits" else "logits"
        raise InputError(
            f"likelihood: expected the decoder's outputs to be {kind}; got {decoder.where}, whose last layer has the"
            f" activation {wrong!r}: its outputs are {'probabilities' if other == 'probs' else 'no probabilities'}."
            f" Choose {_called(str(family['family']), other)}, or {other} as parameters of the head."
        )


def _called(family: str, parameters: str) -> str:
    """The choice of a family with such outputs, as one names it."""
    from vaediag.choices import LIKELIHOODS

    name = family.replace("_", "-")
    alone = any(choice.name == name for choice in LIKELIHOODS)
    return f"{name} with the option parameters={parameters}" if alone else f"{name}-{parameters}"


def _fitted(images: Any, shape: Shape, preprocess: str) -> Images:
    """The images as the encoder takes them. Raises InputError for images of another shape."""
    from vaediag.registry import images_for

    return images_for(_Wanted(tuple(shape), preprocess), images)


def _joined(encoder: _Opened, decoder: _Opened, *, prior: Any, **rest: Any) -> VAE:
    from vaediag.bundle.load import keras_model
    from vaediag.vae import VAE

    networks = [
        keras_model(each.network, each.where) if isinstance(each.network, Network) else each.network
        for each in (encoder, decoder)
    ]
    return VAE(*networks, **({} if prior is None else {"prior": prior}), **rest)
