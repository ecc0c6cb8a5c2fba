"""Open a data set. Needs no TensorFlow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from vaediag_gui.jobs.child import Answer, Report
from vaediag_gui.tasks import levels
from vaediag_gui.tasks.opened import Models

if TYPE_CHECKING:
    from vaediag.io.images import Images

SEEN = 512  # images that decide the levels
VALUES = 2**23  # ... fewer of large images
NAMES = 100  # distinct labels worth a menu


def run(arguments: dict[str, Any], models: Models, report: Report) -> Answer:
    """The fields of DataFacts. Arguments: address, preprocess, reloads. Raises InputError."""
    report("reading the images", 0, 1)
    images = models.images(arguments["address"], arguments.get("preprocess"), reloads=arguments.get("reloads", 0))
    labels = None if images.labels is None else as_text(images.labels)
    names = () if labels is None else label_names(images.labels)
    fields = {
        "source": arguments["address"],
        "name": images.name,
        "split": images.split,
        "count": len(images),
        "event_shape": list(images.event_shape),
        "preprocessing": images.preprocessing,
        "label_names": list(names),
        "levels": list(levels_of(images)),
        "columns": list(images.columns or ()),
    }
    return fields, {} if labels is None else {"labels": labels}


def levels_of(images: Images) -> levels.Levels:
    """Black and white of a data set, from its first images."""
    count = min(len(images), SEEN, max(1, VALUES // max(1, int(np.prod(images.event_shape)))))
    return levels.of_data(images.take(range(count)))


def as_text(labels: np.ndarray) -> np.ndarray:
    """One text per image, `[n]`: numbers without a needless point, rows of several labels joined."""
    rows = np.asarray(labels).reshape(len(labels), -1)
    if rows.shape[1] == 1:
        distinct, place = np.unique(rows[:, 0], return_inverse=True)
        return np.array([_word(each) for each in distinct], dtype=np.str_)[place]
    return np.array([", ".join(map(_word, row)) for row in rows], dtype=np.str_)


def label_names(labels: np.ndarray | None) -> tuple[str, ...]:
    """Distinct labels in their own order (numbers as numbers); () beyond 100 of them."""
    values = np.asarray(labels)
    if values.ndim > 1 and values.shape[-1] != 1:
        distinct = sorted({str(word) for word in as_text(values)})
    else:
        distinct = list(dict.fromkeys(_word(each) for each in np.unique(values)))
    return tuple(distinct) if len(distinct) <= NAMES else ()


def _word(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, np.floating | float) and float(value).is_integer():
        return str(int(value))
    return str(value)
