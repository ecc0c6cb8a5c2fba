"""Models and images that a helper has opened: the last few of each, so that a slider does not open them again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from vaediag.errors import InputError
from vaediag_gui.tasks.trust import load

if TYPE_CHECKING:
    from vaediag.io.images import Images

KEPT = 2


class Models:
    """VAEs by address, images by address and preprocessing.

    `reloads` counts how often the person has asked to read addresses again: another number than the last one for an
    address drops what was kept. None takes what there is.
    """

    def __init__(self) -> None:
        self.trusted: Mapping[str, str] = {}  # address -> digest of a bundle whose program may run
        self._vaes = _Kept(KEPT)
        self._images = _Kept(KEPT)
        self._fitted = _Kept(2 * KEPT)
        self._found = _Kept(2 * KEPT)

    def vae(self, address: str, reloads: int | None = None) -> Any:
        """The VAE at an address. Raises InputError, and UntrustedError for a program that is not trusted."""
        return self._vaes.get(address, reloads, lambda: load(address, self.trusted))

    def images(
        self, address: str, preprocess: str | None = None, vae: Any = None, reloads: int | None = None
    ) -> Images:
        """The images at an address; with a VAE, in its event shape and preprocessed as it declares. InputError."""
        from vaediag.registry import images_for, load_images

        key = (address, preprocess)
        images: Images = self._images.get(key, reloads, lambda: load_images(address, preprocess=preprocess))
        if vae is None:
            return images
        # after a reload these are other objects; they are kept with what they gave, so that no id is used twice
        return self._fitted.get((id(images), id(vae)), None, lambda: images_for(vae, images), (images, vae))

    def vae_of(self, arguments: dict[str, Any], which: str = "model") -> Any:
        """The VAE that a question names (model or other, reloads)."""
        return self.vae(arguments[which], arguments.get("reloads"))

    def images_of(self, arguments: dict[str, Any], vae: Any = None) -> Images:
        """The images that a question names (data, preprocess, reloads), fitted to a VAE where one is given."""
        return self.images(arguments["data"], arguments.get("preprocess"), vae, arguments.get("reloads"))

    def image(self, arguments: dict[str, Any], vae: Any) -> Any:
        """The image that a question names (image, data, preprocess), `[*event]`; None where it names none."""
        if arguments.get("image") is None:
            return None
        return one(self.images_of(arguments, vae), arguments["image"])

    def once(self, thing: Any, what: str, find: Callable[[Any], Any]) -> Any:
        """Something that follows from a VAE or from images, found the first time that it is asked for."""
        return self._found.get((id(thing), what), None, lambda: find(thing), thing)


def one(images: Images, index: int) -> Any:
    """One image `[*event]`. Raises InputError outside the data."""
    if not 0 <= index < len(images):
        raise InputError(
            f"image: expected a number from 0 to {len(images) - 1}; got {index}. Choose another image of the data."
        )
    return images.take([index])[0]


class _Kept:
    """The last `most` things that were asked for."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._things: OrderedDict[Any, tuple[Any, Any]] = OrderedDict()  # key -> (thing, what it must not outlive)
        self._reloads: dict[Any, int] = {}

    def get(self, key: Any, reloads: int | None, make: Callable[[], Any], source: Any = None) -> Any:
        if reloads is not None:
            if self._reloads.get(key, reloads) != reloads:
                self._things.pop(key, None)
            self._reloads[key] = reloads
        if key in self._things:
            self._things.move_to_end(key)
            return self._things[key][0]
        while len(self._things) >= self._most:  # before the new one is made: both might not fit into memory
            self._things.popitem(last=False)
        self._things[key] = (make(), source)
        return self._things[key][0]
