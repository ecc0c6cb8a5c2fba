"""Rule 6, `dependence`: given z, pixels depend on each other, which p(x | z) as a product over pixels denies."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vaediag.findings.encoder import Ground
from vaediag.findings.explained import dependence_of_scale
from vaediag.findings.rules import MINIMUM_IMAGES, severity, worst
from vaediag.findings.uneven import judged_pixels, variance_ratio
from vaediag.findings.wording import measured
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Array, Estimate, Estimates
from vaediag.records.finding import Finding
from vaediag.records.independence import Independence

LAGS = ("to the right", "below", "below right", "below left")  # (0, 1), (1, 0), (1, 1), (1, -1)


def dependence_finding(
    diagnosis: Diagnosis, ground: Ground, *, scale: bool = False, images: bool = False
) -> Finding | None:
    """Correlation of neighbours, or the price of the product in nats.

    Args:
        scale: sigma was found wrong, which by itself makes residuals depend on each other; only more than that counts.
        images: the noise was found to differ from image to image; the price, estimated from correlations of many pixel
            pairs, is then too large by chance, and only neighbours are judged.
    """
    found = diagnosis.independence
    if found is None or found.images < MINIMUM_IMAGES or found.conditioning != ground.calibration.conditioning:
        return None
    used = found.coordinates
    near = found.residual_correlation.neighbours
    explained, slack = 0.0, 0.0
    if scale:
        explained, slack = dependence_of_scale(_ratio(diagnosis, ground), diagnosis.collapse, used.index)
    levels = [severity("lag_correlation", _less(near[i], slack), cells=len(near)) for i in range(len(near))]
    cost = None if images else _less(found.independence_cost, explained)
    by_cost = severity("independence_cost", cost) if cost is not None and cost.value > 0 else None
    if not any(levels) and by_cost is None:
        return None
    return Finding(
        id="dependence",
        severity=worst(*levels, by_cost),
        where="independence",
        title=_title(near, levels, _price(found) if by_cost else None),
        evidence=_evidence(found, near, explained if by_cost else 0.0, images),
        meaning="p(x | z) is a product over pixels, and the residuals are not independent: what one pixel lacks, its "
        "neighbours lack too. Samples then show noise that is finer than that of the data (independent specks), the "
        "spread of sums and averages over pixels is misjudged, and the ELBO could be higher by about the price.",
        try_="if the residuals show structure (edges, strokes), the mean misses it: more latents, a larger decoder, "
        "longer training. If they are smooth noise: a likelihood that knows neighbours (low-rank or autoregressive "
        "noise), or coarser pixels; until then do not read intervals of sums over pixels off p(x | z).",
        figure="dependence",
    )


def _ratio(diagnosis: Diagnosis, ground: Ground) -> Array:
    """True over stated variance of the residuals of each pixel, `[D]`; 1 where that is not known."""
    calibration = ground.calibration
    known = judged_pixels(diagnosis, calibration)
    return np.where(known, variance_ratio(np.where(known, calibration.maps.dispersion, 1.0)), 1.0).ravel()


def _less(estimate: Estimate | None, amount: float) -> Estimate | None:
    """The estimate moved towards 0 by what another fault explains."""
    if estimate is None:
        return None
    value = np.sign(estimate.value) * max(abs(estimate.value) - amount, 0.0)
    return Estimate(float(value), estimate.standard_error, estimate.unit)


def _price(found: Independence) -> str:
    """`4.2 nats per image`; of a part of the pixels it is a lower bound for the image."""
    assert found.independence_cost is not None
    part = found.coordinates.count < found.coordinates.total
    return f"{'at least ' if part or found.lower_bound else ''}{found.independence_cost.value:.3g} nats per image"


def _title(near: Estimates, levels: list[str | None], cost: str | None) -> str:
    price = f"; that costs {cost}" if cost is not None else ""
    fired = [i for i, level in enumerate(levels) if level is not None]
    if not fired:
        return f"Given z, pixels still depend on each other{price}"
    most = max(fired, key=lambda i: abs(near.value[i]))
    return f"Given z, neighbours are correlated ({near.value[most]:.2g} {LAGS[most]}){price}"


def _evidence(found: Independence, near: Estimates, explained: float, images: bool) -> str:
    parts = []
    if len(near):
        each = ", ".join(f"{near.value[i]:.3f} {LAGS[i]}" for i in range(len(near)))
        error = f"{np.nanmax(near.standard_error):.2g}"
        parts.append(f"correlation of {found.residual_correlation.residuals} {each} (± {error}, exact: 0)")
    cost, used = found.independence_cost, found.coordinates
    if cost is not None:
        place = {"patch": "in a patch of", "random set": "in a random set of"}.get(used.kind, f"in {used.kind}")
        amount = f"in all {used.total}" if used.kind == "all" else f"{place} {used.count} of {used.total}"
        least = "at least " if found.lower_bound else ""
        text = f"price {least}{measured(replace(cost, unit='nats'))} {amount} pixels"
        parts.append(text + (f", of which a wrong σ alone explains {explained:.2g}" if explained > 0.005 else ""))
    if images:
        parts.append("the price is not judged here, since the noise differs from image to image")
    return "; ".join(parts)
