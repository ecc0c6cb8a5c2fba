"""The user's loss, called with batches in which reconstruction and KL differ as much as they can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.aliases import Tensor
from vaediag.backend import tf
from vaediag.errors import InputError
from vaediag.records.estimate import Array


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a loss said of groups of images.

    Attributes:
        losses: mean over calls, `[groups]`.
        weights: what of each image is in the mean over a group, `[groups, n]`; rows sum to 1.
        sizes: images in each group, `[groups]`.
        scatter: variance of one call around the mean of the calls, `[groups]`; None where it was not called.
        calls: how often it was called with each group.
        per_image: it gives one number per image.
    """

    losses: Array
    weights: Array
    sizes: Array
    scatter: Array | None
    calls: int
    per_image: bool

    @property
    def repeats(self) -> bool:
        """Each call gave the same: the loss draws no z, or always the same."""
        return self.scatter is not None and bool((np.sqrt(self.scatter) <= 1e-6 * np.abs(self.losses)).all())


def ask(loss: Callable[[Any], Any], images: Array, log_loss: Array, kl: Array, *, real: int, calls: int) -> Answers:
    """Call `loss` with the first `real` images together, then with neighbours in `log_loss` and in `kl` beside it.

    Batches come in several sizes, by which a sum over images is told from a mean. `log_loss` and `kl` `[n]` are at the
    mean of q(z | x): sorted by a draw, a batch would be chosen for its noise.
    """
    size = max(len(images) // 16, 2)
    slope = np.cov(log_loss, kl)[0, 1] / (log_loss.var() or 1.0)
    orders = ((np.argsort(log_loss), size), (np.argsort(kl - slope * log_loss), max(size // 2, 1)))
    groups = [np.arange(real)]
    groups += [order[i : i + size] for order, size in orders for i in range(0, len(images) - size + 1, size)]
    found = [_called(loss, images[index], calls) for index in groups]
    return Answers(
        losses=np.array([values.mean() for values, _ in found]),
        weights=_weights(groups, len(images)),
        sizes=np.array([len(index) for index in groups]),
        scatter=np.array([values.var(ddof=1) for values, _ in found]),
        calls=calls,
        per_image=found[0][1],
    )


def given(losses: Array) -> Answers:
    """One number per image, `[n]`, as each its own group."""
    return Answers(losses, np.eye(len(losses)), np.ones(len(losses)), None, 1, per_image=True)


def _weights(groups: list[Array], count: int) -> Array:
    weights = np.zeros((len(groups), count))
    for row, index in enumerate(groups):
        weights[row, index] = 1 / len(index)
    return weights


def _called(loss: Callable[[Any], Any], images: Array, calls: int) -> tuple[Array, bool]:
    """The value of each call `[calls]`, over images the mean, and whether there was one number per image."""
    batch = tf.constant(images)
    found = [_number(loss, batch) for _ in range(calls)]
    return np.array([value.mean() for value in found]), found[0].ndim == 1


def _number(loss: Callable[[Any], Any], batch: Tensor) -> Array:
    expected = f"loss: expected a finite number, or one per image, of a batch of {len(batch)} images; "
    try:
        answer = loss(batch)
    except Exception as error:  # whatever foreign code raises becomes one sentence; the cause stays attached
        raise InputError(
            f"{expected}it raised {type(error).__name__}: {_line(error)} Give a function of images [n, *event_shape],"
            " float32, for any n, such as loss=lambda x: my_loss(x)."
        ) from error
    if isinstance(answer, dict | tuple | list):
        what = f"a dict with keys {sorted(map(str, answer))}" if isinstance(answer, dict) else f"{len(answer)} things"
        raise InputError(f"{expected}got {what}. Return the loss alone, such as loss=lambda x: my_loss(x)[...].")
    try:
        value = np.asarray(answer, float)
    except (TypeError, ValueError):
        raise InputError(f"{expected}got {type(answer).__name__}. Return a number.") from None
    if value.shape not in ((), (len(batch),)):
        raise InputError(f"{expected}got shape {value.shape}. Sum over the values of an image.")
    if not np.isfinite(value).all():
        raise InputError(f"{expected}got NaN or infinity. Look for log(0), or a σ of 0, before anything else.")
    return value


def _line(error: BaseException) -> str:
    """The line of a foreign message that says what happened: of AutoGraph's the last, else the first."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or ["no message"]
    text = lines[-1 if lines[0].startswith("in user code") else 0]
    return text[:200] if text.endswith(".") else f"{text[:200]}."
