"""A model is tried once, when it is made, so that one that cannot work says so before anything is measured."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.aliases import Law, Tensor
from vaediag.backend import tf
from vaediag.border import plausible
from vaediag.border.foreign import parameters
from vaediag.border.law import said_of_law
from vaediag.border.posterior import said_of_posterior
from vaediag.border.words import first_line, shape_of
from vaediag.errors import InputError
from vaediag.heads.shapes import to_float32

SEVERAL = 8  # codes or images of the second try: draws of 0 or 1 would not agree on all of them by chance
SAME, ALONE = 1e-4, 1e-2  # of the largest number: two calls on a busy GPU; one row alone and among others


@dataclass(frozen=True)
class Stage:
    """One network at work.

    Attributes:
        what: "encoder" or "decoder".
        run: a batch to whatever the network gives.
        convert: that to a distribution.
        shape: of one code as the networks know it.
    """

    what: str
    run: Callable[[Tensor], Any]
    convert: Callable[[Any], Law]
    shape: tuple[int, ...] = ()

    def __call__(self, batch: Tensor) -> Law:
        return self.convert(self.run(batch))


@dataclass(frozen=True)
class Tried:
    """q(z | x) of one image, the per-pixel law of one code, and what was taken for granted or looks doubtful."""

    posterior: Law
    law: Law
    said: tuple[str, ...]


def probe(vae: Any, encode: Stage, decode: Stage) -> Tried:
    """Encode grey and noise, decode a few codes, each twice.

    Raises:
        InputError: a stage fails, gives a wrong shape or numbers that are not finite; answers differently when asked
            again (it draws at random), or when a row is alone (batch normalisation in training mode).
    """
    x = tf.fill((1, *vae.event_shape), 0.5)
    encoded, q = _try(encode, x)
    seed = tf.constant([0, 0], tf.int32)
    z = to_float32(q.sample(seed=seed))
    _expect_finite("encoder", "q(z | x) of a grey image", q, z)
    decoded, law = _try(decode, z)
    if not law.batch_shape.is_compatible_with((1, *vae.event_shape)):
        raise InputError(
            f"decoder: expected one law per pixel, batch shape {(1, *vae.event_shape)}, for one code; got "
            f"{shape_of(law.batch_shape)}. Keep the batch axis of z in the parameters."
        )
    _expect_finite("decoder", "p(x | z) of one code", law, to_float32(law.sample(seed=seed)))
    rng = np.random.default_rng(0)
    images = tf.concat([x, tf.constant(rng.random((SEVERAL - 1, *vae.event_shape)), tf.float32)], 0)
    codes = tf.concat([z, z + tf.constant(rng.normal(size=(SEVERAL - 1, vae.latent_dim)), tf.float32)], 0)
    _expect_repeatable(encode, images, q)
    several = _expect_repeatable(decode, codes, law)
    said = said_of_posterior(encoded, vae.posterior, encode.shape)
    said += () if vae.likelihood else said_of_law(decoded, vae.event_shape)
    return Tried(q, law, (*said, *plausible.doubts(several)))


def _try(stage: Stage, given: Tensor) -> tuple[Any, Law]:
    try:
        raw = stage.run(given)
        return raw, stage.convert(raw)
    except InputError:
        raise
    except Exception as error:  # whatever a foreign network raises becomes one sentence; the cause stays attached
        raise InputError(
            f"{stage.what}: expected it to accept a batch of shape {shape_of(given.shape)}; it raised "
            f"{type(error).__name__}: {first_line(error)} Check event_shape and latent_dim."
        ) from error


def _expect_repeatable(stage: Stage, batch: Tensor, alone: Law) -> Law:
    """The stage's answer to the batch, which must not change from call to call, nor a row with what is beside it."""
    raw, law = _try(stage, batch)
    _, again = _try(stage, batch)
    if _differ(parameters(law), parameters(again), SAME):
        _refuse_draws(stage.what, binary=plausible.all_binary(raw) or plausible.binary_parameters(law))
    first = [values[:1] if values.shape[:1] == (SEVERAL,) else values for values in parameters(law)]
    if _differ(first, parameters(alone), ALONE):
        unit, other = ("image", "images") if stage.what == "encoder" else ("code", "codes")
        raise InputError(
            f"{stage.what}: expected its answer to one {unit} not to depend on the other {other} of the batch; it "
            "does, as with batch normalisation in training mode. Call the network with training=False."
        )
    return law


def _refuse_draws(what: str, *, binary: bool) -> None:
    if what == "encoder":
        raise InputError(
            "encoder: expected the parameters of q(z | x), the same whenever it is asked; got outputs that differ "
            "between two calls on the same images: it gives a drawn z, or has noise of its own. Give a network that "
            "returns the mean and the second part (or the distribution: .tensor_distribution of a layer of tfp.layers)."
        )
    kind = "draws of 0 or 1" if binary else "random numbers"
    raise InputError(
        f"decoder: expected the parameters of p(x | z), the same whenever it is asked; got outputs that differ between "
        f"two calls on the same z: {kind}, not parameters. A layer of tfp.layers gives draws by default once it is "
        "saved or its output is turned into a tensor: give the decoder up to the layer before it, or one saved with "
        "convert_to_tensor_fn=tfd.Bernoulli.logits; and leave out noise with seeds of its own."
    )


def _differ(some: Any, others: Any, tolerance: float) -> bool:
    for one, other in zip(some, others, strict=False):
        a, b = np.asarray(one, float), np.asarray(other, float)
        if a.shape != b.shape:
            continue
        most = np.nanmax(np.abs(a - b), initial=0.0)
        if most > tolerance * max(1e-3, np.nanmax(np.abs(a), initial=0.0)):
            return True
    return False


def _expect_finite(what: str, symbol: str, law: Law, draw: Tensor) -> None:
    # a draw alone would not do: a Bernoulli with NaN logits draws zeros
    wrong = [*(tf.math.is_nan(values) for values in parameters(law)), ~tf.math.is_finite(draw)]
    for mask in wrong:
        bad = int(tf.math.count_nonzero(mask))
        if bad:
            raise InputError(
                f"{what}: expected finite numbers in {symbol}; got {bad} of {math.prod(mask.shape)} that are NaN or "
                "infinite. Its weights may hold NaN, or a standard deviation is 0 or negative: check the training."
            )
