"""Everything that one diagnosis found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from vaediag.records.calibration import CalibrationSet
from vaediag.records.collapse import Collapse
from vaediag.records.estimate import Array
from vaediag.records.evidence import Evidence
from vaediag.records.finding import Finding
from vaediag.records.independence import Independence
from vaediag.records.pictures import Pictures
from vaediag.records.variance import Variance

if TYPE_CHECKING:
    from pandas import DataFrame
    from xarray import DataTree

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class ModelInfo:
    name: str
    source: str | None
    latent_dim: int
    event_shape: tuple[int, ...]
    likelihood: str  # for people: "normal, one sigma per image"
    posterior: str
    prior: str
    assumed: tuple[str, ...] = ()  # what was taken for granted and could be wrong, a short phrase each
    scaled: bool = False  # p(x | z) is a density with a location and a scale of its own
    stated_scale: float | None = None  # the one scale that its head states, as it states it: of a Laplace law b, not σ


@dataclass(frozen=True, slots=True, eq=False)
class DataInfo:
    """Which images. Indices in a diagnosis count these; `numbers` says what they are called in the data."""

    name: str
    source: str | None
    split: str | None
    count: int
    sha256: str
    preprocessing: str
    subset: str | None = None  # "500 of 10000 images drawn with seed 0", when a limit was given
    chosen: Array | None = None  # [count], numbers in the data of the images drawn; None: all, in their order
    columns: tuple[str, ...] | None = None  # [D], names of the values of flat data

    def numbers(self, index: Any) -> Array:
        """Indices in this diagnosis as numbers in the data: the same unless a limit was given."""
        index = np.asarray(index, int)
        return index if self.chosen is None else np.asarray(self.chosen, int)[index]


@dataclass(frozen=True, slots=True)
class Excluded:
    """Images left out because a result was not finite."""

    count: int
    first: tuple[int, ...]  # the first 20 indices


@dataclass(frozen=True, slots=True)
class AuditItem:
    """One fact about the data that the likelihood has to face (definitions.md, section 7)."""

    id: str  # "off_support", "grey", "integers", "constant_pixels", "not_finite", "byte_range"
    fraction: float  # of the values (constant_pixels: of the pixels; not_finite: of the images)
    detail: str


@dataclass(frozen=True, slots=True, eq=False)
class Diagnosis:
    model: ModelInfo
    data: DataInfo
    seed: int
    chunk: int
    versions: dict[str, str]
    excluded: Excluded
    evidence: Evidence
    calibration: CalibrationSet
    variance: Variance
    collapse: Collapse
    audit: tuple[AuditItem, ...]
    findings: tuple[Finding, ...]
    why_not: dict[str, str]
    rows: dict[str, Array] = field(default_factory=dict)  # per image, [images]; NaN where excluded
    pictures: Pictures | None = None
    independence: Independence | None = None
    schema: int = SCHEMA

    def __repr__(self) -> str:
        from vaediag.records.text import headline

        return headline(self)

    def _repr_html_(self) -> str:
        from vaediag.records.text import headline_html

        return headline_html(self)

    def to_xarray(self) -> DataTree:
        """Everything as labelled arrays with units and standard errors; needs xarray (`vaediag.outward.tree`)."""
        from vaediag.outward.tree import to_xarray

        return to_xarray(self)

    def to_pandas(self) -> dict[str, DataFrame]:
        """Tables `headline`, `latents`, `images`, `features`, `findings`; needs pandas (`vaediag.outward.frames`)."""
        from vaediag.outward.frames import to_pandas

        return to_pandas(self)
