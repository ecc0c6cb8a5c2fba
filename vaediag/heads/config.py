"""Heads from the plain data that `to_config()` gives (and a bundle's vae.json holds)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from vaediag.errors import InputError
from vaediag.heads import likelihoods, posteriors, priors

Head = likelihoods.Likelihood | posteriors.Posterior | priors.Prior
_Make = Callable[[Mapping[str, Any], Mapping[str, Any]], Head]


def from_config(config: Mapping[str, Any], arrays: Mapping[str, Any] | None = None) -> Any:
    """The head that `config` describes.

    Args:
        config: what `to_config()` returned: `{"family": ...}`, `{"posterior": ...}` or `{"prior": ...}`.
        arrays: what a prior's `arrays()` returned (Normal, Mixture).
    Raises:
        InputError: an unknown head, or a missing or impossible entry.
    """
    if not isinstance(config, Mapping):
        raise InputError(f"head: expected a table such as {{'family': 'bernoulli'}}; got {config!r}.")
    for key, makers in _MAKERS.items():
        if key in config:
            make = makers.get(config[key]) if isinstance(config[key], str) else None
            if make is None:
                raise InputError(f"{key}: expected one of {', '.join(makers)}; got {config[key]!r}.")
            try:
                return make(config, arrays or {})
            except KeyError as missing:
                raise InputError(
                    f"{key} {config[key]!r}: the entry {missing} is missing. Save the model again."
                ) from None
    raise InputError(f"head: expected one of the keys {', '.join(_MAKERS)}; got {sorted(map(str, config))}.")


def _normal(config: Mapping[str, Any], _: Mapping[str, Any]) -> likelihoods.Normal:
    scale = config["scale"]
    if not isinstance(scale, Mapping):
        raise InputError(f"scale: expected a table such as {{'kind': 'image', 'floor': 0.001}}; got {scale!r}.")
    kind, floor = scale["kind"], scale.get("floor", 1e-3)
    if kind == "fixed":
        return likelihoods.Normal(scale["value"], floor=floor)
    if kind not in likelihoods.SCALES:
        raise InputError(f"scale kind: expected fixed or one of {', '.join(likelihoods.SCALES)}; got {kind!r}.")
    return likelihoods.Normal(kind, value=scale["value"] if kind == "shared" else None, floor=floor)


def _plain(head: Callable[[], Head]) -> _Make:
    return lambda _config, _arrays: head()


def _keyed(head: Callable[..., Head]) -> _Make:
    """A posterior, with the keys of an encoder that returns a dict where they were given."""
    return lambda config, _arrays: head(config.get("keys"))


_MAKERS: dict[str, dict[str, _Make]] = {
    "family": {
        "bernoulli": _plain(likelihoods.Bernoulli),
        "continuous_bernoulli": _plain(likelihoods.ContinuousBernoulli),
        "normal": _normal,
    },
    "posterior": {
        "mean_log_var": _keyed(posteriors.MeanLogVar),
        "mean_log_scale": _keyed(posteriors.MeanLogScale),
        "mean_scale": _keyed(posteriors.MeanScale),
        "mean_softplus": _keyed(posteriors.MeanSoftplus),
        "mean_tril": _keyed(posteriors.MeanTriL),
    },
    "prior": {
        "standard_normal": _plain(priors.StandardNormal),
        "normal": lambda _, arrays: priors.Normal(arrays["loc"], arrays["scale"]),
        "mixture": lambda _, arrays: priors.Mixture(arrays["weights"], arrays["locs"], arrays["scales"]),
    },
}
