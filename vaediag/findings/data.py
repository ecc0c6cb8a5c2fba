"""Rule 1: does the likelihood fit the data at all? One finding per fact of the audit that speaks against it."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.findings.wording import percent
from vaediag.records.diagnosis import AuditItem, Diagnosis
from vaediag.records.finding import Finding

EVERYTHING, DECODER = "everything", "decoder"


@dataclass(frozen=True, slots=True)
class AuditRule:
    """What a fact means. Above the fraction `grave` it is a problem, above `invalid` what it `spoils` is void."""

    grave: float
    title: str  # {share} is filled in
    meaning: str
    advice: str
    spoils: str | None = None
    invalid: float = 0.0
    figure: str | None = "reconstructions"


AUDIT = {
    "not_finite": AuditRule(
        grave=0.01,
        title="{share} of the images gave no finite result",
        meaning="These images are left out of every number. If there are many, the rest is not a fair sample of the "
        "data.",
        advice="look at the images named by their indices; replace or drop NaN and infinite values; if the images "
        "are clean, the networks overflow: lower the learning rate, bound the log-variance, train again.",
        spoils=EVERYTHING,
        invalid=0.01,
        figure=None,
    ),
    "byte_range": AuditRule(
        grave=0.0,
        title="The images run from 0 to 255, the likelihood from 0 to 1",
        meaning="The model was given numbers that it cannot produce, so nothing below it can be read.",
        advice='divide by 255: preprocess="unit" (for a model of x from −1 to 1: preprocess="symmetric").',
        spoils=EVERYTHING,
    ),
    "off_support": AuditRule(
        grave=0.0,
        title="{share} of the values are impossible under the likelihood",
        meaning="p(x | z) gives these values no probability at all: the log-likelihood is −∞ or not one.",
        advice="bring the images to the range that the model was trained on (preprocess=), or choose a likelihood "
        "whose support holds them. A family of counts needs raw counts: neither normalised nor log-transformed. One "
        "of bytes needs bytes, on the grid of its range (low=, high= of the likelihood).",
        spoils=EVERYTHING,
        invalid=0.01,
    ),
    "edge": AuditRule(
        grave=0.0,
        title="{share} of the values lie on the edge of the support, where this density is 0 or infinite",
        meaning="Images often hold exact 0s and 255s (after scaling: 0 and 1). There log p(x | z) is −∞ or +∞, so "
        "images with such values have no finite result and are left out.",
        advice="a likelihood that knows the ends: vd.likelihoods.DiscretizedLogistic() for bytes, TruncatedNormal or "
        "ContinuousBernoulli() for values from 0 to 1 (retrain); or squeeze x off the edge before training, "
        "(254 x + 1) / 256.",
        spoils=EVERYTHING,
        invalid=0.01,
    ),
    "grey": AuditRule(
        grave=0.1,
        title="{share} of the values are grey, but a Bernoulli knows only 0 and 1",
        meaning="log p(x | z) is then no log-probability, only a cross-entropy; samples from the model are black and "
        "white, the data are not. Calibration and variance cannot be judged and are not.",
        advice='use vd.likelihoods.ContinuousBernoulli() (retrain), or binarise the images: preprocess="threshold", or '
        '"unit+binarize" from bytes (each pixel drawn as x ~ Bernoulli(grey), which keeps the grey on average).',
        spoils=DECODER,
    ),
    "integers": AuditRule(
        grave=1.0,
        title="Every value is a whole number, but the likelihood is a density",
        meaning="A density can grow without limit on whole numbers, so the ELBO measures how narrow σ became and not "
        "how good the model is; it cannot be compared with that of a discrete likelihood.",
        advice="values of 0 and 1: use vd.likelihoods.Bernoulli(); bytes: vd.likelihoods.DiscretizedLogistic(), or "
        "dequantise (add uniform noise in [0, 1)) before training; counts: vd.likelihoods.NegativeBinomial().",
    ),
    "constant_pixels": AuditRule(
        grave=1.0,
        title="{share} of the pixels never change, and each has a σ of its own",
        meaning="On a constant pixel σ runs down to its floor and the density up: the ELBO rewards the border, not "
        "the image.",
        advice="crop or mask these pixels, raise the floor, or share σ: "
        'vd.likelihoods.Normal(scale="image") or "shared".',
        figure="variance_maps",
    ),
}


def audit_findings(diagnosis: Diagnosis) -> tuple[Finding, ...]:
    """Findings audit.*, in the order of the table; facts that only explain others ("atom") give none."""
    items = _facts(diagnosis)
    if "off_support" in items and items["off_support"].fraction > AUDIT["off_support"].invalid:
        items.pop("grey", None)  # the range is wrong: one cause, one finding
    return tuple(_finding(items[id_], rule) for id_, rule in AUDIT.items() if id_ in items)


def spoiled(diagnosis: Diagnosis) -> str | None:
    """Which numbers the data make void: "everything", "decoder" (calibration and variance), or None."""
    items = _facts(diagnosis)
    void = {rule.spoils for id_, rule in AUDIT.items() if id_ in items and items[id_].fraction > rule.invalid}
    if EVERYTHING in void or _excluded(diagnosis) > AUDIT["not_finite"].invalid:
        return EVERYTHING
    return DECODER if DECODER in void else None


def _facts(diagnosis: Diagnosis) -> dict[str, AuditItem]:
    """The audit by id, the larger of two items of one id; with the images left out for a non-finite result."""
    items: dict[str, AuditItem] = {}
    for item in sorted(diagnosis.audit, key=lambda item: item.fraction):
        items[item.id] = item
    if diagnosis.excluded.count == 0:
        return items
    # impossible values give -inf: then that is the cause, and images without a finite result are its effect
    cause = next((id_ for id_ in ("byte_range", "off_support", "edge") if id_ in items), "not_finite")
    first = ", ".join(str(number) for number in diagnosis.data.numbers(diagnosis.excluded.first))
    left_out = f"{diagnosis.excluded.count} of {diagnosis.data.count} images left out, the first: {first}"
    found = items.get(cause, AuditItem(cause, 0.0, ""))
    share = max(found.fraction, _excluded(diagnosis)) if cause == "not_finite" else found.fraction
    items[cause] = AuditItem(cause, share, f"{found.detail}; {left_out}" if found.detail else left_out)
    return items


def _excluded(diagnosis: Diagnosis) -> float:
    return diagnosis.excluded.count / max(diagnosis.data.count, 1)


def atom(diagnosis: Diagnosis) -> AuditItem | None:
    """The value that a large part of the data has exactly, if the audit met one under a density."""
    return next((item for item in diagnosis.audit if item.id == "atom"), None)


def _finding(item: AuditItem, rule: AuditRule) -> Finding:
    return Finding(
        id=f"audit.{item.id}",
        severity="problem" if item.fraction > rule.grave else "warning",
        where="data",
        title=rule.title.format(share=percent(item.fraction)),
        evidence=f"{item.detail} ({percent(item.fraction)})",
        meaning=rule.meaning,
        try_=rule.advice,
        figure=rule.figure,
    )
