"""Load a bundle. Nothing in it can run code or ask for more memory than the file itself has.

The one exception is said: a network that is a SavedModel is a program, and is opened only with `trust=True`.
"""

from __future__ import annotations

import hashlib
import math
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vaediag.bundle.inspect import MAX_FILE, Network, examine, inspect_network
from vaediag.bundle.program import Program, refusal
from vaediag.bundle.schema import NETWORKS, Manifest, read_manifest
from vaediag.bundle.zips import read_npz
from vaediag.errors import InputError, UnsafeFileError
from vaediag.io.atomic import cannot_write

if TYPE_CHECKING:
    from vaediag.vae import VAE

_MAX_HEADS = 64 * 2**20


def load_bundle(folder: str | Path, *, trust: bool = False) -> VAE:
    """The VAE that `save` wrote into `folder`; its `source` is the folder.

    Everything is examined before TensorFlow is imported. Raises InputError when there is no bundle, or a file of it is
    missing, damaged or from another save; UnsafeFileError when loading could run code or exhaust the memory;
    HoldsProgramError when a network is a program (a SavedModel) and `trust` is not given.
    """
    folder = Path(folder).expanduser()
    manifest = read_bundle_manifest(folder)
    if manifest.programs and not trust:
        files = " and ".join(manifest.network_file(network) for network in manifest.programs)
        raise refusal(folder.name, f"holds {files},")
    names = manifest.file_names()
    data = {name: _read(folder, name, _MAX_HEADS if name == "heads.npz" else MAX_FILE) for name in names}
    for name, content in data.items():
        if hashlib.sha256(content).hexdigest() != manifest.files[name]:
            raise InputError(
                f"{folder.name}/{name}: expected the file that vae.json describes; got another or a damaged one"
                f" ({len(content)} bytes). Copy or save the bundle again."
            )
    arrays = read_npz(data["heads.npz"], f"{folder.name}/heads.npz", max_bytes=_MAX_HEADS)
    _check_arrays(arrays, folder.name)
    examined: dict[str, Network | bytes] = {}
    for network in NETWORKS:
        file = manifest.network_file(network)
        content = data[file]
        examined[network] = content if network in manifest.programs else examine(content, f"{folder.name}/{file}")
    _check_sizes(manifest, examined, folder.name)
    return _build(manifest, examined, arrays, str(folder))


def holds_program(folder: str | Path) -> bool:
    """Whether a bundle can only be loaded with `trust=True`; no TensorFlow. Raises InputError when it is no bundle."""
    return bool(read_bundle_manifest(folder).programs)


def read_bundle_manifest(folder: str | Path) -> Manifest:
    """vae.json of a bundle, without its networks: no TensorFlow. Raises InputError when there is none."""
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        if folder.exists():
            raise InputError(
                f"model: expected the folder of a saved VAE; {folder} is a file. If it holds a network, make a bundle"
                " of encoder and decoder: `vaediag wrap`."
            )
        raise InputError(f"model: expected the folder of a saved VAE; {folder} does not exist. Check the path.")
    if not (folder / "vae.json").is_file():
        raise InputError(
            f"model: expected the folder of a saved VAE; {folder} has no vae.json."
            " Make one of your networks: `vaediag wrap`, or vaediag.VAE(...) and vaediag.save(vae, folder)."
        )
    return read_manifest(_read(folder, "vae.json", 2**24), f"{folder.name}/vae.json")


def load_network(path: str | Path) -> Any:
    """The Keras model of one .keras file, examined first as a bundle's are. Raises InputError, UnsafeFileError."""
    path = Path(path).expanduser()
    if not path.name.endswith(".keras"):
        raise InputError(
            f"network: expected a file saved as .keras; got {path.name!r}. Save it with model.save('network.keras')."
        )
    return keras_model(inspect_network(path), path.name)


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


def _check_sizes(manifest: Manifest, examined: Mapping[str, Network | bytes], name: str) -> None:
    """What vae.json states must be what the networks do, before heads reserve memory by it."""
    wanted = {"encoder": math.prod(manifest.event_shape), "decoder": manifest.latent_dim}
    words = {
        "encoder": f"one input of shape {list(manifest.event_shape)}",
        "decoder": f"one input of {manifest.latent_dim} latents",
    }
    for network, found in examined.items():
        if isinstance(found, Network) and [math.prod(shape) for shape in found.inputs] != [wanted[network]]:
            raise InputError(
                f"{name}/{network}.keras: expected {words[network]}, as vae.json says; got"
                f" {[list(shape) for shape in found.inputs]}. Save the model again."
            )


def _check_arrays(arrays: Mapping[str, np.ndarray[Any, Any]], name: str) -> None:
    for key, array in arrays.items():
        if not np.isfinite(array).all():
            raise InputError(f"{name}/heads.npz: expected finite numbers; {key!r} holds others. Save the model again.")


def _build(
    manifest: Manifest,
    examined: Mapping[str, Network | bytes],
    arrays: dict[str, np.ndarray[Any, Any]],
    source: str,
) -> VAE:
    from vaediag.heads import from_config
    from vaediag.vae import VAE

    where = Path(source).name
    networks = {
        network: keras_model(found, f"{where}/{network}.keras")
        if isinstance(found, Network)
        else Program(found, **manifest.programs[network], where=f"{where}/{manifest.network_file(network)}")
        for network, found in examined.items()
    }
    vae = VAE(
        networks["encoder"],
        networks["decoder"],
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
    # what the border says now may have been said when it was saved
    vae.assumed = tuple(dict.fromkeys((*manifest.assumed, *vae.assumed)))
    return vae


def keras_model(network: Network, where: str) -> Any:
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
