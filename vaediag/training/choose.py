"""Which recipe is a loss? The simplest that explains every answer up to chance; None where none does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaediag.training.ask import Answers
from vaediag.training.fit import Fit, View
from vaediag.training.recipes import Recipe, Seen, Sizes, known, partly_known, seen
from vaediag.training.terms import Terms

MISFIT = 2.5  # chi-square per answer up to which a recipe explains the answers
NESTED = 30.0  # how much better free weights may do: three numbers do so by chance once in a million times
PRICE = 8.0  # of a mistake or a free weight, in twice the log-likelihood, as the score
UNUSUAL = 1.0  # of another term than the log loss, which may be the same number
APART = 12.0  # in score: a recipe that is no more than this behind cannot be ruled out


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A recipe that explains the answers."""

    seen: Seen
    recipe: Recipe
    fit: Fit  # of the recipe
    mistakes: tuple[str, ...]
    score: float

    @property
    def term(self) -> str:
        return self.seen[0]


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    best: Candidate
    open: Fit  # the same with the weight of the KL left to be fitted: how well is that weight known?
    rivals: tuple[Candidate, ...]  # that cannot be ruled out, the best first


def choose(answers: Answers, terms: Terms, sizes: Sizes, stated: float | None) -> Choice | None:
    """The recipe behind `answers`, or None where the loss is no weighted sum of these terms."""
    views = {
        key: (View.of(answers, terms, *key), names)
        for key, names in seen(terms, per_image=answers.per_image, repeats=answers.repeats).items()
    }
    loosest = {key: view.fit((None, None, None)) for key, (view, _) in views.items()}
    possible = {key: fit for key, fit in loosest.items() if fit.misfit < MISFIT}
    for stage in range(4):
        found: list[Candidate] = []
        for key, loose in possible.items():
            view, names = views[key]
            recipes = _stage(stage, key[0], terms.family, sizes, stated)
            found += _explaining(view, key, names, recipes, loose)
        if found:
            found.sort(key=lambda candidate: candidate.score)
            best = found[0]
            rivals = tuple(other for other in found[1:] if other.score < best.score + APART)
            a, _, c = best.fit.weights
            open_fit = best.fit if best.recipe.b is None else views[best.seen][0].fit((a, None, c))
            return Choice(best, open_fit, rivals)
    return None


def _stage(stage: int, term: str, family: str, sizes: Sizes, stated: float | None) -> list[Recipe]:
    if stage == 0:
        return known(term, family, sizes, stated)
    return partly_known(term, family, sizes, stated)[stage - 1]


def _explaining(view: View, key: Seen, names: tuple[str, ...], recipes: list[Recipe], loose: Fit) -> list[Candidate]:
    found = []
    unit = max(loose.misfit, 1.0)
    for recipe in recipes:
        if recipe.b == 0 and len(set(key[2])) > 1:
            continue  # without a KL it does not matter how that is added up
        fit = view.fit(_fixed(recipe))
        if fit.misfit < MISFIT and fit.chi2 - loose.chi2 < NESTED * unit:
            mistakes = (*recipe.mistakes, *names)
            price = PRICE * (len(mistakes) + sum(weight is None for weight in _fixed(recipe)))
            price += UNUSUAL * (key[0] != "log_loss")
            variance = view.variance(fit.weights[0], fit.weights[1])
            # minus twice the log-likelihood: of two that fit, the one that leaves less to chance is the likelier
            score = fit.chi2 / unit + float(np.log(unit * variance).sum()) + price
            found.append(Candidate(key, recipe, fit, mistakes, score))
    return found


def _fixed(recipe: Recipe) -> tuple[float | None, float | None, float | None]:
    return recipe.a, recipe.b, recipe.c


def spread_of(choice: Choice, answers: Answers, terms: Terms) -> float:
    """Standard deviation of one loss around what is expected, nats: what chance in z hides."""
    view = View.of(answers, terms, *choice.best.seen)
    a, b, _ = choice.best.fit.weights
    return float(np.sqrt(np.mean(view.variance(np.array(a), np.array(b)))))
