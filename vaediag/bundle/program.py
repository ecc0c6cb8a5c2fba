"""SavedModels: networks kept as TensorFlow programs, which are opened only on a person's word.

A program can do what the person who starts it can: read, write and delete files, for a start. There is no way to see
from outside what it would do, so it is copied into a bundle as one archive and waits there until somebody trusts it.
"""

from __future__ import annotations

import io
import re
import shutil
import tempfile
import weakref
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from vaediag.bundle.inspect import MAX_FILE
from vaediag.bundle.zips import broken, read_zip, write_zip
from vaediag.errors import HoldsProgramError, InputError, UnsafeFileError

MODEL = "saved_model.pb"
_INDEX = "variables/variables.index"
_MEMBER = re.compile(
    r"saved_model\.pb|fingerprint\.pb|keras_metadata\.pb|variables/variables\.(index|data-\d{5}-of-\d{5})"
    r"|assets/[A-Za-z0-9_][A-Za-z0-9_.-]{0,100}"
)
_MOST_MEMBERS = 1000
_NO_NETWORK = re.compile(r"call_and_return_|keras_api$|layer_with_weights-")  # the last: other names of layers


def refusal(where: str, what: str) -> HoldsProgramError:
    """What a person is told who has not said that they trust a program; `what` begins with a verb."""
    return HoldsProgramError(
        f"{where}: expected your word before a program is opened; it {what} a SavedModel, which can do on this machine"
        " whatever you can. If you trust who made it: trust=True in Python, --trust on the command line."
    )


def pack(folder: Path) -> bytes:
    """A SavedModel folder as one archive; what TensorFlow does not read is left out.

    Raises:
        UnsafeFileError: links, files too large, too many of them.
        InputError: no SavedModel, or one without its variables.
    """
    members: dict[str, bytes] = {}
    total = 0
    for path, name in _files(folder):
        if path.is_symlink():
            raise UnsafeFileError(
                f"{folder.name}/{name}: expected a file; it is a link to another place. It is not followed: copy the"
                " SavedModel with the file itself in it."
            )
        if not path.is_file() or not _MEMBER.fullmatch(name):
            continue
        total += path.stat().st_size
        if total > MAX_FILE or len(members) >= _MOST_MEMBERS:
            raise UnsafeFileError(
                f"{folder.name}: expected at most {_MOST_MEMBERS} files of {MAX_FILE} bytes together; got more."
                " It is not opened."
            )
        try:
            members[name] = path.read_bytes()
        except OSError as error:
            raise InputError(
                f"{folder.name}/{name}: it cannot be read ({error.strerror}). Check the folder."
            ) from error
    _check_whole(members, folder.name)
    return write_zip(dict(sorted(members.items())))


def _files(folder: Path) -> Iterator[tuple[Path, str]]:
    """Everything in the folder and in its two subfolders; links to folders are not entered."""
    for path in sorted(folder.iterdir()):
        if path.name in ("variables", "assets") and path.is_dir() and not path.is_symlink():
            yield from ((inner, f"{path.name}/{inner.name}") for inner in sorted(path.iterdir()))
        else:
            yield path, path.name


def _check_whole(members: Mapping[str, bytes], where: str) -> None:
    if not members.get(MODEL):
        found = "an empty one" if MODEL in members else "none"
        raise InputError(f"{where}: expected a SavedModel with its file {MODEL}; got {found}. Save or copy it again.")
    if (_INDEX in members) != any("/variables.data-" in name for name in members):
        raise InputError(
            f"{where}: expected a SavedModel with its variables; got a part of {', '.join(sorted(members))}."
            " Copy the whole folder again, with variables/ in it."
        )


class Program:
    """A network in a SavedModel, as a function of one tensor. `archive` is what a bundle stores.

    The loaded object is kept: TensorFlow deletes its variables together with it.
    """

    def __init__(self, archive: bytes, member: str | None, outputs: Sequence[str], where: str) -> None:
        """Run the program in `archive`. The caller has asked the person. Raises InputError when it cannot be used."""
        self.archive, self.member, self.outputs, self.where = archive, member, tuple(outputs), where
        members = _unpacked(archive, where)
        folder = tempfile.mkdtemp(prefix="vaediag-")  # kept: assets are read when they are used
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        self._loaded = _load(members, folder, where)
        self._call, shape = _function(self._loaded, member, where)
        if shape is not None:
            self.input_shape = (None, *shape)

    def __call__(self, values: Any) -> Any:
        found = self._call(values)
        if not self.outputs:
            return next(iter(found.values())) if isinstance(found, Mapping) and len(found) == 1 else found
        keys = list(found) if isinstance(found, Mapping) else [str(place) for place in range(len(found))]
        missing = [name for name in self.outputs if name not in keys]
        if missing:
            raise InputError(f"outputs: expected names of outputs of {self.where}; got {missing[0]!r}; try {keys}.")
        chosen = [found[name] if isinstance(found, Mapping) else found[int(name)] for name in self.outputs]
        return chosen[0] if len(chosen) == 1 else chosen


