"""Steps that several commands share. TensorFlow is loaded here, and only after the cheap questions are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vaediag.cli.progress import bars, working
from vaediag.errors import InputError

if TYPE_CHECKING:
    from vaediag.io.images import Images
    from vaediag.records.diagnosis import Diagnosis
    from vaediag.vae import VAE


def open_images(data: str, *, model: str, preprocess: str | None, limit: int | None, seed: int) -> Images:
    """The images of an address, with a named preprocessing and a seeded limit.

    As the model takes them, where its bundle says that without TensorFlow. Raises InputError, also when there is no
    such model.
    """
    from vaediag.registry import described, images_for, load_images

    said = described(model)
    images = load_images(data, split=None, preprocess=preprocess)
    images = images if said is None else images_for(said, images)
    return images if limit is None else images.limit(limit, seed)


def open_model(model: str, *, trust: bool = False) -> VAE:
    """The VAE of an address. Raises InputError; HoldsProgramError for a SavedModel without `trust`."""
    from vaediag.registry import load

    with working("Loading TensorFlow and the model"):
        return load(model, trust=trust)


def run_diagnosis(
    model: str,
    data: str,
    *,
    seed: int,
    limit: int | None,
    preprocess: str | None,
    deep: bool = False,
    ais: int | None = None,
    temperatures: int | None = None,
    trust: bool = False,
) -> Diagnosis:
    """Open both, then diagnose. Data first: opening them takes milliseconds, loading TensorFlow takes seconds.

    Raises InputError, also for `temperatures` without images for `ais`.
    """
    if temperatures is not None and ais is None:
        raise InputError(f"--temperatures: expected --ais beside it; got {temperatures} alone; add --ais 8.")
    images = open_images(data, model=model, preprocess=preprocess, limit=limit, seed=seed)
    vae = open_model(model, trust=trust)
    from vaediag.diagnose import diagnose

    include = [*(["deep"] if deep else []), *(["ais"] if ais else [])]
    sizes: dict[str, Any] = {"ais_images": ais, "ais_temperatures": temperatures}
    with bars() as progress:
        return diagnose(
            vae,
            images,
            seed=seed,
            include=include,
            progress=progress,
            **{name: size for name, size in sizes.items() if size is not None},
        )
