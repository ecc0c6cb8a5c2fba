"""`Monitor`: a VAE diagnosed while it is trained, in Keras 3, in tf_keras, or in a loop of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from vaediag.backend import keras
from vaediag.records.diagnosis import Diagnosis
from vaediag.records.history import History
from vaediag.training.moments import Moment
from vaediag.training.watch import Watch, as_array

IN_LOGS = ("elbo", "rate", "distortion", "dispersion")


class Monitor(keras.callbacks.Callback):
    """Diagnose a VAE on held-out images while it is trained, within a budget, without changing the training.

        monitor = vd.Monitor(vae, held_out, folder="watched")
        model.fit(..., callbacks=[monitor])          # Keras 3 or tf_keras
        vd.write_report(monitor.history, "report")

    or, in a loop of one's own, `monitor(epoch, losses)` after each epoch and `monitor.finish()` at the end.

    **Cost.** Each diagnosis is timed. The first one that is due (it compiles, which takes seconds) and the one at the
    end of training are always made. Any other is made only if all seconds spent so far, compiling included, and those
    that it will take stay within `budget` times the seconds of training: those so far, or where the length is known
    (`fit(epochs=...)`, `epochs=`) those of the whole training, over which the diagnoses are then spread evenly. So a
    training takes at most 5 % longer with the default budget, or as much longer as two diagnoses take where that is
    more (a training of seconds); one stopped early can have spent some of what was meant for later.
    `history.postponed` counts what was left out.

    **The training stays as it is.** Weights, random generators and the state of layers are the same, bit for bit, with
    and without a monitor; networks are called in inference mode. An error during a diagnosis becomes one warning and
    an entry in `history.trouble`, and the training goes on; Ctrl-C passes.

    **Weights are read anew each time**, also where the networks are parts of the trained model, and so is a
    `tf.Variable` that `encode` or `decode` reads (a learnt σ outside the decoder). A plain Python number is not: it is
    compiled in.

    In `fit`, the newest numbers are put into `logs` as `vaediag_elbo`, `vaediag_rate`, `vaediag_distortion`,
    `vaediag_dispersion` and `vaediag_active`: callbacks that come later in the list can use them, for instance
    `EarlyStopping("vaediag_elbo", mode="max")`. Between two diagnoses the last numbers stand there again; give
    `budget=None` where each epoch has to count.

    Attributes:
        history: the `History` so far.
        latest: the newest `Diagnosis` (its code and calibration without probes), None before the first.
    """

    _supports_tf_logs = True  # what tf_keras asks: logs are read at the end of an epoch only
    _chief_worker_only = None

    def __init__(
        self,
        vae: Any,
        images: Any,
        *,
        every: int = 1,
        folder: str | Path | None = None,
        budget: float | None = 0.05,
        tensorboard: str | Path | None = None,
        seed: int = 0,
        limit: int = 256,
        epochs: float | None = None,
    ) -> None:
        """Watch `vae` on `images`.

        Args:
            vae: a `VAE` that holds the networks being trained.
            images: held-out images, as `diagnose` takes them.
            every: diagnose after every n-th epoch (call), if the budget allows.
            folder: where history.json and history.npz are kept up to date, for `vd.load_history`, `vaediag report` and
                the app; a history that is there is replaced. None: in memory only.
            budget: share of the training time that diagnoses may take, > 0. None: no limit.
            tensorboard: a log folder for TensorBoard. None: none.
            seed: of the subset and of every draw; the same at each diagnosis.
            limit: number of images, a seeded subset; at least 100 are needed for most findings.
            epochs: where the training ends, as `monitor(epoch)` counts, if known; `fit` says it itself.
        Raises:
            InputError: images that do not fit the model, a number out of range, a folder that cannot be written.
        """
        super().__init__()
        self._watch = Watch(
            vae, images, every=every, folder=folder, budget=budget, tensorboard=tensorboard, seed=seed, limit=limit,
            end=epochs,
        )  # fmt: skip
        self._offset = 0.0  # epochs of earlier fits
        self._first_step: int | None = None
        self._new_fit = False

    @property
    def history(self) -> History:
        return self._watch.history

    @property
    def latest(self) -> Diagnosis | None:
        return self._watch.latest

    def update(self, epoch: float, losses: Mapping[str, Any] | None = None, *, step: float | None = None) -> bool:
        """Tell that so many epochs are finished; diagnose if that is due and affordable.

        Args:
            epoch: a number that grows from call to call: epochs, or any other measure of progress.
            losses: what the loop knows, by name; kept in the history.
            step: batches so far, if the loop counts them.
        Returns:
            whether a diagnosis was made (or tried, see `history.trouble`).
        """
        return self._watch.update(epoch, losses, step)

    __call__ = update

    def finish(self) -> None:
        """Tell that the training is over: its last state is diagnosed, unless that was just done."""
        self._watch.finish()

    # ---- what both Keras call ---------------------------------------------------------------------------------------

    def set_model(self, model: Any) -> None:
        super().set_model(model)
        self._watch.trained = model

    def on_train_begin(self, logs: Any = None) -> None:  # noqa: ARG002
        if not self._watch.calls:
            self._first_step = self._steps()
        self._watch.begin()
        self._new_fit = True

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:  # noqa: ARG002
        if not self._new_fit:
            return
        self._new_fit = False
        watch = self._watch
        self._offset = max(watch.epoch - epoch, 0.0)  # a second fit may count from 0 again
        watch.start = float(epoch) if watch.start is None else watch.start
        planned = (self.params or {}).get("epochs")
        watch.end = None if planned is None else float(planned) + self._offset

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        steps, first = self._steps(), self._first_step
        self.update(epoch + 1 + self._offset, logs, step=None if steps is None or first is None else steps - first)
        if logs is not None and self._watch.moments:
            logs.update(in_logs(self._watch.moments[-1]))

    def on_train_end(self, logs: Any = None) -> None:  # noqa: ARG002
        self.finish()

    def _steps(self) -> int | None:
        """Batches that the optimizer of the trained model has seen, where it has one."""
        counter = getattr(getattr(self.model, "optimizer", None), "iterations", None)
        return None if counter is None else int(as_array(counter))

    def _implements_train_batch_hooks(self) -> bool:
        """tf_keras asks, to leave out calls at every batch."""
        return False

    _implements_test_batch_hooks = _implements_predict_batch_hooks = _implements_train_batch_hooks


def in_logs(moment: Moment) -> dict[str, float]:
    """What later callbacks find in `logs`."""
    found = {f"vaediag_{name}": moment.numbers.get(name, (np.nan,))[0] for name in IN_LOGS}
    return found if moment.kl is None else {**found, "vaediag_active": moment.active}
