"""What TensorBoard is given, read back with TensorFlow's own reader of event files."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag.backend import tf
from vaediag.records.history import LatestPictures
from vaediag.training.board import IMAGE, Board, strip
from vaediag.training.moments import Moment


def moment(epoch, elbo):
    return Moment(
        epoch=epoch, step=10, elapsed=1, cost=0.1, numbers={"elbo": (elbo, 0.1), "tail_weight": (np.nan, np.nan)},
        kl=np.array([1.5, 0.25]), kl_error=np.zeros(2), sigma=np.array([0.1, 0.2, 0.3, 0.4, np.nan]), active=2.0,
    )  # fmt: skip


def pictures(shape=(6, 5, 1), count=3):
    draw = np.random.default_rng(0)
    x, mean, sample, stddev = draw.random((4, count, *shape)).astype(np.float32)
    return LatestPictures(x, mean, sample, stddev)


def written(folder):
    """`{tag: [(step, tensor, plugin)]}` of all event files in a folder."""
    found = {}
    for path in sorted(folder.glob("events.out.tfevents.*")):
        for record in tf.data.TFRecordDataset(str(path)):
            event = tf.compat.v1.Event.FromString(record.numpy())
            for value in event.summary.value:
                entry = (event.step, tf.make_ndarray(value.tensor), value.metadata.plugin_data.plugin_name)
                found.setdefault(value.tag, []).append(entry)
    return found


def test_scalars_and_strips_come_back(tmp_path):
    board, shown = Board(tmp_path), pictures()
    board.write(moment(1, -50.5), shown)
    board.write(moment(4, -20.25), shown)
    found = written(tmp_path)
    scalars = {tag: [(step, float(value)) for step, value, _ in found[tag]] for tag in found if tag != IMAGE}
    assert scalars["vaediag/elbo"] == [(1, -50.5), (4, -20.25)]
    assert scalars["vaediag_kl/latent_1"] == [(1, 0.25), (4, 0.25)]
    assert scalars["vaediag_sigma/quantile_0.25"][0] == (1, pytest.approx(0.2))
    assert scalars["vaediag/active"][1] == (4, 2)
    assert not {"vaediag/tail_weight", "vaediag_sigma/quantile_0.99", "vaediag/rate"} & set(
        found
    )  # not known: left out
    assert {found[tag][0][2] for tag in scalars} == {"scalars"}
    (_, (width, height, png), plugin), (step, _, _) = found[IMAGE]
    assert (step, plugin) == (4, "images")
    image = tf.io.decode_png(png).numpy()
    assert image.shape == (int(height), int(width), 1) == (3 * 6, 4 * 5, 1)
    x = shown.x[1, :, :, 0]
    low, high = shown.x.min(), shown.x.max()
    np.testing.assert_allclose(image[6:12, :5, 0], 255 * (x - low) / (high - low), atol=0.51)
    np.testing.assert_allclose(image[6:12, 15:, 0], 255 * shown.stddev[1, :, :, 0] / shown.stddev.max(), atol=0.51)


@pytest.mark.parametrize(("shape", "channels"), [((6, 5, 3), 3), ((6, 5), 1), ((6, 5, 1), 1)])
def test_a_strip_of_every_kind_of_picture(shape, channels):
    image = strip(pictures(shape))
    assert image.shape == (18, 20, channels)
    assert 0 <= image.min() <= image.max() <= 1


@pytest.mark.parametrize("shape", [(12,), (6, 5, 2), (4, 4, 4, 1)])
def test_what_is_no_picture_has_no_strip(shape, tmp_path):
    assert strip(pictures(shape)) is None
    Board(tmp_path).write(moment(1, 0.0), pictures(shape))
    assert IMAGE not in written(tmp_path)


def test_undefined_and_constant_values_are_black():
    shown = pictures()
    flat = LatestPictures(0 * shown.x, np.full_like(shown.x, np.nan), shown.sample, 0 * shown.stddev)
    image = strip(flat)
    assert image is not None
    assert np.isfinite(image).all()
    assert image[:, 15:].max() == 0
