"""`verify_loss`: does the loss that trains a model belong to the distributions that it was described with?"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaediag.errors import InputError
from vaediag.records.estimate import Array, Estimate, number
from vaediag.records.loss_check import LossCheck
from vaediag.registry import images_for
from vaediag.seeds import fold, pair
from vaediag.training.ask import ask, given
from vaediag.training.choose import choose, spread_of
from vaediag.training.reading import Model, read
from vaediag.training.recipes import Sizes
from vaediag.training.strange import strange, usable
from vaediag.training.terms import Measure, Terms

IMAGES, SMALLEST = 64, 16  # of a function: used at most; and needed at least
REDUCTIONS = {(False, False): "mean", (True, True): "sum", (True, False): "mixed", (False, True): "mixed"}
NO_SUM = (
    "Try: check that encoder, decoder and preprocessing are those of the training; that the loss calls them with "
    "training=False (dropout and batch normalisation differ); that the likelihood is the one meant; and that the KL is "
    "that of the whole posterior (of a full covariance it is not the sum over latents). A loss such as "
    "|KL − C|, free bits, or several draws of z inside a logarithm is no such sum."
)


def verify_loss(
    vae: Any,
    x: Any,
    loss: Callable[[Any], Any] | Array | float,
    *,
    seed: int = 0,
    draws: int = 32,
    calls: int = 8,
) -> LossCheck:
    """Compare a training loss with the negative ELBO that encode, decode and prior of `vae` give.

    Args:
        vae: a `VAE`, as described to vaediag (networks, heads, prior).
        x: images as `diagnose` takes them, at least 16; of a function the first 64 are used.
        loss: best the function itself. It is called with float32 tensors `[n, *event_shape]`, n varying, and gives a
            number or one number per image; it may draw z. Beside the images it is given such as have some of their
            values exchanged, so that the weights of reconstruction and KL can be told apart. Or its value: one number
            per image `[n]`, from which less can be told, or one number in all, which can only agree or not.
        seed: of the draws of z here; those of the loss are its own.
        draws: of z per image, at least 2.
        calls: of a function with the same batch, at least 2, because a loss draws z as well.
    Returns:
        LossCheck; print it.
    Raises:
        InputError: too few images, terms that are not finite, a loss of another shape or that is not finite.
    """
    if draws < 2 or calls < 2:
        raise InputError(f"draws, calls: expected at least 2 of each; got {draws} and {calls}. Leave them out.")
    data = images_for(vae, x)
    values = np.asarray(data.read(0, min(len(data), IMAGES) if callable(loss) else len(data)), np.float32)
    if len(values) < SMALLEST:
        raise InputError(f"x: expected at least {SMALLEST} images; got {len(values)}. Give a batch of training images.")
    if callable(loss):
        return told(prepared(vae, values, seed=seed, draws=draws, more=True), loss, calls=calls)
    numbers = _numbers(loss, len(values))
    ground = prepared(vae, values, seed=seed, draws=draws, more=False)
    return told(ground, numbers) if numbers.ndim else compared(float(numbers), ground)


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What a loss is compared with: images, their terms, and what is known of the model."""

    images: Array  # [n, *event]: first those that were given
    terms: Terms
    centred_kl: Array  # [n]
    given: int
    model: Model


def prepared(vae: Any, values: Array, *, seed: int, draws: int, more: bool) -> Ground:
    """`more`: with strange images behind the real ones `values`."""
    key, count = fold(pair(seed), 31), len(values)
    measure = Measure(vae)
    images = np.concatenate([values, strange(values)]) if more else values
    centred, kl = measure.centred(images, fold(key, 0))
    kept = usable(centred["log_loss"], kl, count)
    images, centred, kl = images[kept], {name: term[kept] for name, term in centred.items()}, kl[kept]
    terms = Terms(*measure.drawn(images, fold(key, 1), draws), centred, measure.family)
    _expect_finite(terms)
    sizes = Sizes(tuple(vae.event_shape), int(vae.latent_dim))
    return Ground(images, terms, kl, count, Model(sizes, terms.family, getattr(vae.likelihood, "stated", None)))


