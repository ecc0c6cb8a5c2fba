"""Open a model: its three distributions in words, how far its sliders go, and how to draw what it says."""

from __future__ import annotations

import contextlib
from typing import Any

import numpy as np

from vaediag_gui.jobs.child import Answer, Report
from vaediag_gui.tasks import levels
from vaediag_gui.tasks.opened import Models

LOOKS = 64  # draws from the prior that decide the levels
PIXELS = 2**19  # ... fewer for large images
REACH = 4.0  # prior standard deviations to either end of a slider
TAIL = 1e-4  # mass beyond either end where the prior is not normal
DRAWS = 50_000
FIRST_VIEWS = ("mean", "sample", "stddev")  # what the app asks for first


def run(arguments: dict[str, Any], models: Models, report: Report) -> Answer:
    """The fields of ModelFacts. Arguments: address, reloads. Raises InputError."""
    import vaediag as vd

    report("reading the model", 0, 2)
    address = arguments["address"]
    vae = models.vae(address, arguments.get("reloads", 0))
    report("looking at draws from the prior", 1, 2)
    words = vae.describe()
    mean, stddev, low, high = sliders(vae)
    drawn = models.once(vae, "levels", levels_of)
    with contextlib.suppress(Exception):  # a decoder that fails there is said where its picture should be
        vd.look(vae, mean, views=FIRST_VIEWS)  # compiled now, so that the first slider is quick
    fields = {
        "source": address,
        "name": vae.name,
        "likelihood": words["likelihood"],
        "posterior": words["posterior"],
        "prior": words["prior"],
        "event_shape": list(vae.event_shape),
        "latent_dim": vae.latent_dim,
        "discrete": _discrete(vae, mean),
        "dataset": _dataset(address, vae),
        "assumed": list(vae.assumed),
        "levels": {view: list(ends) for view, ends in drawn.items()},
    }
    return fields, {"prior_mean": mean, "prior_stddev": stddev, "low": low, "high": high}


def sliders(vae: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Mean and standard deviation of the prior, and the ends of the sliders, each float32 `[L]`; low < high.

    A prior without moments gets those of its draws within the ends.
    """
    from vaediag.laws import moments
    from vaediag.seeds import pair

    seed = pair(0)
    mean, stddev = (find(vae.prior, seed=seed).value.numpy() for find in (moments.mean, moments.stddev))
    if _normal(vae.prior):
        return mean, stddev, mean - REACH * stddev, mean + REACH * stddev
    draws = vae.prior.sample(DRAWS, seed=seed).numpy()
    low, high = np.nanquantile(draws, [TAIL, 1.0 - TAIL], axis=0).astype(np.float32)
    flat = ~(high > low)
    low, high = np.where(flat, low - np.float32(1), low), np.where(flat, high + np.float32(1), high)
    inside = np.clip(draws, low, high)
    mean = np.where(np.isfinite(mean), mean, inside.mean(0))
    stddev = np.where(np.isfinite(stddev), stddev, inside.std(0))
    return mean.astype(np.float32), stddev.astype(np.float32), low, high


def _normal(prior: Any) -> bool:
    from vaediag.backend import tfd

    while isinstance(prior, tfd.Independent | tfd.Sample):
        prior = prior.distribution
    return isinstance(prior, tfd.Normal | tfd.MultivariateNormalLinearOperator)


def levels_of(vae: Any) -> dict[str, levels.Levels]:
    """Darkest and brightest value of every view, from looks at draws of the prior; 0 to 1 where the decoder fails."""
    import vaediag as vd
    from vaediag.seeds import pair

    count = int(np.clip(PIXELS // max(1, int(np.prod(vae.event_shape))), 4, LOOKS))
    z = vae.prior.sample(count, seed=pair(0)).numpy()
    z = z[np.isfinite(z).all(1)]
    names = ("mean", "stddev", "entropy", "interval_width")
    try:
        views = vd.look(vae, z, views=names).views
    except Exception:  # at some z; at others it may well work, and the person is here to find out
        views = {name: np.empty(0, np.float32) for name in names}  # fromkeys narrows the keys' type
    return levels.of_views(views)


def _discrete(vae: Any, mean: np.ndarray) -> bool:
    from vaediag.laws.traits import traits

    return bool(traits(vae.law(mean[None])).discrete)


def _dataset(address: str, vae: Any) -> str | None:
    """The images that a model belongs to: its registered card says so, or the one in its bundle.

    What a file says is taken only where it is a registered name: an address could also name code to run.
    """
    from vaediag.registry import datasets, models

    card = models().get(address)
    if card is not None:
        return card.dataset
    inside = vae.card.get("dataset") if isinstance(vae.card, dict) else None
    return inside if isinstance(inside, str) and inside.partition("[")[0] in datasets() else None
