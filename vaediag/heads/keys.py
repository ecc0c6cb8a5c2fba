"""What encoders that return a dict call the two parts of q(z | x), and which part each name means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from vaediag.errors import InputError

MEAN = "mean"

# without case, separators, and a z, q or "latent" around them
NAMES: dict[str, tuple[str, ...]] = {
    MEAN: ("mean", "means", "mu", "loc", "location"),
    "mean_log_var": ("logvar", "logvariance", "logvariances", "logsigmasq", "logsigmasquared", "lnvar"),
    "mean_log_scale": ("logscale", "logstd", "logstddev", "logsd", "logsigma"),
    "mean_scale": ("scale", "scales", "scalediag", "std", "stddev", "stdev", "sd", "sigma"),
    "mean_softplus": ("rawscale", "scaleraw", "prescale", "rawstd", "rawstddev", "rawsigma"),
    "mean_tril": ("tril", "rawtril", "triangle"),
}
_WORDS = {
    MEAN: "mean",
    "mean_log_var": "log-variance",
    "mean_log_scale": "log σ",
    "mean_scale": "σ",
    "mean_softplus": "σ before a softplus",
    "mean_tril": "triangle",
}


def words_of(part: str) -> str:
    """A part for people: "log-variance"."""
    return _WORDS[part]


def meaning(key: object) -> str | None:
    """Which part of q(z | x) a key names, one of `NAMES`; None where it is not one of the usual names."""
    plain = re.sub(r"[^a-z0-9]", "", str(key).lower())
    bare = re.sub(r"^(z|q|latent|posterior)|(z|latent)$", "", plain)
    return next((part for part, names in NAMES.items() if plain in names or bare in names), None)


def pick(outputs: Mapping[Any, Any], keys: tuple[str, str] | None, parts: tuple[str, str], head: str) -> list[Any]:
    """Mean and second part out of a dict.

    Args:
        keys: names given by the person; None: those that `meaning` knows.
        parts: what the two must mean.
        head: of `vd.posteriors`, for the message.
    Raises:
        InputError: a key that is not there, none or several that could be meant.
    """
    names = ", ".join(repr(str(key)) for key in outputs)
    if keys is not None:
        for key in keys:
            if key not in outputs:
                raise InputError(f"encoder: expected a dict with the key {key!r}; got the keys {names}. Change keys=.")
        return [outputs[key] for key in keys]
    found = [[key for key in outputs if meaning(key) == part] for part in parts]
    if [len(each) for each in found] == [1, 1]:
        return [outputs[each[0]] for each in found]
    what = " and ".join(f"the {words_of(part)}" for part in parts)
    other = next((meaning(key) for key in outputs if meaning(key) not in (None, *parts)), None)
    doubt = f" By its name one of them is the {words_of(other)}: is this the right head?" if other else ""
    raise InputError(
        f"encoder: expected to know which keys hold {what}; got a dict with the keys {names}.{doubt} "
        f"Say which: vd.posteriors.{head}(keys=('key of the mean', 'key of the {words_of(parts[1])}'))."
    )
