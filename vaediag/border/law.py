"""p(x | z): the law of every pixel inside a decoder's output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vaediag.aliases import Law
from vaediag.backend import tf, tfd
from vaediag.border.foreign import inside, is_distribution, one_of, refuse_float64, refuse_non_distribution, unpacked
from vaediag.border.words import comma, shape_of
from vaediag.distributions import INDEPENDENT
from vaediag.errors import InputError

KEYS = ("decoder_ll", "decoder_likelihood", "likelihood", "decoder", "p_x", "p_x_z", "p_x_given_z", "px", "px_z")


def unwrap_law(out: Any, event_shape: Sequence[int]) -> Law:
    """The per-pixel law inside a decoder's output: batch `[n, *event_shape]`, scalar events.

    Accepts what TFP's Keras layers return (`.tensor_distribution`), a `tfd.Independent` (also nested), a distribution
    that is already per pixel, a `tfd.MultivariateNormalDiag` (whose coordinates are independent), a dict that holds one
    of these; and images with a channel axis of size 1 where the event has none, or the other way round.

    Raises:
        InputError: no distribution; pixels that are not independent given z; another shape; float64.
    """
    law = _found(out)
    refuse_non_distribution(law, "decoder", "p(x | z)")
    while isinstance(law, INDEPENDENT):
        law = law.distribution
    event = tuple(event_shape)
    if isinstance(law, tfd.Deterministic | tfd.VectorDeterministic | tfd.Empirical):
        raise InputError(
            f"decoder: expected a distribution with spread; got {type(law).__name__}, under which all but a few images "
            "are impossible. Choose a likelihood, e.g. tfd.Normal(mean, 0.1) or vd.likelihoods.Normal(scale=0.1)."
        )
    if isinstance(law, tfd.MultivariateNormalDiag):
        law = tfd.Normal(law.mean(), law.stddev())
    if law.event_shape.rank != 0:
        raise InputError(
            f"decoder: expected p(x | z) as a product over pixels (tfd.Independent of one law per pixel); got "
            f"{type(law).__name__} with event shape {shape_of(law.event_shape)}, whose coordinates depend on each "
            f"other or are vectors. Return tfd.Independent(law, {len(event)}) with one law per pixel, or diagnose the "
            "model with such a likelihood."
        )
    if type(law).__name__ == "Bernoulli" and law.dtype.is_integer:
        law = law.copy(dtype=tf.float32)  # TFP's default, int32, truncates grey NumPy images to 0 and 1 without a word
    axis = _channel_axis(law, event)
    law = law[..., tf.newaxis] if axis == "added" else law[..., 0] if axis == "left out" else law
    batch = law.batch_shape
    if batch.rank is not None and (batch.rank != len(event) + 1 or not batch[1:].is_compatible_with(event)):
        raise InputError(
            f"decoder: expected p(x | z) over images of shape {event}, one law per pixel with batch shape "
            f"[n, {comma(event)}]; got {type(law).__name__} with batch shape {shape_of(batch)}. Reshape the parameters "
            f"to [n, {comma(event)}], or give the event_shape that the decoder has."
        )
    refuse_float64(law, "decoder")
    return law


def as_outputs(out: Any, head: Any) -> Any:
    """A decoder's outputs for a head of `vd.likelihoods`: tensors. Raises InputError where they are a distribution."""
    out = unpacked(out)
    if is_distribution(out):
        raise InputError(
            f"decoder: expected a tensor of parameters for {type(head).__name__}(); got a {type(inside(out)).__name__} "
            "distribution. Leave likelihood out, or use vd.from_callables(encode, decode, ...)."
        )
    return out


def said_of_law(out: Any, event_shape: Sequence[int]) -> tuple[str, ...]:
    """What `unwrap_law` takes for granted of this output, a phrase each."""
    law, said = _found(out), []
    wrapped = 0
    while isinstance(law, INDEPENDENT):
        wrapped += int(tf.get_static_value(law.reinterpreted_batch_ndims))
        law = law.distribution
    if isinstance(law, tfd.MultivariateNormalDiag):
        return ()
    axis = _channel_axis(law, tuple(event_shape))
    if axis is not None:
        said.append(f"channel axis of p(x | z) {axis}")
    if wrapped == 0:
        said.append("law per pixel without tfd.Independent: pixels taken as independent given z")
    elif law.batch_shape.rank is not None and wrapped < law.batch_shape.rank - 1:
        said.append("tfd.Independent over some axes of x only: all pixels taken as independent given z")
    return tuple(said)


def _found(out: Any) -> Any:
    return inside(one_of(unpacked(out), KEYS, "decoder"))


def _channel_axis(law: Law, event: tuple[int, ...]) -> str | None:
    """What has to happen to a channel axis of size 1 so that the law's batch is `[n, *event]`."""
    batch = law.batch_shape
    if batch.rank is None or batch.rank < 2 or len(event) < 2:
        return None
    if event[-1] == 1 and batch.rank == len(event) and batch[1:].is_compatible_with(event[:-1]):
        return "added"
    if batch.rank == len(event) + 2 and batch[-1] == 1 and batch[1:-1].is_compatible_with(event):
        return "left out"
    return None
