"""Views of p(x | z): the pictures that one z has. Each says which one it is, and how it was obtained."""

from __future__ import annotations

from collections.abc import Sequence

from vaediag.aliases import Law, Seed, Tensor
from vaediag.backend import tf
from vaediag.errors import InputError
from vaediag.laws import moments
from vaediag.laws.answer import Answer, note
from vaediag.laws.quantile import quantile
from vaediag.laws.sample import sample

VIEWS = ("mean", "mode", "sample", "stddev", "entropy", "quantile", "interval_width")
RESIDUAL = "residual"  # a view of x under the law, so only where there is an x (laws/residual.py)


def view(
    law: Law, name: str, *, seed: Seed, level: float = 0.9, p: float = 0.5, draws: int = moments.DRAWS
) -> tuple[Tensor, str | None]:
    """One view of a per-pixel law, eagerly.

    Args:
        law: batch `[n, *event]`, scalar events.
        name: one of `VIEWS`. Units are those of x, except entropy (nats per pixel).
        seed: int32 pair: of the sample, and of Monte Carlo where a family needs it.
        level: mass of the central interval for `interval_width`, in (0, 1).
        p: probability for `quantile`, in (0, 1).
        draws: for Monte Carlo.
    Returns:
        (values `[n, *event]`, note): the note is None for a closed form that is finite everywhere, else it says how the
        values were obtained and with which standard error, and how many are undefined.
    """
    check_views((name,), level=level, p=p)
    answer = evaluate(law, name, seed=seed, level=level, p=p, draws=draws)
    error = None if answer.error is None else answer.error.numpy()
    return answer.value, note(answer.method, answer.value.numpy(), error)


def evaluate(
    law: Law,
    name: str,
    *,
    seed: Seed,
    level: float | Tensor = 0.9,
    p: float | Tensor = 0.5,
    draws: int = moments.DRAWS,
    hold_noise: bool = False,
) -> Answer:
    """Like `view`, unchecked and traceable; `hold_noise` gives every row of a sample the same noise.

    `level` and `p` may be float64 scalar tensors, so that a compiled call can take them as inputs.
    """
    if name == "sample":
        return sample(law, seed=seed, hold_noise=hold_noise)
    if name == "mode":
        return moments.mode(law, seed=seed)
    if name == "quantile":
        return quantile(law, p, seed=seed, draws=draws)
    if name == "interval_width":
        return _interval_width(law, level, seed, draws)
    return {"mean": moments.mean, "stddev": moments.stddev, "entropy": moments.entropy}[name](
        law, seed=seed, draws=draws
    )


def _interval_width(law: Law, level: float | Tensor, seed: Seed, draws: int) -> Answer:
    lower = quantile(law, (1.0 - level) / 2, seed=seed, draws=draws)
    upper = quantile(law, (1.0 + level) / 2, seed=seed, draws=draws)
    error = None if lower.error is None or upper.error is None else tf.sqrt(lower.error**2 + upper.error**2)
    width = tf.broadcast_to(upper.value - lower.value, law.batch_shape_tensor())  # one scale may serve all pixels
    return Answer(width, upper.method, error)


def check_views(names: Sequence[str], *, level: float, p: float, more: Sequence[str] = ()) -> tuple[str, ...]:
    """Raise InputError unless every name is a view (or in `more`) and the probabilities lie in (0, 1)."""
    if isinstance(names, str):
        raise InputError(f"views: expected a tuple of names such as ('mean', 'sample'); got the string {names!r}.")
    known = (*VIEWS, *more)
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        raise InputError(f"views: expected names among {', '.join(known)}; got {unknown[0] if unknown else 'none'!r}.")
    for argument, value in (("level", level), ("p", p)):
        if not 0.0 < value < 1.0:
            raise InputError(f"{argument}: expected a probability strictly between 0 and 1; got {value!r}.")
    return tuple(names)
