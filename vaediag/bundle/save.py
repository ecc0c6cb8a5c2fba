"""Save a VAE as a bundle: equal models give equal bytes, and the folder is never half-written."""

from __future__ import annotations

import hashlib
import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

from vaediag.bundle.foreign import Foreign, foreign_of, rebuilt
from vaediag.bundle.inspect import examine
from vaediag.bundle.parts import left_out, part
from vaediag.bundle.program import Program
from vaediag.bundle.schema import MANIFEST, NETWORKS, PROGRAM_FILE, Manifest, plain_data, write_manifest
from vaediag.bundle.zips import write_npz
from vaediag.errors import InputError, UnsafeFileError
from vaediag.io.atomic import cannot_write, write_files


def save(vae: Any, folder: str | Path) -> Path:
    """Write `vae` into `folder` (made if missing); an earlier bundle there is replaced only when all is ready.

    Networks of Keras 3 or tf_keras are kept as plain layers and weights; of an encoder that draws z with a layer of its
    author's own, what stands before that layer. A SavedModel is copied as a program, which `load` opens only on
    `trust=True`. Returns the folder.

    Raises:
        InputError: the VAE has no networks or heads to save (`from_callables`), holds layers that `load` would refuse,
            or the folder cannot be written: then what was there stays.
    """
    folder = Path(folder)
    for needed in ("encoder", "decoder", "posterior", "likelihood", "prior_head"):
        if getattr(vae, needed, None) is None:
            raise InputError(
                f"vae: expected Keras networks and heads; {vae.name!r} has no {needed}. Only vaediag.VAE(encoder,"
                " decoder, posterior=..., likelihood=...) can be saved; others have an address: package.module:factory."
            )
    files: dict[str, bytes] = {}
    programs: dict[str, dict[str, Any]] = {}
    said: list[str] = list(vae.assumed)
    for name in NETWORKS:
        network = getattr(vae, name)
        if isinstance(network, Program):
            files[f"{name}{PROGRAM_FILE}"] = network.archive
            programs[name] = {"member": network.member, "outputs": list(network.outputs)}
        else:
            files[f"{name}.keras"], phrases = _network_bytes(network, name)
            said += [phrase for phrase in phrases if phrase not in said]
    files["heads.npz"] = write_npz(vae.prior_head.arrays())
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
        assumed=tuple(said),
        programs=programs,
    )
    write_files(folder, files | {MANIFEST: write_manifest(manifest)})
    return folder


def check_destination(folder: str | os.PathLike[str]) -> bool:
    """Whether a bundle stands where one is to be written: `save` would replace it.

    Raises InputError, before anything is read, for a folder with other things in it, a file, and a place that cannot be
    written.
    """
    folder = Path(folder)
    place = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    try:
        Path(tempfile.mkdtemp(prefix=".vaediag-", dir=place)).rmdir()  # no permission says as much as trying
        names = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        raise cannot_write(folder, error) from error
    if names and MANIFEST not in names:
        some = ", ".join(names[:3])
        raise InputError(
            f"output: expected a new folder, an empty one, or that of an earlier bundle, which is replaced; got"
            f" {folder}, which holds {some}{' and more' if len(names) > 3 else ''}. Choose another name."
        )
    return bool(names)


def _network_bytes(network: Any, name: str) -> tuple[bytes, tuple[str, ...]]:
    """The .keras file of a network without dates and optimizer, and what was left out of it, a phrase each.

    Raises InputError when it could not be loaded again.
    """
    data = saved_network(network, name)
    if _of_tf_keras(network):
        return _cut(foreign_of(data, name), name)
    try:
        return examine(data, name).archive, ()
    except UnsafeFileError as error:
        file = _foreign(data, name)
        if file is None:
            raise InputError(f"{error} So it is not saved either.") from error
        return _cut(file, name)


def _cut(file: Foreign, name: str) -> tuple[bytes, tuple[str, ...]]:
    piece = part(file, name)
    return rebuilt(piece.config, file.weights, name).archive, left_out(piece, name)


def _foreign(data: bytes, name: str) -> Foreign | None:
    """The network if a part of it can be kept; None where every layer is needed."""
    file = foreign_of(data, name)
    try:
        part(file, name)
    except InputError:
        return None
    return file


def _of_tf_keras(network: Any) -> bool:
    return any(each.__module__.startswith("tf_keras.") for each in type(network).__mro__) and hasattr(network, "save")


def saved_network(network: Any, name: str) -> bytes:
    """The .keras file of a model in memory, as its Keras writes it. Raises InputError when there is none."""
    from vaediag.backend import keras

    if not isinstance(network, keras.Model) and not _of_tf_keras(network):
        raise InputError(
            f"{name}: expected a Keras model; got {type(network).__name__}."
            " Rebuild it with keras.Sequential or keras.Model, or give the VAE an address, 'package.module:factory'."
        )
    with tempfile.TemporaryDirectory(prefix="vaediag-") as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a layer left out below holds code
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
        return path.read_bytes()
