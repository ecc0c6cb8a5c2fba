"""What is known: answers of the helpers as frozen records, and what went wrong, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from vaediag.records.calibration import Calibration
from vaediag.records.comparison import Comparison
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.estimate import Estimate
from vaediag.records.history import History
from vaediag.records.pictures import Traversal
from vaediag.records.pixel import FarImages, PixelLaw

Array = np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class ModelFacts:
    """A loaded model: the three distributions in words, and how to draw what it says."""

    source: str
    name: str
    likelihood: str  # "normal, one sigma per image"
    posterior: str
    prior: str
    event_shape: tuple[int, ...]
    latent_dim: int
    discrete: bool  # x takes whole numbers only: masses, not densities
    dataset: str | None  # the address of the images it belongs to, where its card says so
    prior_mean: Array  # [L]
    prior_stddev: Array  # [L]
    low: Array  # [L], left end of each slider: 4 prior standard deviations, or a prior quantile
    high: Array  # [L]
    levels: Mapping[str, tuple[float, float]]  # view -> values drawn darkest and brightest, fixed for the model
    assumed: tuple[str, ...] = ()  # what the border took for granted, a short phrase each


@dataclass(frozen=True, slots=True, eq=False)
class DataFacts:
    """An opened data set."""

    source: str
    name: str
    split: str | None
    count: int
    event_shape: tuple[int, ...]
    preprocessing: str
    labels: Array | None  # [count] of text; None: unlabelled
    label_names: tuple[str, ...]  # at most 100 distinct labels, sorted; () beyond that
    levels: tuple[float, float]  # values of x drawn black and white
    columns: tuple[str, ...] = ()  # names of the values of flat data


@dataclass(frozen=True, slots=True, eq=False)
class Anchor:
    """One image with its posterior: `x` is `[*event]`, the rest `[L]`; `z` is the posterior's mean or a draw."""

    image: int
    x: Array
    mean: Array
    stddev: Array
    z: Array


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """The views of one z: each `[*event]`. `z` and `seed` say which p(x | z), `image` which x (None: no data)."""

    z: tuple[float, ...]
    seed: int
    image: int | None
    views: Mapping[str, Array]
    notes: Mapping[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """One image under two models, each at its own posterior mean: x, mean and sample, each `[*event]`."""

    image: int
    first: str
    second: str
    x: Array
    views: Mapping[str, Array]  # "first.mean", "first.sample", "second.mean", "second.sample"
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Thumbnails:
    """Pages of small pictures of the data: image index -> uint8 `[h, w]` or `[h, w, 3]`."""

    pictures: Mapping[int, Array] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class PixelPit:
    """Calibration of one pixel over the images: `histogram` `[bins]`, shares that sum to 1."""

    index: tuple[int, ...]
    images: int
    histogram: Array
    dispersion: Estimate
    bias: Estimate
    far: FarImages | None = None  # the images behind the pixel


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """What was read last from the folder of a training. `trouble`: why it cannot be read now, though it was before."""

    folder: str
    history: History | None = None
    written: float | None = None  # seconds since the epoch: when the files were changed last
    trouble: str = ""
    now: float = 0.0  # when it was looked at


@dataclass(frozen=True, slots=True)
class Untrusted:
    """A model that holds a program, which would run when it is opened: the person is asked. `lane` waits for it."""

    address: str
    digest: str  # of this very bundle
    lane: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that did not work: a sentence for the place where it happened.

    `request` names what was asked; `fatal` says that the helper died of it and it is not asked again.
    """

    message: str
    request: str = ""
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class HelperState:
    """`phase`: "off", "starting", "ready", "busy", "silent", "restarting" or "given up"; `detail` in words."""

    phase: str = "off"
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """Long work under way: `left` is the estimated time left in seconds (None: not known yet)."""

    title: str
    stage: str
    done: int
    total: int
    left: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """All that is known. Fields are None until answered; `troubles` is by lane ("look", "model", "data", …)."""

    model: ModelFacts | None = None
    data: DataFacts | None = None
    anchor: Anchor | None = None
    look: Shown | None = None
    pixel: PixelLaw | None = None
    walk: Traversal | None = None
    pair: Pair | None = None
    thumbnails: Thumbnails = Thumbnails()
    diagnosis: Diagnosis | None = None
    earlier: bool = False  # the diagnosis is of the weights and data before they were read again
    other: Diagnosis | None = None  # of the second model
    comparison: Comparison | None = None
    pixel_pit: PixelPit | None = None
    training: Watched | None = None
    untrusted: Untrusted | None = None
    trusted: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # address -> digest, this session
    viewer: HelperState = HelperState()
    analyst: HelperState = HelperState()
    work: Work | None = None
    troubles: Mapping[str, Trouble] = field(default_factory=lambda: MappingProxyType({}))


def calibration_of(diagnosis: Diagnosis, conditioning: str) -> Calibration | None:
    """The calibration under "posterior", "corrected", "prior" or "posterior_mean"; None where it was not measured."""
    return getattr(diagnosis.calibration, conditioning)
