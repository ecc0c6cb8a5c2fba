"""Distributions in words, for people: "standard normal", "full-covariance normal", "mixture of 10 diagonal normals"."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from vaediag.backend import tfd
from vaediag.distributions import INDEPENDENT
from vaediag.laws.traits import static, traits

_NORMALS = {
    "MultivariateNormalDiag": "diagonal normal",
    "MultivariateNormalTriL": "full-covariance normal",
    "MultivariateNormalFullCovariance": "full-covariance normal",
    "MultivariateNormalDiagPlusLowRank": "low-rank normal",
    "MultivariateNormalLinearOperator": "multivariate normal",
}


def in_words(part: Any) -> str:
    """A head, or a distribution over pixels or over z, in a few words."""
    if hasattr(part, "describe"):
        return part.describe()
    if part.event_shape.rank == 0:
        family = traits(part).family
        return family.replace("_", " ") if family != "other" else _spaced(part)
    return _joint(part)


def _joint(law: Any) -> str:
    """A law over the latents."""
    base = law
    while isinstance(base, INDEPENDENT | tfd.Sample):
        base = base.distribution
    if isinstance(base, tfd.MixtureSameFamily):
        count = base.mixture_distribution._num_categories()
        return f"mixture of {_number(count)}{_joint(base.components_distribution)}s"
    if _is_standard(base):
        return "standard normal"
    if isinstance(base, tfd.Normal):
        return "diagonal normal"
    return _NORMALS.get(type(base).__name__) or _spaced(base)


def _number(count: Any) -> str:
    known = count if isinstance(count, int) else static(count)
    return "" if known is None else f"{int(known)} "


def _is_standard(law: Any) -> bool:
    """A prior whose mean and standard deviation are known to be 0 and 1, and fixed there (no variables)?"""
    axes = 1 if isinstance(law, tfd.Normal) else 0  # a posterior has a batch axis more
    if not isinstance(law, tfd.Normal | tfd.MultivariateNormalDiag) or law.variables or law.batch_shape.rank > axes:
        return False
    mean, stddev = static(law.mean()), static(law.stddev())
    return mean is not None and stddev is not None and bool(np.all(mean == 0) and np.all(stddev == 1))


def _spaced(law: Any) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(law).__name__).lower()
