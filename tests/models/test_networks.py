"""The networks: shapes, names, and what they refuse."""

import numpy as np
import pytest

from vaediag.backend import tf
from vaediag.errors import InputError
from vaediag_models import networks


@pytest.mark.parametrize("event_shape", [(12,), (4, 3, 1), (4, 2, 3)])
def test_dense(event_shape):
    encoder, decoder = networks.dense(
        event_shape, 3, encoder_outputs=7, decoder_outputs=25, widths=(6, 5), encoder_widths=(9,), seed=0
    )
    assert encoder(tf.zeros((2, *event_shape))).shape == (2, 7)
    assert decoder(tf.zeros((2, 3))).shape == (2, 25)
    assert [layer.units for layer in encoder.layers if hasattr(layer, "units")] == [9, 7]
    assert [layer.units for layer in decoder.layers if hasattr(layer, "units")] == [5, 6, 25]


@pytest.mark.parametrize(("event_shape", "extra"), [((8, 12, 1), 0), ((8, 8, 3), 1)])
def test_conv(event_shape, extra):
    pixels = int(np.prod(event_shape))
    encoder, decoder = networks.conv(
        event_shape, 4, encoder_outputs=8, decoder_outputs=pixels + extra, widths=(3, 5), hidden=6, seed=0
    )
    assert encoder(tf.zeros((2, *event_shape))).shape == (2, 8)
    assert decoder(tf.zeros((2, 4))).shape == (2, pixels + extra)


def test_building_twice_gives_the_same_networks():
    one, other = (
        networks.dense((4,), 2, encoder_outputs=4, decoder_outputs=4, widths=(5,), seed=1)[1] for _ in range(2)
    )
    assert one.to_json() == other.to_json()
    for left, right in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(left, right)


def test_refuses_images_that_cannot_be_halved():
    options = {"encoder_outputs": 4, "widths": (2, 2), "seed": 0}
    with pytest.raises(InputError, match="widths: expected as many layers"):
        networks.conv((6, 8, 1), 2, decoder_outputs=48, **options)
    with pytest.raises(InputError, match="an output per pixel"):
        networks.conv((8, 8, 1), 2, decoder_outputs=63, **options)
    with pytest.raises(InputError, match="event_shape: expected"):
        networks.conv((64,), 2, decoder_outputs=64, **options)
