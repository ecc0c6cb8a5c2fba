"""The training loop: epochs of "learn" (encoder and decoder, early stop), then of "refine" (encoder only)."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from vaediag.aliases import Tensor
from vaediag.backend import keras, tf
from vaediag.io.images import Images
from vaediag.seeds import fold, pair
from vaediag.vae import VAE
from vaediag_models.recipes import Recipe
from vaediag_models.training import checkpoint
from vaediag_models.training.batches import TrainingData, batches, learning_rate, rate_weight, training_data
from vaediag_models.training.checkpoint import Checkpoint
from vaediag_models.training.trainee import Trainee

Progress = Callable[[str, int, int], None]  # stage, epochs done, epochs at most
SAVE_EVERY = 10.0  # seconds
DRAWS = 4  # of z per held-out image
PHASES = ("learn", "refine")


def train(
    recipe: Recipe,
    images: Images,
    *,
    grey: Images | None = None,
    folder: Path | None = None,
    progress: Progress | None = None,
) -> VAE:
    """Train a VAE; the result depends on the recipe, the images and the machine only, also when it was interrupted.

    Args:
        recipe: what to train.
        images: to learn from; a share of them is held out to stop by.
        grey: images in [0, 1] of which black-and-white ones are drawn in every step (recipes with `grey`).
        folder: where a checkpoint is kept while training, and taken up from; None: nowhere.
        progress: called after every epoch; may raise to stop.
    Raises:
        InputError: too few images, grey images that do not match, a checkpoint of another run.
        KeyboardInterrupt: Ctrl-C; the last whole epoch is in the checkpoint.
    """
    data = training_data(recipe, images, grey)
    run = {"recipe": recipe.settings(), "images": data.sha256}
    point = None if folder is None else checkpoint.read(folder, run)
    state = Run(recipe, images.event_shape, data, run)
    if point is not None:
        state.restore(point)
    keeper = _Keeper(folder)
    try:
        for phase in PHASES[PHASES.index(state.phase) :]:
            state.enter(phase)
            while not state.done:
                state.run_epoch()
                keeper.keep(state.snapshot())
                if progress is not None:
                    progress(phase, state.epoch, state.epochs)
    except BaseException:
        keeper.write()
        raise
    state.assign_best()
    record = {
        "recipe": recipe.settings(),
        "images": len(images),
        "held_out_images": len(data.held_out),
        "epochs": len(state.history),
        "best_epoch": state.best_epoch,
        "held_out_elbo": round(float(state.evaluate().mean()), 4),
    }
    return state.trainee.finished(training=record, trained_on=data.sha256)


class _Keeper:
    """Holds the newest snapshot; writes it now and then, and when asked."""

    def __init__(self, folder: Path | None) -> None:
        self._folder, self._point, self._written = folder, None, time.monotonic()

    def keep(self, point: Checkpoint) -> None:
        self._point = point
        if time.monotonic() - self._written > SAVE_EVERY:
            self.write()

    def write(self) -> None:
        if self._folder is not None and self._point is not None:
            checkpoint.write(self._folder, self._point)
            self._written = time.monotonic()


class Run:
    """One training run: the trainee, its optimiser, and where in the recipe it is."""

    def __init__(self, recipe: Recipe, event_shape: tuple[int, ...], data: TrainingData, run: dict[str, Any]) -> None:
        self.recipe, self.data, self.run = recipe, data, run
        self.trainee = Trainee(recipe, event_shape)
        self.phase, self.epoch = "learn", 0
        self.best, self.best_epoch, self.history = -np.inf, 0, ()
        self.best_state: tuple[Any, ...] = ()
        self._root = pair(recipe.seed)
        self._images = tf.constant(data.learn)
        self._held_out = tf.constant(data.held_out)
        self._measure = tf.function(self._held_out_bound, autograph=False)
        self._begin("learn")

    # ---- where it is ----

    @property
    def epochs(self) -> int:
        return self.recipe.epochs if self.phase == "learn" else self.recipe.refine

    @property
    def done(self) -> bool:
        late = self.phase == "learn" and self.epoch - max(self.best_epoch, self._ramp) >= self.recipe.patience
        return self.epoch >= self.epochs or late

    @property
    def _ramp(self) -> int:
        """Epochs in which the rate's weight still grows: a better bound there would only mean an earlier stop."""
        return min(self.recipe.warmup, self.recipe.epochs - 1)

    def enter(self, phase: str) -> None:
        """Go on to a phase; refining starts from the best weights."""
        if phase != self.phase:
            self.assign_best()
            self.phase, self.epoch = phase, 0
            self._begin(phase)

    def _begin(self, phase: str) -> None:
        changing = self.trainee.variables if phase == "learn" else self.trainee.encoder.trainable_variables
        self._optimizer = keras.optimizers.AdamW(
            self.recipe.learning_rate, weight_decay=self.recipe.weight_decay, global_clipnorm=100.0
        )
        # decay is for kernels: it would pull biases and log-variances to 0, which is no neutral value of theirs
        self._optimizer.exclude_from_weight_decay([each for each in changing if len(each.shape) < 2])
        self._optimizer.build(changing)
        loss = self._learn if phase == "learn" else self._refine
        self._step = tf.function(lambda *given: self._update(loss, changing, *given), autograph=False)

    # ---- one epoch ----

    def run_epoch(self) -> None:
        self._optimizer.learning_rate = learning_rate(self.recipe, self.epoch, self.epochs)
        weight = rate_weight(self.recipe, self.epoch) if self.phase == "learn" else self.recipe.beta
        for number, rows in enumerate(batches(self.recipe, len(self.data.learn), self._clock)):
            at = tf.constant([self._clock, number])
            self._step(tf.constant(rows), at, tf.constant(weight, tf.float32))
        self.epoch += 1
        elbo = float(self.evaluate().mean())
        self.history = (*self.history, elbo)
        if self.phase == "refine" or (self.epoch > self._ramp and elbo > self.best):
            self.best, self.best_epoch = elbo, self.epoch
            self.best_state = tuple(variable.numpy() for variable in self.trainee.variables)

    @property
    def _clock(self) -> int:
        """Number of the epoch over both phases, so that no draw is used twice."""
        return self.epoch if self.phase == "learn" else self.recipe.epochs + self.epoch

    def _update(self, loss: Any, changing: list[Any], rows: Tensor, at: Tensor, weight: Tensor) -> None:
        seed = fold(self._root, 3, at[0], at[1])
        x = tf.gather(self._images, rows)
        if self.data.draw:
            x = tf.cast(tf.random.stateless_uniform(tf.shape(x), fold(seed, 0)) < x, tf.float32)
        with tf.GradientTape() as tape:
            value = loss(x, seed, weight)
        gradients = tape.gradient(value, [variable.value for variable in changing])
        self._optimizer.apply(gradients)

    def _learn(self, x: Tensor, seed: Any, weight: Tensor) -> Tensor:
        rate, distortion = self.trainee.bound(x, fold(seed, 1))
        return tf.reduce_mean(distortion + weight * rate)

    def _refine(self, x: Tensor, seed: Any, weight: Tensor) -> Tensor:
        """The bound alone leaves q too narrow where its mean is off; dreams make it as wide as it misses."""
        rate, distortion = self.trainee.bound(x, fold(seed, 1))
        loss = tf.reduce_mean(distortion + weight * rate)
        loss += tf.reduce_mean(self.trainee.dream(self.recipe.batch, fold(seed, 2)))
        if self.recipe.recombine:
            loss += self.recipe.recombine * tf.reduce_mean(self.trainee.recombined(x, fold(seed, 5)))
        return loss

    # ---- measuring, keeping, going back ----

    def evaluate(self) -> Any:
        """ELBO of the held-out images at beta 1, nats, `[m]`; the same draws every time."""
        return self._measure().numpy()

    def _held_out_bound(self) -> Tensor:
        total = tf.zeros(len(self.data.held_out))
        for draw in range(DRAWS):
            rate, distortion = self.trainee.bound(self._held_out, fold(self._root, 4, draw))
            total -= (rate + distortion) / DRAWS
        return total

    def assign_best(self) -> None:
        for variable, values in zip(self.trainee.variables, self.best_state, strict=True):
            variable.assign(values)

    def _changing(self) -> list[Any]:
        return [*self.trainee.variables, *self._optimizer.variables]

    def snapshot(self) -> Checkpoint:
        return Checkpoint(
            run=self.run,
            phase=self.phase,
            epoch=self.epoch,
            best=self.best,
            best_epoch=self.best_epoch,
            history=self.history,
            state=tuple(np.asarray(variable) for variable in self._changing()),
            best_state=self.best_state,
        )

    def restore(self, point: Checkpoint) -> None:
        self.phase, self.epoch = point.phase, point.epoch
        self.best, self.best_epoch, self.history = point.best, point.best_epoch, point.history
        self.best_state = point.best_state
        self._begin(point.phase)
        for variable, values in zip(self._changing(), point.state, strict=True):
            variable.assign(values)
