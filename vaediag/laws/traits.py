"""What kind of law a pixel has: decides which questions apply and which formulas answer them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.aliases import Law
from vaediag.backend import tf, tfd
from vaediag.distributions import Rescaled
from vaediag.errors import InputError
from vaediag.laws.families import BINARY, FAMILIES, Family

WRAPPERS = (tfd.BatchBroadcast, tfd.BatchReshape, tfd.Masked)  # same values as the law inside, other parameters


NO_VARIANCE = ("student_t", "cauchy")  # laws with `loc` and `scale` that surely have none where moments may be missing


@dataclass(frozen=True, slots=True)
class Traits:
    """Facts about the per-pixel law; static, so that they can steer the tracing of a graph.

    Attributes:
        family: "normal", "bernoulli", ... (`laws/families.py`), else "other".
        discrete: x sits on a countable grid.
        binary: x is 0 or 1.
        lower, upper: bounds of the support over all pixels, where they are known without running anything.
        scale_family: standardised residuals (x - mean) / stddev have a law that does not depend on z.
        finite_variance: False where the law surely has none (Cauchy, Student-t with two degrees of freedom or fewer).
        fourth_moment: a scale family whose fourth moment exists, so that mean residual² has a standard error.
        atoms: the law has points of positive probability, so that the PIT of x is an interval [F(x-), F(x)].
        ranked: no CDF is known; the PIT is an interval between ranks among draws.
        step, origin: a discrete law's x is origin + step * integer; step is None for a density and an irregular grid.
        width: numbers that one pixel's law holds: levels of a Categorical, components of a mixture.
    """

    family: str
    discrete: bool
    binary: bool
    lower: float
    upper: float
    scale_family: bool
    fourth_moment: bool
    atoms: bool = False
    ranked: bool = False
    step: float | None = None
    origin: float = 0.0
    width: int = 1
    finite_variance: bool = True

    @property
    def scaled(self) -> bool:
        """The law has a location and a scale of its own, whatever its moments."""
        return self.scale_family or not self.finite_variance

    @property
    def interval_pit(self) -> bool:
        """The PIT of one x is an interval [a, b], with the randomisation to be integrated out."""
        return self.atoms or self.ranked


def family_of(law: Law) -> Family:
    """What is known of the law's class; `Family("other")` for a class that is not listed."""
    for kind in type(law).__mro__:
        name = kind.__name__.removeprefix("_")  # TFP makes a `_Mixture` of parts that are not its own classes
        if name in FAMILIES and kind.__module__.startswith("tensorflow_probability"):
            return FAMILIES[name]
    names = [kind.__name__ for kind in type(law).__mro__]
    return Family("other", discrete="DiscreteDistributionMixin" in names or law.dtype.is_integer)


def traits(law: Law) -> Traits:
    """The traits of a per-pixel law; reads classes and static parameters only, builds no graph."""
    if isinstance(law, WRAPPERS):
        inner = traits(law.distribution)
        return _replaced(inner, family="other", finite_variance=True)  # its parameters cannot be read
    if isinstance(law, Rescaled):
        return _rescaled(law, traits(law.distribution))
    family = family_of(law)
    if family.name == "mixture":
        return _mixture(law)
    if family.name.endswith("inflated"):
        return _inflated(law, traits(law.distribution))
    lower, upper = _bounds(law, family)
    moments = _finite_moments(law, family)
    scale = family.location_scale and moments >= 2
    return Traits(
        family=family.name,
        discrete=family.discrete,
        binary=family.name in BINARY,
        lower=lower,
        upper=upper,
        scale_family=scale,
        fourth_moment=scale and moments >= 4,
        atoms=family.discrete,
        ranked=not _has_cdf(law),
        step=1.0 if family.discrete and family.name not in ("finite_discrete", "deterministic") else None,
        width=_width(law, family),
        finite_variance=moments >= 2 or family.name not in NO_VARIANCE,
    )


def _width(law: Law, family: Family) -> int:
    if family.name == "categorical":
        return (law.logits if law.logits is not None else law.probs).shape[-1] or 1
    if family.name == "finite_discrete":
        return law.outcomes.shape[-1] or 1
    return 1


def _rescaled(law: Any, kind: Traits) -> Traits:
    """Bytes on [0, 1] are not binary, whatever the bounds."""
    return _replaced(
        kind,
        binary=False,
        lower=law.first + law.step * kind.lower,
        upper=law.first + law.step * kind.upper,
        step=None if kind.step is None else law.step * kind.step,
        origin=law.first + law.step * kind.origin,
    )


