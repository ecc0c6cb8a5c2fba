"""Load a bundle. Nothing in it can run code or ask for more memory than the file itself has."""

from __future__ import annotations

import hashlib
import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vaediag.bundle.inspect import MAX_FILE, Network, examine, inspect_network
from vaediag.bundle.schema import FILES, Manifest, read_manifest
from vaediag.bundle.zips import read_npz
from vaediag.errors import InputError, UnsafeFileError
from vaediag.io.atomic import cannot_write

if TYPE_CHECKING:
    from vaediag.vae import VAE

_MAX_HEADS = 64 * 2**20


def load_bundle(folder: str | Path) -> VAE:
    """The VAE that `save` wrote into `folder`; its `source` is the folder.

    Everything is examined before TensorFlow is imported. Raises InputError when there is no bundle, or a file of it is
    missing, damaged or from another save; UnsafeFileError when loading could run code or exhaust the memory.
    """
    folder = Path(folder).expanduser()
    manifest = read_bundle_manifest(folder)
    data = {name: _read(folder, name, _MAX_HEADS if name == "heads.npz" else MAX_FILE) for name in FILES}
    for name, content in data.items():
        if hashlib.sha256(content).hexdigest() != manifest.files[name]:
            raise InputError(
                f"{folder.name}/{name}: expected the file that vae.json describes; got another or a damaged one"
                f" ({len(content)} bytes). Copy or save the bundle again."
            )
    arrays = read_npz(data["heads.npz"], f"{folder.name}/heads.npz", max_bytes=_MAX_HEADS)
    encoder = examine(data["encoder.keras"], f"{folder.name}/encoder.keras")
    decoder = examine(data["decoder.keras"], f"{folder.name}/decoder.keras")
    _check_sizes(manifest, encoder, decoder, arrays, folder.name)
    return _build(manifest, encoder, decoder, arrays, str(folder))


def read_bundle_manifest(folder: str | Path) -> Manifest:
    """vae.json of a bundle, without its networks: no TensorFlow. Raises InputError when there is none."""
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        found = "a file" if folder.exists() else "nothing"
        raise InputError(f"model: expected the folder of a saved VAE; {folder} is {found}. Check the path.")
    if not (folder / "vae.json").is_file():
        raise InputError(
            f"model: expected the folder of a saved VAE; {folder} has no vae.json."
            " Join your networks with vaediag.VAE(...) and save them with vaediag.save(vae, folder)."
        )
    return read_manifest(_read(folder, "vae.json", 2**24), f"{folder.name}/vae.json")


def load_network(path: str | Path) -> Any:
    """The Keras model of one .keras file, examined first as a bundle's are. Raises InputError, UnsafeFileError."""
    path = Path(path).expanduser()
    if not path.name.endswith(".keras"):
        raise InputError(
            f"network: expected a file saved as .keras; got {path.name!r}. Save it with model.save('network.keras')."
        )
    return _keras_model(inspect_network(path), path.name)


def _read(folder: Path, name: str, most: int) -> bytes:
    path = folder / name
    try:
        size = path.stat().st_size
        if size > most:
            raise UnsafeFileError(f"{folder.name}/{name}: expected at most {most} bytes; got {size}. It is not opened.")
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            f"{folder.name}/{name}: expected a file of the bundle; {error.strerror}. Copy or save the bundle again."
        ) from error


def _check_sizes(
    manifest: Manifest, encoder: Network, decoder: Network, arrays: dict[str, np.ndarray[Any, Any]], name: str
) -> None:
    """What vae.json states must be what the networks do, before heads reserve memory by it."""
    pixels, latents = math.prod(manifest.event_shape), manifest.latent_dim
    takes = [math.prod(shape) for shape in encoder.inputs]
    if takes != [pixels]:
        raise InputError(
            f"{name}/encoder.keras: expected one input of shape {list(manifest.event_shape)}, as vae.json says; got"
            f" {[list(shape) for shape in encoder.inputs]}. Save the model again."
        )
    if list(decoder.inputs) != [(latents,)]:
        raise InputError(
            f"{name}/decoder.keras: expected one input of {latents} latents, as vae.json says; got"
            f" {[list(shape) for shape in decoder.inputs]}. Save the model again."
        )
    for key, array in arrays.items():
        if not np.isfinite(array).all():
            raise InputError(f"{name}/heads.npz: expected finite numbers; {key!r} holds others. Save the model again.")


def _build(
    manifest: Manifest, encoder: Network, decoder: Network, arrays: dict[str, np.ndarray[Any, Any]], source: str
) -> VAE:
    from vaediag.heads import from_config
    from vaediag.vae import VAE

    where = Path(source).name
    return VAE(
        _keras_model(encoder, f"{where}/encoder.keras"),
        _keras_model(decoder, f"{where}/decoder.keras"),
        posterior=from_config(manifest.posterior),
        likelihood=from_config(manifest.likelihood),
        prior=from_config(manifest.prior, arrays),
        name=manifest.name,
        source=source,
        event_shape=manifest.event_shape,
        latent_dim=manifest.latent_dim,
        preprocessing=manifest.preprocessing,
        training=manifest.training,
        trained_on=manifest.trained_on,
        card=manifest.card,
    )


def _keras_model(network: Network, where: str) -> Any:
    """Keras reads the rebuilt archive: exactly what was examined, whatever happens to the file meanwhile."""
    from vaediag.backend import keras

    with tempfile.TemporaryDirectory(prefix="vaediag-") as folder:
        path = Path(folder) / "network.keras"
        try:
            path.write_bytes(network.archive)
        except OSError as error:
            raise cannot_write(path, error) from error
        try:
            return keras.saving.load_model(path, custom_objects=None, compile=False, safe_mode=True)
        except Exception as error:  # Keras raises whatever the failing layer raised
            raise InputError(
                f"{where}: expected a network that Keras {keras.__version__} can build;"
                f" {' '.join(str(error).split())[:200]}. Save it again with this version."
            ) from error
