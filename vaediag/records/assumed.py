"""What a diagnosis takes for granted, in one line: it opens every output, because all the rest depends on it."""

from __future__ import annotations

from collections.abc import Sequence

from vaediag.records.diagnosis import Diagnosis

_ARITHMETIC = {
    "none": "x as stored",
    "unit": "x / 255",
    "unit16": "x / 65535",
    "symmetric": "x / 127.5 − 1",
    "unit-to-symmetric": "2 x − 1",
}
_STEPS = {
    "threshold": "cut at half to 0 or 1",
    "binarize": "drawn 0 or 1 with probability x",
    "grey": "colours to luminance",
}


def assumed(diagnosis: Diagnosis) -> str:
    """`Assumed: p(x | z) bernoulli from logits; q(z | x) …; p(z) …; x / 255`, then what the border added."""
    model = diagnosis.model
    return assumed_line(
        model.likelihood, model.posterior, model.prior, diagnosis.data.preprocessing, extra=model.assumed
    )


def assumed_line(likelihood: str, posterior: str, prior: str, preprocessing: str, *, extra: Sequence[str] = ()) -> str:
    """The same from its parts, for what holds no diagnosis.

    Args:
        likelihood, posterior, prior: in words, as `ModelInfo` holds them.
        preprocessing: names of steps joined by `+`.
        extra: further phrases (`ModelInfo.assumed`).
    """
    laws = (f"p(x | z) {likelihood}", f"q(z | x) {posterior}", f"p(z) {prior}")
    return "Assumed: " + "; ".join([*laws, preprocessing_words(preprocessing), *extra])


def preprocessing_words(preprocessing: str) -> str:
    """`x / 255, padded to 32×32` of "unit+pad:32"; a step that has no words of its own is named."""
    steps = preprocessing.split("+")
    first = _ARITHMETIC.get(steps[0])
    rest = steps[1:] if first else steps
    return ", ".join([first or "x as stored", *(_step(name) for name in rest)])


def _step(name: str) -> str:
    if name in _ARITHMETIC:
        return f"then {_ARITHMETIC[name]}"
    kind, _, size = name.partition(":")
    if kind in ("pad", "crop") and size.isdigit():
        return f"{'padded' if kind == 'pad' else 'cut'} to {size}×{size}"
    if kind == "shape" and size:
        return f"flat x as {size.replace('x', '×')}"
    if kind == "binarize" and size:
        return f"{_STEPS[kind]} (seed {size})"
    return _STEPS.get(name, f"then {name}")
