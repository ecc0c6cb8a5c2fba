"""Which likelihoods and posteriors there are, and what each would mean: plain data for the command line and the app.

Nothing here loads TensorFlow. A choice plus its options becomes the config that `vaediag.heads.from_config` reads.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vaediag.errors import InputError


@dataclass(frozen=True, slots=True)
class Option:
    """A number or a word that a choice needs beside its name.

    Attributes:
        name: keyword of `likelihood_config`, e.g. "scale".
        kind: "number", "whole" (an integer) or "word" (one of `words`).
        default: None where the person has to say it.
        meaning: for people, with its unit.
        words: of kind "word": (word, what it means), the default first.
    """

    name: str
    kind: str
    default: float | int | str | None
    meaning: str
    words: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One head, as a person chooses it.

    Attributes:
        name: of the command line, e.g. "normal-pixel".
        title: a few words for a list.
        meaning: what choosing it claims about the network, and about x or z.
        outputs: how many numbers per image the network gives, and in which order; d pixels or columns, L latents.
        options: what else has to be said.
        config: what the options are added to.
    """

    name: str
    title: str
    meaning: str
    outputs: str
    options: tuple[Option, ...] = ()
    config: tuple[tuple[str, Any], ...] = ()


_LOG_VARIANCE = ("log_variance", "log σ²: σ = exp(output / 2)")
_SPREADS = (
    ("log_scale", "log σ: σ = exp(output)"),
    ("scale", "σ itself, made positive by the network"),
    ("softplus", "before a softplus: σ = log(1 + exp(output))"),
)
_POSITIVE = (
    ("logs", "logarithms: exp of the output"),
    ("positive", "the numbers themselves, made positive by the network"),
    ("softplus", "before a softplus: log(1 + exp(output))"),
)

_SIGMOIDS = (("logits", "before a sigmoid"), ("probs", "after a sigmoid"))


def _spread(*, variance: bool) -> Option:
    words = ((_LOG_VARIANCE,) if variance else ()) + _SPREADS
    return Option("spread", "word", words[0][0], "what the outputs that state the spread are", words)


def _positive() -> Option:
    return Option("parameters", "word", "logs", "what the outputs are", _POSITIVE)


def _floor(what: str) -> Option:
    return Option("floor", "number", 1e-3, f"the smallest {what} that the decoder can state")


def _scaled(
    name: str, title: str, x: str, *, sigma: str, unit: str, variance: bool, more: Sequence[Option] = ()
) -> tuple[Choice, ...]:
    """A location-scale family three times: one fixed scale, one per image, one per pixel."""
    fixed = Option("scale", "number", None, f"{sigma}, {unit}; unknown? give any and use vd.estimate_scale")
    spread = (_spread(variance=variance), _floor(sigma))
    family = ("family", name.replace("-", "_"))
    return (
        Choice(
            name,
            f"{title}, one fixed {sigma}",
            f"{x} The decoder gives one location per pixel; {sigma} is the same number everywhere, stated by you "
            "(trained with a mean squared error and a normal: the loss implies it).",
            "d: one location per pixel",
            (fixed, *more),
            (family, ("scale", "fixed")),
        ),
        Choice(
            f"{name}-image",
            f"{title}, one {sigma} per image",
            f"{x} The decoder gives one location per pixel and, as its last output, one {sigma} for the whole image.",
            f"d + 1: d locations, then one number for {sigma}",
            (*spread, *more),
            (family, ("scale", "image")),
        ),
        Choice(
            f"{name}-pixel",
            f"{title}, one {sigma} per pixel",
            f"{x} The decoder gives a location and a {sigma} for every pixel.",
            f"2 d: d locations, then d numbers for {sigma}; or twice the channels",
            (*spread, *more),
            (family, ("scale", "pixel")),
        ),
    )


def _sigmoid(name: str, title: str, x: str) -> tuple[Choice, ...]:
    """A family of one number per pixel before or after a sigmoid."""
    family = ("family", name.replace("-", "_"))
    return (
        Choice(
            f"{name}-logits",
            f"{title}, from logits",
            f"{x} The decoder gives one logit per pixel: its last layer has no activation.",
            "d: one logit per pixel",
            (),
            (family, ("parameters", "logits")),
        ),
        Choice(
            f"{name}-probs",
            f"{title}, from probabilities",
            f"{x} The decoder gives one probability per pixel: its last layer is a sigmoid.",
            "d: one probability per pixel, in [0, 1]",
            (),
            (family, ("parameters", "probs")),
        ),
    )


_DF = Option("df", "number", None, "degrees of freedom, > 0, the same for all pixels; few mean heavy tails")
_BOUNDS = (
    Option("low", "number", 0.0, "the smallest x there can be"),
    Option("high", "number", 1.0, "the largest x there can be"),
)
_COMPONENTS = Option("components", "whole", None, "how many components each pixel's mixture has")
_GRID = (
    Option("levels", "whole", 256, "how many values x can take"),
    Option("low", "number", 0.0, "the smallest value of x: 0 for bytes and for [0, 1], -1 for [-1, 1]"),
    Option("high", "number", 255.0, "the largest value of x: 255 for bytes, 1 for [0, 1] and [-1, 1]"),
)

