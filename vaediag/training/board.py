"""TensorBoard: the numbers of each diagnosis as scalars, the latest pictures as one strip.

`tf.summary.scalar` and `tf.summary.image` need the package tensorboard even to write, which TensorFlow does not bring;
`tf.summary.write` does not. What it takes to be shown as a scalar or an image is a plugin's name beside the tensor.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from vaediag.backend import tf
from vaediag.records.estimate import Array
from vaediag.records.history import SIGMA_LEVELS, LatestPictures
from vaediag.training.moments import SERIES, Moment

IMAGE = "vaediag/x, mean, sample, spread"
SCALAR, BLOBS = 1, 3  # DataClass in TensorFlow's summary.proto


class Board:
    """Writes event files into `folder`, where `tensorboard --logdir` finds them."""

    def __init__(self, folder: str | Path) -> None:
        self._writer = tf.summary.create_file_writer(str(folder))

    def write(self, moment: Moment, pictures: LatestPictures | None) -> None:
        """Scalars under `vaediag/`, `vaediag_kl/` and `vaediag_sigma/`; x axis: epochs."""
        with self._writer.as_default(step=round(moment.epoch)):
            for name, value in scalars(moment).items():
                tf.summary.write(name, tf.constant(value, tf.float32), metadata=_shown_by("scalars", SCALAR))
            image = None if pictures is None else strip(pictures)
            if image is not None:
                height, width, _ = image.shape
                png = tf.io.encode_png(tf.cast(255.0 * image + 0.5, tf.uint8))
                blobs = tf.stack([tf.as_string(width), tf.as_string(height), png])
                tf.summary.write(IMAGE, blobs, metadata=_shown_by("images", BLOBS))
        self._writer.flush()


def _shown_by(plugin: str, data_class: int) -> Any:
    metadata = tf.compat.v1.SummaryMetadata(data_class=data_class)
    metadata.plugin_data.plugin_name = plugin
    return metadata


def scalars(moment: Moment) -> dict[str, float]:
    """By tag; what does not apply, or is not finite, is left out."""
    found = {f"vaediag/{name}": moment.numbers[name][0] for name in SERIES if name in moment.numbers}
    found["vaediag/active"] = moment.active
    for k, nats in enumerate([] if moment.kl is None else moment.kl):
        found[f"vaediag_kl/latent_{k}"] = float(nats)
    for level, sigma in zip(SIGMA_LEVELS, [] if moment.sigma is None else moment.sigma, strict=False):
        found[f"vaediag_sigma/quantile_{level:g}"] = float(sigma)
    return {name: value for name, value in found.items() if math.isfinite(value)}


def strip(pictures: LatestPictures) -> Array | None:
    """One row per image: x, mean, sample, spread; `[rows·H, 4·W, C]` in [0, 1]. None for what is no picture.

    x, mean and sample share their levels (those of x), the spread goes from 0 (black) to its own maximum.
    """
    shape = pictures.x.shape[1:]
    if len(shape) not in (2, 3) or (len(shape) == 3 and shape[-1] not in (1, 3)):
        return None
    low, high = _range(pictures.x)
    top = float(np.nanmax(pictures.stddev, initial=0.0)) or 1.0
    columns = [(each - low) / (high - low) for each in (pictures.x, pictures.mean, pictures.sample)]
    columns = [np.nan_to_num(np.clip(each, 0, 1)) for each in (*columns, pictures.stddev / top)]
    columns = [each if each.ndim == 4 else each[..., None] for each in columns]
    return np.concatenate([np.concatenate(list(each), 0) for each in columns], 1).astype(np.float32)


def _range(x: Array) -> tuple[float, float]:
    low, high = float(np.nanmin(x)), float(np.nanmax(x))
    return (low, high) if high > low else (low, low + 1.0)
