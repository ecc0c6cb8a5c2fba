"""Histories with known numbers, for tests of what reads them."""

from __future__ import annotations

import numpy as np

from vaediag.records.history import SIGMA_LEVELS, History, LatestPictures, Series


def series(value, error=0.02):
    value = np.asarray(value, float)
    return Series(value, np.where(np.isfinite(value), np.abs(value) * error, np.nan))


def nothing(times):
    return Series(np.full(times, np.nan), np.full(times, np.nan))


def _found(progress):
    """One that fades, one that passes, one that comes, one remark that stays."""
    parts = {
        "scale": "problem" if progress <= 0.4 else "warning" if progress <= 0.7 else "",
        "bias": "warning" if 0.2 < progress <= 0.5 else "",
        "collapse": "problem" if progress > 0.8 else "warning" if progress > 0.3 else "",
        "posterior_mean": "info",
    }
    order = ["problem", "warning", "info"]
    return dict(sorted(((id_, each) for id_, each in parts.items() if each), key=lambda pair: order.index(pair[1])))


def history(times=12, latents=6, *, event=(8, 8, 1), missing=(), pictures=True, **changed):
    """A training in which latent k dies after `times * (k + 1) / latents` diagnoses, the last one never.

    `missing`: diagnoses that have no numbers.
    """
    draw = np.random.default_rng(0)
    time = np.arange(times)
    progress = (time + 1) / max(times, 1)
    alive = (np.arange(latents)[None] + 1) / latents >= progress[:, None]
    kl = np.where(alive, 2.5 + 0.2 * draw.normal(size=(times, latents)), 0.002 * draw.random((times, latents)))
    kl[:, -1] += 2
    rate = kl.sum(1)
    distortion = -40 - 260 * (1 - np.exp(-3 * progress))
    sigma = np.quantile([1.0], 0.5) * 0.4 * np.exp(-2 * progress)[:, None] * np.array([0.4, 0.7, 1, 1.4, 2.2])[None]
    found = [_found(each) for each in progress]
    ids, grave = [tuple(each) for each in found], [tuple(each.values()) for each in found]
    shown = draw.random((4, *event)).astype(np.float32)
    made = {
        "model": "digits-normal-image", "data": "digits (test)", "count": 256, "seed": 0,
        "likelihood": "normal, one sigma per image", "posterior": "normal, diagonal", "prior": "standard normal",
        "latent_dim": latents, "event_shape": event,
        "epoch": time + 1, "step": 40 * (time + 1), "elapsed": 3.0 * (time + 1), "cost": np.full(times, 0.12),
        "elbo": series(-(distortion + rate)), "rate": series(rate), "distortion": series(distortion),
        "kl": kl, "kl_error": np.abs(kl) * 0.03,
        "dispersion": series(1.5 - 0.52 * progress, 0.01), "miscalibration_area": series(0.1 * (1.1 - progress)),
        "tail_weight": series(0.3 * progress), "sigma": sigma,
        "active": (kl > 0.01).sum(1).astype(float), "postponed": np.zeros(times, int),
        "losses": {"loss": distortion + rate + 3, "val_loss": distortion + rate + 5},
        "findings": tuple(ids), "severities": tuple(grave), "trouble": ("",) * times, "budget": 0.05,
        "pictures": LatestPictures(shown, shown * 0.9, shown * 0.8, shown * 0.1) if pictures else None,
    }  # fmt: skip
    made.update(changed)
    if missing:
        gone = np.isin(time, missing)
        for name in ("elbo", "rate", "distortion", "dispersion", "miscalibration_area", "tail_weight"):
            made[name] = Series(
                *(np.where(gone, np.nan, each) for each in (made[name].value, made[name].standard_error))
            )
        for name in ("kl", "kl_error", "sigma"):
            made[name] = np.where(gone[:, None], np.nan, made[name])
        made["active"] = np.where(gone, np.nan, made["active"])
        for name in ("findings", "severities"):
            made[name] = tuple(() if lost else each for lost, each in zip(gone, made[name], strict=True))
        made["trouble"] = tuple("NaN weights" if lost else "" for lost in gone)
    assert made["sigma"].shape == (times, len(SIGMA_LEVELS))
    return History(**made)
