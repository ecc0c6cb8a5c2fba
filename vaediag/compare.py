"""Two diagnoses of the same images: what differs by more than chance, and what that says about the models."""

from __future__ import annotations

import math

import numpy as np

from vaediag.errors import InputError
from vaediag.records.comparison import Comparison, Difference
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array, Estimate

_EXACT = {"dispersion": 1.0, "bias": 0.0, "chi2": 1.0}
_SCORES = ("crps", "log_score", "interval_score")
_COMPARED = {"elbo", "rate", "distortion", *_EXACT, *_SCORES}
_UNITS = {"elbo": "nats per image", "rate": "nats per image", "distortion": "nats per image"}
_UNITS |= {"log_score": "nats per image", "crps": "units of x", "interval_score": "units of x"}


def compare(a: Diagnosis, b: Diagnosis) -> Comparison:
    """Paired differences b - a of every per-image number that both diagnoses have.

    Pairing removes what makes images easy or hard for both models, so standard errors are smaller than those of the two
    numbers apart. "Better" needs more than 3 standard errors.

    Raises:
        InputError: not diagnoses of the same images, or without per-image rows.
    """
    _same_images(a, b)
    comparable = _same_measure(a, b)
    names = [name for name in a.rows if name in b.rows and name.rpartition(".")[2] in _COMPARED]
    if not names:
        raise InputError("compare: expected diagnoses with per-image rows; got none in common. Diagnose both again.")
    differences = tuple(_difference(name, a.rows[name], b.rows[name], comparable) for name in names)
    return Comparison(
        first=_name(a, b, "a"),
        second=_name(b, a, "b"),
        data=a.data.name,
        images=a.data.count,
        differences=differences,
        notes=_notes(a, b, differences, comparable),
    )


def _same_images(a: Diagnosis, b: Diagnosis) -> None:
    for diagnosis in (a, b):
        if not isinstance(diagnosis, Diagnosis):
            raise InputError(
                f"compare: expected two diagnoses; got {type(diagnosis).__name__}. Try vd.load_diagnosis(folder)."
            )
    for what in ("sha256", "count", "subset"):
        first, second = getattr(a.data, what), getattr(b.data, what)
        if first != second:
            word = {"sha256": "images with hash", "count": "images", "subset": "the subset"}[what]
            raise InputError(
                f"compare: expected two diagnoses of the same images; got {word} {str(first)[:40]!r} and "
                f"{str(second)[:40]!r}. Diagnose both models on the same data, with the same --limit and preprocessing."
            )


def _same_measure(a: Diagnosis, b: Diagnosis) -> bool:
    """Whether both likelihoods are probabilities, or both densities: only then do their nats compare."""
    return (a.evidence.bits_per_dimension is None) == (b.evidence.bits_per_dimension is None)


def _difference(name: str, first: Array, second: Array, comparable: bool) -> Difference:
    if first.shape != second.shape:
        raise InputError(
            f"compare: expected rows of one length; got {len(first)} and {len(second)} for {name}. Diagnose both again."
        )
    both = np.isfinite(first) & np.isfinite(second)
    first, second = first[both].astype(np.float64), second[both].astype(np.float64)
    change = _mean(second - first, _UNITS.get(name.rpartition(".")[2], ""))
    judged = _judged(name, comparable)
    return Difference(
        name=name,
        first=float(first.mean()) if len(first) else float("nan"),
        second=float(second.mean()) if len(second) else float("nan"),
        difference=change,
        images=len(first),
        dropped=int((~both).sum()),
        better=_better(name, judged, first, second),
        judged=judged,
    )


def _judged(name: str, comparable: bool) -> str:
    """ "higher", "lower" or "nearer to ..." is better; "" where the number does not compare models."""
    conditioning, _, measure = name.rpartition(".")
    if name == "elbo":
        return "higher" if comparable else ""
    if conditioning == "prior" and measure in _SCORES:
        return "lower" if comparable or measure != "log_score" else ""
    # at the posterior mean even an exact model is off, so nearer to the exact value is not better there
    if conditioning in {"posterior", "prior"} and measure in _EXACT:
        return f"nearer to {_EXACT[measure]:g}"
    return ""


def _better(name: str, judged: str, first: Array, second: Array) -> str | None:
    """Which model wins: the gain, oriented so that positive means the second, has to exceed 3 standard errors."""
    if not judged or not len(first):
        return None
    if judged.startswith("nearer"):
        exact = _EXACT[name.rpartition(".")[2]]
        # |mean - exact| has the slope sign(mean - exact) in every image (delta method)
        gain = np.sign(first.mean() - exact) * (first - exact) - np.sign(second.mean() - exact) * (second - exact)
    else:
        gain = second - first if judged == "higher" else first - second
    size = _mean(gain, "")
    if size.standard_error is None or not abs(size.value) > 3 * size.standard_error:
        return None
    return "second" if size.value > 0 else "first"


def _mean(values: Array, unit: str) -> Estimate:
    """The mean with its standard error over images; NaN without images, and no error for one."""
    if not len(values):
        return Estimate(float("nan"), None, unit)
    error = float(values.std(ddof=1) / math.sqrt(len(values))) if len(values) > 1 else None
    return Estimate(float(values.mean()), error, unit)


def _name(diagnosis: Diagnosis, other: Diagnosis, mark: str) -> str:
    name = diagnosis.model.name
    return f"{name} ({mark})" if name == other.model.name else name


def _notes(a: Diagnosis, b: Diagnosis, differences: tuple[Difference, ...], comparable: bool) -> tuple[str, ...]:
    notes = ["Differences are second − first, paired over images; better means by more than 3 standard errors."]
    names = {item.name for item in differences}
    if any(name.startswith("posterior") and name.endswith(_SCORES) for name in names):
        notes.append(
            "Scores under posterior and posterior_mean do not compare models: there z has seen x. "
            "Compare the elbo; the prior scores judge pixels one by one, so they can disagree with it."
        )
    if any(name.startswith("prior.") and name.endswith(_SCORES) for name in names):
        notes.append(
            "Standard errors under prior are over images only: both models' prior draws are taken as they are."
        )
    if "elbo" in names:
        notes.append("A higher elbo is a better model or a tighter bound; rate and distortion alone are neither.")
    if not comparable:
        notes.append(
            "One likelihood gives probabilities and the other densities: their nats are not on one scale, so elbo and "
            "log_score name no winner."
        )
    dropped = max((item.dropped for item in differences), default=0)
    if dropped:
        notes.append(f"Up to {dropped} of {a.data.count} images are left out, undefined under one of the models.")
    only = sorted(name for name in set(a.rows) ^ set(b.rows) if name.rpartition(".")[2] in _COMPARED)
    if only:
        notes.append(f"Only in one of the two: {', '.join(only)}.")
    if a.seed != b.seed:
        notes.append(f"The seeds differ ({a.seed} and {b.seed}): that adds noise to the differences, and no bias.")
    return tuple(notes)
