"""Train a small VAE under a Monitor: `python docs/train_for_pictures.py FOLDER` keeps its history and networks."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

import vaediag as vd
from vaediag.backend import keras, tf, tfd

LATENTS, EPOCHS, BATCH = 12, 30, 64


def main(folder: Path) -> None:
    images, held_out = vd.datasets.load("digits[train]"), vd.datasets.load("digits")
    x = images.take(range(len(images)))
    keras.utils.set_random_seed(0)
    layers, enter, code = keras.layers, keras.Input((8, 8, 1)), keras.Input((LATENTS,))
    hidden = layers.Dense(64, activation="relu")(layers.Flatten()(enter))
    encoder = keras.Model(enter, [layers.Dense(LATENTS)(hidden), layers.Dense(LATENTS)(hidden)])
    decoder = keras.Model(code, layers.Dense(65)(layers.Dense(64, activation="relu")(code)))
    vae = vd.VAE(
        encoder, decoder, likelihood=vd.likelihoods.Normal("image"), posterior=vd.posteriors.MeanLogVar(),
        name="digits-normal-image",
    )  # fmt: skip
    monitor = vd.Monitor(vae, held_out, folder=folder / "run-7", budget=None)
    optimizer, prior = keras.optimizers.Adam(2e-3), tfd.MultivariateNormalDiag(tf.zeros(LATENTS))
    weights = [*encoder.trainable_variables, *decoder.trainable_variables]

    @tf.function
    def step(batch):
        with tf.GradientTape() as tape:
            q = vae.encode(batch)
            z = q.sample()
            loss = tf.reduce_mean(q.log_prob(z) - prior.log_prob(z) - vae.decode(z).log_prob(batch))
        optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        return loss

    draw = np.random.default_rng(0)
    for epoch in range(1, EPOCHS + 1):
        order = draw.permutation(len(x))
        losses = [float(step(tf.constant(x[order[at : at + BATCH]]))) for at in range(0, len(x) - BATCH, BATCH)]
        monitor(epoch, {"loss": float(np.mean(losses))})
    monitor.finish()
    encoder.save(folder / "encoder.keras")
    decoder.save(folder / "decoder.keras")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
