"""Steps that several commands share. TensorFlow is loaded here, and only after the cheap questions are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaediag.cli.options import Preprocessing
from vaediag.cli.progress import bars, working

if TYPE_CHECKING:
    from vaediag.io.images import Images
    from vaediag.records.diagnosis import Diagnosis
    from vaediag.vae import VAE


def open_images(data: str, *, preprocess: Preprocessing | None, limit: int | None, seed: int) -> Images:
    """The images of an address, with a named preprocessing and a seeded limit. Raises InputError."""
    from vaediag.registry import load_images

    images = load_images(data, split=None, preprocess=preprocess.value if preprocess else None)
    return images if limit is None else images.limit(limit, seed)


def open_model(model: str) -> VAE:
    """The VAE of an address. Raises InputError."""
    from vaediag.registry import load

    with working("Loading TensorFlow and the model"):
        return load(model)


def run_diagnosis(
    model: str, data: str, *, seed: int, limit: int | None, preprocess: Preprocessing | None, deep: bool = False
) -> Diagnosis:
    """Open both, then diagnose. Data first: opening them takes milliseconds, loading TensorFlow takes seconds."""
    images = open_images(data, preprocess=preprocess, limit=limit, seed=seed)
    vae = open_model(model)
    from vaediag.diagnose import diagnose

    with bars() as progress:
        return diagnose(vae, images, seed=seed, include="all" if deep else (), progress=progress)
