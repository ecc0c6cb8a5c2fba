"""p(z): a head, a distribution, or a function or layer that gives one."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

from vaediag.aliases import Law
from vaediag.backend import tf, tfd
from vaediag.border.foreign import (
    flat_normal,
    inside,
    is_distribution,
    refuse_discrete,
    refuse_float64,
    refuse_non_distribution,
)
from vaediag.border.words import first_line, shape_of
from vaediag.errors import InputError


def prior_source(prior: Any, latent_dim: int | None, latent_shape: Sequence[int] = ()) -> Callable[[], Law]:
    """A function that gives p(z). A callable prior is asked each time, because its variables may have been trained."""
    if is_distribution(prior) or hasattr(prior, "law") or not callable(prior):
        law = as_prior(prior, latent_dim, latent_shape)
        return lambda: law
    return lambda: as_prior(_asked(prior), latent_dim, latent_shape)


def as_prior(prior: Any, latent_dim: int | None, latent_shape: Sequence[int] = ()) -> Law:
    """p(z) with batch `[]` and event `[L]` from a head of `vd.priors` or a TFP distribution.

    Raises:
        InputError: something else, another number of latents, discrete latents, float64.
    """
    if hasattr(prior, "law") and not is_distribution(prior):
        return prior.law(latent_dim)
    law = inside(prior)
    refuse_non_distribution(law, "prior", "p(z)")
    refuse_discrete(law, "prior", "p(z)")
    law = flat_normal(law, latent_shape, []) or law
    if law.event_shape.rank == 0 and law.batch_shape.rank == 1:
        law = tfd.Independent(law, 1)
    if law.event_shape.rank == 1 and law.batch_shape.is_fully_defined() and tuple(law.batch_shape) == (1,):
        law = law[0]  # of a layer, which keeps the batch axis of its input
    if law.event_shape.rank != 1 or law.batch_shape.rank not in (None, 0):
        raise InputError(
            f"prior: expected p(z) with event shape [L] and no batch; got {type(law).__name__} with batch shape "
            f"{shape_of(law.batch_shape)} and event shape {shape_of(law.event_shape)}. Use vd.priors.StandardNormal(), "
            "or tfd.Sample(tfd.Normal(0.0, 1.0), L)."
        )
    if latent_dim is not None and not law.event_shape.is_compatible_with((latent_dim,)):
        raise InputError(
            f"prior: expected p(z) over {latent_dim} latents, as the model has; got event shape "
            f"{shape_of(law.event_shape)}. Give the prior that the model was trained with."
        )
    refuse_float64(law, "prior")
    return law


def said_of_prior(prior: Any) -> tuple[str, ...]:
    """What `as_prior` takes for granted, a phrase each."""
    law = inside(prior)
    if isinstance(law, tfd.Distribution) and law.event_shape.rank == 0:
        return ("prior per latent without tfd.Independent: latents taken as independent",)
    return ()


def _asked(prior: Callable[..., Any]) -> Any:
    """The answer of a function without arguments, or of a layer that ignores its one input."""
    given = () if _takes_nothing(prior) else (tf.zeros((1, 1)),)
    try:
        return prior(*given)
    except InputError:
        raise
    except Exception as error:  # whatever a foreign function raises becomes one sentence; the cause stays attached
        raise InputError(
            f"prior: expected a TFP distribution, or a function without arguments that returns one; it raised "
            f"{type(error).__name__}: {first_line(error)} Give the distribution itself."
        ) from error


def _takes_nothing(prior: Callable[..., Any]) -> bool:
    call = getattr(prior, "call", None)
    try:
        found = inspect.signature(call if callable(call) else prior).parameters.values()
    except (TypeError, ValueError):
        return True
    return not any(p.default is p.empty and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in found)
