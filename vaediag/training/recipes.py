"""The ways in which training code adds up reconstruction and KL: the right one, and the known mistakes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from vaediag.training.terms import Terms


@dataclass(frozen=True, slots=True)
class Sizes:
    """What terms are averaged over by mistake: the values of an image, its last axis, its positions; latents."""

    event_shape: tuple[int, ...]
    latents: int

    @property
    def values(self) -> int:
        return math.prod(self.event_shape)

    @property
    def last(self) -> int:
        return self.event_shape[-1]

    @property
    def positions(self) -> int:
        return self.values // self.last


@dataclass(frozen=True, slots=True)
class Recipe:
    """a · reconstruction + b · KL + c per image; None is fitted. With the mistakes that lead to it."""

    a: float | None
    b: float | None
    c: float | None
    mistakes: tuple[str, ...]


Factor = tuple[float, tuple[str, ...]]

SUMS: dict[tuple[bool, bool], tuple[str, ...]] = {
    (False, False): (),
    (True, True): ("sum_over_images",),
    (True, False): ("kl_not_summed",),
    (False, True): ("only_kl_summed",),
}
OWN = {"log_loss": (), "square": ("squared_errors",), "absolute": ("absolute_errors",)}


Seen = tuple[str, str, tuple[bool, bool]]  # term, at, sums: what decides how the answers are looked at


def seen(terms: Terms, *, per_image: bool, repeats: bool) -> dict[Seen, tuple[str, ...]]:
    """What a loss may be made of, and the mistakes that this alone is."""
    return {
        (term, at, sums): (*names, *batch, *by_mean)
        for term, names in available(terms).items()
        for at, by_mean in (("draw", ()), ("mean", ("posterior_mean",)))
        for sums, batch in SUMS.items()
        if (at == "draw" or repeats) and not (per_image and any(sums))
    }


def known(term: str, family: str, sizes: Sizes, stated: float | None) -> list[Recipe]:
    """Weights of one term that are known beforehand; `stated` is the one σ of a Normal, where there is one."""
    return [
        Recipe(a, b, a * c, (*names, *constant))
        for a, b, names in weights(term, sizes)
        for c, constant in constants(term, family, sizes, stated)
    ]


def available(terms: Terms) -> dict[str, tuple[str, ...]]:
    """Reconstruction terms that are numbers on these images, and the mistake that each of them is."""
    found = OWN | {"cross_entropy": () if terms.family == "bernoulli" else ("cross_entropy",)}
    return {term: names for term, names in found.items() if math.isfinite(terms.drawn[term].sum())}


def divisors(sizes: Sizes) -> Iterator[Factor]:
    """What the reconstruction is divided by, as a weight."""
    yield 1.0, ()
    yield 1 / sizes.values, ("mean_over_values",)
    if 1 < sizes.last < sizes.values:
        yield 1 / sizes.last, ("mean_over_last_axis",)
        yield 1 / sizes.positions, ("mean_over_positions",)


def weights(term: str, sizes: Sizes) -> Iterator[tuple[float, float, tuple[str, ...]]]:
    """Weights of reconstruction and KL, with the mistakes in them."""
    for share, names in divisors(sizes):
        for half in (1.0, 0.5) if term == "square" else (1.0,):  # a Normal has half of the squares
            a = half * share
            yield a, 1.0, names
            yield a, 0.0, (*names, "no_kl")
            if sizes.latents > 1:
                yield a, 1 / sizes.latents, (*names, "mean_over_latents")
            if names:
                yield a, share, ("both_divided",)
            else:
                yield a, 0.5, ("half_kl",)
                yield a, 2.0, ("double_kl",)
                yield a, -1.0, ("kl_sign",)
                yield -a, -1.0, ("sign",)
    if term == "log_loss":
        yield 2.0, 1.0, ("double_reconstruction",)
        yield 0.5, 1.0, ("half_reconstruction",)


def constants(term: str, family: str, sizes: Sizes, stated: float | None) -> Iterator[Factor]:
    """What may be left out of the log loss, per image."""
    yield 0.0, ()
    if term == "log_loss" and family == "normal":
        for sigma in {1.0, stated or 1.0}:
            yield -sizes.values / 2 * math.log(2 * math.pi * sigma**2), ("constant_left_out",)


def partly_known(term: str, family: str, sizes: Sizes, stated: float | None) -> list[list[Recipe]]:
    """With weights to fit, in stages: the later is asked only where no recipe of the earlier fits."""
    one_free = [
        Recipe(share * half, None, share * half * c, ("beta", *names, *constant))
        for share, names in divisors(sizes)
        for half in ((1.0, 0.5) if term == "square" else (1.0,))
        for c, constant in constants(term, family, sizes, stated)
    ]
    one_free += [Recipe(a, b, None, (*names, "constant")) for a, b, names in weights(term, sizes)]
    return [one_free, [Recipe(None, None, 0.0, ("weights",))], [Recipe(None, None, None, ("weights", "constant"))]]
