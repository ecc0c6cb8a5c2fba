"""Options that several choices share."""

from __future__ import annotations

from vaediag.choices.records import Option

SIGMOIDS = (("logits", "before a sigmoid"), ("probs", "after a sigmoid"))
POSITIVE = Option(
    "parameters",
    "word",
    "logs",
    "what the outputs are",
    (
        ("logs", "logarithms: exp of the output"),
        ("positive", "the numbers themselves, made positive by the network"),
        ("softplus", "before a softplus: log(1 + exp(output))"),
    ),
)
DF = Option("df", "number", None, "degrees of freedom, > 0, the same for all pixels; few mean heavy tails")
BOUNDS = (
    Option("low", "number", 0.0, "the smallest x there can be"),
    Option("high", "number", 1.0, "the largest x there can be"),
)
COMPONENTS = Option("components", "whole", None, "how many components each pixel's mixture has")
GRID = (
    Option("levels", "whole", 256, "how many values x can take"),
    Option("low", "number", 0.0, "the smallest value of x: 0 for bytes and for [0, 1], -1 for [-1, 1]"),
    Option("high", "number", 255.0, "the largest value of x: 255 for bytes, 1 for [0, 1] and [-1, 1]"),
)


def spread(sigma: str, *, variance: bool = False) -> Option:
    """What the outputs that state a scale are; `variance`: log σ² is possible, and the default."""
    words = (
        *((("log_variance", f"log σ²: {sigma} = exp(output / 2)"),) if variance else ()),
        ("log_scale", f"its logarithm: {sigma} = exp(output)"),
        ("scale", f"{sigma} itself, made positive by the network"),
        ("softplus", f"before a softplus: {sigma} = log(1 + exp(output))"),
    )
    return Option("spread", "word", words[0][0], f"what the outputs that state {sigma} are", words)


def floor(sigma: str) -> Option:
    return Option("floor", "number", 1e-3, f"the smallest {sigma} that the decoder can state")
