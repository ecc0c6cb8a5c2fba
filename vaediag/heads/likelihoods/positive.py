"""Outputs that stand for positive numbers: logarithms, the numbers themselves, or what a softplus makes positive."""

from __future__ import annotations

import math

from vaediag.aliases import Tensor
from vaediag.backend import tf
from vaediag.heads.likelihoods.checks import expect_range
from vaediag.heads.likelihoods.groups import Group

POSITIVE = ("logs", "positive", "softplus")
SPREADS = ("log_variance", "log_scale", "scale", "softplus")
LEAST = 1e-6  # rates and dispersions stay above this, so that their logarithms exist

_SPREAD_GROUPS = {
    "log_variance": Group("log-variances", ("logvar", "logvariance", "logsigmasq", "logsigmasquared")),
    "log_scale": Group("logarithms of scales", ("logscale", "logstd", "logstddev", "logsd", "logsigma", "logb")),
    "scale": Group("scales", ("scale", "std", "stddev", "sd", "sigma", "b")),
    "softplus": Group("scales before a softplus", ("rawscale", "prescale", "rawstd", "rawsigma", "rawstddev")),
}
_SPREAD_WORDS = {
    "log_variance": "σ² = exp of the output",
    "log_scale": "exp of the output",
    "scale": "the output itself",
    "softplus": "softplus of the output",
}
_PREFIX = {"logs": ("log", "logarithms of "), "positive": ("", ""), "softplus": ("raw", "raw ")}
_POSITIVE_WORDS = {"logs": "logarithms", "positive": "positive numbers", "softplus": "numbers before a softplus"}


def spread_group(spread: str) -> Group:
    return _SPREAD_GROUPS[spread]


def spread_words(spread: str) -> str:
    return _SPREAD_WORDS[spread]


def scale(raw: Tensor, spread: str, floor: float, head: str) -> Tensor:
    """max(scale, floor) of outputs in one of `SPREADS`."""
    if spread == "log_variance":
        values = tf.exp(0.5 * raw)
    elif spread == "log_scale":
        values = tf.exp(raw)
    elif spread == "softplus":
        values = tf.math.softplus(raw)
    else:
        expect_range(
            raw, 0.0, math.inf, head, "scales > 0", "Numbers below 0 are logarithms or raw: spread='log_scale', ..."
        )
        values = raw
    return tf.maximum(values, floor)


def positive_group(parameters: str, name: str, keys: tuple[str, ...]) -> Group:
    """`keys` with the prefix of the parameterisation: log_rate, rate, raw_rate."""
    prefix, word = _PREFIX[parameters]
    return Group(f"{word}{name}", tuple(f"{prefix}{key}" for key in keys))


def positive_words(parameters: str) -> str:
    return _POSITIVE_WORDS[parameters]


def logarithm(raw: Tensor, parameters: str, head: str) -> Tensor:
    """log of positive numbers from outputs in one of `POSITIVE`; exact for logarithms, else of at least 1e-6."""
    return raw if parameters == "logs" else tf.math.log(value(raw, parameters, head, LEAST))


def value(raw: Tensor, parameters: str, head: str, least: float, most: float = math.inf) -> Tensor:
    """Positive numbers between `least` and `most` from outputs in one of `POSITIVE`."""
    if parameters == "logs":
        high = math.log(most) if most < math.inf else 88.0
        return tf.exp(tf.clip_by_value(raw, math.log(least), high))
    if parameters == "positive":
        expect_range(raw, 0.0, math.inf, head, "positive numbers", "Numbers below 0 are logarithms: parameters='logs'.")
        return tf.clip_by_value(raw, least, most)
    return tf.clip_by_value(tf.math.softplus(raw), least, most)