_DENSITIES = (
    *_sigmoid("bernoulli", "Bernoulli", "x is drawn 0 or 1, each pixel a coin of its own."),
    *_sigmoid("continuous-bernoulli", "continuous Bernoulli", "x is a grey value in [0, 1]."),
    *_scaled("normal", "normal", "x is any real number.", sigma="σ", unit="in units of x", variance=True),
    *_scaled(
        "laplace", "Laplace", "x is any real number, with sharper peak and heavier tails than a normal (|error| loss).",
        sigma="scale b", unit="in units of x", variance=False,
    ),
    *_scaled(
        "logistic", "logistic", "x is any real number, with slightly heavier tails than a normal.",
        sigma="scale s", unit="in units of x", variance=False,
    ),
    *_scaled(
        "student-t", "Student's t", "x is any real number, with outliers.",
        sigma="scale", unit="in units of x", variance=False, more=(_DF,),
    ),
    *_scaled(
        "log-normal", "log-normal", "x is positive, log x is normal; locations are those of log x.",
        sigma="σ of log x", unit="without unit", variance=True,
    ),
    *_scaled(
        "truncated-normal", "truncated normal", "x lies between two bounds, a normal cut off there.",
        sigma="σ", unit="in units of x, before cutting", variance=True, more=_BOUNDS,
    ),
    *_scaled(
        "logit-normal", "logit-normal", "x lies strictly inside (0, 1), logit x is normal and has the locations.",
        sigma="σ of logit x", unit="without unit", variance=True,
    ),
    Choice(
        "beta",
        "beta",
        "x lies strictly inside (0, 1). The decoder gives both concentrations of a beta law for every pixel.",
        "2 d: d concentrations of 1 (α), then d of 0 (β); or twice the channels",
        (_positive(),),
        (("family", "beta"),),
    ),
    Choice(
        "normal-mixture",
        "mixture of normals",
        "x is any real number, with several peaks. Every pixel has its own weights, locations and σ.",
        "3 k d for k components: k d logits of the weights, k d locations, k d numbers for σ; component by component",
        (_COMPONENTS, _spread(variance=True), _floor("σ")),
        (("family", "normal_mixture"),),
    ),
)  # fmt: skip

_DISCRETE = (
    Choice(
        "discretized-logistic",
        "discretised logistic",
        "x is one of equally spaced values, such as bytes: a logistic law in units of x, summed over the cell of each "
        "value; the outer cells take the tails.",
        "2 d: d locations, then d numbers for the scale s, both in units of x; or twice the channels",
        (*_GRID, _spread(variance=False), _floor("scale s, in steps between values,")),
        (("family", "discretized_logistic"),),
    ),
    Choice(
        "discretized-logistic-mixture",
        "mixture of discretised logistics",
        "x is one of equally spaced values, such as bytes, with several peaks per pixel (PixelCNN++ without its links "
        "between channels).",
        "3 k d for k components: k d logits of the weights, k d locations, k d numbers for s; component by component",
        (_COMPONENTS, *_GRID, _spread(variance=False), _floor("scale s, in steps between values,")),
        (("family", "discretized_logistic_mixture"),),
    ),
    Choice(
        "categorical",
        "categorical",
        "x is one of the whole numbers 0, 1, ..., levels - 1. The decoder gives a logit for each, before a softmax.",
        "levels x d, the logits of one pixel next to each other",
        (Option("levels", "whole", None, "how many values x can take: 256 for bytes"),),
        (("family", "categorical"),),
    ),
    Choice(
        "poisson",
        "Poisson",
        "x is a count 0, 1, 2, ... whose variance equals its mean.",
        "d: one rate per pixel",
        (_positive(),),
        (("family", "poisson"),),
    ),
    Choice(
        "negative-binomial",
        "negative binomial",
        "x is a count 0, 1, 2, ... with more spread than a Poisson: variance = mean + mean² / θ.",
        "2 d: d means, then d inverse dispersions θ; or twice the channels",
        (_positive(),),
        (("family", "negative_binomial"),),
    ),
    Choice(
        "zero-inflated-poisson",
        "zero-inflated Poisson",
        "x is a count with more zeros than a Poisson: with some probability it is 0 whatever the rate.",
        "2 d: d rates, then d logits of the extra zeros; or twice the channels",
        (_positive(),),
        (("family", "zero_inflated_poisson"),),
    ),
    Choice(
        "zero-inflated-negative-binomial",
        "zero-inflated negative binomial",
        "x is a count with more spread than a Poisson and with extra zeros (scVI's law of gene counts).",
        "3 d: d means, d inverse dispersions θ, d logits of the extra zeros; or three times the channels",
        (_positive(),),
        (("family", "zero_inflated_negative_binomial"),),
    ),
    Choice(
        "binomial",
        "binomial",
        "x is a whole number 0, 1, ..., total_count: how many of that many coins fell on 1. The decoder gives one "
        "number per pixel.",
        "d: one logit, or one probability, per pixel",
        (
            Option("total_count", "whole", None, "the largest x there can be: 255 for bytes"),
            Option("parameters", "word", "logits", "what the outputs are", _SIGMOIDS),
        ),
        (("family", "binomial"),),
    ),
)

