"""Save a VAE as a bundle: equal models give equal bytes, and the folder is never half-written."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

from vaediag.bundle.inspect import examine
from vaediag.bundle.schema import Manifest, plain_data, write_manifest
from vaediag.bundle.zips import write_npz
from vaediag.errors import InputError, UnsafeFileError
from vaediag.io.atomic import cannot_write, write_files


def save(vae: Any, folder: str | Path) -> Path:
    """Write `vae` into `folder` (made if missing); an earlier bundle there is replaced only when all is ready.

    Returns the folder. Raises InputError when the VAE has no networks or heads to save (`from_callables`), holds
    layers that `load` would refuse, or the folder cannot be written: then what was there stays.
    """
    folder = Path(folder)
    for part in ("encoder", "decoder", "posterior", "likelihood", "prior_head"):
        if getattr(vae, part, None) is None:
            raise InputError(
                f"vae: expected Keras networks and heads; {vae.name!r} has no {part}. Only vaediag.VAE(encoder,"
                " decoder, posterior=..., likelihood=...) can be saved; others have an address: package.module:factory."
            )
    files = {
        "encoder.keras": _network_bytes(vae.encoder, "encoder"),
        "decoder.keras": _network_bytes(vae.decoder, "decoder"),
        "heads.npz": write_npz(vae.prior_head.arrays()),
    }
    manifest = Manifest(
        name=vae.name,
        event_shape=tuple(vae.event_shape),
        latent_dim=vae.latent_dim,
        likelihood=vae.likelihood.to_config(),
        posterior=vae.posterior.to_config(),
        prior=vae.prior_head.to_config(),
        files={name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        preprocessing=vae.preprocessing,
        trained_on=vae.trained_on,
        training=plain_data(vae.training),
        card=plain_data(vae.card),
    )
    write_files(folder, files | {"vae.json": write_manifest(manifest)})
    return folder


def _network_bytes(network: Any, name: str) -> bytes:
    """The .keras file of a network, without dates and optimizer; InputError when it could not be loaded again."""
    from vaediag.backend import keras

    if not isinstance(network, keras.Model):
        raise InputError(
            f"{name}: expected a Keras 3 model; got {type(network).__name__}."
            " Rebuild it with keras.Sequential or keras.Model, or give the VAE an address, 'package.module:factory'."
        )
    with tempfile.TemporaryDirectory(prefix="vaediag-") as folder:
        path = Path(folder) / f"{name}.keras"
        try:
            network.save(path)
        except OSError as error:
            raise cannot_write(path, error) from error
        except (NotImplementedError, TypeError, ValueError) as error:  # a class without get_config, an unbuilt model
            raise InputError(
                f"{name}: expected a model that Keras can save; {' '.join(str(error).split())[:200]}."
                " Rebuild it with keras.Sequential or keras.Model."
            ) from error
        data = path.read_bytes()
    try:
        return examine(data, name).archive
    except UnsafeFileError as error:
        raise InputError(f"{error} So it is not saved either.") from error
