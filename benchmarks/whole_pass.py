"""The whole-data pass against a bare compiled ELBO pass over the same images with the same number of decodes."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from clock import line, side_by_side
from networks import convolutional, dense

from vaediag.backend import tf, tfd
from vaediag.diagnostics.prior.tables import prior_tables
from vaediag.diagnostics.whole import plan
from vaediag.engine.run import run
from vaediag.io.images import from_array
from vaediag.probes.corrected import corrected_codes
from vaediag.seeds import fold, pair

CHUNKS = 8


def bare(vae: Any, chunk: int) -> Any:
    """What a user would write: encode, two decodes (a draw and the mean), log-likelihoods, KL; compiled."""
    prior = tfd.Independent(tfd.Normal(tf.zeros(vae.latent_dim), 1.0), 1)

    @tf.function
    def step(x: Any, seed: Any) -> Any:
        q = vae.encode(x)
        rate = q.kl_divergence(prior)
        codes = (q.sample(seed=seed), q.mean())
        return tf.reduce_sum(tf.add_n([vae.decode(z).log_prob(x) for z in codes]) / 2 - rate)

    def over(images: Any) -> float:
        total = 0.0
        for i in range(0, len(images), chunk):
            total += float(step(tf.constant(images.read(i, i + chunk)), fold(pair(0), i)))
        return total

    return over


def main() -> None:
    rng = np.random.default_rng(0)
    for name, make in (("convolutional 28x28", convolutional), ("dense 784-512", dense)):
        vae = make()
        made, without = plan(vae, pair(0)), plan(vae, pair(0), prior=False)
        images = from_array(rng.random((CHUNKS * made.chunk, 28, 28, 1), np.float32))
        elbo = bare(vae, made.chunk)
        medians = side_by_side(
            {
                "bare ELBO, 2 decodes": lambda elbo=elbo, images=images: elbo(images),
                "whole-data pass": lambda made=made, images=images: run(
                    made.step, images, chunk=made.chunk, seed=pair(0)
                ),
                "... without the prior conditioning": lambda made=without, images=images: run(
                    made.step, images, chunk=made.chunk, seed=pair(0)
                ),
            },
            rounds=9,
        )
        print(f"{name}, {len(images)} images, chunks of {made.chunk}")
        yard = medians["bare ELBO, 2 decodes"]
        for what, seconds in medians.items():
            limit = "at most 1.50 x" if name.startswith("conv") and what == "whole-data pass" else ""
            line(what, f"{1e3 * seconds / CHUNKS:.1f} ms/chunk", f"{seconds / yard:.2f} x   {limit}")
        start = time.perf_counter()
        prior_tables(vae, pair(0))
        line("prior tables, once (1000 decodes, tracing included)", f"{time.perf_counter() - start:.1f} s")
        if name.startswith("conv"):
            start = time.perf_counter()
            corrected_codes(vae, images.read(0, 256), seed=pair(0))
            line(
                "corrected probe, 256 images, tracing included", f"{time.perf_counter() - start:.1f} s", "at most 15 s"
            )


if __name__ == "__main__":
    main()
