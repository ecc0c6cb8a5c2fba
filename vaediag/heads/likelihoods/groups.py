"""Groups of d numbers in whatever a decoder network returns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from vaediag.aliases import Tensor
from vaediag.backend import tf
from vaediag.errors import InputError
from vaediag.heads.shapes import expect_outputs, flat, size, to_float32


class Group(NamedTuple):
    """`name` in the plural, for people; `keys` by which a network that returns a dict may call it (see `plain_key`)."""

    name: str
    keys: tuple[str, ...]


LOCATIONS = Group("locations", ("loc", "location", "mean", "mu"))
LOGITS = Group("logits", ("logit",))
PROBS = Group("probabilities", ("prob", "probabilitie", "p"))


def split(
    outputs: Any, event_shape: Sequence[int], groups: Sequence[Group], head: str, *, repeat: int = 1
) -> list[Tensor]:
    """Each group as float32 `[n, *event_shape]`; with `repeat` components as `[n, *event_shape, repeat]`.

    Args:
        head: as a person writes it, for messages.
        repeat: a group holds this many tensors, one after the other.
    Raises:
        InputError: another number of outputs, a layout that could be read in several ways, a dict whose keys do not
            say which group is which.
    """
    event = tuple(event_shape)
    if isinstance(outputs, Mapping):
        outputs = in_order(outputs, groups, head)
    if isinstance(outputs, list | tuple) and len(outputs) == len(groups) > 1:
        parts = [
            _blocks(part, event, repeat, f"{_counted(repeat, group)} in tensor {at} of {len(groups)}; {head}")
            for at, (part, group) in enumerate(zip(outputs, groups, strict=True), start=1)
        ]
    else:
        meaning = ", then ".join(_counted(repeat, group) for group in groups)
        if isinstance(outputs, list | tuple):
            outputs = outputs[0] if len(outputs) == 1 else flat(outputs)
        every = _blocks(outputs, event, len(groups) * repeat, f"{meaning}; {head}")
        parts = [every[at : at + repeat] for at in range(0, len(every), repeat)]
    return [part[0] if repeat == 1 else tf.stack(part, -1) for part in parts]


def plain_key(key: object) -> str:
    """Without case, separators, a plural s and an x, pixel or decoder around it: `x_log_vars` is `logvar`."""
    bare = re.sub(r"[^a-z0-9]", "", str(key).lower())
    return re.sub(r"^(x|pixel|decoder|px)|(x|pixel)$", "", bare).removesuffix("s") or bare


def hint(arrived: int | None, expected: int) -> str:
    """What to try with another number of outputs."""
    return (
        f"Give the decoder's last layer {expected} units, or choose the likelihood that fits {arrived} outputs: d for "
        "Bernoulli(), ContinuousBernoulli(), Normal(scale=0.1), Poisson(); d + 1 for 'image'; 2 d for 'pixel', Beta(), "
        "DiscretizedLogistic(), NegativeBinomial(); 3 d for ZeroInflatedNegativeBinomial()."
    )


def _counted(repeat: int, group: Group) -> str:
    return f"d {group.name}" if repeat == 1 else f"{repeat} d {group.name}"


def _blocks(part: Any, event: tuple[int, ...], count: int, meaning: str) -> list[Tensor]:
    """`count` tensors `[n, *event]` out of one."""
    values = to_float32(part)
    shape = tuple(values.shape[1:]) if values.shape.rank is not None else ()
    if count > 1 and shape == (*event, count):
        return tf.unstack(values, axis=-1)
    if len(event) > 1 and shape == (*event[:-1], count * event[-1]):
        return tf.split(values, count, axis=-1) if count > 1 else [values]
    rows, d = flat(values), size(event)
    expect_outputs("decoder", rows.shape[1], count * d, f"{meaning} needs them", hint(rows.shape[1], count * d))
    if count > 1 and len(shape) > 1 and None not in shape and shape[0] != count:
        raise InputError(
            f"decoder: {count} groups of images {event} can lie in an output of shape {shape} in several ways. "
            f"Return [n, {count * d}] (group after group), [n, {', '.join(map(str, event))}, {count}], or a list of "
            f"{count} tensors."
        )
    return tf.unstack(tf.reshape(rows, (-1, count, *event)), axis=1)


def in_order(outputs: Mapping[Any, Any], groups: Sequence[Group], head: str) -> list[Any]:
    """The values of a dict in the order of the groups; keys that name no group are ignored."""
    if len(outputs) == len(groups) == 1:
        return list(outputs.values())
    found = [[key for key in outputs if plain_key(key) in group.keys] for group in groups]
    if all(len(keys) == 1 for keys in found):
        return [outputs[keys[0]] for keys in found]
    expected = "; ".join(f"{group.name} ({' or '.join(group.keys)})" for group in groups)
    raise InputError(
        f"decoder: {head} expected a dict with one key for each of its groups: {expected}; got the keys "
        f"{', '.join(map(str, outputs))}. Rename them, return a list in this order, or choose the parameterisation "
        "that the keys name."
    )
