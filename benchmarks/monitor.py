"""A training with `vd.Monitor` against the same training without: epoch by epoch in turn, in both Keras.

    python benchmarks/monitor.py [seconds of training, 100] [convolutional | dense] [keras | tf_keras]

Fashion-MNIST from `../shared/data` where it is, else noise of the same shape: the time does not depend on it.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import tf_keras
from clock import line

import vaediag as vd
from vaediag.backend import keras, tf
from vaediag.io.open import as_images

BUDGET = 0.05
HELD_OUT = 1000
DATA = Path(__file__).parents[2] / "shared" / "data" / "fashion_mnist" / "t10k-images-idx3-ubyte.gz"


def images() -> np.ndarray:
    if DATA.exists():
        return as_images(DATA).preprocess("unit").values[..., None]
    return np.random.default_rng(0).random((10_000, 28, 28, 1), np.float32)


def convolutional(K: Any) -> tuple[Any, Any, tuple[int, ...]]:
    layers = K.layers
    x = K.Input((28, 28, 1))
    h = layers.Conv2D(32, 3, 2, "same", activation="relu")(x)
    h = layers.Conv2D(64, 3, 2, "same", activation="relu")(h)
    encoder = K.Model(x, layers.Dense(32)(layers.Flatten()(h)))
    z = K.Input((16,))
    h = layers.Reshape((7, 7, 64))(layers.Dense(7 * 7 * 64, activation="relu")(z))
    h = layers.Conv2DTranspose(64, 3, 2, "same", activation="relu")(h)
    h = layers.Conv2DTranspose(32, 3, 2, "same", activation="relu")(h)
    out = layers.Concatenate()([layers.Flatten()(layers.Conv2D(1, 3, 1, "same")(h)), layers.Dense(1)(z)])
    return encoder, K.Model(z, out), (28, 28, 1)


def dense(K: Any) -> tuple[Any, Any, tuple[int, ...]]:
    layers = K.layers
    x, z = K.Input((64,)), K.Input((8,))
    encoder = K.Model(x, layers.Dense(16)(layers.Dense(128, activation="relu")(x)))
    return encoder, K.Model(z, layers.Dense(65)(layers.Dense(128, activation="relu")(z))), (64,)


def trained(K: Any, vae: Any) -> Any:
    class Trained(K.Model):
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.decoder, self.loss_seen = vae.encoder, vae.decoder, K.metrics.Mean(name="loss")

        def train_step(self, data: Any) -> Any:
            with tf.GradientTape() as tape:
                q = vae.encode(data)
                loss = tf.reduce_mean(q.kl_divergence(vae.prior) - vae.decode(q.sample()).log_prob(data))
            variables = self.trainable_variables
            self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
            self.loss_seen.update_state(loss)
            return {"loss": self.loss_seen.result()}

    model = Trained()
    model.compile(optimizer=K.optimizers.Adam(1e-3))
    return model


def made(K: Any, build: Any) -> tuple[Any, Any]:
    K.utils.set_random_seed(0)
    encoder, decoder, _ = build(K)
    vae = vd.VAE(encoder, decoder, posterior=vd.posteriors.MeanLogVar(), likelihood=vd.likelihoods.Normal("image"))
    return vae, trained(K, vae)


def now() -> np.ndarray:
    """Seconds on the wall and of the processor."""
    return np.array([time.perf_counter(), time.process_time()])


def compared(K: Any, build: Any, x: np.ndarray, seconds: float) -> None:
    (_, without), (vae, seen) = made(K, build), made(K, build)
    held_out, rest = x[:HELD_OUT], x[HELD_OUT:]

    def epoch(model: Any) -> np.ndarray:
        start = now()
        model.fit(rest, epochs=1, batch_size=128, verbose=0)
        return now() - start

    for model in (without, seen):
        epoch(model)  # compiles the training
    each = min(epoch(without)[0], epoch(without)[0])
    epochs = max(4, round(seconds / each))
    monitor = vd.Monitor(vae, held_out, budget=BUDGET, epochs=epochs)
    clock = monitor._watch.clock
    clock.restart()
    bare, watched = np.zeros(2), np.zeros(2)
    for done in range(1, epochs + 1):
        clock.stop()
        bare += epoch(without)
        clock.go_on()
        watched += epoch(seen)
        start = now()
        monitor.update(done)
        if done == epochs:
            monitor.finish()
        watched += now() - start
    history = monitor.history
    first, last = history.cost[0], history.cost[-1]
    training = watched[0] - history.cost.sum()
    inside, promised = history.cost.sum() / training, max(BUDGET, (first + last) / training)
    wall, cpu = watched / bare
    print(f"{build.__name__}, {K.__name__}: {epochs} epochs of {each:.2f} s, {len(history)} diagnoses")
    line("the first diagnosis, which compiles", f"{first:.2f} s")
    line("each later one", f"{np.median(history.cost[1:]):.3f} s")
    line("diagnoses / training, by the monitor's own clock", f"{inside:.3f}", f"at most {promised:.3f}")
    line("training with / without monitor, epochs in turn", f"{wall:.3f} x", f"at most {1 + promised:.3f} x")
    line("... in seconds of the processor, where others keep it busy", f"{cpu:.3f} x")


def main() -> None:
    words = sys.argv[1:]
    seconds = next((float(word) for word in words if word.replace(".", "").isdigit()), 100.0)
    pictures = images()
    small = np.random.default_rng(0).random((200_000, 64), np.float32)
    builds = [(convolutional, pictures), (dense, small)]
    builds = [each for each in builds if each[0].__name__ in words] or builds
    for build, x in builds:
        for K in [each for each in (keras, tf_keras) if each.__name__ in words] or (keras, tf_keras):
            compared(K, build, x, seconds)


if __name__ == "__main__":
    main()
