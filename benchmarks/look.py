"""One `look` (mean, sample, stddev of one z) against the bare compiled call that computes the same."""

from __future__ import annotations

from typing import Any

import numpy as np
from clock import line, side_by_side
from networks import convolutional

import vaediag as vd
from vaediag.backend import tf


def main() -> None:
    vae = convolutional()

    @tf.function(input_signature=[tf.TensorSpec((1, vae.latent_dim)), tf.TensorSpec((2,), tf.int32)])
    def bare(z: Any, seed: Any) -> Any:
        law = vae.decode(z)
        return law.mean(), law.sample(seed=seed), law.stddev()

    z = np.zeros((1, vae.latent_dim), np.float32)
    seed = np.array([0, 0], np.int32)
    medians = side_by_side(
        {
            "bare compiled call": lambda: [t.numpy() for t in bare(z, seed)],
            "vd.look": lambda: vd.look(vae, z[0], seed=0),
        },
        rounds=300,
        warm=20,
    )
    print("one look, convolutional 28x28")
    for name, seconds in medians.items():
        limit = "at most 1.50 x" if name == "vd.look" else ""
        line(name, f"{1e3 * seconds:.2f} ms", f"{seconds / medians['bare compiled call']:.2f} x   {limit}")


if __name__ == "__main__":
    main()
