"""Addresses: a string that stands for a model or a data set, on any machine and in any process.

A registered name, a path, or `package.module:factory`. Packages register names through the entry-point groups
`vaediag.models` and `vaediag.datasets`; an entry point is a `Card`, a tuple of them, or a function that returns one.
Cards are listed without TensorFlow; even NumPy waits until something is loaded.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vaediag.errors import InputError

if TYPE_CHECKING:
    from vaediag.bundle.schema import Manifest
    from vaediag.io.images import Images
    from vaediag.vae import VAE

MODELS = "vaediag.models"
DATASETS = "vaediag.datasets"
_RESHAPING = ("pad:", "crop:", "grey", "shape:")  # steps of a preprocessing without which the shape is another


@dataclass(frozen=True, slots=True)
class Card:
    """What a person reads before choosing a model or a data set."""

    name: str
    sentence: str
    source: str  # path of a bundle, or "package.module:factory"
    dataset: str | None = None  # for a model: the address of the images it belongs to
    findings: tuple[str, ...] = ()  # ids that a diagnosis on `dataset` must find
    elbo: float | None = None  # held-out, nats per image


def models() -> dict[str, Card]:
    """Registered models by name."""
    return _cards(MODELS)


def datasets() -> dict[str, Card]:
    """Registered data sets by name."""
    return _cards(DATASETS)


def load(source: str | os.PathLike[str], *, trust: bool = False) -> VAE:
    """The VAE at an address: a registered name, the path of a bundle, or `package.module:factory`.

    Its `source` is that address, and its `name` the registered one, or what the bundle or factory calls it.
    Raises InputError when there is nothing there, with names that come close; HoldsProgramError when the bundle holds a
    SavedModel, a program, and `trust=True` does not say that whoever made it is trusted.
    """
    address, where, card = _model(source)
    if _is_factory(where):
        vae = _call(where, "model")
        _check_vae(vae, where)
    else:
        from vaediag.bundle.load import load_bundle

        vae = load_bundle(where, trust=trust)
    vae.source = address
    if card is not None:
        vae.name = card.name
    return vae


def described(source: str | os.PathLike[str]) -> Manifest | None:
    """What the bundle at an address says of its model, without TensorFlow; None for a factory, which has to be run.

    Has the attributes `event_shape` and `preprocessing` that `images_for` asks for. Raises InputError when there is no
    bundle.
    """
    _, where, _ = _model(source)
    if _is_factory(where):
        return None
    from vaediag.bundle.load import read_bundle_manifest

    return read_bundle_manifest(where)


def _model(source: Any) -> tuple[str, str, Card | None]:
    """The address of a model as text, the bundle or factory behind it, and its card. InputError for nothing known."""
    address = _text(source, "model")
    card = None if _is_path(address) or ":" in address else models().get(address)
    where = address if card is None else card.source
    if card is None and not (_is_factory(where) or _is_path(address) or _is_there(address)):
        raise _unknown("model", address, models(), "vaediag models")
    return address, where, card


def load_images(source: Any, *, split: str | None = None, preprocess: str | None = None) -> Images:
    """The images at an address, or of an array, a DataFrame, a tf.data.Dataset or a path.

    Args:
        source: a registered name, a path, `keras:mnist`, `tfds:mnist`, `package.module:function`, or an object; see
            `vaediag.io.open.FORMATS` for files.
        split: "train", "test", …; `digits[train]` says the same. Registered, Keras' and TensorFlow's sets give their
            test split by default.
        preprocess: steps joined with `+`, as in `vaediag.io.preprocess.STEPS`; None leaves the values as stored.
    Raises:
        InputError: nothing there, or something that is not images.
    """
    from vaediag.io.open import as_images

    if not isinstance(source, str):
        return as_images(source, split=split, preprocess=preprocess)
    address, split = _with_split(source, split)
    card = None if _is_path(address) or ":" in address else datasets().get(address)
    where = address if card is None else card.source
    if not _is_there(address) and (scheme := re.match(r"(keras|tfds):", where)):
        images = _of_scheme(scheme[1], where, split)
    elif _is_factory(where):
        images = as_images(_call(where, "images", split=split))
    elif card is not None or _is_path(address) or _is_there(address):
        images = as_images(where, split=split)
    else:
        from vaediag.io.keras_sets import NAMES

        raise _unknown("images", address, [*datasets(), *(f"keras:{name}" for name in NAMES)], "vaediag datasets")
    images = _addressed(images, card, address, split)
    return images if preprocess is None else images.preprocess(preprocess)


def _of_scheme(scheme: str, address: str, split: str | None) -> Images:
    from vaediag.io.keras_sets import keras_images
    from vaediag.io.tfds_sets import tfds_images

    opened = keras_images if scheme == "keras" else tfds_images
    return opened(address.removeprefix(f"{scheme}:"), split, source=address)


def images_for(vae: Any, source: Any, *, preprocess: str | None = None) -> Images:
    """Images in the model's event shape; bytes get the preprocessing that the model declares (the record says so).

    So do 16-bit values, unless a preprocessing was asked for. Numbers of other types may have been scaled already:
    they are taken as they are. Rows that are unfolded to images are spoken of in `assumed`.
    """
    from vaediag.io.images import Images

    data = source if isinstance(source, Images) else load_images(source)
    data = data if preprocess is None else data.preprocess(preprocess)
    declared = getattr(vae, "preprocessing", "none")
    if declared != "none" and not data.stated and data.rows.read(0, 1).dtype in ("uint8", "uint16"):
        try:
            data = data.preprocess(declared)
        except InputError as error:
            raise InputError(
                f"images: the model declares preprocess={declared!r} for bytes. {error} If these are ready as they are,"
                " say so with preprocess='none'."
            ) from error
    try:
        return _told(data, data.fit(vae.event_shape))
    except InputError as error:
        if declared == data.preprocessing or not any(step in declared for step in _RESHAPING):
            raise
        raise InputError(
            f"{error} The model declares preprocess={declared!r}: these have {data.preprocessing!r}."
        ) from error


def _told(before: Images, after: Images) -> Images:
    """The images, with a phrase where rows of values were taken for images, or images for rows."""
    import dataclasses

    flat, wanted = (len(each.event_shape) == 1 for each in (before, after))
    if flat == wanted:
        return after
    sizes = ["×".join(map(str, each.event_shape)) for each in (before, after)]
    said = (
        f"rows of {sizes[0]} values taken as images {sizes[1]}"
        if flat
        else f"images {sizes[0]} taken as rows of values"
    )
    return dataclasses.replace(after, assumed=(*after.assumed, said))


def _addressed(images: Images, card: Card | None, address: str, split: str | None) -> Images:
    import dataclasses

    suffix = f"[{split}]" if split is not None else ""
    return dataclasses.replace(
        images,
        source=f"{address}{suffix}",
        name=images.name if card is None else card.name,
        split=images.split or split,
    )


def _cards(group: str) -> dict[str, Card]:
    from importlib.metadata import entry_points  # 20 ms that importing this module need not pay

    found: dict[str, Card] = {}
    for point in sorted(entry_points(group=group), key=lambda point: (point.name, point.value)):
        try:
            for card in _as_cards(point.load()):
                if card.name not in found:
                    found[card.name] = card
                elif found[card.name] != card:
                    warnings.warn(
                        f"{group}: {card.name!r} is registered twice; {point.value} is left out.", stacklevel=3
                    )
        except Exception as error:  # somebody else's package must not take the list down with it
            warnings.warn(f"{group}: {point.value} cannot be listed ({type(error).__name__}: {error}).", stacklevel=3)
    return found


def _as_cards(loaded: Any) -> Iterable[Card]:
    loaded = loaded() if callable(loaded) else loaded
    cards = (loaded,) if isinstance(loaded, Card) else tuple(loaded)
    for card in cards:
        if not isinstance(card, Card):
            raise InputError(f"entry point: expected vaediag.registry.Card; got {type(card).__name__}.")
    return cards


def _call(address: str, what: str, **options: Any) -> Any:
    """Run the function a person named as `package.module:factory`; this is the only way that foreign code runs."""
    from importlib import import_module
    from inspect import signature

    module_name, _, attribute = address.partition(":")
    try:
        module = import_module(module_name)
    except ImportError as error:
        raise InputError(
            f"{what}: expected a module that can be imported in {address!r}; {error}."
            " Install the package, or add its folder to PYTHONPATH."
        ) from error
    factory = getattr(module, attribute, None)
    if not callable(factory):
        close = _close(attribute, [name for name in vars(module) if not name.startswith("_")])
        raise InputError(f"{what}: expected a function in {address!r}; {module_name} has no {attribute!r}.{close}")
    parameters = signature(factory).parameters
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values())
    given = {key: value for key, value in options.items() if takes_any or key in parameters}
    refused = [key for key, value in options.items() if key not in given and value is not None]
    if refused:
        raise InputError(f"{refused[0]}: {address!r} takes no {refused[0]}; got {options[refused[0]]!r}. Leave it out.")
    try:
        return factory(**given)
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            f"{what}: {address} failed: {type(error).__name__}: {error}. Run it in Python to see where, or use --debug."
        ) from error


def _check_vae(vae: Any, address: str) -> None:
    if not (hasattr(vae, "encode") and hasattr(vae, "decode") and hasattr(vae, "prior")):
        raise InputError(
            f"model: expected {address!r} to return a vaediag.VAE; got {type(vae).__name__}."
            " Wrap it with vaediag.VAE(encoder, decoder, ...) or vaediag.from_callables(...)."
        )


def _text(source: Any, what: str) -> str:
    if not isinstance(source, str | os.PathLike):
        raise InputError(
            f"{what}: expected a registered name, a path or 'package.module:factory'; got {type(source).__name__}."
            " Use the object itself where a VAE is asked for."
        )
    address = os.fspath(source)
    # a Path is always a path, even without a separator in it
    return address if isinstance(source, str) or _is_path(address) else f"{os.curdir}{os.sep}{address}"


def _is_path(address: str) -> bool:
    return "/" in address or os.sep in address or address in (os.curdir, os.pardir)


def _is_there(address: str) -> bool:
    try:
        return bool(address) and Path(address).exists()
    except (OSError, ValueError):  # names that are too long, or no names at all
        return False


def _is_factory(address: str) -> bool:
    return re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*", address) is not None


def _with_split(address: str, split: str | None) -> tuple[str, str | None]:
    match = re.fullmatch(r"(tfds:[^\[\]]+)\[(.+)\]|(.+)\[([\w-]+)\]", address)
    if match is None or _is_there(address):
        return address, split
    name, said = match[1] or match[3], match[2] or match[4]
    if split not in (None, said):
        raise InputError(f"split: {address!r} says {said!r}; got {split!r}. Give one of them.")
    return name, said


def _unknown(what: str, address: str, known: Iterable[str], command: str) -> InputError:
    kind = "model, a path" if what == "model" else "data set, a path, keras:NAME, tfds:NAME"
    return InputError(
        f"{what}: expected a registered {kind} or 'package.module:factory'; got {address!r}, which is none"
        f" of them.{_close(address, known)} `{command}` lists the names."
    )


def _close(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    matches = get_close_matches(name, list(known), n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(matches)}?" if matches else ""
