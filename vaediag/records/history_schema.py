"""`History` as history.json names things, and whether the parts of one that came from a file fit together."""

from __future__ import annotations

from typing import Any

from vaediag.errors import InputError
from vaediag.records.codec import check_schema, decode, encode
from vaediag.records.estimate import Array
from vaediag.records.finding import SEVERITIES
from vaediag.records.history import SCHEMA, SIGMA_LEVELS, History, Series

_FIRST = ("schema", "model", "data", "count", "seed")
_ONE_EACH = ("epoch", "step", "elapsed", "cost", "active", "postponed")


def to_tree(history: History) -> tuple[dict[str, Any], dict[str, Array]]:
    """A history as (the tree of history.json, the arrays of history.npz)."""
    tree, arrays = encode(history)
    return {**{name: tree[name] for name in _FIRST}, **tree}, arrays


def from_tree(tree: Any, arrays: dict[str, Array]) -> History:
    """The history that `to_tree` wrote. Raises InputError when it is damaged, or of another schema."""
    check_schema(tree, SCHEMA, "history", "vd.Monitor")
    history = decode(History, tree, arrays)
    check(history)
    return history


def check(history: History) -> None:
    """Raise InputError unless sizes agree: readers may then rely on them; nothing here judges the numbers."""
    times = len(history.epoch)
    if not history.event_shape or min(history.event_shape) < 1 or history.latent_dim < 1:
        raise _mismatch("event_shape, latent_dim", "positive numbers", (history.event_shape, history.latent_dim))
    for name in _ONE_EACH:
        _expect(name, getattr(history, name), (times,))
    for name in ("elbo", "rate", "distortion", "dispersion", "miscalibration_area", "tail_weight"):
        series: Series = getattr(history, name)
        _expect(f"{name}.value", series.value, (times,))
        _expect(f"{name}.standard_error", series.standard_error, (times,))
    for name, losses in history.losses.items():
        _expect(f"losses.{name:.40}", losses, (times,))
    _expect("kl", history.kl, (times, history.latent_dim))
    _expect("kl_error", history.kl_error, (times, history.latent_dim))
    _expect("sigma", history.sigma, (times, len(SIGMA_LEVELS)))
    for name in ("findings", "severities", "trouble"):
        if len(getattr(history, name)) != times:
            raise _mismatch(name, f"{times} entries", len(getattr(history, name)))
    for found, severities in zip(history.findings, history.severities, strict=True):
        if len(found) != len(severities) or not set(severities) <= set(SEVERITIES):
            raise _mismatch("severities", f"one of {' | '.join(SEVERITIES)} for each finding", severities[:3])
    if history.pictures is not None:
        count = len(history.pictures.x)
        for name in ("x", "mean", "sample", "stddev"):
            _expect(f"pictures.{name}", getattr(history.pictures, name), (count, *history.event_shape))


def _expect(name: str, array: Array, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise _mismatch(name, f"shape {shape}", array.shape)


def _mismatch(name: str, expected: str, got: object) -> InputError:
    return InputError(
        f"history.{name}: expected {expected}; got {got!r:.60}. The file is damaged: let the training write it again."
    )
