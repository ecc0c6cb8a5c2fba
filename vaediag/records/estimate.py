"""A number with its standard error: the unit of everything that vaediag reports."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True, slots=True)
class Estimate:
    """One measured number.

    Attributes:
        value: the estimate, finite.
        standard_error: over images (and prior draws where they enter); None where it cannot be known (one image).
        unit: for people: "nats per image", "units of x", "" for a pure number.
        expected: the value that an exact model of this size gives, where that is not a fixed number
            (areas, absolute errors and maxima are positive even for a perfect model).
    """

    value: float
    standard_error: float | None
    unit: str = ""
    expected: float | None = None

    def __str__(self) -> str:
        text = number(self.value) if self.standard_error is None else with_error(self.value, self.standard_error)
        return f"{text} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """One measured number per latent (or per cell): `value` and `standard_error` are arrays of one shape."""

    value: Array
    standard_error: Array
    unit: str = ""

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, index: int) -> Estimate:
        error = float(self.standard_error[index])
        return Estimate(float(self.value[index]), error if np.isfinite(error) else None, self.unit)


def estimate(
    value: float | Array, error: float | Array, unit: str = "", expected: float | Array | None = None
) -> Estimate:
    """An Estimate from NumPy numbers: an undefined (NaN) error or expectation becomes None."""
    known = None if expected is None or not np.isfinite(expected) else float(expected)
    return Estimate(float(value), float(error) if np.isfinite(error) else None, unit, known)


def number(value: float) -> str:
    """Four significant digits, without an exponent where a person would not write one."""
    text = f"{value:.4g}"
    return f"{value:,.0f}" if "e+" in text else text


def with_error(value: float, error: float) -> str:
    """`1.0023 ± 0.0041`: as many decimals as two significant digits of the error need."""
    if not np.isfinite(error) or error <= 1e-7 * abs(value):  # float32 rounding is no uncertainty
        return number(value)
    decimals = max(int(1 - np.floor(np.log10(error))), 0)
    if decimals > 8:  # a row of zeros would say nothing
        return f"{value:.3g} ± {error:.2g}"
    return f"{value:.{decimals}f} ± {error:.{decimals}f}"
