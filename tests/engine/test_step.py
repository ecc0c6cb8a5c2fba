"""The compiled step: one graph, each shared quantity in it once, chunks of a size that depends on the images alone."""

from __future__ import annotations

import numpy as np
import pytest

from vaediag.backend import tf
from vaediag.diagnostics.calibration import calibration
from vaediag.diagnostics.evidence import EVIDENCE
from vaediag.engine.shared import Shared, shared
from vaediag.engine.step import Diagnostic, chunk_size, compile_step
from vaediag.seeds import pair
from vaediag_models import oracles


@pytest.mark.parametrize(
    ("event", "size"), [((1,), 512), ((28, 28, 1), 256), ((64, 64, 1), 64), ((32, 32, 3), 64), ((512, 512, 3), 16)]
)
def test_chunk_size(event, size):
    assert chunk_size(event) == size


class Once(Shared):
    """Counts how often its quantity is built."""

    x: object
    built = 0

    @shared
    def double(self):
        self.built += 1
        return 2 * self.x


def test_a_shared_quantity_is_built_once_and_only_if_asked():
    @tf.function
    def twice(x):
        one = Once(x=x)
        assert one.built == 0
        total = one.double + one.double
        assert one.built == 1
        return total

    assert twice(tf.constant(3.0)).numpy() == 12


def test_a_first_use_inside_a_loop_or_branch_serves_the_rest():
    """Without its owner's graph the tensor would belong to the inner graph, and the outer use would fail."""

    @tf.function
    def nested(x):
        one = Once(x=x)
        inner = tf.map_fn(lambda i: one.double + i, tf.range(3.0))
        branch = tf.cond(x > 0, lambda: one.double, lambda: -one.double)
        assert one.built == 1
        return tf.reduce_sum(inner) + branch + one.double

    assert nested(tf.constant(5.0)).numpy() == 33 + 10 + 10


def test_encoder_and_decoder_run_as_often_as_there_are_codes():
    """Encoded once, decoded once per conditioning, however many diagnostics ask."""
    model = oracles.linear_gaussian(6, 2, 0.5, 1)
    calls = {"encode": 0, "law": 0}

    class Counting:
        event_shape, latent_dim, prior = (6,), 2, model.vae.prior

        def encode(self, x):
            calls["encode"] += 1
            return model.vae.encode(x)

        def law(self, z):
            calls["law"] += 1
            return model.vae.law(z)

    also = Diagnostic(lambda chunk: {"groups": chunk.totals({"mean": tf.reduce_mean(chunk.posterior.mean, 1)})})
    parts = {name: calibration(name) for name in ("posterior", "posterior_mean")} | {"evidence": EVIDENCE, "also": also}
    step = compile_step(Counting(), parts, chunk=16)
    x = model.simulate(16, 0)
    measured, finite = step(x, np.ones(16, np.float32), 0, pair(0), x[0])
    assert calls == {"encode": 1, "law": 2}
    assert finite.numpy().all()
    assert measured["also"]["groups"]["n"].numpy().sum() == 16
