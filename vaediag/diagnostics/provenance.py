"""Which model, which data, which versions: what a diagnosis needs to be repeated."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any

from vaediag.diagnostics.model_traits import model_traits
from vaediag.io.images import Images
from vaediag.records.diagnosis import DataInfo, ModelInfo

PACKAGES = ("vaediag", "tensorflow", "tensorflow-probability", "keras", "numpy")


def model_info(vae: Any, data: Images) -> ModelInfo:
    """The model, and what was taken for granted of it and of the data."""
    scaled = model_traits(vae).scaled
    return ModelInfo(
        name=vae.name,
        source=vae.source,
        latent_dim=vae.latent_dim,
        event_shape=tuple(vae.event_shape),
        assumed=(*getattr(vae, "assumed", ()), *data.assumed),
        scaled=scaled,
        stated_scale=getattr(vae.likelihood, "one_scale", None) if scaled else None,
        **vae.describe(),
    )


def data_info(data: Images) -> DataInfo:
    return DataInfo(
        name=data.name,
        source=data.source,
        split=data.split,
        count=len(data),
        sha256=data.sha256,
        preprocessing=data.preprocessing,
        subset=data.subset_note,
        chosen=None if data.subset_note is None else data.indices,
        columns=data.columns,
    )


def versions() -> dict[str, str]:
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}
