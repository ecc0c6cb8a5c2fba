"""Likelihoods with a density, and the Bernoulli."""

from __future__ import annotations

from collections.abc import Sequence

from vaediag.choices.options import BOUNDS, COMPONENTS, DF, POSITIVE, floor, spread
from vaediag.choices.records import Choice, Option


def _scaled(
    name: str, title: str, x: str, *, sigma: str, unit: str, variance: bool, more: Sequence[Option] = ()
) -> tuple[Choice, ...]:
    """A location-scale family three times: one fixed scale, one per image, one per pixel."""
    fixed = Option("scale", "number", None, f"{sigma}, {unit}; where nobody knows it, it can be estimated from images")
    stated = (spread(sigma, variance=variance), floor(sigma))
    family = ("family", name.replace("-", "_"))
    return (
        Choice(
            name,
            f"{title}, one fixed {sigma}",
            f"{x} The decoder gives one location per pixel; {sigma} is one number for all of them that you state, "
            "because the network does not.",
            "d: one location per pixel",
            (fixed, *more),
            (family, ("scale", "fixed")),
        ),
        Choice(
            f"{name}-image",
            f"{title}, one {sigma} per image",
            f"{x} The decoder gives one location per pixel and, as its last output, one {sigma} for the whole image.",
            f"d + 1: d locations, then one number for {sigma}",
            (*stated, *more),
            (family, ("scale", "image")),
        ),
        Choice(
            f"{name}-pixel",
            f"{title}, one {sigma} per pixel",
            f"{x} The decoder gives a location and a {sigma} for every pixel.",
            f"2 d: d locations, then d numbers for {sigma}; or twice the channels",
            (*stated, *more),
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


DENSITIES: tuple[Choice, ...] = (
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
        sigma="scale", unit="in units of x", variance=False, more=(DF,),
    ),
    *_scaled(
        "log-normal", "log-normal", "x is positive, log x is normal; locations are those of log x.",
        sigma="σ of log x", unit="without unit", variance=True,
    ),
    *_scaled(
        "truncated-normal", "truncated normal", "x lies between two bounds, a normal cut off there.",
        sigma="σ", unit="in units of x, before cutting", variance=True, more=BOUNDS,
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
        (POSITIVE,),
        (("family", "beta"),),
    ),
    Choice(
        "normal-mixture",
        "mixture of normals",
        "x is any real number, with several peaks. Every pixel has its own weights, locations and σ.",
        "3 k d for k components: k d logits of the weights, k d locations, k d numbers for σ; component by component",
        (COMPONENTS, spread("σ", variance=True), floor("σ")),
        (("family", "normal_mixture"),),
    ),
)  # fmt: skip
