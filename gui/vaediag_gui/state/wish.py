"""Everything that the person has chosen, as one frozen record: what the session keeps and what code can reproduce."""

from __future__ import annotations

from dataclasses import dataclass, field

TABS = ("look", "traverse", "calibration", "variance", "collapse", "evidence", "findings", "compare", "training")
AIS_IMAGES, AIS_TEMPERATURES = (1, 256), (50, 100_000)  # the least and the most that can be asked for

# What `Look` can show beside each other, in the order of the menu; the first seven are views of p(x | z).
VIEWS = ("mean", "mode", "sample", "stddev", "entropy", "quantile", "interval_width", "residual", "data")


@dataclass(frozen=True, slots=True)
class Path:
    """What `Traverse` shows: rows of latents, a plane of two latents, or the way from one image to another."""

    kind: str = "traversal"  # "traversal", "grid", "interpolation"
    dims: tuple[int, ...] = ()  # of a traversal; (): those in use once diagnosed, else the first eight
    every: bool = False  # all latents instead
    plane: tuple[int, int] = (0, 1)  # of a grid: the latent down, the latent to the right
    start: str = "prior"  # "prior" (its centre), "image" (posterior mean of the anchor), "code" (the z of Look)
    end: int | None = None  # image at the end of an interpolation
    units: str = "prior"  # "prior" or "posterior" (standard deviations around the posterior mean)
    low: float = -3.0
    high: float = 3.0
    steps: int = 9
    views: tuple[str, ...] = ("mean", "sample")  # rows interleaved in this order
    hold_noise: bool = True
    step: int | None = None  # the column that `Play` has reached; None: at rest


@dataclass(frozen=True, slots=True)
class Maps:
    """What the tabs of the diagnosis show."""

    conditioning: str = "posterior"  # whose map is large: "posterior", "corrected", "prior", "posterior_mean"
    calibration: str = "dispersion"  # "dispersion", "bias", "reduced_chi2"
    law: str = "aggregate"  # variance under "aggregate" or "prior"
    variance: str = "ratio"  # the large map: "ratio", "decoder_noise", "latent_signal", "total", "data"
    pixel: tuple[int, ...] | None = None  # clicked pixel of a map, an index into the event
    latent: int | None = None  # chosen latent of Collapse
    finding: int | None = None  # position in Diagnosis.findings


@dataclass(frozen=True, slots=True)
class Wish:
    """The wish of the person at the window; `z` and `image` belong to `model` and `data`.

    `z` is None until the model is known (then it is the prior's mean) or the anchor is encoded.
    """

    model: str | None = None  # address, as `vaediag.load` takes it
    data: str | None = None  # address, as `vaediag.datasets.load` takes it
    preprocess: str | None = None
    other: str | None = None  # the second model of Compare
    watch: str | None = None  # folder of a training's history
    reloads: int = 0  # "Reload": addresses are read again
    tab: str = "look"
    z: tuple[float, ...] | None = None
    image: int | None = None  # the anchor: an image whose code is the start
    anchor: str = "mean"  # z of the anchor: "mean" or "draw" (of its posterior)
    locked: frozenset[int] = frozenset()
    seed: int = 0
    hold_noise: bool = True
    shimmer: bool = False
    views: tuple[str, ...] = ("mean", "sample", "stddev", "data")
    p: float = 0.5  # of the quantile view
    level: float = 0.9  # of the interval width
    pixel: tuple[int, ...] | None = None  # under the cursor, an index into the event
    order: str = "kl"  # of the latents: "kl" or "number"
    filter: str = ""  # of the latents
    label: str | None = None  # of the data browser: only images with this label
    path: Path = field(default_factory=Path)
    maps: Maps = field(default_factory=Maps)
    diagnosis_seed: int = 0
    limit: int | None = None  # of the diagnosis: a seeded subset
    deep: bool = False  # of the diagnosis: also what takes up to a minute
    ais_images: int = 8  # sizes of annealed importance sampling, which is asked for by itself
    ais_temperatures: int = 1000
