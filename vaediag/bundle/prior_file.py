"""A prior in a file of arrays."""

from __future__ import annotations

from pathlib import Path

from vaediag.bundle.zips import read_npz
from vaediag.errors import InputError
from vaediag.heads import priors

MOST = 2**26  # bytes of all arrays together


def read_prior(path: Path, argument: str = "prior") -> priors.Normal | priors.Mixture:
    """The head of `vd.priors` whose arrays `numpy.savez` wrote: loc and scale, or weights, locs and scales.

    Raises InputError for other arrays, UnsafeFileError for objects in them. `argument`: what the person calls it.
    """
    try:
        arrays = read_npz(path.read_bytes(), path.name, max_bytes=MOST)
    except OSError as error:
        raise InputError(f"{argument}: {path} cannot be read ({error.strerror}); check the path.") from error
    if set(arrays) == {"loc", "scale"}:
        return priors.Normal(arrays["loc"], arrays["scale"])
    if set(arrays) == {"weights", "locs", "scales"}:
        return priors.Mixture(arrays["weights"], arrays["locs"], arrays["scales"])
    raise InputError(
        f"{argument}: expected arrays loc and scale, or weights, locs and scales; got {', '.join(sorted(arrays))};"
        " write them with numpy.savez."
    )