def _inflated(law: Any, kind: Traits) -> Traits:
    """The atom may widen the support; on a grid that it is not on, the grid is lost."""
    at = static(law.inflated_loc)
    if at is None:
        known = {"lower": -float("inf"), "upper": float("inf")} if kind.discrete else {}
    else:
        known = {"lower": min(kind.lower, float(np.min(at))), "upper": max(kind.upper, float(np.max(at)))}
    on_grid = at is not None and kind.step is not None and bool(np.all((at - kind.origin) % kind.step == 0))
    zero = at is not None and not np.any(at) and kind.discrete
    return _replaced(
        kind,
        family=f"zero_inflated_{kind.family}" if zero else "inflated",
        binary=kind.binary and at is not None and bool(np.isin(at, (0, 1)).all()),
        scale_family=False,
        fourth_moment=False,
        atoms=True,
        step=kind.step if on_grid else None,
        **known,
    )


def _replaced(kind: Traits, **changes: Any) -> Traits:
    from dataclasses import replace

    return replace(kind, **changes)


def _mixture(law: Law) -> Traits:
    same = hasattr(law, "components_distribution")
    kinds = [traits(part) for part in ([law.components_distribution] if same else law.components)]
    discrete = [kind.discrete for kind in kinds]
    if any(discrete) and not all(discrete):
        raise InputError(
            "decoder: expected a mixture of densities or of discrete laws; got one of both kinds. "
            "Use tfd.Inflated for one atom on a density, or dequantise x."
        )
    grids = {(kind.step, kind.origin) for kind in kinds if kind.family != "deterministic"}
    step, origin = grids.pop() if len(grids) == 1 else (None, 0.0)
    parts = (law.components_distribution.batch_shape[-1] or 1) if same else len(kinds)
    return Traits(
        family="mixture",
        discrete=all(discrete),
        binary=all(kind.binary for kind in kinds),
        lower=min(kind.lower for kind in kinds),
        upper=max(kind.upper for kind in kinds),
        scale_family=all(kind.scale_family for kind in kinds),
        fourth_moment=all(kind.fourth_moment for kind in kinds),
        atoms=any(kind.atoms for kind in kinds),
        ranked=any(kind.ranked for kind in kinds),
        step=step,
        origin=origin,
        width=parts * max(kind.width for kind in kinds),
    )


def _finite_moments(law: Law, family: Family) -> float:
    """Order up to which moments surely exist: 4 stands for "enough"."""
    if not family.heavy:
        return 4
    df = static(getattr(law, "df", None)) if family.name in ("student_t", "two_piece_student_t") else None
    if df is None:
        return 2 if family.name.endswith("student_t") else 0
    smallest = float(np.min(df))
    return 4 if smallest > 4 else 2 if smallest > 2 else 0


def _bounds(law: Law, family: Family) -> tuple[float, float]:
    """Bounds from the family, or from parameters that are known without running anything."""
    low, high = family.lower, family.upper
    if family.name in ("uniform", "triangular", "pert", "bates", "truncated_normal", "truncated_cauchy", "quantized"):
        return _least(getattr(law, "low", None), low), _most(getattr(law, "high", None), high)
    if family.name == "finite_discrete":
        return _least(law.outcomes, low), _most(law.outcomes, high)
    if family.name == "deterministic":
        return _least(law.loc, low), _most(law.loc, high)
    if family.name == "categorical":
        return low, _or(law._num_categories(), high, -1)
    if family.name in ("ordered_logistic", "stopping_ratio_logistic"):
        return low, _or(law.cutpoints.shape[-1], high, 0)
    if family.name in ("binomial", "beta_binomial"):
        return low, _most(law.total_count, high)
    if family.name in ("pareto", "half_cauchy", "half_student_t", "generalized_pareto"):
        return _least(getattr(law, "loc", law.scale if family.name == "pareto" else None), low), high
    return low, high


def _or(count: Any, default: float, add: float) -> float:
    number = count if isinstance(count, int) else static(count)
    return default if number is None else float(number) + add


def _least(value: Any, default: float) -> float:
    numbers = static(value)
    return default if numbers is None else float(np.min(numbers))


def _most(value: Any, default: float) -> float:
    numbers = static(value)
    return default if numbers is None else float(np.max(numbers))


def static(value: Any) -> Any:
    """A NumPy array where the value is known without running the graph, else None."""
    if value is None:
        return None
    try:
        found = tf.get_static_value(value)
    except (TypeError, ValueError):
        found = None
    return None if found is None else np.asarray(found)


def _has_cdf(law: Law) -> bool:
    """Whether the class offers a CDF, found by looking at what it overrides (calling it would build a graph)."""
    if isinstance(law, tfd.TransformedDistribution):
        increasing = _direction(law.bijector)
        return increasing is not None and _has_cdf(law.distribution)
    if family_of(law).name == "quantized":
        return _has_cdf(law.distribution)
    return any(
        name in kind.__dict__
        for kind in type(law).__mro__
        if kind is not tfd.Distribution and issubclass(kind, tfd.Distribution)
        for name in ("_cdf", "_log_cdf")
    )


def _direction(bijector: Any) -> Any:
    try:
        return bijector._internal_is_increasing()
    except (NotImplementedError, AttributeError):
        return None
