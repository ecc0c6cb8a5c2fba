"""Which likelihoods and posteriors a network's outputs could be the parameters of, and how a person is asked for one.

Nothing is guessed: a count of outputs rules choices out, and no more. Without TensorFlow.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vaediag.choices import LIKELIHOODS, POSTERIORS, Choice
from vaediag.errors import InputError

# what the layers of tfp.layers do with the numbers that they are given, as a likelihood or as a posterior
_MEANT = {
    "IndependentBernoulli": ("bernoulli-logits",),
    "IndependentNormal": ("normal-pixel", "mean-softplus"),
    "IndependentLogistic": ("logistic-pixel",),
    "IndependentPoisson": ("poisson",),
    "MultivariateNormalTriL": ("mean-tril",),
}
_SOFTPLUS = ("normal-pixel", "logistic-pixel")


def says(layer: str | None) -> tuple[str, ...] | None:
    """The choices that a layer of tfp.layers stands for; None for one that can be anything."""
    return None if layer is None else _MEANT.get(layer)


def fits(name: str, *, outputs: int, size: int) -> bool:
    """Whether so many outputs per image can be the parameters that a choice needs.

    Args:
        name: of a choice of `vaediag.choices`: a likelihood or a posterior.
        outputs: numbers per image that the network gives.
        size: numbers of one image, d; for a posterior, latents L.
    Raises:
        InputError: no such choice.
    """
    choice = next((each for each in (*LIKELIHOODS, *POSTERIORS) if each.name == name), None)
    if choice is None:
        raise InputError(f"name: expected a choice of vaediag.choices; got {name!r}.")
    needs = re.split(r":|,| for ", choice.outputs)[0].strip()
    match needs:
        case "d":
            return outputs == size
        case "d + 1":
            return outputs == size + 1
        case "2 d" | "2 L":
            return outputs == 2 * size
        case "3 d":
            return outputs == 3 * size
        case "3 k d":
            return outputs % (3 * size) == 0 and outputs >= 3 * size
        case "levels x d":
            return outputs % size == 0 and outputs >= 2 * size
        case _:  # L + L (L + 1) / 2
            return outputs == size + size * (size + 1) // 2


def ask_likelihood(
    where: str, *, outputs: int | None, size: int, layer: str | None = None, inner: Sequence[str] = ()
) -> InputError:
    """What a person is told who has not said what a decoder's outputs are."""
    what = f"the {outputs} numbers that {where} gives for an image of {size}" if outputs else f"the outputs of {where}"
    return _question("likelihood", LIKELIHOODS, what, outputs, size, _hints(where, LIKELIHOODS, layer, inner))


def ask_posterior(
    where: str, *, outputs: int | None, latents: int, layer: str | None = None, inner: Sequence[str] = ()
) -> InputError:
    """What a person is told who has not said what an encoder's outputs are."""
    what = f"the {outputs} numbers that {where} gives for {latents} latents" if outputs else f"the outputs of {where}"
    return _question("posterior", POSTERIORS, what, outputs, latents, _hints(where, POSTERIORS, layer, inner))


def _hints(where: str, choices: Sequence[Choice], layer: str | None, inner: Sequence[str]) -> str:
    names = {choice.name for choice in choices}
    meant = [name for name in says(layer) or () if name in names]
    spread = " with spread softplus" if meant and meant[0] in _SOFTPLUS else ""
    hints = [f" Its last layer was {layer}, which means {meant[0]}{spread}." if meant else ""]
    if inner:
        hints.append(f" There are networks inside it: {', '.join(f'{where}:{name}' for name in inner)}.")
    return "".join(hints)


def _question(
    argument: str, choices: Sequence[Choice], what: str, outputs: int | None, size: int, hints: str
) -> InputError:
    fitting = [each for each in choices if outputs is None or fits(each.name, outputs=outputs, size=size)]
    other = [each.name for each in choices if each not in fitting]
    if not fitting:
        return InputError(
            f"{argument}: expected what {what} are; got nothing, and no choice has so many parameters.{hints}"
            " Check that encoder and decoder are the right files, and that event_shape is that of one image."
        )
    head = (
        f"{argument}: expected what {what} are; got nothing, and no file says it.{hints} Choose what it was trained"
        " with; these fit:"
    )
    lines = [head, *(_line(each, fitting) for each in fitting)]
    return InputError(
        "\n".join([*lines, *([f"  With another number of outputs: {', '.join(other)}."] if other else [])])
    )


def _line(choice: Choice, among: Sequence[Choice]) -> str:
    """Name, what it claims about x, and what the outputs are."""
    width = max(len(each.name) for each in among)
    needed = [option.name for option in choice.options if option.default is None]
    also = f"; needs {', '.join(needed)}" if needed else ""
    claim = re.split(r"(?<!\.)\. ", choice.meaning)[0].rstrip(".")
    outputs = choice.outputs.partition(": ")[2] or choice.outputs
    said = f"{claim}; {outputs}" if choice in LIKELIHOODS else claim
    return f"  {choice.name:{width}}  {said}{also}."
