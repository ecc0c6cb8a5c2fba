"""The border: foreign networks, distributions, images and codes are converted and checked here, and nowhere else.

What passes is float32, has a known shape, and is one of three plain things: q(z | x) with event `[L]`, the per-pixel
law of x with batch `[n, *event_shape]` and scalar events, or p(z) with event `[L]`. Foreign objects are recognised by
what they offer, not by their class, because Keras 3 and tf_keras models both arrive. Every check reads static shapes,
so all of it works inside `tf.function` too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf, tfd
from vaediag.errors import InputError
from vaediag.heads.shapes import to_float32


def check_images(x: object, vae: Any) -> Tensor:
    """Images as a float32 tensor `[n, *event_shape]`. Raises InputError for another shape."""
    return _batch("x", x, vae.event_shape, "images", "Give a batch, also of one image: x[None].")


def check_codes(z: object, vae: Any) -> Tensor:
    """Codes as a float32 tensor `[n, latent_dim]`. Raises InputError for another shape."""
    hint = "Give a batch, also of one code: z[None]; flatten further leading axes."
    return _batch("z", z, (vae.latent_dim,), "codes", hint)


def _batch(name: str, values: object, event: tuple[int, ...], unit: str, hint: str) -> Tensor:
    try:
        batch = to_float32(values)
    except (TypeError, ValueError, tf.errors.UnimplementedError) as error:
        raise InputError(
            f"{name}: expected numbers of shape [{unit}, {_comma(event)}]; got {type(values).__name__}: {_line(error)} "
            "Give a NumPy array."
        ) from None
    if not batch.shape[1:].is_compatible_with(event) or batch.shape.rank == 0:
        raise InputError(f"{name}: expected shape [{unit}, {_comma(event)}]; got {_shape(batch.shape)}. {hint}")
    return batch


# ---- p(x | z) -------------------------------------------------------------------------------------------------------


def unwrap_law(out: Any, event_shape: Sequence[int]) -> Law:
    """The per-pixel law inside a decoder's output: batch `[n, *event_shape]`, scalar events.

    Accepts what TFP's Keras layers return (`.tensor_distribution`), a `tfd.Independent` (also nested), a distribution
    that is already per pixel, and a `tfd.MultivariateNormalDiag` (whose coordinates are independent).

    Raises:
        InputError: no distribution; pixels that are not independent given z; another shape; float64.
    """
    law = getattr(out, "tensor_distribution", out)
    _refuse_non_distribution(law, "decoder", "p(x | z)")
    while isinstance(law, tfd.Independent):
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
            f"{type(law).__name__} with event shape {_shape(law.event_shape)}, whose coordinates depend on each other "
            "or are vectors. Return tfd.Independent(law, "
            f"{len(event)}) with one law per pixel, or diagnose the model with such a likelihood."
        )
    batch = law.batch_shape
    if batch.rank is not None and (batch.rank != len(event) + 1 or not batch[1:].is_compatible_with(event)):
        raise InputError(
            f"decoder: expected p(x | z) over images of shape {event}, one law per pixel with batch shape "
            f"[n, {_comma(event)}]; got {type(law).__name__} with batch shape {_shape(batch)}. Reshape the parameters "
            f"to [n, {_comma(event)}], or give the event_shape that the decoder has."
        )
    _refuse_float64(law, "decoder")
    return law


# ---- q(z | x) and p(z) ----------------------------------------------------------------------------------------------


def as_posterior(out: Any, head: Any = None, latent_dim: int | None = None) -> Law:
    """q(z | x) with event `[L]` from an encoder's output.

    Args:
        out: network outputs for `head`; or, without a head, a TFP distribution over `[n, L]` (wrapped or not).
        head: one of `vd.posteriors`, or None.
        latent_dim: L, where it is known.
    Raises:
        InputError: the output does not fit; discrete, hierarchical or image-shaped latents; float64.
    """
    if head is not None:
        if _is_distribution(out):
            arrived = type(getattr(out, "tensor_distribution", out)).__name__
            raise InputError(
                f"encoder: expected a tensor of parameters for {type(head).__name__}(); got a {arrived} distribution. "
                "Use vd.from_callables(encode, decode, ...)."
            )
        return head.law(out, latent_dim)
    law = getattr(out, "tensor_distribution", out)
    _refuse_non_distribution(law, "encoder", "q(z | x)")
    _refuse_discrete(law, "encoder", "q(z | x)")
    if law.event_shape.rank == 0 and law.batch_shape.rank in (None, 2):
        law = tfd.Independent(law, 1)
    if law.event_shape.rank != 1 or law.batch_shape.rank not in (None, 1):
        raise InputError(
            f"encoder: expected q(z | x) with batch shape [n] and event shape [L]; got {type(law).__name__} with "
            f"batch shape {_shape(law.batch_shape)} and event shape {_shape(law.event_shape)}. Flatten the trailing "
            "axes of z (and restore them at the start of decode)."
        )
    if latent_dim is not None and not law.event_shape.is_compatible_with((latent_dim,)):
        raise InputError(
            f"encoder: expected q(z | x) over {latent_dim} latents; got event shape {_shape(law.event_shape)}. "
            "Give the latent_dim (or the prior) that the encoder has."
        )
    _refuse_float64(law, "encoder")
    return law


def as_prior(prior: Any, latent_dim: int | None) -> Law:
    """p(z) with batch `[]` and event `[L]` from a head of `vd.priors` or a TFP distribution."""
    if hasattr(prior, "law") and not _is_distribution(prior):
        return prior.law(latent_dim)
    law = getattr(prior, "tensor_distribution", prior)
    _refuse_non_distribution(law, "prior", "p(z)")
    _refuse_discrete(law, "prior", "p(z)")
    if law.event_shape.rank == 0 and law.batch_shape.rank == 1:
        law = tfd.Independent(law, 1)
    if law.event_shape.rank != 1 or law.batch_shape.rank not in (None, 0):
        raise InputError(
            f"prior: expected p(z) with event shape [L] and no batch; got {type(law).__name__} with batch shape "
            f"{_shape(law.batch_shape)} and event shape {_shape(law.event_shape)}. Use vd.priors.StandardNormal(), or "
            "tfd.Sample(tfd.Normal(0.0, 1.0), L)."
        )
    if latent_dim is not None and not law.event_shape.is_compatible_with((latent_dim,)):
        raise InputError(
            f"prior: expected p(z) over {latent_dim} latents, as the model has; got event shape "
            f"{_shape(law.event_shape)}. Give the prior that the model was trained with."
        )
    _refuse_float64(law, "prior")
    return law


def _is_distribution(out: object) -> bool:
    return hasattr(out, "tensor_distribution") or isinstance(out, tfd.Distribution)


def _refuse_non_distribution(law: Any, what: str, symbol: str) -> None:
    if isinstance(law, tfd.JointDistribution) or (
        isinstance(law, tfd.Distribution) and not isinstance(law.event_shape, tf.TensorShape)
    ):
        raise InputError(
            f"{what}: expected one distribution {symbol}; got {type(law).__name__} over several variables. "
            "Hierarchical models are not supported: give the bottom decoder and its latent as a model of their own."
        )
    if not isinstance(law, tfd.Distribution):
        arrived = f"a tensor of shape {_shape(law.shape)}" if tf.is_tensor(law) else f"{type(law).__name__}"
        raise InputError(
            f"{what}: expected a TensorFlow Probability distribution {symbol}; got {arrived}. Numbers alone do not say "
            "what is drawn from them: use vd.VAE(encoder, decoder, likelihood=..., posterior=...), which adds the "
            "distributions, or return one, e.g. tfd.Independent(tfd.Bernoulli(logits=...), 3)."
        )


def _refuse_discrete(law: Law, what: str, symbol: str) -> None:
    base = law
    while hasattr(base, "distribution"):
        base = base.distribution
    discrete = (tfd.OneHotCategorical, tfd.Categorical, tfd.Bernoulli, tfd.VectorDeterministic, tfd.Deterministic)
    if law.dtype.is_integer or isinstance(base, discrete):
        raise InputError(
            f"{what}: expected a density {symbol} over real z; got {type(base).__name__}. Models with discrete or "
            "deterministic latents (VQ-VAE, categorical codes, plain autoencoders) are not supported."
        )


def _refuse_float64(law: Law, what: str) -> None:
    if law.dtype == tf.float64:
        raise InputError(
            f"{what}: expected a float32 distribution; got {type(law).__name__} with dtype float64. "
            "Build it from float32 parameters, e.g. np.float32(loc)."
        )


# ---- whole models ---------------------------------------------------------------------------------------------------


def as_event_shape(shape: object) -> tuple[int, ...]:
    """`event_shape` as a tuple of positive integers."""
    sizes = (shape,) if isinstance(shape, int) else shape
    try:
        event = tuple(int(n) for n in sizes)  # type: ignore[attr-defined]
    except (TypeError, ValueError):
        event = ()
    if not event or min(event) < 1:
        raise InputError(
            f"event_shape: expected the shape of one image, such as (28, 28, 1) or (64,); got {shape!r}. "
            "Give event_shape=... without the batch axis."
        )
    return event


def probe(vae: Any) -> tuple[Law, Law]:
    """Encode one grey image and decode one code, so that a model that cannot work says so before anything is measured.

    Returns:
        q(z | x) of the image and the per-pixel law of the code.
    Raises:
        InputError: a stage fails, gives a wrong shape, or gives numbers that are not finite.
    """
    x = tf.fill((1, *vae.event_shape), 0.5)
    q = _stage("encoder", x, vae.encode)
    seed = tf.constant([0, 0], tf.int32)
    z = to_float32(q.sample(seed=seed))
    _expect_finite("encoder", "q(z | x) of a grey image", q, z)
    law = _stage("decoder", z, vae.law)
    if not law.batch_shape.is_compatible_with((1, *vae.event_shape)):
        raise InputError(
            f"decoder: expected one law per pixel, batch shape {(1, *vae.event_shape)}, for one code; got "
            f"{_shape(law.batch_shape)}. Keep the batch axis of z in the parameters."
        )
    _expect_finite("decoder", "p(x | z) of one code", law, to_float32(law.sample(seed=seed)))
    return q, law


def _stage(what: str, given: Tensor, call: Callable[[Tensor], Law]) -> Law:
    try:
        return call(given)
    except InputError:
        raise
    except Exception as error:  # whatever a foreign network raises becomes one sentence; the cause stays attached
        raise InputError(
            f"{what}: expected it to accept a batch of shape {_shape(given.shape)}; it raised "
            f"{type(error).__name__}: {_line(error)} Check event_shape and latent_dim."
        ) from error


def _expect_finite(what: str, symbol: str, law: Law, draw: Tensor) -> None:
    # a draw alone would not do: a Bernoulli with NaN logits draws zeros
    wrong = [*(tf.math.is_nan(values) for values in _parameters(law)), ~tf.math.is_finite(draw)]
    for mask in wrong:
        bad = int(tf.math.count_nonzero(mask))
        if bad:
            raise InputError(
                f"{what}: expected finite numbers in {symbol}; got {bad} of {math.prod(mask.shape)} that are NaN or "
                "infinite. Its weights may hold NaN, or a standard deviation is 0 or negative: check the training."
            )


def _parameters(law: Law) -> Iterator[Tensor]:
    """The floating parameter tensors of a distribution and of those inside it."""
    for value in law.parameters.values():
        if isinstance(value, tfd.Distribution):
            yield from _parameters(value)
        elif tf.is_tensor(value) and value.dtype.is_floating:
            yield value


def _comma(event: Sequence[int]) -> str:
    return ", ".join(map(str, event))


def _shape(shape: Any) -> str:
    return "unknown" if shape.rank is None else str(tuple(shape)).replace("None", "n")


def _line(error: BaseException) -> str:
    """The first line of a foreign message, short enough for one line of ours."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = lines[0] if lines else "no message."
    text = text if len(text) <= 200 else text[:197] + "..."
    return text if text.endswith((".", "...")) else text + "."
