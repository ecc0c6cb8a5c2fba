"""Is p(x | z) the product over pixels that the decoder says it is? The answers, as records."""

from __future__ import annotations

from dataclasses import dataclass

from vaediag.records.estimate import Array, Estimate, Estimates, with_error

NEIGHBOURS = ("right", "below", "below right", "below left")  # of the lags (0, 1), (1, 0), (1, 1), (1, -1)


@dataclass(frozen=True, slots=True, eq=False)
class ResidualCorrelation:
    """Correlation of the residuals of two pixels, given z.

    Images (`kind` "lags"): `value[7 + dy, 7 + dx]` is the mean over all pixels and channels at the lag (dy, dx),
    `[15, 15]` with 1 in the middle, NaN where the image is too small. Other events (`kind` "matrix"): `value[i, j]` of
    the coordinates used, in the order of `Coordinates.index`. `standard_error` has the same shape, over images.
    """

    kind: str
    residuals: str  # "normal scores" or "Pearson residuals"
    value: Array
    standard_error: Array
    neighbours: Estimates  # "lags": at (0, 1), (1, 0), (1, 1), (1, -1), those that rules judge; "matrix": none (empty)


@dataclass(frozen=True, slots=True, eq=False)
class Coordinates:
    """Which coordinates the cost was computed from: all of them only where there are enough images."""

    kind: str  # "all", "patch" (contiguous, at a seeded position) or "random set"
    count: int
    total: int
    index: Array  # [count], flat indices into the event
    constant: int = 0  # left out besides: x never varies there


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Independence:
    independence_cost: Estimate | None  # nats per image, of `coordinates` only; 0 for an exact model
    residual_correlation: ResidualCorrelation
    coordinates: Coordinates
    conditioning: str  # "posterior", or "corrected" where the encoder was found wrong
    images: int
    lower_bound: bool  # discrete x (and families without a CDF): the true cost is at least this

    def __repr__(self) -> str:
        cost = "not known" if self.independence_cost is None else str(self.independence_cost)
        place, found = self.coordinates, self.residual_correlation.neighbours
        near = ", ".join(
            f"{name} {with_error(value, error)}"
            for name, value, error in zip(NEIGHBOURS, found.value, found.standard_error, strict=False)
        )
        words = f"; correlation {near}" if near else ""
        return (
            f"Independence(cost {'at least ' if self.lower_bound else ''}{cost}, {place.kind} of {place.count} of "
            f"{place.total} values{words}; z {self.conditioning}, {self.images} images)"
        )