def told(ground: Ground, loss: Callable[[Any], Any] | Array, *, calls: int = 1) -> LossCheck:
    """Which sum of the terms a function is, or numbers `[n]`."""
    terms, model = ground.terms, ground.model
    if callable(loss):
        order = terms.centred["log_loss"], ground.centred_kl
        answers = ask(loss, ground.images, *order, real=ground.given, calls=calls)
    else:
        answers = given(loss)
    value = float(answers.losses[0] if callable(loss) else answers.losses.mean())
    expected = _expected(terms, ground.given)
    numbers = f"Of {ground.given} images it is {number(value)}; their negative ELBO is {expected}."
    choice = choose(answers, terms, model.sizes, model.stated)
    if choice is None:
        first = "Your loss is not the negative ELBO of this model, nor a weighted sum of its reconstruction and KL."
        return LossCheck("differs", (), value, expected, None, None, None, None, None, (first, numbers, NO_SUM))
    kl = float(terms.kl[:, : ground.given].mean())
    found = read(choice, model, kl_mean=kl, noise=spread_of(choice, answers, terms))
    a, b, _ = (
        float(weight) if found.mistakes or found.verdict == "agrees" else None for weight in choice.best.fit.weights
    )
    reduction = "per image" if answers.per_image else REDUCTIONS[choice.best.seen[2]]
    sentences = (found.sentences[0], numbers, *found.sentences[1:])
    return LossCheck(
        found.verdict, found.mistakes, value, expected, a, b, reduction, found.beta, found.sigma, sentences
    )


def _expect_finite(terms: Terms) -> None:
    bad = int((~np.isfinite(terms.drawn["log_loss"] + terms.kl).all(0)).sum())
    if bad:
        raise InputError(
            f"x: expected a finite −log p(x | z) and KL for every image; {bad} of {len(terms)} have none. Are these the"
            " images as the model takes them? `diagnose` audits them."
        )


def _numbers(loss: Any, count: int) -> Array:
    try:
        numbers = np.asarray(loss, float)
    except (TypeError, ValueError):
        numbers = np.array([[math.nan]])
    if numbers.shape not in ((), (count,)) or not np.isfinite(numbers).all():
        kind = f"shape {numbers.shape}" if numbers.shape not in ((), (count,)) else "NaN or infinity"
        what = kind if not isinstance(loss, dict | str) else type(loss).__name__
        raise InputError(
            f"loss: expected the function itself, one finite number per image [{count}], or one number; got {what}. "
            "Give the function: it tells the most."
        )
    return numbers


def _expected(terms: Terms, count: int) -> Estimate:
    """−ELBO of the first `count` images, with what the draws of z leave to chance."""
    each = (terms.drawn["log_loss"] + terms.kl)[:, :count].mean(1)
    return Estimate(float(each.mean()), float(each.std(ddof=1) / math.sqrt(len(each))), "nats per image")


def compared(loss: float, ground: Ground) -> LossCheck:
    """One number can agree or not; which weights it has cannot be told from it."""
    terms, count = ground.terms, ground.given
    expected = _expected(terms, count)
    once = (expected.standard_error or 0.0) * math.sqrt(terms.draws + 1)  # theirs has one draw
    for reduction, factor in (("mean", 1), ("sum", count)):
        if abs(loss - factor * expected.value) <= factor * (4 * once + 1e-3 * abs(expected.value)):
            words = (
                f"Your number, {number(loss)}, agrees with this model's negative ELBO, {reduction} over images.",
                f"With one draw of z per image that is {number(factor * expected.value)} ± {number(factor * once)}.",
                "One number can agree by chance: give the loss as a function, loss=lambda x: ..., to be sure.",
            )
            return LossCheck("agrees", (), loss, expected, None, None, reduction, None, None, words)
    distortion, kl = terms.drawn["log_loss"][:, :count].mean(), terms.kl[:, :count].mean()
    beta = (loss - distortion) / kl if kl > 0 else math.nan
    sentences = [f"Your number, {number(loss)}, is not the negative ELBO of this model, {expected}."]
    if math.isfinite(beta) and beta > 0:
        sentences.append(
            f"Were the reconstruction −log p(x | z), {number(distortion)} nats, then the KL of {number(kl)} nats would "
            f"have the weight β = {number(beta)}."
        )
    sentences.append("Try: give the loss as a function, loss=lambda x: ...; one number does not tell its weights.")
    return LossCheck("differs", (), loss, expected, None, None, None, None, None, tuple(sentences))
