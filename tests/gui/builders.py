"""Small records for tests of the app: no TensorFlow, no files."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from vaediag.records.collapse import Collapse
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimate, Estimates
from vaediag.records.pictures import Traversal
from vaediag.records.pixel import FarImages, PixelLaw
from vaediag_gui.state.answers import Anchor, DataFacts, ModelFacts, Pair, PixelPit, Shown


def facts(latents: int = 3, event: tuple[int, ...] = (4, 5, 1), **changes: Any) -> ModelFacts:
    """A model called "toy" with a standard normal prior."""
    given: dict[str, Any] = {
        "source": "toy",
        "name": "toy",
        "likelihood": "normal, one σ per image",
        "posterior": "normal",
        "prior": "standard normal",
        "event_shape": event,
        "latent_dim": latents,
        "discrete": False,
        "dataset": "toy-data",
        "prior_mean": np.zeros(latents, np.float32),
        "prior_stddev": np.ones(latents, np.float32),
        "low": np.full(latents, -4.0, np.float32),
        "high": np.full(latents, 4.0, np.float32),
        "levels": {
            "mean": (0.0, 1.0), "mode": (0.0, 1.0), "sample": (0.0, 1.0), "quantile": (0.0, 1.0), "data": (0.0, 1.0),
            "stddev": (0.0, 0.5), "entropy": (-1.0, 1.0), "interval_width": (0.0, 1.0), "residual": (-4.0, 4.0),
        },
    }  # fmt: skip
    return ModelFacts(**{**given, **changes})


def data_facts(count: int = 20, event: tuple[int, ...] = (4, 5, 1), **changes: Any) -> DataFacts:
    labels = np.array([str(i % 3) for i in range(count)])
    given: dict[str, Any] = {
        "source": "toy-data",
        "name": "toy-data",
        "split": "test",
        "count": count,
        "event_shape": event,
        "preprocessing": "none",
        "labels": labels,
        "label_names": ("0", "1", "2"),
        "levels": (0.0, 1.0),
    }
    return DataFacts(**{**given, **changes})


def anchor(image: int = 2, latents: int = 3, event: tuple[int, ...] = (4, 5, 1)) -> Anchor:
    rng = np.random.default_rng(image)
    mean = rng.normal(size=latents).astype(np.float32)
    return Anchor(image, rng.random(event, np.float32), mean, np.full(latents, 0.3, np.float32), mean)


def shown(
    views: tuple[str, ...] = ("mean", "sample", "stddev"), event: tuple[int, ...] = (4, 5, 1), seed: int = 0
) -> Shown:
    rng = np.random.default_rng(seed)
    return Shown((0.0, 0.0, 0.0), seed, None, {view: rng.random(event, np.float32) for view in views}, {})


def traversal(
    rows: int = 3, steps: int = 5, latents: int = 3, event: tuple[int, ...] = (4, 5, 1), kind: str = "traversal",
    units: str = "prior", **changes: Any,
) -> Traversal:  # fmt: skip
    """A walk of the model "toy": row r moves latent r from -3 to 3, or a plane of the latents 0 and 1."""
    rng = np.random.default_rng(rows)
    along = np.linspace(-3, 3, steps)
    rows = {"grid": steps, "interpolation": 1}.get(kind, rows)
    z = np.zeros((rows, steps, latents), np.float32)
    for row in range(rows):
        z[row, :, 1 if kind == "grid" else row] = along
    if kind == "grid":
        z[:, :, 0] = along[:, None]
    given: dict[str, Any] = {
        "model": "toy",
        "likelihood": "normal, one σ per image",
        "seed": 0,
        "kind": kind,
        "dims": {"grid": (0, 1), "interpolation": ()}.get(kind, tuple(range(rows))),
        "units": "fraction of the way" if kind == "interpolation" else f"{units} standard deviations",
        "hold_noise": True,
        "positions": np.tile(np.linspace(0, 1, steps) if kind == "interpolation" else along, (rows, 1)),
        "z": z,
        "views": {view: rng.random((rows, steps, *event), np.float32) for view in ("mean", "sample")},
        "notes": {},
        "row_labels": tuple(f"row {row}" for row in range(rows)),
    }
    return Traversal(**{**given, **changes})


def diagnosis(kl: tuple[float, ...], status: tuple[str, ...] | None, source: str = "toy") -> Any:
    """What a diagnosis says of the latents, and nothing else of it."""
    values = np.array(kl)
    collapse = Collapse(
        status=status, kl=Estimates(values, np.zeros_like(values), "nats"), active=None, active_units=None,
        posterior_kind=None, posterior_variance=None, mean_variance=None, epsilon_delta=None,
        posterior_total_correlation=None, mutual_information=None, marginal_kl=None, total_correlation=None,
        dimension_kl=None, mc_residual=None,
    )  # fmt: skip
    return SimpleNamespace(model=SimpleNamespace(latent_dim=len(kl), source=source, name=source), collapse=collapse)


def pixel_pit(index: tuple[int, ...] = (3, 4, 0), images: tuple[int, ...] = (7, 2, 5)) -> PixelPit:
    """One pixel's calibration, with the images behind it: the first one impossible, the others one above, one below."""
    residual = np.array([np.nan, 4.0, -3.0, *np.linspace(2.9, 2.0, 20)])[: len(images)]
    far = FarImages(np.array(images), np.linspace(0, 1, len(images)), np.full(len(images), 0.99), residual, "residuals")
    return PixelPit(index, 450, np.full(20, 0.05), Estimate(1.1, 0.05), Estimate(0.01, 0.02), far)


def shallow(made: Diagnosis) -> Diagnosis:
    """A diagnosis as it is when nothing deep was asked for."""
    return replace(
        made,
        evidence=replace(made.evidence, iwae=None, ess=None, pareto_k=None, ais=None),
        collapse=replace(made.collapse, prune_cost=None, prune_method=None, prune_images=None),
        pictures=None if made.pictures is None else replace(made.pictures, poor=None, lowest=None),
        independence=None,
    )


def pixel_law(index: tuple[int, ...] = (1, 2, 0), **changes: Any) -> PixelLaw:
    """A normal law with mean 0.4 and standard deviation 0.1, and an observed value at its 93 % quantile."""
    support = np.linspace(0.0, 0.8, 65)
    density = np.exp(-0.5 * ((support - 0.4) / 0.1) ** 2) / (0.1 * np.sqrt(2 * np.pi))
    given: dict[str, Any] = {
        "index": index, "family": "normal", "discrete": False, "support": support, "density": density, "mean": 0.4,
        "mode": 0.4, "stddev": 0.1, "sample": 0.51, "observed": 0.5476, "below": 0.93, "upto": 0.93, "notes": {},
    }  # fmt: skip
    return PixelLaw(**{**given, **changes})


def bernoulli_law(p: float = 0.25, observed: float | None = 1.0) -> PixelLaw:
    return pixel_law(
        family="bernoulli", discrete=True, support=np.array([0.0, 1.0]), density=np.array([1 - p, p]), mean=p,
        mode=float(p > 0.5), stddev=float(np.sqrt(p * (1 - p))), sample=0.0, observed=observed, below=1 - p, upto=1.0,
    )  # fmt: skip


def pair(image: int = 2, event: tuple[int, ...] = (4, 5, 1), second: str = "rival") -> Pair:
    """One image under "toy" and another model."""
    rng = np.random.default_rng(image)
    views = ("first.mean", "first.sample", "second.mean", "second.sample")
    return Pair(image, "toy", second, rng.random(event, np.float32),
                {view: rng.random(event, np.float32) for view in views}, 0)  # fmt: skip
