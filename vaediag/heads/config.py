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


def _read(head: Any) -> _Make:
    """A likelihood: its class reads the config."""
    return lambda config, _arrays: head.from_config(config)


def _plain(head: Callable[[], Head]) -> _Make:
    return lambda _config, _arrays: head()


def _keyed(head: Callable[..., Head]) -> _Make:
    """A posterior, with the keys of an encoder that returns a dict where they were given."""
    return lambda config, _arrays: head(config.get("keys"))


_LIKELIHOODS: tuple[Any, ...] = (
    likelihoods.Bernoulli,
    likelihoods.ContinuousBernoulli,
    likelihoods.Normal,
    likelihoods.Laplace,
    likelihoods.Logistic,
    likelihoods.StudentT,
    likelihoods.LogNormal,
    likelihoods.LogitNormal,
    likelihoods.TruncatedNormal,
    likelihoods.Beta,
    likelihoods.NormalMixture,
    likelihoods.DiscretizedLogistic,
    likelihoods.DiscretizedLogisticMixture,
    likelihoods.Categorical,
    likelihoods.Poisson,
    likelihoods.NegativeBinomial,
    likelihoods.ZeroInflatedPoisson,
    likelihoods.ZeroInflatedNegativeBinomial,
    likelihoods.Binomial,
)

_MAKERS: dict[str, dict[str, _Make]] = {
    "family": {head.family: _read(head) for head in _LIKELIHOODS},
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