def _unpacked(archive: bytes, where: str) -> dict[str, bytes]:
    """Members of an archive that `pack` wrote; names are compared with what a SavedModel has before any is used."""
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as file:
            names = file.namelist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise broken(where, error) from error
    strange = [name for name in names if not _MEMBER.fullmatch(name)]
    if strange or len(names) > _MOST_MEMBERS:
        raise UnsafeFileError(
            f"{where}: expected the files of a SavedModel only; got {(strange or names)[0][:80]!r}. It is not opened."
        )
    members = read_zip(archive, where, limits=dict.fromkeys(names, MAX_FILE))
    _check_whole(members, where)
    return members


def _load(members: Mapping[str, bytes], folder: str, where: str) -> Any:
    from vaediag.backend import tf
    from vaediag.io.atomic import cannot_write

    for name, data in members.items():
        path = Path(folder) / PurePosixPath(name)
        try:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise cannot_write(path, error) from error
    try:
        return tf.saved_model.load(folder)
    except Exception as error:  # TensorFlow raises whatever its parsers raise
        raise InputError(
            f"{where}: expected a SavedModel that TensorFlow {tf.__version__} can load;"
            f" {' '.join(str(error).replace(folder, where).split())[:200]}. Copy or save it again."
        ) from error


def _function(loaded: Any, member: str | None, where: str) -> tuple[Any, tuple[int, ...] | None]:
    """What to call for the network, and the shape of its input where the file says it."""
    signatures = dict(getattr(loaded, "signatures", {}))
    thing = loaded
    for name in (member or "").split(".") if member else ():
        thing = signatures.get(name) if name in signatures else getattr(thing, name, None)
    if thing is not None and thing is loaded and not callable(thing):
        thing = getattr(loaded, "serve", None) or signatures.get("serving_default")
    if thing is None or not callable(thing):
        inside = [name for name in dir(loaded) if not name.startswith("_") and callable(getattr(loaded, name, None))]
        known = [_with_shape(name, getattr(loaded, name)) for name in inside if not _NO_NETWORK.match(name)]
        known += [name for name in signatures if name not in inside]
        what = f"{member!r} in it" if member else "a model that can be called; this one was saved without call()"
        there = (
            f"Name one of {', '.join(dict.fromkeys(known))}, as {where.removesuffix(f':{member}')}:NAME"
            if known
            else "It holds none"
        )
        raise InputError(
            f"{where}: expected {what}. {there}; or save encoder and decoder one by one,"
            " vae.encoder.export('encoder') in Keras 3."
        )
    return _caller(thing), _shape(thing) or _shape(signatures.get("serving_default") if thing is loaded else None)


def _with_shape(name: str, thing: Any) -> str:
    """A name with what it takes: Keras numbers the networks inside a functional model, and keeps no names."""
    shape = _shape(thing)
    return name if shape is None else f"{name} (takes {'×'.join(map(str, shape))})"


def _concrete(thing: Any) -> list[Any]:
    """The traced functions behind a loaded object, a restored function or a signature."""
    if hasattr(thing, "structured_input_signature"):
        return [thing]
    call = thing if hasattr(thing, "concrete_functions") else thing.__call__  # of a loaded object, one of its own
    return list(getattr(call, "concrete_functions", ()))


def _caller(thing: Any) -> Any:
    """A function of one tensor, in inference mode where the program knows of one."""
    if hasattr(thing, "structured_input_signature"):
        names = list(thing.structured_input_signature[1])
        return lambda values: thing(**{names[0]: values})
    functions = _concrete(thing)
    arguments = {name for each in functions for name in getattr(each.function_type, "parameters", {})}
    if "training" in arguments:
        return lambda values: thing(values, training=False)
    return lambda values: thing(values)


def _shape(thing: Any) -> tuple[int, ...] | None:
    for each in _concrete(thing) if thing is not None else ():
        positional, named = each.structured_input_signature
        first = positional[0] if positional else next(iter(named.values()), None)
        shape = getattr(first, "shape", None)
        if shape is not None and shape.rank is not None and shape.rank > 1 and shape[1:].is_fully_defined():
            return tuple(int(size) for size in shape[1:])
    return None
