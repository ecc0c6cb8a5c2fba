"""What a recognised loss amounts to: verdict, β, σ, and the sentences that say so."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from vaediag.records.estimate import Estimate, number, with_error
from vaediag.training.choose import Candidate, Choice
from vaediag.training.mistakes import HARMLESS, remedy, what
from vaediag.training.recipes import Sizes

TERM = {
    "log_loss": "−log p(x | z)",
    "square": "(x − mean)²",
    "absolute": "|x − mean|",
    "cross_entropy": "binary cross-entropy",
}
SAME = 0.03  # relative: β or σ that differ by less are called equal
OF_KL = {"mean_over_latents", "half_kl", "double_kl", "kl_sign", "no_kl", "beta", "weights"}
OF_RECONSTRUCTION = {"mean_over_values", "mean_over_last_axis", "mean_over_positions"}
UNSURE = 0.02  # relative standard error from which a weight is printed with it
KNOWN = 0.1  # of β (or of 1): with a larger standard error its value is not known


@dataclass(frozen=True, slots=True)
class Model:
    """What the reading needs to know of a model."""

    sizes: Sizes
    family: str
    stated: float | None  # the one σ of a fixed or shared Normal


@dataclass(frozen=True, slots=True)
class Reading:
    """A choice in the terms of the model."""

    verdict: str
    mistakes: tuple[str, ...]
    beta: Estimate | None
    sigma: float | None
    sentences: tuple[str, ...]


def read(choice: Choice, model: Model, *, kl_mean: float, noise: float) -> Reading:
    """`kl_mean`: of the images, nats; `noise`: standard deviation of one answer by chance in z."""
    best = choice.best
    beta, sigma, doubt = beta_of(choice, model), sigma_of(best, model), _doubt(choice, model, kl_mean, noise)
    mistakes = _renamed(best, beta)
    if doubt:  # what all that is possible has in common is known all the same
        others = [other.mistakes for other in choice.rivals if _other(other, best, model)]
        mistakes = tuple(n for n in mistakes if n not in OF_KL and all(n in names for names in others))
        beta = sigma = None
    differ = [name for name in mistakes if name not in HARMLESS]
    if doubt and not differ:
        first = f"Whether your loss is the negative ELBO of this model cannot be told: {doubt}"
        return Reading("unclear", (), None, None, (first, formula(best, "At best it reads as")))
    verdict = "differs" if differ else "equivalent" if mistakes else "agrees"
    amounts = [f"More cannot be told: {doubt}"] if doubt else _amounts(choice, mistakes, beta, sigma, model)
    twins = [] if doubt else [f"Or: {words}." for words in _twins(choice, model)]
    sentences = (_first(verdict, mistakes, model.sizes), *twins, formula(best), *amounts)
    return Reading(verdict, mistakes, beta, sigma, (*sentences, *_advice(mistakes, model, sigma)))


def beta_of(choice: Choice, model: Model) -> Estimate | None:
    """β beside the stated likelihood, as measured: None where the loss has another, or sums over images unevenly."""
    per = _stated_per(choice.best, model)
    if per is None or len(set(choice.best.seen[2])) > 1:
        return None
    return Estimate(choice.open.ratio * per, choice.open.ratio_error * per)


def sigma_of(best: Candidate, model: Model) -> float | None:
    ratio = best.fit.ratio
    if len(set(best.seen[2])) > 1 or not ratio > 0:
        return None
    if best.term == "square":
        return math.sqrt(ratio / 2)
    if best.term == "log_loss" and model.stated is not None:
        return model.stated * math.sqrt(ratio)
    return None


def formula(best: Candidate, start: str = "It reads as") -> str:
    """The loss as a sum, in one sentence."""
    a, b, c = best.fit.weights
    sign = "+" if b > 0 else "−"
    over = {(False, False): "averaged over images", (True, True): "summed over images"}.get(best.seen[2])
    rest = f" {'+' if c > 0 else '−'} {number(abs(c))}" if abs(c) > 0 else ""
    kl = "" if b == 0 else f" {sign} {_weight(abs(b), best.fit.errors[1])} · KL"
    return (
        f"{start} {_weight(a, best.fit.errors[0])} · Σ {TERM[best.term]}{kl}{rest}, "
        f"{over or 'with one term summed over images and the other averaged'} "
        "(Σ over the values of an image, KL summed over latents)."
    )


def _weight(value: float, error: float) -> str:
    """With its standard error, where that is large enough to matter."""
    return f"({with_error(value, error)})" if error > UNSURE * abs(value) else number(value)


def _stated_per(best: Candidate, model: Model) -> float | None:
    """β of a loss whose KL has weight 1 beside a reconstruction of weight 1."""
    if best.term == "log_loss" or (best.term == "cross_entropy" and model.family == "bernoulli"):
        return 1.0
    return 1 / (2 * model.stated**2) if best.term == "square" and model.stated else None


def _renamed(best: Candidate, beta: Estimate | None) -> tuple[str, ...]:
    """Squared errors whose σ is the stated one are its log loss without the constants, times a factor."""
    if best.term != "square" or beta is None or abs(beta.value - 1) > SAME:
        return best.mistakes
    weights = {"squared_errors", "both_divided", "weights", "beta", "constant", *OF_KL, *OF_RECONSTRUCTION}
    return ("constant_left_out", *(name for name in best.mistakes if name not in weights))


def _doubt(choice: Choice, model: Model, kl_mean: float, noise: float) -> str | None:
    """Why the weight of the KL is not known, where it is not."""
    best, error = choice.best, choice.open.ratio_error
    ratio = best.fit.ratio
    others = [other for other in choice.rivals if _other(other, best, model)]
    if error <= KNOWN * max(abs(ratio), 1.0) and not others:
        return None
    if kl_mean < 0.1:
        return (
            f"the KL is nearly 0 on all images ({number(kl_mean)} nats; has the posterior collapsed?), so its weight "
            "leaves no trace in the loss. Check the loss on a model that uses its latents."
        )
    hidden = f"chance in z moves a batch's loss by {number(noise)} nats, which hides"
    more = "Give more images, or more calls (calls=64)."
    if not others:
        return f"{hidden} the weight of the KL ({number(choice.open.ratio)} ± {number(error)}). {more}"
    two = [", ".join(what(name, model.sizes) for name in c.mistakes) or "it is the ELBO" for c in (best, others[0])]
    return f"{hidden} the difference between two readings: {two[0]}; or: {two[1]}. {more}"


def _other(a: Candidate, b: Candidate, model: Model) -> bool:
    """Two candidates mean different things."""
    per = [(_stated_per(c, model), c.term) for c in (a, b)]
    kind = ["stated" if scale is not None else term for scale, term in per]
    ratio = [(scale or 1.0) * c.fit.ratio for (scale, _), c in zip(per, (a, b), strict=True)]
    return kind[0] != kind[1] or abs(ratio[0] - ratio[1]) > SAME * max(map(abs, ratio)) or a.seen[1:] != b.seen[1:]


def _twins(choice: Choice, model: Model) -> list[str]:
    """Other mistakes that give the same weights: with two latents a mean over them is a half."""
    best = choice.best
    same = [c for c in choice.rivals if c.seen == best.seen and np.allclose(c.fit.weights, best.fit.weights)]
    return ["; ".join(what(name, model.sizes) for name in c.mistakes) for c in same if c.mistakes != best.mistakes]


def _first(verdict: str, mistakes: tuple[str, ...], sizes: Sizes) -> str:
    if verdict == "agrees":
        return "Your loss agrees with this model: it is the negative ELBO of its encode, decode and prior."
    words = "; ".join(what(name, sizes) for name in mistakes)
    if verdict == "equivalent":
        return f"Your loss has the optimum of this model's negative ELBO, but not its value: {words}."
    return f"Your loss is not the negative ELBO of this model: {words}."


def _amounts(
    choice: Choice, mistakes: tuple[str, ...], beta: Estimate | None, sigma: float | None, model: Model
) -> list[str]:
    """What the loss is equivalent to."""
    best, ratio = choice.best, choice.best.fit.ratio
    per = _stated_per(best, model)
    exact = number(ratio * per) if per else ""
    value = str(beta) if best.recipe.b is None or best.recipe.a is None else f"{exact} (measured: {beta})"
    if not [name for name in mistakes if name not in HARMLESS]:
        return [f"β is {value}."] if beta else []
    if len(set(best.seen[2])) > 1:
        return ["β then depends on the batch size."]
    if "no_kl" in mistakes:
        return ["That is β = 0, an autoencoder: nothing ties its codes to the prior, and its ELBO means little."]
    if ratio <= 0 or "sign" in mistakes:
        return []
    if best.term == "absolute":
        return [f"With β = 1 that is a Laplace law with the fixed scale {number(ratio)}."]
    if best.term == "cross_entropy" and model.family != "bernoulli":
        return [f"Beside vd.likelihoods.Bernoulli() it has β = {number(ratio)}."]
    lines = []
    if best.term == "square":
        lines.append(f"With β = 1 that is vd.likelihoods.Normal({number(sigma or 0.0)}), a Normal with that σ.")
    if beta is not None:
        same = f", or, what is the same, β = 1 with σ = {number(sigma)}" if sigma and best.term != "square" else ""
        stated = f" with the stated σ {number(model.stated)}" if model.stated is not None else ""
        if same or abs(beta.value - 1) > SAME:
            lines.append(f"Beside the stated likelihood{stated} that is a β-VAE with β = {value}{same}.")
        else:
            lines.append(f"Its β is {value}.")
    elif best.term == "square" and model.family == "normal":
        lines.append("The σ that the decoder outputs gets no gradient from it, so what it states was never trained.")
    return lines


def _advice(mistakes: tuple[str, ...], model: Model, sigma: float | None) -> list[str]:
    found = [words for name in mistakes if (words := remedy(name, model.sizes))]
    if "squared_errors" in mistakes:
        described = "" if sigma is None else "Describe the model with that σ, or train it"
        found.append(f"{described or 'Train it'} with −log p(x | z) of the likelihood you state.")
    if {"beta", "weights"} & set(mistakes):
        found.append("If that weight is meant, remember that bounds and calibration ask about β = 1.")
    return [f"Try: {' '.join(found)}"] if found else []
