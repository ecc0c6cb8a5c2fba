"""Likelihoods of values on a grid and of counts."""

from __future__ import annotations

from vaediag.choices.options import COMPONENTS, GRID, POSITIVE, SIGMOIDS, floor, spread
from vaediag.choices.records import Choice, Option

DISCRETE: tuple[Choice, ...] = (
    Choice(
        "discretized-logistic",
        "discretised logistic",
        "x is one of equally spaced values, such as bytes: a logistic law in units of x, summed over the cell of each "
        "value; the outer cells take the tails.",
        "2 d: d locations, then d numbers for the scale s, both in units of x; or twice the channels",
        (*GRID, spread("scale s"), floor("scale s, in steps between values,")),
        (("family", "discretized_logistic"),),
    ),
    Choice(
        "discretized-logistic-mixture",
        "mixture of discretised logistics",
        "x is one of equally spaced values, such as bytes, with several peaks per pixel (PixelCNN++ without its links "
        "between channels).",
        "3 k d for k components: k d logits of the weights, k d locations, k d numbers for s; component by component",
        (COMPONENTS, *GRID, spread("scale s"), floor("scale s, in steps between values,")),
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
        (POSITIVE,),
        (("family", "poisson"),),
    ),
    Choice(
        "negative-binomial",
        "negative binomial",
        "x is a count 0, 1, 2, ... with more spread than a Poisson: variance = mean + mean² / θ.",
        "2 d: d means, then d inverse dispersions θ; or twice the channels",
        (POSITIVE,),
        (("family", "negative_binomial"),),
    ),
    Choice(
        "zero-inflated-poisson",
        "zero-inflated Poisson",
        "x is a count with more zeros than a Poisson: with some probability it is 0 whatever the rate.",
        "2 d: d rates, then d logits of the extra zeros; or twice the channels",
        (POSITIVE,),
        (("family", "zero_inflated_poisson"),),
    ),
    Choice(
        "zero-inflated-negative-binomial",
        "zero-inflated negative binomial",
        "x is a count with more spread than a Poisson and with extra zeros (scVI's law of gene counts).",
        "3 d: d means, d inverse dispersions θ, d logits of the extra zeros; or three times the channels",
        (POSITIVE,),
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
            Option("parameters", "word", "logits", "what the outputs are", SIGMOIDS),
        ),
        (("family", "binomial"),),
    ),
)