LIKELIHOODS: tuple[Choice, ...] = _DENSITIES + _DISCRETE

POSTERIORS: tuple[Choice, ...] = (
    Choice(
        "mean-logvar",
        "mean and log-variance",
        "The encoder gives a mean and a log σ² for every latent (Keras: z_mean, z_log_var): σ = exp(output / 2).",
        "2 L: L means, then L log-variances; or a list of two tensors",
        (),
        (("posterior", "mean_log_var"),),
    ),
    Choice(
        "mean-logscale",
        "mean and log σ",
        "The encoder gives a mean and a log σ for every latent: σ = exp(output).",
        "2 L: L means, then L logarithms of σ; or a list of two tensors",
        (),
        (("posterior", "mean_log_scale"),),
    ),
    Choice(
        "mean-scale",
        "mean and σ",
        "The encoder gives a mean and σ itself for every latent; its last layer makes σ positive.",
        "2 L: L means, then L numbers > 0; or a list of two tensors",
        (),
        (("posterior", "mean_scale"),),
    ),
    Choice(
        "mean-softplus",
        "mean and softplus",
        "The encoder gives a mean and a raw number for every latent: σ = log(1 + exp(output)).",
        "2 L: L means, then L raw numbers; or a list of two tensors",
        (),
        (("posterior", "mean_softplus"),),
    ),
    Choice(
        "mean-tril",
        "mean and triangle (full covariance)",
        "The encoder gives a mean and a triangular matrix, as tfp.layers.MultivariateNormalTriL does.",
        "L + L (L + 1) / 2: L means, then the triangle",
        (),
        (("posterior", "mean_tril"),),
    ),
)


def likelihood_config(name: str, **options: Any) -> dict[str, Any]:
    """The config for `vaediag.heads.from_config` of a likelihood by its name.

    Args:
        name: of one of `LIKELIHOODS`.
        options: its options by name, as numbers, words, or text that reads as such ("0.1").
    Raises:
        InputError: an unknown name (the message lists the choices and what each would mean), an option that is
            unknown, missing or of another kind.
    """
    return _config("likelihood", LIKELIHOODS, name, options)


def posterior_config(name: str) -> dict[str, Any]:
    """The config for `vaediag.heads.from_config` of a posterior by its name. Raises InputError as above."""
    return _config("posterior", POSTERIORS, name, {})


def listed(choices: Sequence[Choice]) -> str:
    """The choices, a line each: name and meaning."""
    width = max(len(choice.name) for choice in choices)
    return "\n".join(f"  {choice.name:{width}}  {choice.meaning}" for choice in choices)


def _config(what: str, choices: Sequence[Choice], name: str, options: Mapping[str, Any]) -> dict[str, Any]:
    found = next((choice for choice in choices if choice.name == name), None)
    if found is None:
        raise InputError(
            f"{what}: expected one of the {len(choices)} below; got {name!r}. The network alone does not say which: "
            f"choose what it was trained with.\n{listed(choices)}"
        )
    known = {option.name: option for option in found.options}
    for key in options:
        if key not in known:
            offered = f"one of {', '.join(known)}" if known else "none"
            raise InputError(f"{key}: {what} {name!r} has no such option; expected {offered}. Leave it out.")
    values = {key: _value(name, option, options.get(key)) for key, option in known.items()}
    config = {**dict(found.config), **values}
    return _with_scale(config) if config.get("scale") in ("image", "pixel") or "scale" in known else config


def _with_scale(config: dict[str, Any]) -> dict[str, Any]:
    """Everything about the scale in a table of its own, as the heads of location-scale families keep it."""
    scale = config["scale"]
    if isinstance(scale, str):
        table: dict[str, Any] = {"kind": scale, "floor": config["floor"], "spread": config["spread"]}
    else:
        table = {"kind": "fixed", "value": scale}
    return {key: value for key, value in config.items() if key not in ("spread", "floor")} | {"scale": table}


def _value(name: str, option: Option, given: Any) -> Any:
    if given is None:
        if option.default is None:
            raise InputError(
                f"{option.name}: {name!r} needs it, because the network does not say it: {option.meaning}. "
                f"Give {option.name}=..."
            )
        return option.default
    if option.kind == "word":
        if given not in dict(option.words):
            words = "; ".join(f"{word} ({meaning})" for word, meaning in option.words)
            raise InputError(f"{option.name}: expected one of {words}; got {given!r}.")
        return given
    try:
        number = math.nan if isinstance(given, bool) else float(given)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or (option.kind == "whole" and number != int(number)):
        kind = "a whole number" if option.kind == "whole" else "a number"
        raise InputError(f"{option.name}: expected {kind} ({option.meaning}); got {given!r}.")
    return int(number) if option.kind == "whole" else number
