"""Named steps from stored values to what a model was trained on, joined with `+` and done from left to right.

The string is kept in bundles, records and settings, so it must say everything: `unit+pad:32`, `unit+binarize:7`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from vaediag.errors import InputError
from vaediag.io import steps
from vaediag.io.steps import Apply

Array: TypeAlias = np.ndarray[Any, Any]
Shape: TypeAlias = tuple[int, ...]

# name -> what it does, for lists that people choose from
STEPS = {
    "none": "Values stay as they are stored.",
    "unit": "Bytes from 0 to 255 become values from 0 to 1: x / 255.",
    "unit16": "16-bit values from 0 to 65535 become values from 0 to 1: x / 65535.",
    "symmetric": "Bytes from 0 to 255 become values from −1 to 1: x / 127.5 − 1.",
    "unit-to-symmetric": "Values from 0 to 1 become values from −1 to 1: 2 x − 1.",
    "threshold": "Black and white: 1 from the middle of the range on (0.5, or 127.5 for bytes), 0 below.",
    "binarize": "Black and white by chance: 1 with probability x, of values from 0 to 1; binarize:SEED: other draws.",
    "pad:N": "Zeros around the picture up to N × N, in the units reached so far.",
    "crop:N": "The middle N × N of the picture.",
    "grey": "RGB becomes one channel: 0.299 R + 0.587 G + 0.114 B.",
    "shape:HxW": "Flat values become pictures of height H and width W; shape:HxWxC with channels.",
}
_SIDE = 4096
_NEEDS = {
    "unit": "bytes",
    "unit16": "words",
    "symmetric": "bytes",
    "unit-to-symmetric": "unit",
    "threshold": "bytes or unit",
    "binarize": "unit",
}
_GIVES = {"unit": "unit", "unit16": "unit", "threshold": "unit", "binarize": "unit"}
_HIGHEST = {"bytes": steps.BYTE, "words": steps.WORD, "unit": 1.0}
_WORDS = {"bytes": "bytes, 0 to 255", "words": "16-bit values, 0 to 65535", "unit": "values from 0 to 1"}
_WORDS["bytes or unit"] = "bytes or values from 0 to 1"


@dataclass(frozen=True)
class Step:
    """One step as it was written: `pad:32` is kind `pad`, numbers (32,)."""

    text: str
    kind: str
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True)
class Bound:
    """Steps for images of one shape and range: what to apply, in order, and the shape that comes out."""

    applies: tuple[Apply, ...]
    shape: Shape


def known(name: str) -> bool:
    """Whether `name` is a preprocessing."""
    try:
        chosen(name)
    except InputError:
        return False
    return True


def chosen(name: str) -> tuple[Step, ...]:
    """The steps of a name such as `unit+pad:32`. InputError when one is unknown or cannot follow what stands before."""
    if name == "none":
        return ()
    found = tuple(_step(text, name) for text in name.split("+"))
    _range_after(found)
    return found


def bind(
    found: tuple[Step, ...], before: tuple[Step, ...], shape: Shape, first: Array, stored: Any, where: str
) -> Bound:
    """`found` for images `[*shape]` named `where` that went through `before`; `first` are some of them, float32.

    `stored` is their type in the file. Raises InputError when a step does not fit their shape or range.
    """
    state, applies = _range_after(before), []
    largest = _largest(first)
    for step in found:
        need = _NEEDS.get(step.kind)
        if need is not None:
            if state == "stored":
                state = _seen_as(step, found, largest, stored, where)
            applies.append(steps.within(0.0, _HIGHEST[state], step.text, _remedy(step.kind, state)))
        applies.append(_apply(step, state))
        shape = _shape_after(step, shape, where)
        state = _next_range(step, state)
    return Bound(tuple(applies), shape)


def _step(text: str, whole: str) -> Step:
    kind, colon, rest = text.partition(":")
    if not colon and kind in STEPS and kind != "none":
        return Step(text, kind, (0,) if kind == "binarize" else ())
    if colon and kind == "binarize" and _whole(rest, 2**31 - 1, least=0):
        return Step(text, kind, (int(rest),))
    if colon and kind in ("pad", "crop") and _whole(rest, _SIDE):
        return Step(text, kind, (int(rest),))
    sides = rest.split("x")
    if kind == "shape" and len(sides) in (2, 3) and all(_whole(side, _SIDE) for side in sides):
        return Step(text, kind, tuple(map(int, sides)))
    forms = ", ".join(name.replace("binarize", "binarize[:SEED]") for name in STEPS)
    within = "" if text == whole else f" in {whole[:80]!r}"
    raise InputError(
        f"preprocess: expected one of {forms}, or several joined with +; got {text[:40]!r}{within}."
        " Try 'unit' for bytes, or 'unit+pad:32'."
    )


def _whole(text: str, most: int, *, least: int = 1) -> bool:
    return re.fullmatch(r"[0-9]{1,10}", text) is not None and least <= int(text) <= most


def _range_after(found: tuple[Step, ...]) -> str:
    """What values are after these steps, as far as the steps alone say: stored, unit or symmetric. Else InputError."""
    state = "stored"
    for step in found:
        need = _NEEDS.get(step.kind)
        if need is not None and state != "stored" and state not in need.split(" or "):
            raise InputError(
                f"preprocess: {step.text!r} expects {_WORDS[need]}; got {'+'.join(each.text for each in found)!r},"
                f" where it meets values from {'0 to 1' if state == 'unit' else '-1 to 1'}."
                f" {_after_others(step.kind, state)}"
            )
        state = _next_range(step, state)
    return state


def _next_range(step: Step, state: str) -> str:
    return "symmetric" if "symmetric" in step.kind else _GIVES.get(step.kind, state)


def _after_others(kind: str, state: str) -> str:
    if state == "symmetric":
        return "Let it come first, or leave it out."
    return "Leave it out." if kind.startswith("unit") else "Try 'unit-to-symmetric' instead."


def _seen_as(step: Step, found: tuple[Step, ...], largest: float, stored: Any, where: str) -> str:
    """The range of stored values for the first step that needs one: dividing twice would look like dark images."""
    need, small = _NEEDS[step.kind], largest <= 1.0
    if need == "bytes or unit":
        return "unit" if small and not (largest == 0 and stored == np.uint8) else "bytes"
    narrow = need == "words" and stored == np.uint8
    if (need == "unit" and not small) or (need != "unit" and small and largest > 0) or narrow:
        kind = "bytes" if narrow else "values"
        raise InputError(
            f"preprocess: {step.text!r} expects {_WORDS[need]}; {where!r} holds {kind} up to {largest:.6g}."
            f" Try preprocess={_instead(step, found, largest)!r}."
        )
    return need


def _instead(step: Step, found: tuple[Step, ...], largest: float) -> str:
    """The whole name with another step, or two, where values are not what the step needs."""
    scale = "unit" if largest <= steps.BYTE else "unit16"
    if largest <= 1.0:
        new = ["unit-to-symmetric"] if step.kind == "symmetric" else []
    elif step.kind == "unit16":
        new = ["unit"]
    elif step.kind == "unit-to-symmetric" and scale == "unit":
        new = ["symmetric"]
    else:
        new = [scale, step.text]
    texts = [text for each in found for text in (new if each is step else [each.text])]
    return "+".join(texts) or "none"


def _remedy(kind: str, state: str) -> str:
    if state == "bytes":
        then = {"symmetric": "unit16+unit-to-symmetric", "threshold": "unit16+threshold"}.get(kind, "unit16")
        return f"For 16-bit values try {then!r}; else bring them to that range first."
    return "Bring them to that range first, for instance with numpy.clip."


def _apply(step: Step, state: str) -> Apply:
    match step.kind:
        case "unit":
            return steps.divided(steps.BYTE)
        case "unit16":
            return steps.divided(steps.WORD)
        case "symmetric":
            return steps.symmetric(steps.BYTE)
        case "unit-to-symmetric":
            return steps.symmetric(1.0)
        case "threshold":
            return steps.cut_at(_HIGHEST[state] / 2)
        case "binarize":
            return steps.bernoulli(step.numbers[0])
        case "pad":
            return steps.padded(step.numbers[0])
        case "crop":
            return steps.cropped(step.numbers[0])
        case "grey":
            return steps.luminance
        case _:
            return steps.reshaped(step.numbers)


def _shape_after(step: Step, shape: Shape, where: str) -> Shape:
    size = step.numbers[0] if step.numbers else 0
    wanted = None
    if step.kind in ("pad", "crop") and len(shape) < 2:
        wanted = "images [height, width]"
    elif step.kind == "pad" and max(shape[:2]) > size:
        wanted = f"images of at most {size} x {size}"
    elif step.kind == "crop" and min(shape[:2]) < size:
        wanted = f"images of at least {size} x {size}"
    elif step.kind == "grey" and (len(shape) != 3 or shape[-1] != 3):
        wanted = "images [height, width, 3]"
    elif step.kind == "shape" and int(np.prod(step.numbers)) != int(np.prod(shape)):
        wanted = f"{int(np.prod(step.numbers))} values per image"
    if wanted is not None:
        hint = "Put shape:HxW before it." if len(shape) < 2 and step.kind != "shape" else "Try another number."
        hint = "Leave it out." if step.kind == "grey" else hint
        raise InputError(f"preprocess: {step.text!r} expects {wanted}; {where!r} has {list(shape)} per image. {hint}")
    match step.kind:
        case "pad" | "crop":
            return (size, size, *shape[2:])
        case "grey":
            return (*shape[:2], 1)
        case "shape":
            return step.numbers
        case _:
            return shape


def _largest(values: Array) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.max()) if finite.size else 0.0
