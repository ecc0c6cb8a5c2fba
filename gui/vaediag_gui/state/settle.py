"""What follows from a change of the wish by itself: pure, applied to every change before anybody is told of it."""

from __future__ import annotations

import dataclasses

from vaediag_gui.state.wish import Maps, Path, Wish

SEEDS = 2**31


def settle(old: Wish, new: Wish) -> Wish:
    """The wish that `new` amounts to, coming from `old`.

    Another model or image starts at its own code; without held noise every move of z draws a new sample.
    """
    if new.model != old.model:
        new = dataclasses.replace(
            new, z=None, locked=frozenset(), pixel=None, filter="", shimmer=False,
            path=dataclasses.replace(new.path, dims=(), plane=Path().plane, step=None), maps=Maps(),
            other=None if new.other == new.model else new.other,
        )  # fmt: skip
    if new.data != old.data or new.preprocess != old.preprocess:
        image = new.image if new.image != old.image else None
        new = dataclasses.replace(
            new, image=image, label=None, maps=Maps(), path=dataclasses.replace(new.path, end=None)
        )
    if (new.image, new.anchor) != (old.image, old.anchor) and new.z == old.z:
        new = dataclasses.replace(new, z=None)
    if new.path.step is not None and (new.tab != "traverse" or replaced(new.path) != replaced(old.path)):
        new = dataclasses.replace(new, path=replaced(new.path))
    moved = new.z != old.z and None not in (new.z, old.z)
    if moved and not new.hold_noise and new.seed == old.seed:
        new = dataclasses.replace(new, seed=(new.seed + 1) % SEEDS)
    return new


def replaced(path: Path) -> Path:
    """The path at rest."""
    return dataclasses.replace(path, step=None)


def start_code(own: tuple[float, ...], before: tuple[float, ...] | None, locked: frozenset[int]) -> tuple[float, ...]:
    """A code of its own, with locked latents where they were before."""
    if before is None or len(before) != len(own):
        return own
    return tuple(before[k] if k in locked else value for k, value in enumerate(own))
