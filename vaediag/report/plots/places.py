"""Where in x: maps of pixels, rows of features, and what they have in common."""

from __future__ import annotations

from typing import Literal

from matplotlib.axes import Axes

from vaediag.errors import InputError
from vaediag.records.columns import columns_of
from vaediag.records.diagnosis import Diagnosis
from vaediag.report.features import MOST, draw_dots, names_of, worst_first
from vaediag.report.figures import calibration_maps as calibration_maps_figure
from vaediag.report.figures import dependence as dependence_figure
from vaediag.report.figures import feature_calibration as feature_calibration_figure
from vaediag.report.figures import feature_variance as feature_variance_figure
from vaediag.report.figures import variance_maps as variance_maps_figure
from vaediag.report.maps import show_map
from vaediag.report.plots.given import Conditioning, axes_for, calibration_of, need

Quantity = Literal[
    "dispersion", "bias", "reduced_chi2", "variance_ratio", "decoder_noise", "latent_signal", "total", "data"
]


def pixel_map(
    diagnosis: Diagnosis,
    ax: Axes | None = None,
    quantity: Quantity = "dispersion",
    *,
    conditioning: Conditioning = "posterior",
    colour_bar: bool = True,
) -> Axes:
    """One quantity at every pixel; channels are averaged.

    Args:
        quantity: "dispersion", "bias" or "reduced_chi2"; "data", "total", "decoder_noise" or "latent_signal" (variances
            of the codes of the data), or "variance_ratio", total over data.
        conditioning: for the first three.
        colour_bar: takes some room of the axes.
    Raises:
        InputError: flat data (`features` is for them), or a quantity that was not measured.
    """
    shape, variance = diagnosis.model.event_shape, diagnosis.variance
    if len(shape) == 1:
        raise InputError("quantity: expected a diagnosis of images; got one of flat data. Try vd.plots.features.")
    maps = calibration_maps_figure.maps_of(calibration_of(diagnosis, conditioning), shape)
    if variance.aggregate is not None:
        maps |= variance_maps_figure.maps_of(variance, variance.aggregate, shape)
    if quantity not in maps:
        raise InputError(f"quantity: expected one of {', '.join(maps)}; got {quantity!r}. Try 'dispersion'.")
    ax = axes_for(ax)
    show_map(ax, maps[quantity], bar=colour_bar)
    return ax


def features(
    diagnosis: Diagnosis,
    ax: Axes | None = None,
    quantity: Literal["dispersion", "bias", "reduced_chi2"] = "dispersion",
    *,
    conditioning: Conditioning = "posterior",
    most: int = MOST,
) -> Axes:
    """Flat data: one quantity of every feature, those farthest off first, with two standard errors and names.

    Args:
        quantity: "dispersion", "bias" or "reduced_chi2".
        most: features shown.
    Raises:
        InputError: images (`pixel_map` is for them), or a quantity that was not measured.
    """
    shape = diagnosis.model.event_shape
    if len(shape) != 1:
        raise InputError("diagnosis: expected one of flat data; got one of images. Try vd.plots.pixel_map.")
    discrete = diagnosis.evidence.bits_per_dimension is not None
    found = feature_calibration_figure.measures(calibration_of(diagnosis, conditioning), discrete=discrete)
    names = dict(zip(("dispersion", "bias", "reduced_chi2"), found, strict=False))
    if quantity not in names:
        raise InputError(f"quantity: expected one of {', '.join(names)}; got {quantity!r}. Try 'dispersion'.")
    order = worst_first([names[quantity]])[: max(int(most), 1)]
    ax = axes_for(ax)
    draw_dots(ax, names[quantity], order, names_of(order, columns_of(diagnosis.data, shape)))
    return ax


def variance_features(
    diagnosis: Diagnosis,
    ax: Axes | None = None,
    *,
    codes: Literal["aggregate", "prior"] = "aggregate",
    most: int = MOST,
) -> Axes:
    """Flat data: the model's variance over the data's for every feature, as latent signal and decoder noise, stacked.

    Args:
        codes: z of the data ("aggregate") or of the prior.
        most: features shown, those farthest from 1.
    Raises:
        InputError: images, or codes that were not measured.
    """
    shape, variance = diagnosis.model.event_shape, diagnosis.variance
    if len(shape) != 1:
        raise InputError("diagnosis: expected one of flat data; got one of images. Try vd.plots.pixel_map.")
    laws = {"aggregate": variance.aggregate, "prior": variance.prior}
    parts = laws.get(codes)
    if parts is None:
        known = ", ".join(name for name, found in laws.items() if found is not None)
        raise InputError(f"codes: expected one of {known}; got {codes!r}. Try 'aggregate'.")
    signal, noise = feature_variance_figure.shares(parts, variance.data_map)
    order = feature_variance_figure.worst_first(signal + noise)[: max(int(most), 1)]
    ax = axes_for(ax)
    feature_variance_figure.draw_stacks(ax, signal, noise, order, names_of(order, columns_of(diagnosis.data, shape)))
    ax.legend(loc="lower right")
    return ax


def dependence(diagnosis: Diagnosis, ax: Axes | None = None) -> Axes:
    """Correlation of the residuals of neighbouring pixels given z (flat data: of the strongest pairs of features).

    Raises:
        InputError: it was not measured (`include="all"` does).
    """
    found = diagnosis.independence
    need(diagnosis, found is not None, "dependence", "independence")
    ax = axes_for(ax)
    if found is not None:
        dependence_figure.draw_pairs(ax, found, columns_of(diagnosis.data, diagnosis.model.event_shape))
    return ax


def dependence_map(diagnosis: Diagnosis, ax: Axes | None = None, *, colour_bar: bool = True) -> Axes:
    """The same for every lag up to 7 pixels (flat data: as a matrix); white is independent.

    Raises:
        InputError: it was not measured (`include="all"` does).
    """
    found = diagnosis.independence
    need(diagnosis, found is not None, "dependence_map", "independence")
    ax = axes_for(ax)
    if found is not None:
        show_map(ax, dependence_figure.map_of(found), bar=colour_bar)
        dependence_figure.ticks(ax, found, columns_of(diagnosis.data, diagnosis.model.event_shape))
    return ax
