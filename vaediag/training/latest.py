"""The same few images each time: x, and the mean, a sample and the spread of p(x | z) at one draw of z."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from vaediag.records.history import LatestPictures
from vaediag.seeds import fold, pair
from vaediag.traversal import look

SHOWN = 8
NUMBERS = 2**18  # in one view of all shown images: a history on disk is written again and again


def latest(vae: Any, images: Any, *, seed: int) -> LatestPictures:
    """Of the first images; z and the sample have the same noise whenever it is called."""
    count = min(SHOWN, len(images), max(1, NUMBERS // math.prod(vae.event_shape)))
    x = np.asarray(images.read(0, count), np.float32)
    z = np.asarray(vae.encode(x).sample(seed=fold(pair(seed), 41)))
    views = look(vae, z, seed=seed).views
    return LatestPictures(x, *(_finite(views[name]) for name in ("mean", "sample", "stddev")))


def _finite(values: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(values), values, np.nan).astype(np.float32)
